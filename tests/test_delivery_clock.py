"""A page that says something by date says the next thing when its time comes, though nobody has
changed anything."""

from datetime import UTC, date, time, timedelta

import pytest
import time_machine

from django.conf import settings as django_settings
from django.test import Client

from clinic.delivery import baked
from clinic.delivery.clock import turns
from clinic.delivery.store import store
from clinic.pages.models import Alert
from clinic.publishing.services import publish_version
from tests.conftest import wall_clock
from tests.factories import LocationFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEEDLE = "/procedures/needle/"
MINUTE = timedelta(minutes=1)


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return response.content.decode()


def turns_at(path: str, moment, before: str, after: str) -> None:
    """Readers up to the last second before `moment` read `before`, and `after` from then on."""
    assert before != after
    with time_machine.travel(moment - timedelta(hours=2), tick=False):
        assert before in read(path)
    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        assert before in read(path)
        kept = len(store.pages.copies)
        assert before in read(path)
        assert len(store.pages.copies) == kept
    with time_machine.travel(moment, tick=False):
        text = read(path)
        assert after in text
        assert before not in text


def test_an_alert_begins_and_ends_on_the_second(practice):
    practice.procedure(title="Needle", slug="needle")
    begins, ends = wall_clock(2027, 1, 11, 9, 30), wall_clock(2027, 1, 11, 17, 0)
    Alert.objects.create(text="Closed for snow.", starts_at=begins, ends_at=ends)
    for path in (NEEDLE, "/", "/search/?q=needle"):
        store.clear()
        with time_machine.travel(begins - MINUTE, tick=False):
            assert "Closed for snow." not in read(path)
        with time_machine.travel(begins, tick=False):
            assert "Closed for snow." in read(path)
        with time_machine.travel(ends - MINUTE, tick=False):
            assert "Closed for snow." in read(path)
        with time_machine.travel(ends, tick=False):
            assert "Closed for snow." not in read(path)


@pytest.mark.parametrize(
    "day",
    [(2027, 1, 11), (2027, 3, 15), (2027, 11, 8)],
    ids=["a winter day", "the day after clocks go forward", "the day after they go back"],
)
@pytest.mark.parametrize("path", ["/locations/elm/", "/locations/", "/"])
def test_an_office_opens_and_closes_on_the_minute(practice, day, path):
    office = LocationFactory(
        parent=practice.locations,
        live=False,
        title="Elm",
        slug="elm",
        hours=[
            (
                "hours",
                {
                    "days": ["mon", "tue", "wed", "thu", "fri"],
                    "opens": time(8),
                    "closes": time(17),
                },
            )
        ],
        hours_confirmed_on=date(2026, 12, 1),
    )
    publish_version(page=office)
    turns_at(path, wall_clock(*day, 8, 0), "Closed now", "Open now")
    turns_at(path, wall_clock(*day, 17, 0), "Open now", "Closed now")


def test_a_president_is_a_past_president_from_midnight_at_the_practice(practice):
    page = practice.physician
    office = {"organisation": "Society of Needles", "office": "President", "end": "2027-03-13"}
    page.credentials = [{"type": "office", "value": office}]
    publish_version(page=page, kind="minor")
    # Clocks go forward in the night after that last day.
    midnight = wall_clock(2027, 3, 14, 0, 0)
    turns_at(page.url, midnight, ">President, Society", ">Past President, Society")


def test_every_copy_is_over_at_the_next_midnight_of_the_practice(practice):
    for day, hours in (((2027, 3, 13), 24), ((2027, 3, 14), 23), ((2027, 11, 7), 25)):
        store.clear()
        midnight = wall_clock(*day, 0, 0).astimezone(UTC)
        assert turns.last_turn(midnight) == midnight
        assert turns.next_turn(midnight) - midnight == timedelta(hours=hours)
        with time_machine.travel(midnight, tick=False):
            read("/physicians/")
        (copy,) = store.pages.copies.values()
        assert copy.expires == (midnight + timedelta(hours=hours)).timestamp()


def test_an_office_in_another_zone_turns_the_page_at_its_own_midnight(practice):
    office = LocationFactory(
        parent=practice.locations, live=False, title="Far", own_time_zone="Pacific/Honolulu"
    )
    publish_version(page=office)
    noon = wall_clock(2027, 1, 11, 12, 0)
    # Midnight in Honolulu is five in the morning in New York.
    assert turns.last_turn(noon) == wall_clock(2027, 1, 11, 5, 0)
    assert turns.next_turn(wall_clock(2027, 1, 11, 1, 0)) == wall_clock(2027, 1, 11, 5, 0)


def test_a_baked_page_is_laid_out_only_for_periods_in_which_it_stays_true(practice, settings):
    settings.DELIVERY_BAKES = True
    settings.WAGTAILADMIN_BASE_URL = "http://testserver"
    practice.procedure(title="Needle", slug="needle")
    midnight = wall_clock(2027, 1, 13, 0, 0)
    start = int(midnight.timestamp()) // baked.PERIOD_SECONDS * baked.PERIOD_SECONDS
    folder = django_settings.DELIVERY_DIR / "baked" / "current"
    for second, is_baked in ((start - 1, True), (start + 1, False), (start + 1000, True)):
        with time_machine.travel(second, tick=False):
            read(NEEDLE)
            period = folder / str(second // baked.PERIOD_SECONDS)
            files = period / "testserver" / "procedures" / "needle"
            found = sorted(file.name for file in files.glob("*"))
            expected = ["index.html", "index.html.br", "index.html.gz"] if is_baked else []
            assert found == expected
