"""Finishes every public page once after something changed, so that the archive has it and the next
reader finds it ready. In nobody's request: the job runner does it."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from wagtail.models import Page

from clinic.publishing.models import PublishedVersion

from . import generation
from .models import Moment, Rendition
from .rendering import ask

logger = logging.getLogger(__name__)

# Whoever changes one thing often changes another right after it.
REST = timedelta(seconds=10)
# But nobody waits longer for an end of it.
PATIENCE = timedelta(minutes=3)
# Well within the lease of the job runner; the next round goes on.
LONGEST_SECONDS = 240
PORTION = 100


def sweep() -> str:
    """The job: finish what is due, if the site has come to rest. Returns what was done."""
    now, number = timezone.now(), generation.current()
    if number is None:
        return "Nothing is committed yet."
    due = pages_due(number, now)
    if not due.exists():
        return "Every public page is kept as readers get it."
    if _is_restless(due, now):
        return "Something was changed a moment ago; the next round waits for the end of it."
    return finish_pages(due)


def finish_pages(due: QuerySet) -> str:
    """Finish the pages of `due`, as readers would get them, while there is time."""
    stop_at = time.monotonic() + LONGEST_SECONDS
    ids = list(due.values_list("pk", flat=True))
    left = "could not be: the log says why."
    for path in _paths(ids):
        if time.monotonic() > stop_at:
            left = "wait for the next round."
            break
        _finish(path)
    # Asked of the archive itself: what it has not got is not kept.
    missing = due.count()
    done = f"{len(ids) - missing} of {len(ids)} pages finished and kept."
    return f"{done} {missing} {left}" if missing else done


def pages_due(number: int, now: datetime) -> QuerySet:
    """The public pages that have not been seen since generation `number`, or since the clock may
    have changed them; those with a new version first."""
    newest = Rendition.objects.filter(page=OuterRef("pk"), valid_until=None)
    newest = newest.order_by("-last_number", "-pk")
    versions = PublishedVersion.objects.filter(page=OuterRef("pk")).order_by("-pk")
    pages = Page.objects.live().public().filter(depth__gt=1)
    pages = pages.annotate(
        seen_in=Subquery(newest.values("last_number")[:1]),
        seen_until=Subquery(newest.values("expires_at")[:1]),
        seen_version=Subquery(newest.values("version")[:1]),
        newest_version=Subquery(versions.values("pk")[:1]),
    )
    is_old = Q(seen_in=None) | Q(seen_in__lt=number) | Q(seen_until__lte=now)
    changed_first = Case(When(seen_version=F("newest_version"), then=1), default=0)
    return pages.filter(is_old, newest_version__isnull=False).order_by(changed_first, "path")


def _is_restless(due: QuerySet, now: datetime) -> bool:
    newest = Moment.objects.order_by("-number").first()
    if newest is None or now - newest.at > REST:
        return False
    seen_in = due.exclude(seen_in=None).order_by("seen_in").values_list("seen_in", flat=True)
    oldest = Moment.objects.filter(number__gt=seen_in.first() or 0).order_by("number").first()
    # None where it is the clock alone that changes what they say.
    return oldest is not None and now - oldest.at < PATIENCE


def _paths(ids: list[int]) -> Iterator[str]:
    """The addresses of pages, in the order of `ids`, without all of them in memory."""
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        pages = Page.objects.in_bulk(portion)
        for pk in portion:
            parts = pages[pk].get_url_parts() if pk in pages else None
            if parts is not None and parts[2]:
                yield parts[2]


def _finish(path: str) -> None:
    try:
        ask(path)
    except Exception:
        # Whatever is wrong with one page, the others are kept.
        logger.exception("%s could not be finished", path)
