"""A practice whose clock is moved by hand, and a page that is changed and read."""

from datetime import datetime, timedelta

import pytest
import time_machine

from django.test import Client
from django.utils import timezone

from clinic.delivery.models import Rendition
from clinic.publishing.services import publish_version
from tests.conftest import fresh, wall_clock

START = wall_clock(2026, 3, 2, 9, 0)
ADDRESS = "/procedures/needle/"


@pytest.fixture
def clock():
    """The time, which stands still until it is moved."""
    with time_machine.travel(START, tick=False) as traveller:
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
