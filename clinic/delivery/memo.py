"""What many pages need and few changes touch is kept in memory for one generation."""

import functools
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar

from . import generation

MOST_VALUES = 1000

_all_values: list[dict] = []

# The number a page is being rendered under: all it asks for is of that one generation.
_rendering: ContextVar[int | None] = ContextVar("rendering", default=None)


@contextmanager
def rendering_under(number: int):
    token = _rendering.set(number)
    try:
        yield
    finally:
        _rendering.reset(token)


def kept(function: Callable) -> Callable:
    """Decorates a function of a few hashable arguments that reads the database: its values are
    kept in this process until anything changes, and must not be changed by who gets them.

    In a transaction that has written, nothing is kept and nothing kept is given.
    """
    values: dict = {}
    _all_values.append(values)

    @functools.wraps(function)
    def kept_function(*args):
        number = _rendering.get() or generation.current()
        if number is None:
            return function(*args)
        found = values.get(args)
        if found is not None and found[0] == number:
            return found[1]
        value = function(*args)
        if len(values) >= MOST_VALUES:
            values.clear()
        # Of a render that a change overtakes, the page is not kept; nobody asks this number again.
        values[args] = (number, value)
        return value

    return kept_function


def forget_everything() -> None:
    """What was kept under any number."""
    for values in _all_values:
        values.clear()
