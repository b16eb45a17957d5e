"""Review by private link: what one link can do, for whom, how long, and what it never does."""

import smtplib
import socket
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
import time_machine
from aiosmtpd.controller import Controller

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.publishing.digest import content_digest
from clinic.publishing.services import publish_version
from physicians import link_limits, links
from physicians.models import Review, ReviewLink
from physicians.services import STALE, ask_for_review
from tests.admin import edit, procedure_data
from tests.conftest import fresh, set_review_policy
from tests.factories import ConditionFactory, PhysicianFactory, section
from tests.links import (
    ADDRESS,
    AT_SITE,
    Phone,
    give_address,
    letters,
    newest_address,
    newest_code,
    send,
    wrong_code,
)
from tests.reviews import decide as decide_in_admin
from tests.reviews import review_line, signed_page, state_of

pytestmark = pytest.mark.django_db

TEXT = "Whispering needles calm the third nerve."
FIRST_TIME = {"sections": [section("overview", TEXT)], "title": "Nerve block", "slug": "block"}


@pytest.fixture
def clinic(practice):
    set_review_policy(procedures=True)
    give_address(practice.physician)
    return practice


@pytest.fixture
def draft(clinic):
    return clinic.procedure(live=False, **FIRST_TIME)


@pytest.fixture
def phone(clinic, draft):
    """A phone on which the link from the letter is open."""
    send(clinic, draft)
    return Phone(newest_address())


def another_physician(clinic, address: str = "bo@example.com"):
    physician = PhysicianFactory(
        parent=clinic.physicians, first_name="Bo", last_name="Larkspur", live=False
    )
    publish_version(page=physician)
    give_address(fresh(physician), address)
    return fresh(physician)


def newer_text(clinic, page, text="Another sentence entirely."):
    """A writer types on, and sends the newer text to the review instead."""
    page = fresh(page).get_latest_revision_as_object()
    page.sections = [section("overview", text)]
    page.save_revision(user=clinic.users["writers"])
    ask_for_review(page=fresh(page), by=clinic.users["writers"])


def state_of_link():
    """Everything that opening a link might change."""
    return list(ReviewLink.objects.values()), Review.objects.count(), len(mail.outbox)


class TestTheWholeWay:
    """From the editor's button to the public page."""

    def test_a_physician_signs_by_phone_and_readers_see_it(self, clinic, draft, client):
        sent = send(clinic, draft)
        assert "on its way to Ida Quillfeather, MD (i…@example.com)" in sent.content.decode()
        assert len(letters()) == 1
        phone = Phone(newest_address())
        for _ in range(10):
            assert phone.look().status_code == 200
        assert TEXT in phone.open_text().content.decode()
        assert not fresh(draft).live
        answer = phone.decide(note="Well put.")
        assert "Thank you" in answer.content.decode()
        assert "Readers now see the text of “Nerve block” that you read." in answer.content.decode()

        assert TEXT in client.get(fresh(draft).url).content.decode()
        assert "reviewed by Dr. Ida Quillfeather, MD" in review_line(client, draft)
        review = Review.objects.get()
        assert (review.method, review.account) == ("link", None)
        assert (review.signer, review.asked_by_name) == (clinic.physician, "Writer Tester")
        assert (review.signer_name, review.note) == ("Dr. Ida Quillfeather, MD", "Well put.")
        version = fresh(draft).published_versions.get()
        assert version.published_by is None
        assert version.published_by_name == (
            "Dr. Ida Quillfeather, MD, by private link, sent by Writer Tester"
        )
        assert ReviewLink.objects.get().outcome == "signed"

    def test_a_physician_asks_for_changes_and_the_writer_reads_why(self, clinic, draft, phone):
        phone.open_text()
        without = phone.decide("decline", note=" ")
        assert "Write what should change" in without.content.decode()
        answer = phone.decide("decline", note="The dose is wrong.")
        assert "went back with your comment" in answer.content.decode()
        state = fresh(draft).workflow_states.get()
        assert state.status == "needs_changes"
        comment = state.current_task_state.comment
        assert comment == "Dr. Ida Quillfeather, MD, by private link: The dose is wrong."
        assert not Review.objects.exists()
        assert not fresh(draft).live
        assert ReviewLink.objects.get().outcome == "declined"
        assert phone.look().status_code == 404

    def test_a_question_left_open_signs_nothing_and_keeps_the_comment(self, draft, phone):
        phone.open_text()
        answer = phone.decide(check_2="", note="Almost.")
        assert "Answer this question before you sign." in answer.content.decode()
        assert "Almost." in answer.content.decode()
        assert not fresh(draft).live
        assert phone.decide().status_code == 200
        assert fresh(draft).live

    def test_what_readers_see_can_be_signed_where_no_signature_is_required(self, clinic, client):
        page = ConditionFactory(parent=clinic.conditions, live=False)
        publish_version(page=page)
        send(clinic, page)
        phone = Phone(newest_address())
        phone.open_text()
        assert phone.decide().status_code == 200
        assert state_of(page) == "reviewed"
        assert phone.look().status_code == 404

    def test_an_urgent_text_is_signed_afterwards_by_the_link_it_was_sent_with(self, clinic, draft):
        send(clinic, draft)
        phone = Phone(newest_address())
        clinic.client("administrators").post(
            reverse("physicians_publish_urgently", args=[draft.pk]), {"reason": "Recall."}
        )
        phone.open_text()
        phone.decide()
        assert state_of(draft) == "reviewed"
        assert ReviewLink.objects.get().outcome == "signed"
        assert phone.look().status_code == 404

    def test_a_text_that_nobody_waits_for_can_be_read_and_not_signed(self, clinic, draft, phone):
        phone.open_text()
        fresh(draft).current_workflow_state.cancel(user=clinic.users["writers"])
        answer = phone.look()
        assert "This text does not wait for a decision any more." in answer.content.decode()
        phone.decide(screen=answer.context["screen"])
        assert not Review.objects.exists()
        assert not fresh(draft).live


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
    return phone.address.replace(phone.address[20], "x" if phone.address[20] != "x" else "y", 1)


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


class TestCodes:
    """The code proves who opened the link: typed in time, a few times, for this link only."""

    def test_after_five_wrong_codes_the_right_one_does_not_help(self, phone):
        phone.press("send")
        for count in range(1, 6):
            answer = phone.press("code", code=wrong_code())
            assert answer.status_code == 403
            assert ReviewLink.objects.get().wrong_codes == count
        assert "That was wrong five times." in answer.content.decode()
        assert phone.press("code", code=newest_code()).status_code == 403
        assert "screen" not in (phone.look().context or {})
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            phone.press("send")
            assert phone.press("code", code=newest_code()).status_code == 302

    def test_a_slip_of_the_thumb_is_no_wrong_code(self, phone):
        phone.press("send")
        for slip in ("", "12345", "abcdef", "１２３４５６", "1234567", "\x00", "9" * 5000):
            answer = phone.press("code", code=slip)
            assert "Type the six digits from the e-mail." in answer.content.decode()
        assert ReviewLink.objects.get().wrong_codes == 0
        code = newest_code()
        assert phone.press("code", code=f" {code[:3]} {code[3:]} ").status_code == 302

    def test_a_code_lasts_a_quarter_of_an_hour(self, phone):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            phone.press("send")
            traveller.shift(timedelta(minutes=15))
            answer = phone.press("code", code=newest_code())
            assert "more than 15 minutes old" in answer.content.decode()
            phone.press("send")
            traveller.shift(timedelta(minutes=15) - timedelta(seconds=1))
            assert phone.press("code", code=newest_code()).status_code == 302

    def test_a_code_works_once(self, phone):
        phone.press("send")
        assert phone.press("code", code=newest_code()).status_code == 302
        second = Phone(phone.address).press("code", code=newest_code())
        assert second.status_code == 403
        assert "Ask for a code first." in second.content.decode()

    def test_one_code_a_minute_and_five_in_all(self, phone):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            for count in range(1, 6):
                assert phone.press("send").status_code == 302
                assert len(letters()) == 1 + count
                traveller.shift(timedelta(seconds=59))
                too_soon = phone.press("send")
                assert too_soon.status_code == 429
                if count < 5:
                    assert "less than a minute ago" in too_soon.content.decode()
                traveller.shift(timedelta(seconds=1))
            answer = phone.press("send")
            assert answer.status_code == 429
            assert "We sent five codes for this link" in answer.content.decode()
            assert "Send me another code" not in answer.content.decode()
            assert len(letters()) == 6
            assert phone.press("code", code=newest_code()).status_code == 302

    def test_the_newest_code_counts(self, phone):
        with time_machine.travel(timezone.now(), tick=False) as traveller:
            phone.press("send")
            first = newest_code()
            traveller.shift(timedelta(minutes=1))
            phone.press("send")
            if first != newest_code():
                assert phone.press("code", code=first).status_code == 403
            assert phone.press("code", code=newest_code()).status_code == 302

    def test_neither_code_nor_link_can_be_read_from_the_database(self, phone):
        phone.press("send")
        stored = str(list(ReviewLink.objects.values()))
        assert newest_code() not in stored
        assert phone.address.split(".")[1] not in stored


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_server_that_is_down_is_no_crash_and_leaves_no_open_link(clinic, monkeypatch):
    page = clinic.procedure(live=False, **FIRST_TIME)
    send(clinic, page)
    phone = Phone(newest_address())

    def refuse(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("physicians.links.send_letter", refuse)
    answer = phone.press("send")
    assert answer.status_code == 503
    assert "could not be sent just now" in answer.content.decode()
    assert ReviewLink.objects.get().codes_sent == 1
    answer = send(clinic, page)
    assert "the mail server did not take the letter" in answer.content.decode()
    assert "Links that work now" not in answer.content.decode()
    assert set(ReviewLink.objects.values_list("outcome", flat=True)) == {"revoked"}


class TestTheCookie:
    """One cookie at most: for this link, this code, and two hours."""

    def test_no_page_sets_another_cookie(self, phone):
        answers = [phone.look(), phone.press("send"), phone.look()]
        answers += [phone.press("code", code=wrong_code())]
        assert [dict(answer.cookies) for answer in answers] == [{}] * 4
        right = phone.press("code", code=newest_code())
        assert list(right.cookies) == ["review_pass"]
        answers = [phone.look(), phone.decide(check_1=""), phone.decide()]
        assert [list(answer.cookies) for answer in answers] == [[], [], ["review_pass"]]
        assert set(phone.client.cookies) == {"review_pass"}
        assert phone.client.cookies["review_pass"].value == ""

    @pytest.mark.parametrize("secure", [False, True])
    def test_it_is_strict_and_goes_to_no_other_address(self, phone, secure):
        phone.press("send")
        data = {"step": "code", "code": newest_code()}
        cookie = phone.client.post(phone.address, data, secure=secure).cookies["review_pass"]
        assert cookie["path"] == phone.address.rstrip("/")
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Strict"
        assert bool(cookie["secure"]) is secure
        assert cookie["max-age"] == 2 * 60 * 60

    def test_it_is_secure_where_sessions_are(self, phone, settings):
        settings.SESSION_COOKIE_SECURE = True
        phone.press("send")
        assert phone.press("code", code=newest_code()).cookies["review_pass"]["secure"] is True

    def test_it_opens_the_text_for_two_hours(self, draft, phone):
        with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as traveller:
            screen = phone.open_text().context["screen"]
            traveller.shift(timedelta(hours=2))
            assert TEXT in phone.look().content.decode()
            traveller.shift(timedelta(seconds=1))
            assert TEXT not in phone.look().content.decode()
            answer = phone.decide(screen=screen)
            assert answer.status_code == 403
            assert "a code holds for two hours" in answer.content.decode()
            assert not fresh(draft).live

    def test_another_physician_s_cookie_opens_nothing(self, clinic, draft, phone):
        other = another_physician(clinic)
        phone.open_text()
        send(clinic, draft, physician=other)
        Phone(newest_address()).open_text()
        theirs = Phone(newest_address(), phone.client)
        assert TEXT not in theirs.look().content.decode()
        assert theirs.decide(screen=phone.look().context["screen"]).status_code == 403

    @pytest.mark.parametrize("value", ["", "x", "1.2.3", "é", "\x7f", "a" * 3000])
    def test_a_made_up_cookie_opens_nothing(self, phone, value):
        phone.open_text()
        forged = Phone(phone.address)
        forged.client.cookies["review_pass"] = value
        answer = forged.look()
        assert answer.status_code == 200
        assert TEXT not in answer.content.decode()

    def test_a_newer_code_ends_the_older_cookie(self, phone):
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            phone.open_text()
        with time_machine.travel(timezone.now() + timedelta(minutes=3)):
            second = Phone(phone.address)
            second.press("send")
            assert TEXT in phone.look().content.decode(), "asking for a code ends nothing"
            second.press("code", code=newest_code())
            assert TEXT in second.look().content.decode()
            assert TEXT not in phone.look().content.decode()

    def test_an_editor_s_own_session_is_left_alone(self, clinic, phone):
        editor = clinic.client("writers")
        before = editor.cookies["sessionid"].value
        answer = editor.get(phone.address)
        assert TEXT not in answer.content.decode()
        assert not answer.cookies
        assert editor.cookies["sessionid"].value == before


class TestHeaders:
    """No cache, index or other site keeps anything."""

    def test_every_answer_is_private(self, phone):
        client = phone.client
        answers = [phone.look(), client.head(phone.address), client.put(phone.address)]
        answers += [phone.press("send"), phone.press("send"), phone.press("code", code="1")]
        answers += [phone.press("code", code=newest_code()), phone.look()]
        answers += [client.post(phone.address, data="x", content_type="multipart/form-data")]
        answers += [client.get(phone.address.rstrip("/")), phone.decide(), phone.look()]
        answers += [client.get("/review/confirm/x/"), client.get("/review/a/b")]
        codes = [answer.status_code for answer in answers]
        assert codes == [200, 200, 405, 302, 429, 403, 302, 200, 400, 200, 200, 404, 404, 404]
        for answer in answers:
            assert "no-store" in answer.headers["Cache-Control"]
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_a_link_without_its_last_slash_still_works(self, phone):
        short = Phone(phone.address.rstrip("/"))
        assert short.look().status_code == 200
        short.open_text()
        assert short.decide().status_code == 200


class TestATextThatChanges:
    """What is signed is what was read."""

    def test_a_newer_text_asks_for_a_fresh_look(self, clinic, draft, phone):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        answer = phone.decide(screen=screen, note="Nearly.")
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert STALE in shown
        assert "Another sentence entirely." in shown
        assert "Nearly." in shown
        assert "checked" not in shown
        assert not Review.objects.exists()
        assert not fresh(draft).live
        assert "Thank you" in phone.decide().content.decode()
        assert fresh(draft).sections[0].value["body"][0].value.source == (
            "<p>Another sentence entirely.</p>"
        )

    def test_an_answer_left_out_does_not_hide_that_the_text_changed(self, clinic, draft, phone):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        assert STALE in phone.decide(screen=screen, check_1="").content.decode()

    def test_asking_for_changes_to_a_text_that_changed_asks_for_a_fresh_look(
        self, clinic, draft, phone
    ):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        answer = phone.decide("decline", screen=screen, note="No.")
        assert STALE in answer.content.decode()
        assert fresh(draft).workflow_in_progress

    def test_a_text_that_changes_during_the_decision_is_not_signed(
        self, clinic, draft, phone, monkeypatch
    ):
        screen = phone.open_text().context["screen"]
        really = links.decide_by_link

        def just_then(link, form):
            newer_text(clinic, draft)
            return really(link, form)

        monkeypatch.setattr("physicians.link_views.decide_by_link", just_then)
        answer = phone.decide(screen=screen)
        assert STALE in answer.content.decode()
        assert not Review.objects.exists()

    def test_a_draft_typed_on_is_mentioned_and_stays_a_draft(self, clinic, draft, phone):
        phone.open_text()
        typed = fresh(draft).get_latest_revision_as_object()
        typed.summary = "Not for you yet."
        typed.save_revision(user=clinic.users["writers"])
        shown = phone.look().content.decode()
        assert "A newer draft of" in shown
        assert "Not for you yet." not in shown
        phone.decide()
        assert fresh(draft).live
        assert fresh(draft).summary != "Not for you yet."

    def test_the_same_link_shows_a_text_that_was_withdrawn_and_submitted_again(
        self, clinic, draft, phone
    ):
        fresh(draft).current_workflow_state.cancel(user=clinic.users["writers"])
        page = fresh(draft).get_latest_revision_as_object()
        page.summary = "Second try."
        page.save_revision(user=clinic.users["writers"])
        page = fresh(page)
        page.get_workflow().start(page, clinic.users["writers"])
        assert "Second try." in phone.open_text().content.decode()

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"revision": "x", "digest": "\x00", "decision": "sign"},
            {"revision": str(10**40), "digest": "0" * 64, "seen_reviews": "-1"},
            {"decision": "burn", "note": "x" * 5000},
        ],
    )
    def test_nonsense_is_answered_with_the_text_and_decides_nothing(self, draft, phone, data):
        phone.open_text()
        answer = phone.client.post(phone.address, data)
        assert answer.status_code == 409
        assert TEXT in answer.content.decode()
        screen = phone.look().context["screen"]
        shown = {"revision": screen.revision.pk, "digest": screen.digest}
        assert phone.client.post(phone.address, {**data, **shown}).status_code == 200
        assert not Review.objects.exists()


class TestTheEditorsScreen:
    """Who may send a link, to whom, and how it is taken back."""

    def address(self, page) -> str:
        return reverse("physicians_send_link", args=[page.pk])

    def test_the_button_below_the_form_leads_there(self, clinic, draft):
        data = procedure_data(draft, **{"action-send-link": "1"})
        answer = edit(clinic.client("writers"), draft, data)
        assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, self.address(draft))

    def test_it_offers_who_can_sign_and_says_why_others_cannot(self, clinic, draft):
        another_physician(clinic)
        expired = another_physician(clinic, "late@example.com")
        type(expired).objects.filter(pk=expired.pk).update(
            title="Late Larkspur, MD", licence_valid_until=timezone.localdate() - timedelta(days=2)
        )
        silent = another_physician(clinic, "")
        type(silent).objects.filter(pk=silent.pk).update(title="Silent Larkspur, MD")
        unsure = another_physician(clinic, "unsure@example.com")
        type(unsure).objects.filter(pk=unsure.pk).update(title="Unsure Larkspur, MD")
        give_address(unsure, "unsure@example.com", confirmed=False)
        answer = clinic.client("writers").get(self.address(draft))
        offered = [str(label) for _, label in answer.context["form"].fields["physician"].choices]
        assert offered == [
            "Bo Larkspur, MD (b…@example.com)",
            "Ida Quillfeather, MD (i…@example.com)",
        ]
        assert f'<option value="{clinic.physician.pk}" selected>' in answer.content.decode()
        assert answer.context["recipients"].refusals == [
            "The license in the profile of Late Larkspur, MD has expired, so they cannot sign.",
            links.NO_ADDRESS.format(name="Silent Larkspur, MD"),
            links.NOT_CONFIRMED.format(name="Unsure Larkspur, MD"),
        ]
        refused = clinic.client("writers").post(self.address(draft), {"physician": silent.pk})
        assert "cannot be sent a link now" in refused.content.decode()
        assert mail.outbox == []

    @pytest.mark.parametrize("value", ["", "x", "0", str(10**40), "\x00"])
    def test_nonsense_sends_nothing(self, clinic, draft, value):
        writer = clinic.client("writers")
        for field in ("physician", "revoke"):
            answer = writer.post(self.address(draft), {field: value})
            assert answer.status_code in (200, 302)
        assert not ReviewLink.objects.exists()

    @pytest.mark.parametrize(
        "role, status",
        [("writers", 200), ("publishers", 200), ("administrators", 200), ("physicians", 302)],
    )
    def test_who_may_edit_the_page_may_send_it(self, clinic, draft, role, status):
        assert clinic.client(role).get(self.address(draft)).status_code == status
        clinic.client(role).post(self.address(draft), {"physician": clinic.physician.pk})
        assert ReviewLink.objects.exists() is (status == 200)

    def test_strangers_are_asked_to_log_in(self, draft, client):
        assert "/admin/login/" in client.get(self.address(draft))["Location"]
        client.post(self.address(draft), {"physician": "1"})
        assert not ReviewLink.objects.exists()

    def test_an_incomplete_text_is_not_sent(self, clinic):
        page = clinic.procedure(live=False, sections=[])
        answer = send(clinic, page)
        assert "Not sent, as the text is not complete." in answer.content.decode()
        assert not fresh(page).workflow_in_progress
        assert (ReviewLink.objects.count(), mail.outbox) == (0, [])

    def test_a_page_that_cannot_be_signed_says_so(self, clinic):
        page = ConditionFactory(parent=clinic.conditions, live=False)
        page.save_revision()
        answer = send(clinic, page)
        assert "Nothing can be sent: pages of this kind" in answer.content.decode()
        assert not fresh(page).workflow_in_progress
        assert mail.outbox == []

    def test_sending_lets_the_text_wait_in_the_medical_review(self, clinic, draft, phone):
        state = fresh(draft).current_workflow_state
        assert state.workflow.name == "Medical review"
        assert state.requested_by == clinic.users["writers"]

    def test_a_new_text_of_a_signed_page_is_sent_as_a_comparison(self, clinic):
        page = signed_page(clinic, summary="Helps a little.")
        page.summary = "Helps a lot."
        page.answer("major", "What it helps with.")
        page.save_revision(user=clinic.users["writers"])
        send(clinic, page)
        phone = Phone(newest_address())
        shown = phone.open_text().content.decode()
        assert "<ins>" in shown
        phone.decide()
        assert fresh(page).summary == "Helps a lot."

    def test_open_links_are_listed_and_one_is_revoked(self, clinic, draft, phone):
        other = another_physician(clinic)
        send(clinic, draft, physician=other, role="publishers")
        theirs = Phone(newest_address())
        shown = clinic.client("writers").get(self.address(draft)).content.decode()
        assert "Writer Tester" in shown
        assert "Publisher Tester" in shown
        link = ReviewLink.objects.get(physician=clinic.physician)
        revoke = {"revoke": link.pk}
        clinic.client("writers").post(self.address(draft), revoke)
        assert (phone.look().status_code, theirs.look().status_code) == (404, 200)
        link.refresh_from_db()
        assert link.outcome == "revoked"
        again = clinic.client("writers").post(self.address(draft), revoke, follow=True)
        assert "That link had ended already." in again.content.decode()

    def test_a_link_to_another_page_is_not_revoked_from_here(self, clinic, draft, phone):
        other = clinic.procedure(live=False)
        link = ReviewLink.objects.get()
        clinic.client("writers").post(self.address(other), {"revoke": link.pk})
        assert phone.look().status_code == 200


class Mailbox:
    """What an SMTP server took."""

    def __init__(self) -> None:
        self.letters = []

    def to(self, address: str) -> list:
        return [letter for letter in self.letters if letter.rcpt_tos == [address]]

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    yield mailbox
    server.stop()


def test_a_letter_arrives_whole_over_smtp(clinic, draft, mailbox, settings):
    send(clinic, draft)
    (envelope,) = mailbox.to(ADDRESS)
    assert envelope.mail_from == settings.DEFAULT_FROM_EMAIL
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert letter["Subject"] == "A text waits for your review – Elm Street Clinic"
    assert letter.get_content_type() == "text/plain"
    phone = Phone(AT_SITE.search(letter.get_content()).group(1))
    assert phone.look().status_code == 200
    assert b"Whispering" not in envelope.content
    phone.press("send")
    assert len(mailbox.to(ADDRESS)) == 2
