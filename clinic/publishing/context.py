"""What the publish service tells the receiver of Wagtail's signal, which carries neither
a user nor a date of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.models import Page


@dataclass(frozen=True)
class Circumstances:
    """Who acts, as of when, and why; each None where Wagtail's own answer is right."""

    by: Any = None
    by_name: str = ""
    at: datetime | None = None
    reason: str = ""
    replacement: Any = None
    # Why it cannot wait for whoever else must agree; what is owed then is owed afterwards.
    urgent: str = ""
    # History that was public before this system kept its record: it is taken as it was.
    is_history: bool = False


def lock_page(page_id: int) -> None:
    """Make whoever else writes this page's record wait until the transaction ends; not who only
    refers to the page, and may hold what this one needs next."""
    list(
        Page.objects.select_for_update(no_key=True).order_by().filter(pk=page_id).values_list("pk")
    )


def name_of(user: Any) -> str:
    """An account as the record writes it: the person's name, or else the account's; "" for None."""
    return (user.get_full_name() or user.get_username()) if user is not None else ""


NOTHING_SPECIAL = Circumstances()
_current: ContextVar[Circumstances] = ContextVar("circumstances", default=NOTHING_SPECIAL)


@contextmanager
def acting(**circumstances: Any) -> Iterator[None]:
    """While the block runs, the record is written under these circumstances."""
    token = _current.set(Circumstances(**circumstances))
    try:
        yield
    finally:
        _current.reset(token)


def current_circumstances() -> Circumstances:
    return _current.get()
