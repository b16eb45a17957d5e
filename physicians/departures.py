"""A physician leaves: what points at the profile, and who takes it over."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from clinic.publishing.requirements import PublicationRefused
from clinic.publishing.services import publish_or_explain

from .models import ReviewLink
from .policy import policy_of
from .services import ask_for_review, open_review

# Apps add what gives, for a profile, the pages whose text is credited to it.
credited_pages: list[Callable[[Any], Any]] = []


def pages_of(profile) -> list:
    """Every page credited to `profile`, specific."""
    return [page for find in credited_pages for page in find(profile)]


def open_links_to(profile) -> list[ReviewLink]:
    """Private links by which the physician could still sign."""
    return list(
        ReviewLink.objects.filter(
            physician=profile, closed_at=None, expires_at__gt=timezone.now()
        ).select_related("page")
    )


def hand_over(*, profile, successor, by) -> list[str]:
    """Give the open reviews and credited pages of `profile` to `successor`, another profile, or
    to the practice (None). Each page by itself: none holds up the withdrawal.

    Returns what became of each page, as sentences.
    """
    ReviewLink.objects.filter(physician=profile, closed_at=None).update(
        closed_at=timezone.now(), outcome=ReviewLink.Outcome.REVOKED
    )
    said = []
    for page in pages_of(profile):
        try:
            with transaction.atomic():
                said.append(_hand_over(page, successor, by))
        except PublicationRefused as refusal:
            said.append(f"“{page.title}” has a draft that is not complete: {refusal.messages[0]}")
    return said


def _hand_over(page, successor, by) -> str:
    name = successor.title if successor else "the practice"
    is_someones_draft = page.has_unpublished_changes
    waits = open_review(page) is not None
    draft = page.get_latest_revision_as_object()
    draft.credit_to(successor)
    if not draft.current_answer[1]:
        draft.answer("major", f"Now credited to {name}.")
    revision = draft.save_revision(user=by, changed=True)
    page = type(page).objects.get(pk=page.pk)
    if waits or (page.live and not is_someones_draft and policy_of(page).required):
        ask_for_review(page=page, by=by)
        return f"“{page.title}” waits for a signature, credited to {name}."
    if not page.live or is_someones_draft:
        return f"The draft of “{page.title}” is now credited to {name}. Publish it when ready."
    reasons = publish_or_explain(revision=revision, by=by)
    if reasons:
        return f"“{page.title}” has a draft credited to {name}, not published: {' '.join(reasons)}"
    return f"“{page.title}” is now credited to {name}."
