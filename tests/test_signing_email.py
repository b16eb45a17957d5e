"""The address that private links go to: who sets it, who confirms it, who hears of a change."""

import smtplib
from datetime import timedelta
from html import unescape

import pytest
import time_machine

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from physicians.models import PhysicianAccount, ReviewLink
from tests.conftest import fresh, set_review_policy
from tests.factories import PhysicianFactory
from tests.links import ADDRESS, Phone, committing, give_address, letters, newest_address, send

pytestmark = pytest.mark.django_db

NEW = "ida@example.org"
LIST = "wagtailsnippets_physicians_physicianaccount:list"
EDIT = "wagtailsnippets_physicians_physicianaccount:edit"
ADD = "wagtailsnippets_physicians_physicianaccount:add"
DELETE = "wagtailsnippets_physicians_physicianaccount:delete"


def account_of(practice) -> PhysicianAccount:
    return PhysicianAccount.objects.get(profile=practice.physician)


def save(practice, *, role: str = "administrators", account=None, **changes):
    """The form of the physician's account, with `changes`, as `role` sends it."""
    account = account or account_of(practice)
    data = {
        "profile": account.profile_id,
        "user": account.user_id or "",
        "signing_email": account.signing_email,
        **changes,
    }
    address = reverse(EDIT, args=[account.pk])
    return committing(practice.client(role).post, address, data, follow=True)


def said(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def confirmed(practice):
    """A practice whose physician has a confirmed address and an open link."""
    set_review_policy(procedures=True)
    give_address(practice.physician)
    send(practice, practice.procedure(live=False))
    mail.outbox.clear()
    return practice


def test_a_new_address_gets_no_links_before_its_owner_confirms_it(practice):
    answer = save(practice, signing_email=NEW)
    assert f"No links go to {NEW} before it is confirmed." in said(answer)
    assert "Waits for confirmation" in said(answer)
    assert not account_of(practice).can_get_links
    (letter,) = mail.outbox
    assert letter.to == [NEW]
    assert "Dr. Ida Quillfeather, MD" in letter.body

    phone = Phone(newest_address())
    for _ in range(3):
        shown = phone.look()
        assert (shown.status_code, "Yes, confirm this address" in said(shown)) == (200, True)
        phone.client.head(phone.address)
    assert not account_of(practice).can_get_links
    assert "The address is confirmed." in said(phone.press(""))
    assert account_of(practice).can_get_links
    assert not phone.client.cookies
    overview = practice.client("administrators").get(reverse(LIST))
    assert "Confirmed on" in said(overview)


def test_a_confirmation_works_once_and_for_seven_days(practice):
    with time_machine.travel("2026-03-02 15:00+00:00", tick=False) as traveller:
        save(practice, signing_email=NEW)
        phone = Phone(newest_address())
        traveller.shift(timedelta(days=7))
        assert phone.look().status_code == 200
        traveller.shift(timedelta(seconds=1))
        assert (phone.look().status_code, phone.press("").status_code) == (404, 404)
        assert not account_of(practice).can_get_links
        save(practice, send_again="on")
        again = Phone(newest_address())
        assert again.press("").status_code == 200
        assert again.press("").status_code == 404
        assert account_of(practice).email_verified_at == timezone.now()


def test_every_answer_to_a_confirmation_is_private_and_sets_no_cookie(practice):
    save(practice, signing_email=NEW)
    phone = Phone(newest_address())
    answers = [phone.look(), phone.press(""), phone.look()]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    for answer in answers:
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies


def test_a_changed_address_is_told_at_the_old_one_and_open_links_end(confirmed):
    save(confirmed, signing_email=NEW)
    assert not account_of(confirmed).can_get_links
    assert ReviewLink.objects.get().outcome == "revoked"
    (notice,) = letters(ADDRESS)
    assert "Administrator Tester has changed that." in notice.body
    assert "call the practice at once" in notice.body
    assert NEW not in notice.body
    (question,) = letters(NEW)
    assert "/review/confirm/" in question.body


def test_an_address_that_was_never_confirmed_is_told_nothing(practice):
    save(practice, signing_email=ADDRESS)
    mail.outbox.clear()
    save(practice, signing_email=NEW)
    assert letters(ADDRESS) == []
    assert len(letters(NEW)) == 1


def test_the_letter_to_an_address_that_was_replaced_confirms_nothing(practice):
    save(practice, signing_email=ADDRESS)
    phone = Phone(newest_address())
    save(practice, signing_email=NEW)
    assert phone.look().status_code == 404
    assert phone.press("").status_code == 404
    assert not account_of(practice).can_get_links


def test_taking_the_address_away_is_told_there(confirmed):
    save(confirmed, signing_email="")
    assert len(letters(ADDRESS)) == 1
    assert len(mail.outbox) == 1
    assert ReviewLink.objects.get().outcome == "revoked"


def test_saving_without_a_change_writes_to_nobody_and_keeps_links(confirmed):
    save(confirmed)
    save(confirmed, send_again="on")
    assert mail.outbox == []
    assert account_of(confirmed).can_get_links
    assert ReviewLink.objects.get().is_open


def test_giving_a_confirmed_address_another_profile_is_a_change(confirmed):
    """Else an address confirmed for one physician could be made to sign as another."""
    other = PhysicianFactory(parent=confirmed.physicians, first_name="Bo")
    save(confirmed, profile=other.pk)
    account = PhysicianAccount.objects.get()
    assert (account.profile_id, account.can_get_links) == (other.pk, False)
    assert ReviewLink.objects.get().outcome == "revoked"
    assert len(letters(ADDRESS)) == 2, "the notice, and the question whether it is Bo's"


def test_deleting_an_account_is_told_at_its_address(confirmed):
    """Else deleting and adding anew would be a change without notice."""
    account = account_of(confirmed)
    administrator = confirmed.client("administrators")
    committing(administrator.post, reverse(DELETE, args=[account.pk]))
    assert not PhysicianAccount.objects.exists()
    assert len(letters(ADDRESS)) == 1
    assert ReviewLink.objects.get().outcome == "revoked"
    data = {"profile": confirmed.physician.pk, "user": "", "signing_email": NEW}
    committing(administrator.post, reverse(ADD), data)
    assert not account_of(confirmed).can_get_links
    assert len(letters(NEW)) == 1


@pytest.mark.parametrize("theirs", [ADDRESS, ADDRESS.upper()])
def test_two_physicians_cannot_sign_from_one_address(confirmed, theirs):
    other = PhysicianFactory(parent=confirmed.physicians, first_name="Bo")
    data = {"profile": other.pk, "user": "", "signing_email": theirs}
    answer = confirmed.client("administrators").post(reverse(ADD), data)
    assert "Ida Quillfeather, MD signs from this address already." in said(answer)
    assert PhysicianAccount.objects.count() == 1
    assert mail.outbox == []


@pytest.mark.parametrize("role", ["writers", "publishers", "physicians"])
def test_only_administrators_change_it(confirmed, role):
    save(confirmed, role=role, signing_email=NEW)
    save(confirmed, role=role, send_again="on")
    data = {"profile": confirmed.physician.pk, "user": "", "signing_email": NEW}
    confirmed.client(role).post(reverse(ADD), data)
    confirmed.client(role).post(reverse(DELETE, args=[account_of(confirmed).pk]))
    assert account_of(confirmed).signing_email == ADDRESS
    assert account_of(confirmed).can_get_links
    assert mail.outbox == []


@pytest.mark.parametrize("value", ["no address", "ida@", "x" * 300 + "@example.com", "\x00@a.com"])
def test_an_address_that_is_none_is_refused(practice, value):
    answer = save(practice, signing_email=value)
    assert answer.status_code == 200
    assert account_of(practice).signing_email == ""
    assert mail.outbox == []


def test_a_mail_server_that_is_down_is_said_and_changes_are_kept(practice, monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("physicians.signing_email.send_letter", refuse)
    monkeypatch.setattr("physicians.signing_email.transaction.on_commit", lambda act: act())
    answer = save(practice, signing_email=NEW)
    assert f"The letter to {NEW} could not be sent." in said(answer)
    assert account_of(practice).signing_email == NEW


def test_confirming_needs_the_letter(practice):
    save(practice, signing_email=NEW)
    number = account_of(practice).pk
    for token in (f"{number}", f"{number}.x", f"{number}.x.y.z", "é", "%00"):
        assert Client().post(f"/review/confirm/{token}/").status_code in (400, 404)
    assert not account_of(practice).can_get_links


def test_a_physician_with_an_address_and_no_account_can_be_added(practice):
    other = PhysicianFactory(parent=practice.physicians, first_name="Bo")
    data = {"profile": other.pk, "user": "", "signing_email": NEW}
    answer = committing(practice.client("administrators").post, reverse(ADD), data, follow=True)
    assert fresh(other).title in said(answer)
    Phone(newest_address()).press("")
    assert PhysicianAccount.objects.get(profile=other).can_get_links
