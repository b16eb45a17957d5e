"""What a page says about its own dates."""

from datetime import date, time

import pytest

from clinic.publishing.services import publish_version
from tests.conftest import fresh, kinds, wall_clock
from tests.factories import LocationFactory

pytestmark = pytest.mark.django_db


def test_late_evening_dates_are_days_of_the_practice(practice, client):
    page = practice.procedure(title="Kyphoplasty", at=wall_clock(2017, 7, 20, 22, 30))
    page.summary = "Now with its risks."
    publish_version(
        page=page, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="Added the risks."
    )
    html = client.get("/procedures/kyphoplasty/").content.decode()
    assert 'Last updated: <time datetime="2020-05-22">May 22, 2020</time>' in html
    assert (
        'This page was published on <time datetime="2017-07-20">Jul 20, 2017</time>, '
        'modified on <time datetime="2020-05-22">May 22, 2020</time> by Dr. Quillfeather, MD '
        "(Pain Management Specialist) of Elm Street Clinic" in html
    )
    assert kinds(fresh(page)) == ["first", "major"]


def test_imported_text_that_the_editor_would_write_otherwise_is_the_same_text(practice):
    hours = [{"type": "hours", "value": {"days": ["mon"], "opens": "08:00", "closes": "17:00"}}]
    office = LocationFactory(
        parent=practice.locations, live=False, hours=hours, hours_confirmed_on=date(2026, 1, 5)
    )
    publish_version(page=office)
    office = fresh(office)
    office.hours = [("hours", {"days": ["mon"], "opens": time(8), "closes": time(17)})]
    publish_version(page=office, kind="major", note="Nothing.")
    assert kinds(office) == ["first", "same"]
