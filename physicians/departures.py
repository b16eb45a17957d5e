"""A physician leaves: what points at the profile, and who takes it over."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from clinic.publishing.services import publish_or_explain

from .models import ReviewLink
from .policy import policy_of
from .services import ReviewRefused, ask_for_review, open_review

BY_HAND = "Change there who is credited, and submit it again."

# Apps add what gives, for a profile, the pages whose text is credited to it.
credited_pages: list[Callable[[Any], Any]] = []


def pages_of(profile) -> list:
    """Every page credited to `profile`, specific."""
    return [page for find in credited_pages for page in find(profile)]


def open_links_to(profile) -> list[ReviewLink]:
    """Private links by which the physician could still sign."""
    return list(ReviewLink.objects.open().filter(physician=profile).select_related("page"))


def hand_over(*, profile, successor, by) -> list[str]:
    """Give the open reviews and credited pages of `profile` to `successor`, another profile, or
    to the practice (None). Each page by itself: none holds up the withdrawal.

    Returns what became of each page, as sentences.
    """
    said = []
    for page in pages_of(profile):
        try:
            with transaction.atomic():
                said.append(_hand_over(page, successor, by))
        except ValidationError as refusal:
            said.append(f"“{page.title}” has a draft that is not complete: {refusal.messages[0]}")
        except ReviewRefused as refusal:
            said.append(f"“{page.title}” was not handed over. {refusal} {BY_HAND}")
    return said


def _hand_over(page, successor, by) -> str:
    name = successor.title if successor else "the practice"
    is_someones_draft = page.has_unpublished_changes
    waits = open_review(page)
    if page.scheduled_revision is not None:
        return f"“{page.title}” is scheduled with their name: cancel its schedule. {BY_HAND}"
    if waits and waits.revision_id != page.latest_revision_id:
        return f"“{page.title}” waits for their signature and has a newer draft. {BY_HAND}"
    draft = page.get_latest_revision_as_object()
    draft.credit_to(successor)
    if not draft.current_answer[1]:
        draft.answer("major", f"Now credited to {name}.")
    revision = draft.save_revision(user=by, changed=True)
    page = type(page).objects.get(pk=page.pk)
    if waits or (page.live and not is_someones_draft and policy_of(page).required):
        asker = waits.workflow_state.requested_by if waits else None
        ask_for_review(page=page, by=asker or by)
        return f"“{page.title}” waits for a signature, credited to {name}."
    if not page.live or is_someones_draft:
        return f"The draft of “{page.title}” is now credited to {name}. Publish it when ready."
    reasons = publish_or_explain(revision=revision, by=by)
    if reasons:
        return f"“{page.title}” has a draft credited to {name}, not published: {' '.join(reasons)}"
    return f"“{page.title}” is now credited to {name}."
