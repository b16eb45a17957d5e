"""How long whoever wants to write waits for whoever is writing, and in which turns."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import OperationalError, connection

USUAL_SECONDS = settings.DATABASES["default"].get("OPTIONS", {}).get("timeout", 5)
HURRY_SECONDS = 0.05
# How long SQLite tries by itself. Left alone it looks only every 100 ms, and someone who writes
# without a pause is always there first.
TRY_MS = 5

_patience: ContextVar[float] = ContextVar("patience", default=USUAL_SECONDS)


@contextmanager
def impatient() -> Iterator[None]:
    """Meanwhile, a lock that somebody holds is waited for no longer than a reader would notice;
    then an OperationalError is raised."""
    before = _patience.set(HURRY_SECONDS)
    try:
        _tell(HURRY_SECONDS)
        yield
    finally:
        _patience.reset(before)
        _tell(_patience.get())


def wait_for_a_turn(execute, sql, params, many, context):
    """Begin a transaction of SQLite that may write: asked for again and again in short order, so
    that several who write get their turns. Where time runs out, it is as if SQLite had waited."""
    if sql != "BEGIN IMMEDIATE":
        return execute(sql, params, many, context)
    database = context["connection"].connection
    database.execute(f"PRAGMA busy_timeout = {TRY_MS}")
    given_up_at = time.monotonic() + _patience.get()
    try:
        while True:
            try:
                return execute(sql, params, many, context)
            except OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > given_up_at:
                    raise
    finally:
        database.execute(f"PRAGMA busy_timeout = {int(_patience.get() * 1000)}")


def on_connection_created(*, connection, **kwargs) -> None:
    """Whoever connects to SQLite waits like this."""
    if connection.vendor == "sqlite" and wait_for_a_turn not in connection.execute_wrappers:
        connection.execute_wrappers.append(wait_for_a_turn)


def _tell(seconds: float) -> None:
    """Let the database wait for so long."""
    milliseconds = int(seconds * 1000)
    is_usual = seconds == USUAL_SECONDS
    statements = {
        "sqlite": f"PRAGMA busy_timeout = {milliseconds}",
        "postgresql": f"SET lock_timeout = {'DEFAULT' if is_usual else milliseconds}",
    }
    with connection.cursor() as cursor:
        cursor.execute(statements[connection.vendor])
