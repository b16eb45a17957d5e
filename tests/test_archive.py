"""What readers were given can be shown again: byte by byte, at every moment, and no more."""

from datetime import datetime, timedelta

import pytest
import time_machine

from django.test import Client
from django.utils import timezone

from wagtail.models import PageViewRestriction

from clinic.delivery.answers import State, at_moment
from clinic.delivery.models import Piece, Rendition
from clinic.delivery.rendering import store
from clinic.publishing.services import publish_version, withdraw
from tests.conftest import fresh, wall_clock

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

START = wall_clock(2026, 3, 2, 9, 0)
ADDRESS = "/procedures/needle/"


@pytest.fixture
def clock():
    """The time, which stands still until it is moved."""
    with time_machine.travel(START, tick=False) as traveller:
        store.clear()
        yield traveller


@pytest.fixture
def needle(clock, practice):
    return practice.procedure(title="Needle", slug="needle", summary="As it was.")


def later(clock, **time) -> datetime:
    clock.shift(timedelta(**time))
    return timezone.now()


def read(address: str = ADDRESS) -> str:
    """What a reader gets, as text."""
    return Client().get(address).content.decode()


def change(page, summary: str, kind: str = "minor") -> None:
    page = fresh(page)
    page.summary = summary
    publish_version(page=page, kind=kind, note="A note.")


def rows(page) -> list[Rendition]:
    return list(Rendition.objects.of(page).reverse())


def test_what_a_reader_got_is_kept_byte_by_byte(clock, needle):
    html = read()
    (row,) = rows(needle)
    assert row.html == html
    assert (row.valid_from, row.valid_until, row.why) == (START, None, "First published.")
    assert row.version == needle.published_versions.get()


def test_each_text_ends_where_the_next_begins(clock, needle):
    first = read()
    read_at = later(clock, minutes=5)
    changed_at = later(clock, minutes=5)
    change(needle, "As it is.")
    later(clock, minutes=5)
    second = read()
    old, new = rows(needle)
    assert (old.html, old.valid_until) == (first, changed_at)
    assert (new.html, new.valid_from) == (second, changed_at)
    assert new.why == "The version of Mar 2, 2026 was published."
    assert at_moment(needle, read_at).rendition == old
    assert at_moment(needle, changed_at).rendition == new
