"""What a page says about its own dates."""

import pytest

from clinic.publishing.services import publish_version
from tests.conftest import fresh, kinds, wall_clock

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
