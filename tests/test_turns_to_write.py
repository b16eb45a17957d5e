"""Who waits for whom, on a database that lets one write at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from django.db import OperationalError, connection, transaction

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


def test_a_wait_leaves_the_connection_as_patient_as_it_was():
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()
        with transaction.atomic():
            pass
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == before == (20000,)
