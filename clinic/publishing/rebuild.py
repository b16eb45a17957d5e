"""Rebuilds the record from Wagtail's own log and revisions, and checks that they agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wagtail.models import Page, PageLogEntry, Revision

from .context import acting
from .digest import content_digest
from .mixins import RecordedPage
from .models import PublishedVersion, RecordNote
from .services import EXPIRED, record_publication, record_withdrawal

PUBLISH_ACTIONS = ("wagtail.publish", "wagtail.publish.scheduled")
WITHDRAW_ACTIONS = {"wagtail.unpublish": "", "wagtail.unpublish.scheduled": EXPIRED}
# Wagtail writes its log entry a moment after the page has gone live.
LOG_DELAY = timedelta(minutes=1)


@dataclass(frozen=True)
class Event:
    """One publication, or withdrawal, as Wagtail's log tells it."""

    revision_id: int | None
    at: datetime
    by: Any = None
    reason: str = ""


def recorded_pages() -> Iterator[RecordedPage]:
    """Every page that can have a record, as a specific page."""
    for page in Page.objects.filter(depth__gt=1).order_by("pk").specific().iterator():
        if isinstance(page, RecordedPage):
            yield page


def logged_publications(page) -> list[Event]:
    """The page's publications in Wagtail's log, oldest first. A copy made live has no publish
    entry of its own: its first version is the live revision its creation left."""
    entries = PageLogEntry.objects.filter(
        page=page.pk, action__in=PUBLISH_ACTIONS, revision__isnull=False
    ).order_by("timestamp", "pk")
    return [
        Event(entry.revision_id, entry.timestamp, entry.user)
        for entry in entries.select_related("user")
    ]


def logged_withdrawals(page) -> list[Event]:
    """When the page left the public site, oldest first. Wagtail's log keeps no reason."""
    entries = PageLogEntry.objects.filter(page=page.pk, action__in=WITHDRAW_ACTIONS)
    return [
        Event(None, entry.timestamp, entry.user, WITHDRAW_ACTIONS[entry.action])
        for entry in entries.order_by("timestamp", "pk").select_related("user")
    ]


def disagreements(page) -> list[str]:
    """Where the page's record and Wagtail's log, or its live text, differ, in sentences."""
    versions = list(page.published_versions.in_order())
    found = []
    unmatched = list(versions)
    for event in logged_publications(page):
        match = next((v for v in unmatched if _tells_of(v, event)), None)
        if match:
            unmatched.remove(match)
        else:
            found.append(
                f"the log has a publication of {event.at:%Y-%m-%d %H:%M} UTC, the record has none"
            )
    for version in unmatched:
        if not _is_live_copy(version, page):
            found.append(f"the record has “{version}”, the log has no such publication")
    found += _kinds_that_differ(page, versions)
    withdrawn = RecordNote.objects.filter(
        version__page_id=page.pk, kind=RecordNote.Kind.WITHDRAWN
    ).count()
    if versions and withdrawn != len(logged_withdrawals(page)):
        found.append("the log and the record differ in how often it was withdrawn")
    if page.live:
        if not versions:
            found.append("it is live, but has no record")
        elif content_digest(page) != content_digest(versions[-1].revision.as_object()):
            found.append(
                "readers see a text that was never published: it was changed past the editor"
            )
    return found


def rebuild(page) -> int:
    """Append, from Wagtail's log, the versions and withdrawals of a page that has no record.
    Returns how many versions."""
    if page.was_published:
        return 0
    events = logged_publications(page)
    if not events and page.live and page.live_revision_id:
        events = [Event(page.live_revision_id, page.last_published_at)]
    for event in sorted([*events, *logged_withdrawals(page)], key=lambda event: event.at):
        if event.revision_id is None:
            with acting(by=event.by, at=event.at, reason=event.reason):
                record_withdrawal(page=page)
            continue
        revision = Revision.objects.filter(pk=event.revision_id).first()
        if revision is None:
            continue
        with acting(by=event.by, at=event.at):
            record_publication(page=page, revision=revision)
    return page.rounds


def _tells_of(version: PublishedVersion, event: Event) -> bool:
    delay = event.at - version.published_at
    return version.revision_id == event.revision_id and timedelta(0) <= delay <= LOG_DELAY


def _is_live_copy(version: PublishedVersion, page) -> bool:
    return (
        version.kind == PublishedVersion.Kind.FIRST
        and PageLogEntry.objects.filter(page=page.pk, action="wagtail.copy").exists()
    )


def _kinds_that_differ(page, versions: list[PublishedVersion]) -> Iterator[str]:
    # What an erasure took away may have been all that two texts differed by: kinds stay.
    erased = set(
        RecordNote.objects.filter(version__in=versions, kind=RecordNote.Kind.ERASED).values_list(
            "version_id", flat=True
        )
    )
    previous = None
    for version in versions:
        same_text = previous is not None and content_digest(
            version.revision.as_object()
        ) == content_digest(previous.revision.as_object())
        if previous is None and version.kind != PublishedVersion.Kind.FIRST:
            yield f"“{version}” is the first version, but is recorded as {version.kind}"
        elif same_text and erased & {version.pk, previous.pk}:
            pass
        elif same_text != (version.kind == PublishedVersion.Kind.SAME):
            yield f"“{version}” is recorded as {version.kind}, but its text says otherwise"
        previous = version
