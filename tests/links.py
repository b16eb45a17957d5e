"""A physician's phone, and the letters that reach it. For tests of private links."""

import re

from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from clinic.publishing.services import publish_version
from physicians.models import PhysicianAccount, Review, ReviewLink
from physicians.services import ask_for_review
from tests.conftest import fresh
from tests.factories import PhysicianFactory, section
from tests.reviews import YES

TEXT = "Whispering needles calm the third nerve."
FIRST_TIME = {"sections": [section("overview", TEXT)], "title": "Nerve block", "slug": "block"}
ADDRESS = "ida@example.com"
CODE = re.compile(r"^ {4}(\d{6})$", re.MULTILINE)
AT_SITE = re.compile(r"http://localhost:8000(/review/\S+)")


def give_address(physician, address: str = ADDRESS, *, confirmed: bool = True) -> PhysicianAccount:
    """Let private links to `physician` go to `address`."""
    account, _ = PhysicianAccount.objects.get_or_create(profile=physician)
    account.signing_email = address
    account.email_verified_at = timezone.now() if confirmed else None
    account.save()
    return account


def committing(request, *args, **kwargs):
    """Make a request whose letters leave: the test's own transaction never commits."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return request(*args, **kwargs)


def send(practice, page, *, role: str = "writers", physician=None):
    """Press “Send the link” as an editor does. The answer, after the redirect."""
    physician = physician or practice.physician
    address = reverse("physicians_send_link", args=[page.pk])
    data = {"physician": physician.pk}
    return committing(practice.client(role).post, address, data, follow=True)


def letters(to: str = ADDRESS) -> list:
    """What one address was sent, oldest first. Wagtail writes to staff besides."""
    return [letter for letter in mail.outbox if letter.to == [to]]


def newest_address() -> str:
    """The path that the newest letter leads to."""
    found = [AT_SITE.search(letter.body) for letter in mail.outbox]
    return [match.group(1) for match in found if match][-1]


def newest_code() -> str:
    """The digits in the newest letter that has some."""
    found = [CODE.search(letter.body) for letter in mail.outbox]
    return [match.group(1) for match in found if match][-1]


def wrong_code() -> str:
    """Six digits that are not the newest code."""
    return f"{(int(newest_code()) + 1) % 10**6:06}"


class Phone:
    """A browser without an account, in which a link was opened. It minds CSRF as Django does."""

    def __init__(self, address: str, client: Client | None = None) -> None:
        self.address = address
        self.client = client or Client(enforce_csrf_checks=True)

    def look(self):
        return self.client.get(self.address)

    def press(self, step: str, **data):
        return committing(self.client.post, self.address, {"step": step, **data})

    def open_text(self):
        """Ask for a code, type it, and see the text."""
        assert self.press("send").status_code == 302
        assert self.press("code", code=newest_code()).status_code == 302
        response = self.look()
        assert response.context["screen"].page is not None
        return response

    def decide(self, decision: str = "sign", *, screen=None, **data):
        """Press a button below the text that is shown now, or that was shown before."""
        screen = screen or self.look().context["screen"]
        sent = {
            "revision": screen.revision.pk,
            "digest": screen.digest,
            "seen_reviews": screen.seen_reviews,
            "decision": decision,
            **(YES if decision == "sign" else {}),
            **data,
        }
        return committing(self.client.post, self.address, sent)


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
