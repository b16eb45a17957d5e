"""What readers of a page saw at a moment: what was kept, or why there is nothing to show."""

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from django.db import models
from django.db.models import Q

from wagtail.models import Page, PageLogEntry

from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.templatetags.publishing_tags import practice_date

from .models import Rendition

RESTRICTION = "wagtail.view_restriction."
DATE_AND_TIME = "M j, Y, g:i:s A"


class State(models.TextChoices):
    """What can be said about a page at a moment."""

    SERVED = "served", "Served"
    RECONSTRUCTED = "reconstructed", "Reconstructed"
    NEVER = "never", "Never public"
    BEFORE = "before", "Not yet public"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PRIVATE = "private", "Private"
    NOT_SERVED = "not_served", "Not served to anyone"


@dataclass(frozen=True)
class Answer:
    """What readers saw of `page` at `at`. Times are aware; `since` and `until` are None where
    there is no such end."""

    page: models.Model
    at: datetime
    state: State
    since: datetime | None = None
    until: datetime | None = None
    # Where it was served.
    rendition: Rendition | None = None
    # The version that was public, also where it can only be reconstructed.
    version: PublishedVersion | None = None
    # What the record says of a withdrawal.
    note: RecordNote | None = None

    @property
    def has_text(self) -> bool:
        return self.state in (State.SERVED, State.RECONSTRUCTED)

    @property
    def in_words(self) -> str:
        """The one sentence that says it."""
        since, until = (practice_date(moment, DATE_AND_TIME) for moment in (self.since, self.until))
        if self.state == State.SERVED:
            end = f"until {until}" if until else "to this moment"
            return f"Readers were given this page from {since} {end}."
        if self.state == State.RECONSTRUCTED:
            return (
                f"This is a reconstruction from the record: this version was public from {since}, "
                "before the archive kept the page. The text is of that time; its frame, lists and "
                "people are those of today. We do not claim that it was served in this form."
            )
        if self.state == State.WITHDRAWN:
            because = f" Readers were told: “{self.note.text}”" if self.note.text else ""
            return f"The page was withdrawn on {since}.{because}"
        if self.state == State.PRIVATE:
            return f"The page was made private on {since}: the public could not read it."
        if self.state == State.BEFORE:
            return f"The page was not public yet: it was first published on {until}."
        if self.state == State.NEVER:
            return "The page has never been public."
        between = f"between {since} and {until}" if until else f"after {since}"
        return f"Something had changed, and nobody asked for the page {between}."


def at_moment(page, at: datetime) -> Answer:
    """What readers of `page` saw at `at` (aware, not in the future)."""
    rendition = _served_at(page, at)
    if rendition is not None:
        return answer_with(rendition, at)
    versions = page.published_versions.order_by("published_at", "pk")
    first = versions.first()
    if first is None:
        return Answer(page, at, State.NEVER)
    if at < first.published_at:
        return Answer(page, at, State.BEFORE, until=first.published_at)
    note = _withdrawal_at(page, at)
    if note is not None:
        return Answer(page, at, State.WITHDRAWN, since=note.noted_at, note=note)
    private_since = _private_since(page, at)
    if private_since is not None:
        return Answer(page, at, State.PRIVATE, since=private_since)
    rows = Rendition.objects.of(page)
    before, after = rows.filter(valid_from__lte=at).first(), rows.filter(valid_from__gt=at).last()
    if before is None:
        version = versions.filter(published_at__lte=at).last()
        following = versions.filter(published_at__gt=at).first()
        ends = [row.valid_from for row in (after,) if row] + [
            row.published_at for row in (following,) if row
        ]
        return Answer(
            page,
            at,
            State.RECONSTRUCTED,
            since=version.published_at,
            until=min(ends, default=None),
            version=version,
        )
    until = after.valid_from if after is not None else None
    return Answer(page, at, State.NOT_SERVED, since=before.known_until, until=until)


def answer_with(rendition: Rendition, at: datetime) -> Answer:
    """The answer that shows `rendition`, as it was served at `at`."""
    return Answer(
        rendition.page,
        at,
        State.SERVED,
        since=rendition.valid_from,
        until=rendition.known_until,
        rendition=rendition,
        version=rendition.version,
    )


def neighbours(answer: Answer) -> tuple[datetime | None, datetime | None]:
    """The moments from which readers saw something else: the nearest before what `answer` shows
    (or before its moment), and the nearest after it."""
    here = answer.since if answer.has_text else answer.at
    rows = Rendition.objects.of(answer.page)
    first = rows.last()
    versions = answer.page.published_versions.order_by("published_at")
    if first is not None:
        # From then on, what was served counts, and not what was published.
        versions = versions.filter(published_at__lt=first.valid_from)
    before = [
        *rows.filter(valid_from__lt=here).values_list("valid_from", flat=True)[:1],
        *versions.reverse()
        .filter(published_at__lt=here)
        .values_list("published_at", flat=True)[:1],
    ]
    after = [
        *rows.reverse().filter(valid_from__gt=here).values_list("valid_from", flat=True)[:1],
        *versions.filter(published_at__gt=here).values_list("published_at", flat=True)[:1],
    ]
    return max(before, default=None), min(after, default=None)


def _served_at(page, at: datetime) -> Rendition | None:
    # Of two rows that hold, one was seen while the other was only not seen to have ended.
    open_or_later = Q(valid_until=None) | Q(valid_until__gt=at)
    rows = Rendition.objects.of(page).filter(open_or_later, valid_from__lte=at)
    for rendition in rows.select_related("page", "version"):
        known_until = rendition.known_until
        if known_until is None or at < known_until:
            return rendition
    return None


def private_times(page) -> list[tuple[datetime, datetime | None]]:
    """When the page, or one above it, was closed to the public, by Wagtail's log: from and until,
    in order of the beginning, and they may overlap. None for what has not ended."""
    above = Page.objects.filter(path__in=[page.path[:end] for end in _steps(page)])
    entries = PageLogEntry.objects.filter(page__in=above, action__startswith=RESTRICTION)
    closed: dict[int, datetime] = {}
    times: list[tuple[datetime, datetime | None]] = []
    for entry in entries.order_by("timestamp", "pk"):
        if entry.action != f"{RESTRICTION}delete":
            closed.setdefault(entry.page_id, entry.timestamp)
        elif since := closed.pop(entry.page_id, None):
            times.append((since, entry.timestamp))
    return sorted(times + [(since, None) for since in closed.values()], key=itemgetter(0))


def first_outside(times: list[tuple[datetime, datetime | None]], at: datetime) -> datetime | None:
    """The first moment from `at` on that is in none of `times`, as private_times has them; None
    where there is none."""
    for since, until in times:
        if since <= at and (until is None or at < until):
            if until is None:
                return None
            at = until
    return at


def _private_since(page, at: datetime) -> datetime | None:
    """Since when the public could not read the page at `at`; None if it could."""
    begun = [(since, until) for since, until in private_times(page) if since <= at]
    return next((since for since, until in begun if until is None or at < until), None)


def _steps(page) -> range:
    return range(page.steplen, len(page.path) + 1, page.steplen)


def _withdrawal_at(page, at: datetime) -> RecordNote | None:
    kinds = (RecordNote.Kind.WITHDRAWN, RecordNote.Kind.RESTORED)
    notes = RecordNote.objects.filter(version__page=page.pk, kind__in=kinds, noted_at__lte=at)
    last = notes.order_by("noted_at", "pk").last()
    return last if last is not None and last.kind == RecordNote.Kind.WITHDRAWN else None
