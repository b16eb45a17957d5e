"""A CDN in front of the site: what it may keep is bounded by time, what changed is purged, and
each purge is checked by asking for the page as a reader does."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from wagtail.contrib.frontend_cache.utils import purge_urls_from_cache
from wagtail.models import Page

from . import generation
from .models import EdgeCopy
from .rendering import ask

logger = logging.getLogger(__name__)

ATTEMPTS = 3
TIMEOUT_SECONDS = 10
# How long one round may tell and look, so that other timed work comes to its turn.
MOST_SECONDS = 120
PURGED_AT_ONCE = 10
# What is no page any more has no tag, and is answered like this.
NO_PAGE_HERE = (301, 302, 303, 307, 308, 404, 410)
GONE = ""
STILL_OLD = (
    "The CDN still gives an old page at: {paths}. It will be asked again in the next round; "
    "after {seconds} seconds it must let go by itself."
)


class _NoRedirects(HTTPRedirectHandler):
    """An address that leads elsewhere has no page of its own any more."""

    def redirect_request(self, *args) -> None:
        return None


class PurgeFailed(Exception):
    """The CDN was told to forget a page and did not: readers may see the page before."""


@dataclass(frozen=True)
class Change:
    """An address at which the CDN must give something else now; GONE, or the tag to be seen."""

    path: str
    etag: str


def purge_changes() -> str:
    """The job: purge what changed since the CDN was last told, and look whether readers get it.
    Raises PurgeFailed, for the job's report, where they do not after several attempts."""
    if not settings.CDN_SECONDS or not settings.WAGTAILFRONTENDCACHE:
        return "No CDN is set up."
    number = generation.current()
    if EdgeCopy.objects.filter(number=number).exists():
        return "Nothing has changed."
    changes = _changes()
    left, ends = changes, time.monotonic() + MOST_SECONDS
    for _ in range(ATTEMPTS):
        if not left or time.monotonic() > ends:
            break
        for start in range(0, len(left), PURGED_AT_ONCE):
            if time.monotonic() > ends:
                break
            with _within_seconds():
                some = left[start : start + PURGED_AT_ONCE]
                purge_urls_from_cache([_public_url(change.path) for change in some])
        left = [change for change in left if time.monotonic() > ends or not _is_seen(change)]
    _remember([change for change in changes if change not in left], number, is_whole=not left)
    if left:
        paths = ", ".join(change.path for change in left)
        raise PurgeFailed(STILL_OLD.format(paths=paths, seconds=settings.CDN_SECONDS))
    return f"Pages that the CDN gives anew: {len(changes)}."


@contextmanager
def _within_seconds() -> Iterator[None]:
    """Wagtail tells a CDN without saying how long it waits for the answer: for ever, then."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _changes() -> list[Change]:
    told = dict(EdgeCopy.objects.values_list("path", "etag"))
    now = {}
    for page in Page.objects.live().public().filter(depth__gt=1).iterator():
        # One of no site has no address.
        _, _, path = page.get_url_parts() or (None, None, None)
        if path:
            now[path] = ask(path).get("ETag", GONE)
    now |= {path: GONE for path in told if path not in now}
    # Of a page it was never told of, the CDN may have the answer that there is none.
    return [Change(path, etag) for path, etag in now.items() if told.get(path) != etag]


def _is_seen(change: Change) -> bool:
    """Whether a reader who asks the CDN gets what the site gives."""
    try:
        # The address is the site's own.
        request = Request(_public_url(change.path), headers={"Accept-Encoding": "identity"})  # noqa: S310
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as answer:
            seen = answer.headers.get("ETag", GONE)
    except HTTPError as error:
        if error.code not in NO_PAGE_HERE:
            logger.warning("%s could not be checked: %s", change.path, error)
            return False
        seen = GONE
    except (URLError, TimeoutError) as error:
        logger.warning("%s could not be checked: %s", change.path, error)
        return False
    return seen.removeprefix("W/") == change.etag


def _remember(seen: list[Change], number: int, *, is_whole: bool) -> None:
    gone = [change.path for change in seen if change.etag == GONE]
    EdgeCopy.objects.filter(path__in=gone).delete()
    EdgeCopy.objects.bulk_create(
        [EdgeCopy(path=change.path, etag=change.etag) for change in seen if change.etag != GONE],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["etag"],
    )
    if is_whole:
        EdgeCopy.objects.update(number=number)


def _public_url(path: str) -> str:
    return urljoin(settings.WAGTAILADMIN_BASE_URL, path)
