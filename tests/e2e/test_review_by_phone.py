"""A physician reviews on a phone, by a private link, without an account and without a script."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from django.core import mail
from django.utils import timezone

from clinic.publishing.services import publish_version
from physicians.links import send_link
from physicians.services import record_earlier_review
from tests.conftest import fresh, kinds, set_review_policy, wall_clock
from tests.factories import section

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

PHONE = {"width": 360, "height": 740}
# A folder for pictures of each step, if someone wants to look at them.
PICTURES = os.environ.get("PICTURES")

BEFORE = {
    "overview": "A small balloon makes a space in the broken bone, and cement fills it.",
    "risks": "Cement leaks now and then. Most leaks do no harm.",
    "recovery": "You go home the same day. Rest for a few days.",
    "questions": "Will it hurt? You are given medicine against pain.",
}
AFTER = BEFORE | {
    "risks": "Cement leaks in about 1 in 10 people. Most leaks do no harm.",
    "recovery": "You go home the same day. Rest for two days. Lift no more than a gallon of milk.",
}


def look(page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def stream(texts: dict, of):
    rows = [section(kind, text) for kind, text in texts.items()]
    return of.sections.stream_block.to_python(rows)


@pytest.fixture
def changed(practice, live_server, settings):
    """A signed procedure, and a draft with three changes that was sent to the physician."""
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    set_review_policy(procedures=True)
    account = practice.physician.account
    account.signing_email, account.email_verified_at = "ida@example.com", timezone.now()
    account.save()
    at = wall_clock(2020, 5, 22, 21, 30)
    page = practice.procedure(live=False, title="Kyphoplasty", slug="kyphoplasty")
    page.sections = stream(BEFORE, page)
    page.summary = "A treatment for some broken bones of the spine."
    publish_version(page=page, at=at)
    page = fresh(page)
    record_earlier_review(page=page, revision=page.live_revision, signer=practice.physician, at=at)
    page.sections = stream(AFTER, page)
    page.summary = "A treatment for some painful breaks of the spine."
    page.answer("major", "Gave the risk of leaks as a number.")
    page.save_revision(user=practice.users["writers"])
    send_link(page=fresh(page), physician=practice.physician, by=practice.users["writers"])
    return fresh(page)


def test_three_changes_are_read_and_signed_on_a_phone(changed, browser, live_server):
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False, has_touch=True)
    page = phone.new_page()
    page.set_default_timeout(10_000)
    page.goto(re.search(r"http\S+", mail.outbox[-1].body).group())
    look(page, "1-link")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the e-mail").fill(re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0])
    look(page, "2-code")
    page.get_by_role("button", name="Go on to the text").click()

    expect(
        page.get_by_text("3 parts changed since Dr. Ida Quillfeather, MD signed")
    ).to_be_visible()
    assert page.locator("ins").all_inner_texts() != []
    expect(page.locator("#part-2 ins").first).to_contain_text("1 in 10")
    look(page, "3-review")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_role("button", name="Sign and publish").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page, "4-questions")
    for group in page.get_by_role("group").filter(has=page.get_by_label("Yes")).all():
        group.get_by_label("Yes").check()
    page.get_by_role("button", name="Sign and publish").click()
    expect(page.get_by_text("Signed. Readers now see the text")).to_be_visible()
    look(page, "5-done")
    assert kinds(changed) == ["first", "major"]
    assert len(phone.cookies()) <= 1

    page.goto(f"{live_server.url}/procedures/kyphoplasty/")
    expect(page.get_by_text("Medically reviewed by Dr. Ida Quillfeather, MD")).to_be_visible()
    assert fresh(changed).published_versions.last().published_by_name == (
        "Dr. Ida Quillfeather, MD, by private link, sent by Writer Tester"
    )
