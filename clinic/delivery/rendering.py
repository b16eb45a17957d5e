"""Finishes a page: renders it once for everyone, and keeps it if nothing changed meanwhile."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from . import generation
from .address import Address
from .clock import turns
from .copies import Copy
from .debts import Debt, debts
from .marks import Mark
from .memo import rendering_under
from .store import store

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]
# While the site changes faster than a page renders, it is rendered again; so often at most.
ATTEMPTS = 10


def finish(address: Address, get_response: GetResponse) -> Copy | HttpResponse:
    """The finished copy of `address`, made now unless somebody just did. The plain response where
    it is not marked for delivery to everyone."""
    with store.the_only_one(address):
        for _ in range(ATTEMPTS):
            number = generation.current()
            if number is None:
                return get_response(address.as_request())
            if found := store.find(address, number):
                return found
            request, now = address.as_request(), timezone.now()
            with rendering_under(number):
                response = get_response(request)
            mark = getattr(response, "delivery_mark", None)
            if not is_for_everyone(response, mark):
                return response
            copy = _copy_of(response, mark, request, address, number, now)
            if generation.current() == number:
                if _is_handed_in(address, mark, copy, now):
                    store.put(address, copy)
                return copy
        logger.warning("%s changed during each of %s renderings.", address.path, ATTEMPTS)
        return copy


def ask(path: str, *, anew: bool = False) -> HttpResponse:
    """The answer that a reader would get at `path` now; finished and kept, if it was not yet.
    `anew` renders it in any case, and keeps nothing."""
    request = Address.of_path(path).as_request()
    # Wagtail's mark of a request that no reader has made.
    request.is_dummy = anew
    return _handler.get_response(request)


# Django's own way from a request to its answer, all middleware included.
_handler = SimpleLazyObject(WSGIHandler)


def is_for_everyone(response: HttpResponse, mark: Mark | None) -> bool:
    """Whether every reader may be given this answer."""
    if mark is None or response.status_code != 200 or response.streaming:
        return False
    if response.cookies or "cookie" in response.get("Vary", "").lower():
        logger.error("A page for everyone asked who its reader is: it is not kept.")
        return False
    return True


def _copy_of(response, mark, request, address, number, now: datetime) -> Copy:
    expires = turns.next_turn(now)
    if said := getattr(request, "fresh_until", None):
        expires = min(expires, said)
    copy = Copy.made_of(
        response,
        number=number,
        expires=expires.timestamp(),
        modified=int(time.time()),
        parameters=mark.parameters,
    )
    before = store.last(address)
    if before is not None:
        is_same = before.digest == copy.digest
        # Browsers compare whole seconds: two texts of one second must not look like one.
        copy.modified = before.modified if is_same else max(copy.modified, before.modified + 1)
    return copy


def _is_handed_in(address: Address, mark: Mark, copy: Copy, now: datetime) -> bool:
    """Hand the page to the archive before anyone gets it. False where the archive does not take
    it: this reader gets the page all the same, and the next one's is another try."""
    if mark.page is None or address.query:
        return True
    copy.is_kept = False
    return debts.hand_in(Debt(mark.page, copy, now))
