"""No log and no error report holds a whole private link: who reads logs could sign by it."""

import logging

import pytest

from django.core import mail
from django.test import Client

from clinic.logs import shorten
from tests.conftest import set_review_policy
from tests.links import Phone, give_address, newest_address, newest_code, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(practice):
    set_review_policy(procedures=True)
    give_address(practice.physician)
    send(practice, practice.procedure(live=False))
    return Phone(newest_address(), Client(raise_request_exception=False))


@pytest.fixture
def crash(monkeypatch):
    """What reads links fails, and its complaint names the address."""

    def fail(token):
        raise RuntimeError(f"No luck with /review/{token}/ today")

    monkeypatch.setattr("physicians.link_views.find_link", fail)


def secret_of(phone) -> str:
    return phone.address.removeprefix("/review/").rstrip("/")


def test_requests_that_fail_are_logged_without_the_link(phone, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    phone.client.get(f"{phone.address}more/")
    phone.client.get(f"/elsewhere{phone.address}")
    phone.client.put(phone.address)
    phone.press("code", code="1")
    assert caplog.text.count(f"/review/{secret_of(phone)[:4]}…") >= 4
    assert secret_of(phone) not in caplog.text


def test_a_crash_is_logged_with_its_traceback_and_without_the_link(phone, caplog, crash):
    assert phone.look().status_code == 500
    assert "Traceback" in caplog.text
    assert f"No luck with /review/{secret_of(phone)[:4]}… today" in caplog.text
    assert secret_of(phone) not in caplog.text


@pytest.mark.parametrize("html", [False, True])
def test_the_report_of_a_crash_names_neither_link_nor_code(phone, settings, crash, html):
    settings.ADMINS = [("Keeper", "keeper@example.com")]
    handler = next(
        handler for handler in logging.getLogger("django").handlers if hasattr(handler, "send_mail")
    )
    handler.include_html = html
    phone.client.cookies["review_pass"] = "a-cookie-worth-stealing"
    try:
        phone.press("code", code="271828")
    finally:
        handler.include_html = False
    (report,) = [letter for letter in mail.outbox if letter.to == ["keeper@example.com"]]
    whole = str(report.message()) + str(report.alternatives)
    assert "RuntimeError" in whole
    assert secret_of(phone) not in whole
    assert secret_of(phone).split(".")[1] not in whole
    assert "271828" not in report.body
    assert "a-cookie-worth-stealing" not in whole


def test_servers_that_log_through_python_shorten_it_too(phone, caplog):
    """The development server and gunicorn have loggers, handlers and formats of their own."""
    secret = secret_of(phone)
    for name in ("django.server", "gunicorn.access", "anything.else"):
        logger = logging.getLogger(name)
        logger.addHandler(caplog.handler)
        logger.setLevel(logging.INFO)
        try:
            logger.info('"%s" %s %s', f"GET {phone.address} HTTP/1.1", "200", "512")
            logger.info("%(r)s %(s)s", {"r": f"POST {phone.address}?x=1 HTTP/1.1", "s": "302"})
            logger.info(f"100% of {phone.address}")
        finally:
            logger.removeHandler(caplog.handler)
    assert secret not in caplog.text
    assert f'"GET /review/{secret[:4]}… HTTP/1.1" 200 512' in caplog.text
    assert f"POST /review/{secret[:4]}…?x=1 HTTP/1.1 302" in caplog.text
    assert f"100% of /review/{secret[:4]}…" in caplog.text


def test_a_confirmation_and_a_quoted_address_are_shortened():
    assert shorten("/review/confirm/12.abcdef/") == "/review/confirm/12.a…"
    assert (
        shorten("https://x.example/review//12.abcdef HTTP")
        == "https://x.example/review//12.a… HTTP"
    )
    assert shorten("/login/?next=%2Freview%2F12.abcdef") == "/login/?next=%2Freview%2F12.a…"


def test_other_addresses_are_logged_whole():
    for line in (
        "GET /admin/reviews/123456/ HTTP/1.1",
        "/procedures/a-review/overview/",
        "/review/",
    ):
        assert shorten(line) == line


def test_a_line_that_cannot_be_written_does_not_stop_who_wrote_it():
    class Broken:
        def __str__(self):
            raise LookupError

    make = logging.getLogRecordFactory()
    for message, args in (("%s", (Broken(),)), ("%s %s", ("too few",))):
        record = make("anything", logging.WARNING, __file__, 1, message, args, None)
        assert (record.msg, record.args) == (message, args)


def test_the_code_is_in_no_log(phone, caplog):
    caplog.set_level(logging.DEBUG)
    phone.press("send")
    phone.press("code", code=newest_code())
    phone.look()
    assert newest_code() not in caplog.text
