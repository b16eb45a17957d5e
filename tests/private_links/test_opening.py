"""Opening a private link spends nothing, and a dead one says nothing."""

from datetime import timedelta

import pytest
import time_machine

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.publishing.digest import content_digest
from physicians import link_limits
from physicians.models import Review, ReviewLink
from tests.conftest import fresh, set_review_policy
from tests.links import (
    ADDRESS,
    TEXT,
    Phone,
    give_address,
    letters,
    newest_address,
    newest_code,
    send,
    state_of_link,
)
from tests.reviews import decide as decide_in_admin

pytestmark = pytest.mark.django_db


class TestOpening:
    """Looking at a link, as mail scanners do, changes nothing."""

    def test_a_scanner_spends_nothing(self, phone):
        before = state_of_link()
        for method in ("get", "head", "get", "head", "options", "put", "delete"):
            getattr(phone.client, method)(phone.address)
        assert state_of_link() == before
        phone.press("send")
        before = state_of_link()
        for method in ("get", "head") * 5:
            getattr(phone.client, method)(phone.address)
        assert state_of_link() == before
        assert phone.press("code", code=newest_code()).status_code == 302

    def test_nothing_of_the_page_is_told_before_the_code(self, draft, phone):
        for _ in range(2):
            shown = phone.look().content.decode()
            assert "Elm Street Clinic" in shown
            assert "i…@example.com" in shown
            assert ADDRESS not in shown
            assert draft.title not in shown
            assert TEXT not in shown
            phone.press("send")

    def test_the_letters_carry_no_word_of_the_page(self, draft, phone):
        phone.press("send")
        for letter in letters():
            whole = str(letter.message())
            assert draft.title not in whole
            assert "Whispering" not in whole
            assert not letter.alternatives
        assert "Writer Tester asks you to read a text" in letters()[0].body

    def test_a_decision_without_the_code_is_none(self, draft, phone):
        state = fresh(draft).current_workflow_task_state
        data = {
            "revision": state.revision_id,
            "digest": content_digest(state.revision.as_object()),
            "seen_reviews": 0,
            "decision": "sign",
            **{f"check_{number}": "yes" for number in range(4)},
        }
        answer = phone.client.post(phone.address, data)
        assert answer.status_code == 403
        assert TEXT not in answer.content.decode()
        assert not fresh(draft).live


def wrong(clinic, draft, phone):
    return phone.address[:8] + "nonsense/"


def tampered(clinic, draft, phone):
    other = "x" if phone.address[20] != "x" else "y"
    return phone.address[:20] + other + phone.address[21:]


def of_another_number(clinic, draft, phone):
    return phone.address.replace("/review/", "/review/9")


def cut_off(clinic, draft, phone):
    return phone.address[:-5]


def with_more_behind(clinic, draft, phone):
    return phone.address + "and/more/"


def a_code_as_link(clinic, draft, phone):
    phone.press("send")
    phone.press("code", code=newest_code())
    return f"/review/{phone.client.cookies['review_pass'].value}/"


def expired(clinic, draft, phone):
    ReviewLink.objects.update(expires_at=timezone.now())
    return phone.address


def revoked(clinic, draft, phone):
    answer = clinic.client("writers").post(
        reverse("physicians_send_link", args=[draft.pk]),
        {"revoke": ReviewLink.objects.get().pk},
        follow=True,
    )
    assert "does not work any more" in answer.content.decode()
    return phone.address


def used(clinic, draft, phone):
    phone.open_text()
    assert phone.decide().status_code == 200
    return phone.address


def replaced_by_a_newer_one(clinic, draft, phone):
    send(clinic, draft)
    return phone.address


def decided_by_a_colleague(clinic, draft, phone):
    decide_in_admin(clinic.client("physicians"), draft)
    return phone.address


def sent_to_an_address_given_up(clinic, draft, phone):
    give_address(clinic.physician, "ida@example.org")
    return phone.address


def sent_to_an_address_not_confirmed_now(clinic, draft, phone):
    give_address(clinic.physician, confirmed=False)
    return phone.address


def of_a_physician_without_account(clinic, draft, phone):
    clinic.physician.account.delete()
    return phone.address


def of_a_physician_whose_licence_ended(clinic, draft, phone):
    yesterday = timezone.localdate() - timedelta(days=2)
    type(clinic.physician).objects.update(licence_valid_until=yesterday)
    return phone.address


def of_a_physician_who_left(clinic, draft, phone):
    type(clinic.physician).objects.update(live=False)
    return phone.address


def to_a_deleted_page(clinic, draft, phone):
    fresh(draft).delete()
    return phone.address


def a_confirmation(clinic, draft, phone):
    return phone.address.replace("/review/", "/review/confirm/")


def nobody_s_confirmation(clinic, draft, phone):
    return "/review/confirm/x"


DEAD_ENDS = [
    wrong,
    tampered,
    of_another_number,
    cut_off,
    with_more_behind,
    a_code_as_link,
    expired,
    revoked,
    used,
    replaced_by_a_newer_one,
    decided_by_a_colleague,
    sent_to_an_address_given_up,
    sent_to_an_address_not_confirmed_now,
    of_a_physician_without_account,
    of_a_physician_whose_licence_ended,
    of_a_physician_who_left,
    to_a_deleted_page,
    a_confirmation,
    nobody_s_confirmation,
]


class TestDeadEnds:
    """Whatever is wrong with a link, its holder learns the same."""

    @pytest.mark.parametrize("spoil", DEAD_ENDS, ids=lambda spoil: spoil.__name__)
    def test_every_link_that_does_not_work_gets_the_same_answer(self, clinic, draft, phone, spoil):
        assert phone.look().status_code == 200
        address = spoil(clinic, draft, phone)
        plain = Client().get("/review/1.never-sent.by-us/")
        assert plain.status_code == 404
        assert "does not work any more" in plain.content.decode()
        signatures = Review.objects.count()
        for client in (Client(), phone.client):
            for answer in (
                client.get(address),
                client.post(address, {"step": "send"}),
                client.post(address, {"step": "code", "code": "123456"}),
                client.post(address, {"decision": "sign"}),
            ):
                assert answer.status_code == 404
                assert answer.content == plain.content
                assert answer.headers == plain.headers
                assert not answer.cookies
        assert Review.objects.count() == signatures

    def test_a_link_expires_after_as_many_days_as_the_practice_says(self, clinic, draft):
        set_review_policy(procedures=True, link_days=3)
        with time_machine.travel("2026-03-02 15:00+00:00", tick=False) as traveller:
            send(clinic, draft)
            phone = Phone(newest_address())
            assert "March 5, 2026, 10:00 AM" in letters()[-1].body
            traveller.shift(timedelta(days=3) - timedelta(seconds=1))
            assert phone.look().status_code == 200
            traveller.shift(timedelta(seconds=1))
            assert phone.look().status_code == 404

    def test_who_tries_many_addresses_gets_the_plain_page_for_a_while(self, phone):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            for number in range(link_limits.WRONG_ADDRESSES):
                assert phone.look().status_code == 200
                assert phone.client.get(f"/review/1.{number}.x/").status_code == 404
            shut_out, plain = phone.look(), phone.client.get("/review/x/")
            assert (shut_out.status_code, shut_out.content) == (404, plain.content)
            elsewhere = phone.client.get(phone.address, REMOTE_ADDR="198.51.100.7")
            assert elsewhere.status_code == 200
            behind_our_proxy = {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.8"}
            assert phone.client.get(phone.address, **behind_our_proxy).status_code == 200
            traveller.shift(timedelta(seconds=link_limits.FOR_SECONDS + 1))
            assert phone.look().status_code == 200

    def test_a_link_that_has_ended_may_be_opened_as_often_as_one_likes(self, clinic, draft, phone):
        send(clinic, draft)
        for _ in range(link_limits.WRONG_ADDRESSES + 1):
            assert phone.look().status_code == 404
        assert Phone(newest_address()).look().status_code == 200


def test_the_form_tells_of_a_link_only_while_somebody_can_sign_by_it(clinic, draft, phone):
    address = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    editor = clinic.client("writers")
    sentence = f"a private link was sent to {clinic.physician.title}"
    assert sentence in editor.get(address).content.decode()
    expired(clinic, draft, phone)
    assert sentence not in editor.get(address).content.decode()
