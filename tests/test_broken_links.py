"""Editors learn which addresses readers ask for in vain; nothing is learned of the readers."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.contrib.redirects.models import Redirect

from clinic.broken_links import notebook
from clinic.broken_links.models import MissedAddress
from clinic.broken_links.services import MOST_ROWS, count_missed_addresses
from tests.factories import ContentPageFactory

pytestmark = pytest.mark.django_db

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
NOTES = "missed-addresses.log"
# What a browser tells of its owner.
WHO = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Tattler/1.0"}


@pytest.fixture(autouse=True)
def notes(settings, tmp_path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / NOTES


def miss(client, path: str, referrer: str = "", accept: str = BROWSER, **extra) -> int:
    headers = {"accept": accept} | ({"referer": referrer} if referrer else {})
    return client.get(path, headers=headers, **extra).status_code


def rows() -> list[tuple[str, str, int]]:
    return list(
        MissedAddress.objects.order_by("path", "referrer").values_list("path", "referrer", "times")
    )


def test_a_link_that_leads_nowhere_is_noted_and_counted(practice, client):
    for _ in range(2):
        assert miss(client, "/old/page/", "https://example.org/links?who=me#x") == 404
    # The slash at the end comes first; only what is found missing after it counts.
    assert miss(client, "/old/page") == 301
    assert miss(client, "/old/page/") == 404
    assert count_missed_addresses() == "3 requests for pages that do not exist."
    assert rows() == [("/old/page", "", 1), ("/old/page", "https://example.org/links", 2)]
    miss(client, "/old/page/")
    assert count_missed_addresses() == "1 request for pages that do not exist."
    assert rows()[0] == ("/old/page", "", 2)
    assert count_missed_addresses() == "0 requests for pages that do not exist."


def test_nothing_is_kept_of_who_asked_or_what_they_typed(practice, client, notes):
    client.cookies["visitor"] = "cookie-of-jane"
    miss(client, "/old/?name=Jane+Roe", "https://example.org/?q=my+illness", **WHO)
    (line,) = notes.read_text().splitlines()
    assert set(json.loads(line)) == {"path", "referrer", "at"}
    for told in ("Jane", "illness", "203.0.113", "Tattler", "cookie-of"):
        assert told not in line
    assert notes.stat().st_mode & 0o077 == 0


def test_a_readers_request_writes_nothing_to_the_database(practice, client):
    with CaptureQueriesContext(connection) as captured:
        miss(client, "/old/")
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert not MissedAddress.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        *("/wp-login.php", "/wp-admin/", "/.env", "/.git/config", "/x/.well-known/y", "/a.php"),
        *("/cgi-bin/test/", "/logo.png", "/jane@example.com/", "/api/v2/x/", "/static/x/"),
        "/" + "x" * 300 + "/",
    ],
)
def test_noise_is_not_noted(practice, client, notes, path):
    assert miss(client, path) == 404
    assert not notes.exists()


def test_only_pages_asked_for_by_readers_are_noted(practice, client, notes):
    miss(client, "/old/", accept="image/webp,*/*")
    client.post("/old/", headers={"accept": BROWSER})
    client.head("/old/", headers={"accept": BROWSER})
    assert miss(client, "/") == 200
    Redirect.add_redirect("/old", "/")
    assert miss(client, "/old/") == 301
    assert not notes.exists()


@pytest.mark.parametrize(
    "referrer",
    [
        *("https://localhost/review/Abcd1234Secret/", "https://x.example/?u=/review/Abcd12/"),
        *("https://jane:word@example.org/", "javascript:x", "http://[", "no address"),
    ],
)
def test_a_referrer_that_is_secret_or_no_page_is_left_out(practice, client, notes, referrer):
    assert miss(client, "/old/", referrer) == 404
    kept = json.loads(notes.read_text())["referrer"] if notes.exists() else ""
    assert kept in ("", "https://x.example/")


def test_private_links_are_never_noted(practice, client, notes):
    miss(client, "/review/Abcd1234Secret/")
    miss(client, "/review/confirm/Abcd1234Secret/x")
    assert not notes.exists()


def test_readers_get_their_answer_when_nothing_can_be_noted(practice, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path / "no such folder"
    assert miss(client, "/old/") == 404
    (tmp_path / "a file").write_text("")
    settings.VAR_DIR = tmp_path / "a file"
    assert miss(client, "/old/") == 404


def test_the_file_does_not_grow_without_end(practice, client, notes, monkeypatch):
    monkeypatch.setattr(notebook, "BIGGEST_FILE", 200)
    for number in range(20):
        miss(client, f"/old-{number}/")
    assert notes.stat().st_size < 300


def test_lines_that_were_torn_are_skipped_and_a_failed_job_starts_over(practice, client, notes):
    miss(client, "/old/")
    torn = notes.with_suffix(".taken")
    torn.write_bytes(
        notes.read_bytes()
        + b'{"path": "/ol\n[1]\n{}\n\xff\n{"path": "/a", "referrer": "", "at": "x"}\n'
    )
    notes.unlink()
    miss(client, "/new/")
    assert count_missed_addresses() == "1 request for pages that do not exist."
    assert count_missed_addresses() == "1 request for pages that do not exist."
    assert rows() == [("/new", "", 1), ("/old", "", 1)]
    assert not torn.exists()


def test_the_table_stays_short_and_recent(practice, client, notes):
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC)):
        miss(client, "/forgotten/")
        count_missed_addresses()
    now = timezone.now()
    MissedAddress.objects.bulk_create(
        MissedAddress(path=f"/made-up-{n}", times=1, first_seen=now, last_seen=now)
        for n in range(MOST_ROWS)
    )
    for _ in range(3):
        miss(client, "/wanted/")
    count_missed_addresses()
    paths = set(MissedAddress.objects.values_list("path", flat=True))
    assert len(paths) == MOST_ROWS
    assert "/wanted" in paths
    assert "/forgotten" not in paths


def report(client, query: str = ""):
    return client.get(reverse("broken_links_report") + query)


def listed(client) -> list[str]:
    return [row.path for row in report(client).context["object_list"]]


def test_what_answers_again_leaves_the_report(practice):
    client = practice.client("publishers")
    draft = ContentPageFactory(parent=practice.home, slug="draft", live=False)
    moment = timezone.now()
    for times, name in enumerate(("redirected", "draft", "fixed", "missing", "to-draft")):
        MissedAddress.objects.create(
            path=f"/{name}", times=times, first_seen=moment, last_seen=moment
        )
    assert listed(client) == ["/to-draft", "/missing", "/fixed", "/draft", "/redirected"]
    Redirect.add_redirect("/redirected/", "/")
    Redirect.add_redirect("/to-draft/", draft)
    ContentPageFactory(parent=practice.home, slug="fixed")
    assert listed(client) == ["/to-draft", "/missing", "/draft"]
    Redirect.objects.all().delete()
    assert "/redirected" in listed(client)


def test_the_report_says_when_on_the_practices_clock_and_leads_to_a_redirect(practice):
    client = practice.client("publishers")
    # Three minutes before the end of the practice's March 7, the night before clocks change.
    moment = datetime(2026, 3, 8, 4, 57, tzinfo=UTC)
    MissedAddress.objects.create(
        path="/old & new/ü",
        referrer="https://a.example/x",
        times=2,
        first_seen=moment - timedelta(days=1),
        last_seen=moment,
    )
    html = report(client).content.decode()
    assert "Mar 7, 2026, 11:57 p.m." in html
    address = reverse("broken_links_add_redirect")
    assert f'href="{address}?path=%2Fold%20%26%20new%2F%C3%BC"' in html
    form = client.get(address, {"path": "/old & new/ü"})
    assert form.context["form"]["old_path"].value() == "/old & new/ü"
    assert f'action="{reverse("wagtailredirects:add")}"' in form.content.decode()
    csv = report(client, "?export=csv")
    assert b"".join(csv.streaming_content).decode().splitlines() == [
        "Address,Linked from,Times,First seen (UTC),Last seen (UTC)",
        "/old & new/ü,https://a.example/x,2,2026-03-07 04:57:00+00:00,2026-03-08 04:57:00+00:00",
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [("writers", False), ("physicians", False), ("publishers", True), ("administrators", True)],
)
def test_the_report_is_for_those_who_may_add_redirects(practice, role, may):
    client = practice.client(role)
    for name in ("broken_links_report", "broken_links_report_results", "broken_links_add_redirect"):
        assert (client.get(reverse(name)).status_code == 200) is may
    assert (reverse("broken_links_report") in client.get("/admin/").content.decode()) is may


def test_the_report_asks_no_question_per_row(practice):
    client = practice.client("publishers")
    moment = timezone.now()

    def count() -> int:
        report(client)
        with CaptureQueriesContext(connection) as captured:
            report(client)
        return len(captured)

    few = count()
    MissedAddress.objects.bulk_create(
        MissedAddress(path=f"/old-{n}", times=1, first_seen=moment, last_seen=moment)
        for n in range(40)
    )
    assert count() <= few + 1
