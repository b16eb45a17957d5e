"""The preview shows the dates as they will be, on the practice's calendar."""

import re

import pytest
import time_machine

from django.urls import reverse

from wagtail.test.utils.form_data import nested_form_data, rich_text
from wagtail.users.models import UserProfile

from clinic.publishing.services import publish_version
from procedures.models import ConditionIndexPage
from tests.admin import COMMENTS, procedure_data
from tests.conftest import wall_clock

pytestmark = pytest.mark.django_db


def preview(client, page, data) -> str:
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(address, data).json()["is_valid"]
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("overview", "answer", "line"),
    [
        ("A thin needle is used.", "", "published on Jul 20, 2017, modified on May 22, 2020 by"),
        ("A new text.", "", "published on Jul 20, 2017, modified on Nov 3, 2026 by"),
        ("A new text.", "major", "published on Jul 20, 2017, modified on Nov 3, 2026 by"),
        ("A new text.", "minor", "published on Jul 20, 2017, modified on May 22, 2020 by"),
    ],
)
def test_an_editor_in_tokyo_previews_the_days_that_readers_will_see(
    practice, overview, answer, line
):
    page = practice.procedure(at=wall_clock(2017, 7, 20, 22, 30))
    page.summary = "Changed."
    publish_version(page=page, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="Changed.")
    editor = practice.users["publishers"]
    profile = UserProfile.get_for_user(editor)
    profile.current_time_zone = "Asia/Tokyo"
    profile.preferred_language = "de"
    profile.save()
    # In Tokyo it is already the fourth of November.
    with time_machine.travel(wall_clock(2026, 11, 3, 21, 30)):
        client = practice.client("publishers")
        html = preview(client, page, procedure_data(page, overview=overview, change_kind=answer))
    text = " ".join(html.replace("<", " <").split())
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).replace(" ,", ",")
    assert f"This page was {line} Dr. Quillfeather, MD" in words


def test_a_page_never_published_previews_today(practice):
    page = practice.procedure(live=False)
    with time_machine.travel(wall_clock(2026, 11, 3, 21, 30)):
        html = preview(practice.client("publishers"), page, procedure_data(page))
    assert 'published on <time datetime="2026-11-03">Nov 3, 2026</time> by Dr.' in html
    assert "modified" not in html


def test_a_new_list_can_be_looked_at_before_it_is_saved(practice, monkeypatch):
    # There is one already, whose record keeps it.
    monkeypatch.setattr(ConditionIndexPage, "max_count", None)
    names = ["procedures", "conditionindexpage", practice.home.pk]
    address = reverse("wagtailadmin_pages:preview_on_add", args=names)
    client = practice.client("superuser")
    data = {"title": "A list of ours", "slug": "ours", "introduction": rich_text("<p>New.</p>")}
    data = nested_form_data(data | COMMENTS)
    assert client.post(address, data).json() == {"is_valid": True, "is_available": True}
    response = client.get(address)
    assert response.status_code == 200
    assert "A list of ours" in response.content.decode()
