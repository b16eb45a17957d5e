"""The map of the site is complete and true; who knows an old address is led to the page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from clinic import sitemap as sitemap_module
from clinic.publishing.services import publish_version, withdraw
from tests.admin import edit, procedure_data
from tests.conftest import fresh, set_review_policy, wall_clock
from tests.factories import (
    ConditionFactory,
    ContentPageFactory,
    LocationFactory,
    NoticePageFactory,
    PhysicianFactory,
    ProcedureFactory,
)
from tests.reviews import signed_page, submit

pytestmark = pytest.mark.django_db

ENTRY = re.compile(r"<loc>http://localhost([^<]+)</loc>(?:<lastmod>([^<]+)</lastmod>)?")


def entries(client, query: str = "") -> dict[str, str]:
    response = client.get(f"/sitemap.xml{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return dict(ENTRY.findall(re.sub(r">\s+<", "><", response.content.decode())))


def test_every_kind_of_page_stands_there_with_the_day_of_its_last_real_change(practice, client):
    published, changed = wall_clock(2026, 3, 7, 23, 30), wall_clock(2026, 3, 8, 23, 30)
    for page in (
        ContentPageFactory(parent=practice.home, slug="a", live=False),
        NoticePageFactory(parent=practice.home, slug="b", live=False),
        LocationFactory(parent=practice.locations, slug="c", live=False),
        ConditionFactory(parent=practice.conditions, slug="d", live=False),
        PhysicianFactory(parent=practice.physicians, last_name="E", live=False),
        ProcedureFactory(
            parent=practice.procedures,
            slug="f",
            credited_physician=practice.physician,
            live=False,
        ),
    ):
        publish_version(page=page, at=published)
        page.search_description = "A word for search engines."
        publish_version(page=page, kind="minor", at=changed + timedelta(days=2))
    page.summary = "Another text."
    publish_version(page=page, kind="major", note="Another text.", at=changed)
    found = entries(client)
    assert {path: found[path] for path in found if found[path].startswith("2026-03")} == {
        "/a/": "2026-03-07",
        "/b/": "2026-03-07",
        "/locations/c/": "2026-03-07",
        "/conditions/d/": "2026-03-07",
        "/physicians/ida-e-md/": "2026-03-07",
        "/procedures/f/": "2026-03-08",
    }
    assert {"/", "/procedures/", "/conditions/", "/physicians/", "/locations/"} <= set(found)


def test_what_readers_cannot_see_is_not_on_the_map(practice, client):
    before = set(entries(client))
    practice.procedure(live=False)
    private = practice.procedure()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    gone = practice.procedure()
    withdraw(page=gone, by=practice.users["publishers"], reason="Gone.")
    assert set(entries(client)) == before
    assert set(entries(practice.client("superuser"))) == before


@pytest.mark.parametrize("hides", [False, True])
def test_the_map_of_two_hundred_pages_asks_no_more_than_that_of_one(practice, client, hides):
    set_review_policy(procedures=True, hides_unreviewed=hides)
    signed = signed_page(practice, title="Signed", slug="signed")
    ProcedureFactory(parent=practice.procedures, slug="unsigned")
    ConditionFactory(parent=practice.conditions)

    def count() -> int:
        entries(client)
        with CaptureQueriesContext(connection) as captured:
            entries(client)
        return len(captured)

    few = count()
    for _ in range(100):
        ProcedureFactory(parent=practice.procedures)
        ConditionFactory(parent=practice.conditions)
    assert count() == few <= (16 if hides else 8)
    found = entries(client)
    assert signed.url in found
    assert ("/procedures/unsigned/" in found) is not hides


def test_a_large_site_has_an_index_of_maps(practice, client, monkeypatch, settings):
    # Finished, it would not be written anew for a number that nobody else can change.
    settings.DELIVERY_STORE = False
    everything = entries(client)
    assert len(everything) == 6
    monkeypatch.setattr(sitemap_module, "PER_SECTION", 4)
    index = client.get("/sitemap.xml").content.decode()
    addresses = re.findall(r"<loc>http://testserver/sitemap.xml([^<]+)</loc>", index)
    assert addresses == ["?section=1", "?section=2"]
    first, second = (entries(client, address) for address in addresses)
    assert (len(first), len(second)) == (4, 2)
    assert first | second == everything
    # Nonsense shows the first or the last one.
    assert entries(client, "?section=x") == first
    assert entries(client, "?section=99") == second


def test_robots_are_told_what_is_not_for_them(practice, client):
    assert client.get("/robots.txt").content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /api/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


def led(client, path: str) -> str:
    """Where a reader who asks for `path` is sent: an address, or "" if nowhere."""
    response = client.get(path)
    assert response.status_code in (301, 404, 410)
    return response.get("Location", "")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Redirects are made when a change is committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def needle(practice):
    return practice.procedure(title="Needle", slug="needle")


def rename(page, slug: str) -> None:
    page = fresh(page)
    page.slug = slug
    publish_version(page=page, kind="minor")


def by_form(practice, page):
    data = procedure_data(page, action="publish", slug="pin", change_kind="minor")
    edit(practice.client("publishers"), page, data)


def by_approval(practice, page):
    submit(practice, page, slug="pin")
    state = fresh(page).current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    practice.client("publishers").post(address, {"comment": ""})


def by_schedule(practice, page):
    page.slug = "pin"
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.answer("minor")
    page.save_revision(user=practice.users["publishers"]).publish()
    from clinic.jobs.services import run_due_jobs

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        run_due_jobs()


@pytest.mark.parametrize("route", [by_form, by_approval, by_schedule])
def test_a_new_slug_leaves_a_redirect_on_every_route(practice, client, needle, committed, route):
    with committed():
        route(practice, needle)
    assert fresh(needle).url == "/procedures/pin/"
    assert client.get("/procedures/pin/").status_code == 200
    assert led(client, "/procedures/needle/") == "/procedures/pin/"


def test_a_draft_with_a_new_slug_moves_nothing(practice, client, needle, committed):
    with committed():
        edit(practice.client("writers"), needle, procedure_data(needle, slug="pin"))
    assert client.get("/procedures/needle/").status_code == 200
    assert led(client, "/procedures/pin/") == ""


def test_pages_below_a_renamed_or_moved_page_are_found(practice, client, committed):
    above, below, other = (
        ContentPageFactory(parent=practice.home, slug="above", live=False),
        None,
        ContentPageFactory(parent=practice.home, slug="other", live=False),
    )
    below = ContentPageFactory(parent=above, slug="below", live=False)
    for page in (above, below, other):
        publish_version(page=page)
    with committed():
        rename(above, "upper")
    assert led(client, "/above/below/") == "/upper/below/"
    with committed():
        fresh(above).move(fresh(other), pos="last-child")
    assert fresh(below).url == "/other/upper/below/"
    for path in ("/above/below/", "/upper/below/"):
        assert led(client, path) == "/other/upper/below/"
    assert led(client, "/upper/") == "/other/upper/"


def test_every_old_address_leads_straight_to_the_page(practice, client, needle, committed):
    for slug in ("pin", "tack", "nail"):
        with committed():
            rename(needle, slug)
    for slug in ("needle", "pin", "tack"):
        assert led(client, f"/procedures/{slug}/") == "/procedures/nail/"


def test_a_page_renamed_back_and_forth_leads_nobody_in_circles(practice, client, needle, committed):
    for slug in ("pin", "needle", "pin", "needle"):
        with committed():
            rename(needle, slug)
    assert client.get("/procedures/needle/").status_code == 200
    assert led(client, "/procedures/pin/") == "/procedures/needle/"
    # Its own address, which it once left, now leads to itself.
    assert Redirect.objects.filter(old_path="/procedures/needle").exists()
    PageViewRestriction.objects.create(page=needle, restriction_type="login")
    fresh(needle).unpublish()
    for path in ("/procedures/needle/", "/procedures/pin/"):
        assert led(client, path) == ""


def test_another_page_at_the_old_address_is_shown_itself(practice, client, needle, committed):
    with committed():
        rename(needle, "pin")
    practice.procedure(title="Newcomer", slug="needle")
    assert b"Newcomer" in client.get("/procedures/needle/").content


@pytest.mark.parametrize("way", ["draft", "private"])
def test_the_new_address_of_a_hidden_page_is_not_told(practice, client, committed, way):
    page = practice.procedure(title="Needle", slug="needle", live=way == "private")
    if way == "private":
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        with committed():
            rename(page, "whispertown")
    else:
        with committed():
            page.slug = "whispertown"
            page.save()
    assert Redirect.objects.filter(old_path="/procedures/needle").exists()
    assert led(client, "/procedures/needle/") == ""
    assert led(practice.client("superuser"), "/procedures/needle/") == ""


def test_the_old_address_of_a_withdrawn_page_leads_to_the_reason(
    practice, client, needle, committed
):
    with committed():
        rename(needle, "pin")
    withdraw(page=fresh(needle), by=practice.users["publishers"], reason="No longer offered.")
    assert led(client, "/procedures/needle/") == "/procedures/pin/"
    response = client.get("/procedures/pin/")
    assert response.status_code == 410
    assert b"No longer offered." in response.content


@pytest.mark.parametrize("link", ["/search/", "https://example.org/x", "/procedures/needle/"])
def test_an_editors_own_redirect_leads_where_it_says(practice, client, needle, link):
    Redirect.add_redirect("/old/", link)
    assert led(client, "/old/?from=mail") == link


def test_days_on_the_map_are_the_practices(practice, client):
    # Half past ten in the evening of July 20 where the practice is.
    practice.procedure(slug="late", at=datetime(2026, 7, 21, 2, 30, tzinfo=UTC))
    assert entries(client)["/procedures/late/"] == "2026-07-20"
