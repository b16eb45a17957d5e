"""Keeps what readers were given: one row for each page and distinct body.

Between two changes, and two turns of the clock, a page is one and the same. Whoever finishes it in
such a stretch of time knows what it was in all of it, and nothing about the stretches in which
nobody asked.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clinic.erasure.record import erased_since
from clinic.publishing.context import lock_page
from clinic.publishing.models import PublishedVersion
from clinic.publishing.templatetags.publishing_tags import practice_date

from . import generation
from .clock import turns
from .models import Moment, Piece, Rendition
from .pieces import PARTS, digest_of, digest_of_page, pack, shown_addresses, split, still
from .shown_files import keep_files

WITHDRAWN = "It was withdrawn."
MADE_PRIVATE = "It was made private."

FIRST_PUBLISHED = "First published."
FIRST_KEPT = "The archive began to keep this page."
PUBLISHED = "The version of {day} was published."
PUBLIC_AGAIN = "The page became public again."
DATE_REACHED = "A date was reached."
CHANGED = "Changed: {what}."
CHANGED_SOMEHOW = "Something that the page shows was changed."
# From a publication to the moment that is noted for it.
AT_ONCE = timedelta(minutes=1)
NOT_BY_PEOPLE = "The site’s software, or a file that the page shows, was changed."


def keep(*, page, html: bytes, number: int, at: datetime) -> None:
    """Remember that `html` is what readers of `page` (specific, as it was rendered) get: it was
    finished at `at` (aware) under generation `number`."""
    text = still(html.decode())
    files = keep_files(shown_addresses(text))
    digest = digest_of_page(text, files)
    if _goes_on(_newest(page), digest, number, at):
        return
    with transaction.atomic():
        # Of two processes that finish it at the same moment, one writes the row.
        lock_page(page.pk)
        newest = _newest(page)
        if not _goes_on(newest, digest, number, at):
            _begin(page, newest, digest=digest, text=text, files=files, number=number, at=at)


def end(pages, why: str) -> None:
    """Nobody is given `pages` (a queryset) from now on; should readers get the same text again,
    that will be another row."""
    now = timezone.now()
    for rendition in Rendition.objects.filter(page__in=pages).served_now():
        known_until = rendition.known_until or now
        rows = Rendition.objects.filter(pk=rendition.pk)
        rows.update(valid_until=min(known_until, now), why_ended=why)


def _newest(page) -> Rendition | None:
    return Rendition.objects.filter(page=page.pk).order_by("-last_number", "-pk").first()


def _goes_on(newest: Rendition | None, digest: str, number: int, at: datetime) -> bool:
    """Whether readers still get what they got, and the row says so now."""
    if newest is None or newest.digest != digest or number < newest.first_number:
        return False
    if newest.valid_until is not None:
        return number <= newest.last_number
    if number > newest.last_number or (number == newest.last_number and at >= newest.expires_at):
        # Not back, where somebody else was faster.
        later = Rendition.objects.filter(pk=newest.pk, last_number__lte=number)
        later.update(last_number=number, confirmed_at=at, expires_at=turns.next_turn(at))
    return True


def _begin(page, newest: Rendition | None, *, digest, text, files, number, at) -> None:
    """Add a row for a body that readers have not had before, or not just before."""
    changed_at = _moment_of(number)
    if erased_since(changed_at):
        # Finished before, handed in after: it may say what is to be nowhere any more.
        return
    start = min(max(changed_at, turns.last_turn(at)), at)
    ended = None
    if newest is not None and (number < newest.last_number or at < newest.valid_from):
        # Finished before what is kept already, and handed in after it.
        if _covers(page, digest, number):
            return
        ended = _after(number, turns.next_turn(at))
    elif newest is not None and newest.valid_until is None:
        last_end = newest.known_until or at
        if last_end > start:
            # The same changes at the same time of the clock: the page moved by neither.
            start = last_end = at
        Rendition.objects.filter(pk=newest.pk).update(valid_until=min(last_end, start))
    # The version that was rendered, whatever has been published since.
    version = page.recorded_versions[-1] if page.recorded_versions else None
    pieces = _keep_pieces(split(text))
    Rendition.objects.create(
        page_id=page.pk,
        version=version,
        digest=digest,
        **{f"{part}_id": piece for part, piece in zip(PARTS, pieces, strict=True)},
        files=files,
        why=_why(newest, version, number, start),
        first_number=number,
        last_number=number,
        valid_from=start,
        confirmed_at=at,
        expires_at=turns.next_turn(at),
        valid_until=ended,
    )


def _covers(page, digest: str, number: int) -> bool:
    rows = Rendition.objects.filter(page=page.pk, digest=digest)
    return rows.filter(first_number__lte=number, last_number__gte=number).exists()


def _keep_pieces(texts: list[str]) -> list[str]:
    """The digests of `texts`, which are all kept now."""
    wanted = {digest_of(text): text for text in texts}
    there = set(Piece.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    Piece.objects.bulk_create(
        [
            Piece(digest=digest, packed=pack(text), size=len(text.encode()))
            for digest, text in wanted.items()
            if digest not in there
        ],
        ignore_conflicts=True,
    )
    return [digest_of(text) for text in texts]


def _moment_of(number: int) -> datetime:
    """When generation `number` became current. Where its writer died before saying so, now."""
    moment = Moment.objects.filter(number=number).first()
    if moment is None:
        generation.note_moment(number)
        moment = Moment.objects.get(number=number)
    return moment.at


def _after(number: int, next_turn: datetime) -> datetime:
    """The end of the stretch of time that began with generation `number`."""
    later = Moment.objects.filter(number__gt=number).order_by("number").first()
    return min(later.at, next_turn) if later is not None else next_turn


def _why(newest: Rendition | None, version: PublishedVersion | None, number, start) -> str:
    """What had changed, in readers' words."""
    if newest is None or (version is not None and version.pk != newest.version_id):
        if version is None or (newest is None and not _is_new(version, start)):
            return FIRST_KEPT
        if version.kind == PublishedVersion.Kind.FIRST:
            return FIRST_PUBLISHED
        return PUBLISHED.format(day=practice_date(version.published_at))
    if newest.why_ended:
        return PUBLIC_AGAIN
    if number == newest.last_number:
        is_by_clock = start >= newest.expires_at
        return DATE_REACHED if is_by_clock else NOT_BY_PEOPLE
    moments = Moment.objects.filter(number__gt=newest.last_number, number__lte=number)
    named = {name for moment in moments for name in moment.why.split(", ") if name}
    return CHANGED.format(what=", ".join(sorted(named))) if named else CHANGED_SOMEHOW


def _is_new(version: PublishedVersion, start: datetime) -> bool:
    """Whether what is kept first is what the public saw first."""
    is_first = version.kind == PublishedVersion.Kind.FIRST
    return is_first and start - version.published_at < AT_ONCE
