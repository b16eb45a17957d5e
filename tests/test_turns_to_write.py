"""Who waits for whom, on a database that lets one write at a time."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, transaction
from django.urls import URLPattern, get_resolver, resolve

from clinic.delivery.patience import impatient

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL lets many write at once"),
]


@contextmanager
def somebody_writing(seconds: float) -> Iterator[None]:
    """In a transaction of their own, for so long."""
    is_at_it, is_over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            is_at_it.set()
            is_over.wait(seconds)
        connection.close()

    other = threading.Thread(target=write, daemon=True)
    other.start()
    assert is_at_it.wait(10)
    try:
        yield
    finally:
        is_over.set()
        other.join(10)


def test_whoever_is_in_a_hurry_gives_up_and_others_wait():
    with somebody_writing(0.5):
        with pytest.raises(OperationalError, match="locked"), impatient(), transaction.atomic():
            pytest.fail("Began while somebody else was writing.")
        with transaction.atomic():
            pass


def test_whoever_waits_asks_often_enough_not_to_be_passed_over():
    attempts = []

    def count(execute, sql, params, many, context):
        attempts.extend([sql] if sql.startswith("BEGIN") else [])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count), somebody_writing(0.5), transaction.atomic():
        pass
    # Left to itself, SQLite would have been asked once, and have looked ten times.
    assert len(attempts) > 10


def busy_timeout() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_a_connection_stays_as_patient_as_it_is_told_to_be():
    assert busy_timeout() == 20000
    with impatient():
        assert busy_timeout() == 50
        with transaction.atomic():
            assert busy_timeout() == 50
    with transaction.atomic():
        assert busy_timeout() == 20000


def public_views(patterns, prefix: str = "") -> Iterator[tuple[str, Callable]]:
    """Address and view of everything outside the admin."""
    for pattern in patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield address, pattern.callback
        elif not address.startswith("admin/"):
            yield from public_views(pattern.url_patterns, address)


def test_no_reader_waits_for_a_writer_wherever_they_ask():
    """A request that takes part in transactions begins with the lock that writers need. Only who
    gives a password, or logs in to read, may wait."""
    waiting = {
        address
        for address, view in public_views(get_resolver().url_patterns)
        if DEFAULT_DB_ALIAS not in getattr(view, "_non_atomic_requests", ())
    }
    # Wagtail's own, behind ours at the same addresses.
    shadowed = {r"documents/^(\d+)/(.*)$", r"^((?:[\w\-]+/)*)$"}
    assert waiting - shadowed == {
        "documents/authenticate_with_password/<int:restriction_id>/",
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        "_util/login/",
    }
    for address in ("/documents/1/film.mp4", "/procedures/needle/"):
        assert DEFAULT_DB_ALIAS in resolve(address).func._non_atomic_requests
