"""What a page says about its own dates."""

from datetime import date, time

import pytest

from django.urls import reverse

from wagtail.users.models import UserProfile

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


def test_the_report_finds_publications_by_days_of_the_practice_whatever_the_readers_zone(practice):
    reader = UserProfile.get_for_user(practice.users["publishers"])
    reader.current_time_zone = "Asia/Tokyo"
    reader.save()
    practice.procedure(title="In April", at=wall_clock(2026, 4, 30, 23, 59))
    practice.procedure(title="In May", at=wall_clock(2026, 5, 1, 0, 1))
    response = practice.client("publishers").get(
        reverse("publications_report"),
        {"published_at_from": "2026-04-01", "published_at_to": "2026-04-30"},
    )
    assert [row.page.title for row in response.context["object_list"]] == ["In April"]


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
