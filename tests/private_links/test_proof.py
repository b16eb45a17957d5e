"""How a physician proves who they are: a code by mail, then one cookie; and what is never kept."""

import smtplib
from datetime import timedelta

import pytest
import time_machine

from django.utils import timezone

from physicians.models import ReviewLink
from tests.conftest import fresh
from tests.links import (
    FIRST_TIME,
    TEXT,
    Phone,
    another_physician,
    letters,
    newest_address,
    newest_code,
    send,
    wrong_code,
)

pytestmark = pytest.mark.django_db


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
