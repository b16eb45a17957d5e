"""How a view says that its answer is for everyone, and until when it stays true."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class Mark:
    """What delivery is told of an answer. Without one, it is given to the asker and forgotten."""

    # The page whose text it is, for the archive; None for lists of many, feeds and the like.
    page: Any
    # The names of query parameters that change the answer; all others mean nothing.
    parameters: frozenset[str]


def deliver(response: HttpResponse, *, page=None, parameters=()) -> HttpResponse:
    """Mark `response` as the same for every reader: it is kept, and given to all who ask for this
    address, until anything changes or its time is over. Returns it."""
    response.delivery_mark = Mark(page, frozenset(parameters))
    return response


def fresh_until(request: HttpRequest, moment: datetime | None) -> None:
    """Say, while answering `request`, that what is being written stays true until `moment`
    (aware) at most; None says nothing. Midnight and what clock.turns knows need not be said."""
    if moment is not None:
        said = getattr(request, "fresh_until", None)
        request.fresh_until = min(said, moment) if said else moment
