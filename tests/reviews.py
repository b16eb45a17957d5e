"""What a physician's browser sends, and small helpers for tests of the medical review."""

from typing import Any

from django.test import Client
from django.urls import reverse

from clinic.publishing.services import publish_version
from physicians.review_status import statuses_of
from tests.admin import edit, procedure_data
from tests.conftest import Practice, fresh

YES = {f"check_{number}": "yes" for number in range(4)}


def address(page, query: str = "") -> str:
    return reverse("physicians_review", args=[page.pk]) + query


def shown(client: Client, page, query: str = ""):
    """The review screen as the physician sees it now."""
    response = client.get(address(page, query))
    assert response.status_code == 200
    return response.context["screen"]


def decide(client: Client, page, decision: str = "sign", *, screen=None, query="", **data: Any):
    """Press a button of the review screen: the one now shown, or one that was opened before."""
    screen = screen or shown(client, page, query)
    sent = {
        "revision": screen.revision.pk,
        "digest": screen.digest,
        "seen_reviews": screen.seen_reviews,
        "decision": decision,
        **(YES if decision == "sign" else {}),
        **data,
    }
    return client.post(address(page, query), sent)


def submit(practice: Practice, page, *, role: str = "writers", **changes):
    """The writer changes the page's form and presses Submit."""
    changes.setdefault("change_kind", "major" if fresh(page).was_published else "")
    changes.setdefault("change_note", "What is new.")
    draft = page.get_latest_revision_as_object()
    return edit(practice.client(role), page, procedure_data(draft, action="submit", **changes))


def signed_page(practice: Practice, **fields):
    """A public procedure that the practice's physician has signed."""
    page = practice.procedure(live=False, **fields)
    submit(practice, page)
    decide(practice.client("physicians"), page)
    page = fresh(page)
    assert page.live
    return page


def state_of(page) -> str:
    """The derived state; "" while the public cannot see the page."""
    status = statuses_of([fresh(page)]).get(page.pk)
    return status.state if status else ""


def publish_past_the_policy(page, **options) -> None:
    """As a script would that brings in an older text: dated now, needing no signature."""
    from django.utils import timezone

    publish_version(page=page, at=timezone.now(), **options)


def review_line(client: Client, page) -> str:
    """The sentence readers see, without its mark-up; "" if there is none."""
    import re

    html = client.get(page.url).content.decode()
    found = re.search(r'<p class="review-line">(.*?)</p>', html)
    return re.sub(r"<[^>]+>", "", found.group(1)) if found else ""
