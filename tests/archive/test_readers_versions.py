"""Readers open earlier versions only where the practice wants it, and know what they read."""

import re

import pytest

from django.test import Client
from django.urls import reverse

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from clinic.pages.models import PracticeSettings
from clinic.publishing.services import publish_version, withdraw
from tests.archive.conftest import change, later, read
from tests.conftest import fresh, wall_clock

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

VERSION = "/procedures/needle/versions/1/"


@pytest.fixture
def lets_readers(practice):
    settings = PracticeSettings.load()
    settings.show_earlier_versions = True
    settings.logo = get_image_model().objects.create(title="Logo", file=get_test_image_file())
    settings.save()
    return settings


@pytest.fixture
def changed(clock, lets_readers, needle):
    """First published, then corrected, then changed so that readers were told."""
    read()
    later(clock, days=1)
    change(needle, "As it was, corrected.")
    read()
    later(clock, days=1)
    change(needle, "As it is.", kind="major")
    later(clock, days=1)
    read()
    return fresh(needle)


def test_the_list_of_updates_leads_to_each_earlier_version(changed):
    html = read("/procedures/needle/updates/")
    assert re.findall(r'href="([^"]+/versions/[^"]+)"', html) == [VERSION]


def test_an_earlier_version_is_what_readers_were_given_and_says_that_it_is_superseded(changed):
    response = Client().get(VERSION)
    html = response.content.decode()
    assert "As it was, corrected." in html
    assert "As it is." not in html
    main = html[html.index("<main") :]
    notice = " ".join(re.sub(r"<[^>]+>", " ", main[: main.index("</aside>")]).split())
    assert notice.startswith("This is an earlier version of the page. It is superseded.")
    assert "Readers saw it from Mar 2, 2026 until Mar 4, 2026." in notice
    assert "reconstruction" not in notice
    assert '<a href="/procedures/needle/">Read the page as it is now</a>' in main


def test_search_engines_are_told_to_leave_it_out(changed):
    response = Client().get(VERSION)
    html = response.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert response["X-Robots-Tag"] == "noindex"
    (canonical,) = re.findall(r'<link rel="canonical" href="([^"]+)"', html)
    assert canonical.endswith("/procedures/needle/")
    assert "<script" not in html


def test_its_pictures_stay_when_they_are_deleted(changed, lets_readers):
    lets_readers.logo.delete()
    html = read(VERSION)
    files = re.findall(r'src="(files/[^"]+)"', html)
    assert files
    response = Client().get(f"{VERSION}{files[0]}")
    assert response["Content-Type"] == "image/png"
    assert b"".join(response).startswith(b"\x89PNG")
    unknown = f"{VERSION}files/{'0' * 64}.png"
    assert Client().get(unknown).status_code == 404


def test_the_version_that_is_public_now_is_read_at_its_own_address(changed):
    response = Client().get("/procedures/needle/versions/3/")
    assert (response.status_code, response["Location"]) == (302, "/procedures/needle/")


@pytest.mark.parametrize("number", [0, 2, 4, 999999, "01", "１"])
def test_what_readers_were_not_told_about_has_no_address(changed, number):
    assert Client().get(f"/procedures/needle/versions/{number}/").status_code == 404


@pytest.mark.parametrize("reason", ["off", "withdrawn", "private", "draft"])
def test_there_is_none_where_the_practice_or_the_page_does_not_allow_it(
    changed, practice, lets_readers, reason
):
    files = re.findall(r'src="(files/[^"]+)"', read(VERSION))
    addresses = [VERSION, f"{VERSION}{files[0]}"]
    assert {Client().get(address).status_code for address in addresses} == {200}
    if reason == "off":
        lets_readers.show_earlier_versions = False
        lets_readers.save()
        assert "/versions/" not in read("/procedures/needle/updates/")
    elif reason == "withdrawn":
        withdraw(page=changed, by=None, reason="Old.")
    elif reason == "private":
        PageViewRestriction.objects.create(page=changed, restriction_type="login")
    else:
        practice.procedure(title="Draft", slug="draft", live=False)
        addresses = ["/procedures/draft/versions/1/"]
    assert {Client().get(address).status_code for address in addresses} == {404}


def set_privacy(admin, page, kind: str) -> None:
    address = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    assert admin.post(address, {"restriction_type": kind, "password": ""}).status_code == 200


@pytest.mark.parametrize("above", [False, True], ids=["the-page", "the-section-above"])
def test_what_was_public_only_to_staff_stays_so(clock, practice, lets_readers, above):
    admin = practice.client("administrators")
    page = practice.procedure(title="Needle", slug="needle", live=False, summary="For staff.")
    restricted = practice.procedures if above else page
    set_privacy(admin, restricted, "login")
    later(clock, days=1)
    publish_version(page=page)
    later(clock, days=1)
    change(page, "For patients.", kind="major")
    later(clock, days=1)
    set_privacy(admin, restricted, "none")
    later(clock, days=1)
    change(page, "For patients, in plain words.", kind="major")
    later(clock, days=1)
    html = read("/procedures/needle/updates/")
    assert re.findall(r"/versions/(\d+)/", html) == ["2"]
    assert Client().get(VERSION).status_code == 404
    second = read("/procedures/needle/versions/2/")
    assert "For patients." in second
    assert "Readers saw it from Mar 5, 2026 until Mar 6, 2026." in second


def test_it_is_off_unless_the_practice_turns_it_on(practice):
    assert PracticeSettings().show_earlier_versions is False


def test_a_version_from_before_the_archive_says_that_it_is_reconstructed(
    clock, practice, lets_readers
):
    page = practice.procedure(
        title="Old", slug="old", summary="Of 2017.", at=wall_clock(2017, 7, 20, 22, 30)
    )
    page.summary = "Of 2020."
    publish_version(page=page, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="More.")
    html = read("/procedures/old/versions/1/")
    assert "Of 2017." in html
    assert "Readers saw it from Jul 20, 2017 until May 22, 2020. It is a reconstruction" in html


def test_a_time_away_ends_what_readers_saw(clock, lets_readers, needle):
    read()
    later(clock, days=1)
    withdraw(page=fresh(needle), by=None, reason="Under revision.")
    later(clock, days=1)
    change(needle, "As it is.", kind="major")
    assert "from Mar 2, 2026 until Mar 3, 2026" in read(VERSION)


def test_no_page_can_take_the_address(practice):
    from clinic.pages.base import RESERVED_SLUGS

    assert "versions" in RESERVED_SLUGS
