"""What readers are told about a page's past, and what only staff can see of it."""

import re
from xml.etree import ElementTree

import pytest

from django.urls import reverse

from wagtail.models import PageViewRestriction

from clinic.publishing.models import RecordNote
from clinic.publishing.services import correct_note, publish_version
from procedures.models import ProcedurePage
from tests.admin import create, errors, procedure_data, withdraw
from tests.conftest import fresh, wall_clock

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def changed(practice):
    """Published 2017, changed 2018, corrected 2019."""
    page = practice.procedure(title="Needle", slug="needle", at=wall_clock(2017, 7, 20, 22, 30))
    for year, kind, note in ((2018, "major", "Added riks."), (2019, "minor", "A comma.")):
        page = fresh(page)
        page.summary = f"As of {year}."
        publish_version(page=page, at=wall_clock(year, 1, 2, 23, 30), kind=kind, note=note)
    return fresh(page)


def history(client, page) -> list[str]:
    html = client.get(f"{page.url}updates/").content.decode()
    (listed,) = re.findall(r'<ol class="history">(.*?)</ol>', html, re.S)
    lines = re.findall(r"<li>(.*?)</li>", listed, re.S)
    return [re.sub(r"<[^>]+>", "", line).strip() for line in lines]


def test_readers_find_every_change_they_needed_to_know_newest_first(changed, client):
    assert f'href="{changed.url}updates/"' in client.get(changed.url).content.decode()
    assert history(client, changed) == [
        "Jan 2, 2018 Added riks.",
        "Jul 20, 2017 First published.",
    ]
    assert 'content="noindex"' in client.get(f"{changed.url}updates/").content.decode()


def test_times_away_are_part_of_the_history(practice, changed, client):
    withdraw(practice.client("publishers"), changed, reason="Under revision.")
    assert client.get(f"{changed.url}updates/").status_code in (404, 410)
    publish_version(page=fresh(changed))
    lines = history(client, changed)
    assert [line.split(" ", 3)[3] for line in lines[:2]] == [
        "Published again.",
        "Withdrawn. Under revision.",
    ]
    assert len(lines) == 4


def test_a_corrected_note_shows_its_new_words_and_staff_see_both(practice, changed, client):
    version = changed.published_versions.get(kind="major")
    before = changed.publication
    address = reverse("publishing_correct_note", args=[version.pk])
    publisher = practice.client("publishers")
    assert "Write the note" in publisher.post(address, {"text": " "}).content.decode()
    publisher.post(address, {"text": "Added risks."})
    assert history(client, changed)[0] == "Jan 2, 2018 Added risks."
    version.refresh_from_db()
    assert version.change_note == "Added riks."
    note = RecordNote.objects.get()
    assert (note.text, note.noted_by_name) == ("Added risks.", "Publisher Tester")
    assert fresh(changed).publication == before
    form = publisher.get(reverse("wagtailadmin_pages:edit", args=[changed.pk])).content.decode()
    assert "Added riks." in form
    assert "Change note corrected on" in form
    publisher.post(address, {"text": "Added risks."})
    assert RecordNote.objects.count() == 1, "the same words again are no correction"


@pytest.mark.parametrize("role", ["writers", "physicians"])
def test_nobody_else_corrects_a_note(practice, changed, role):
    version = changed.published_versions.get(kind="major")
    address = reverse("publishing_correct_note", args=[version.pk])
    practice.client(role).post(address, {"text": "Changed."})
    assert not RecordNote.objects.exists()


@pytest.mark.parametrize("kind", ["first", "minor"])
def test_only_a_note_that_readers_see_can_be_corrected(practice, changed, kind):
    version = changed.published_versions.get(kind=kind)
    address = reverse("publishing_correct_note", args=[version.pk])
    assert practice.client("publishers").get(address).status_code == 404


def entries(client, address: str) -> list[tuple[str, str, str]]:
    response = client.get(address)
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314 – our own answer
    return [
        (
            entry.find(f"{ATOM}title").text,
            entry.find(f"{ATOM}summary").text,
            entry.find(f"{ATOM}updated").text[:10],
        )
        for entry in feed.iter(f"{ATOM}entry")
    ]


def test_feeds_of_the_site_and_of_each_section_tell_the_same_updates(practice, changed, client):
    mine = [("Needle", "Added riks.", "2018-01-03"), ("Needle", "First published.", "2017-07-21")]
    assert [entry for entry in entries(client, "/procedures/feed/") if entry[0] == "Needle"] == mine
    site = entries(client, "/feed/")
    assert [entry for entry in site if entry[0] == "Needle"] == mine
    assert "Ida Quillfeather, MD" in {title for title, _, _ in site}
    physicians = {title for title, _, _ in entries(client, "/physicians/feed/")}
    assert physicians == {"Physicians", "Ida Quillfeather, MD"}


def test_a_feed_says_what_was_typed_but_for_what_xml_cannot_say(practice, changed, client):
    changed.title = "Needle\x0bor knife"
    publish_version(page=changed, kind="major", note="Added\x0b <risks> & more.")
    title, summary, _ = entries(client, "/feed/")[0]
    assert (title, summary) == ("Needleor knife", "Added &lt;risks&gt; &amp; more.")


@pytest.mark.parametrize("hidden", ["draft", "private", "withdrawn"])
def test_what_the_public_may_not_see_is_in_no_feed_and_has_no_history(
    practice, changed, client, hidden
):
    if hidden == "draft":
        changed = practice.procedure(live=False, title="Secret", slug="secret")
    elif hidden == "private":
        PageViewRestriction.objects.create(page=changed, restriction_type="login")
    else:
        changed.unpublish()
    for address in ("/feed/", "/procedures/feed/"):
        assert changed.title not in {title for title, _, _ in entries(client, address)}
    response = client.get(f"/procedures/{changed.slug}/updates/")
    assert response.status_code in (302, 404, 410)
    assert "Added riks." not in response.content.decode()


def test_the_site_tells_its_newest_updates_in_their_newest_wording(practice, changed, client):
    version = changed.published_versions.get(kind="major")
    correct_note(version=version, text="Added risks.", by=practice.users["publishers"])
    hidden = practice.procedure(title="Secret")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    html = client.get("/updates/").content.decode()
    assert "Needle</a>: Added risks.</span>" in html
    assert "Added riks." not in html
    assert "Secret" not in html
    assert "Added risks." in client.get("/feed/").content.decode()


def test_the_home_page_shows_the_newest_three(practice, changed, client):
    for number in range(5):
        practice.procedure(title=f"Newer {number}")
    html = client.get("/").content.decode()
    section = html[html.index("Latest updates</h2>") :]
    section = section[: section.index("</section>")]
    assert section.count("First published.") == 3
    assert "Needle" not in section
    assert 'href="/updates/"' in section


@pytest.mark.parametrize("address", ["/nothing/updates/", "/nothing/feed/"])
def test_an_address_without_a_page_is_answered_404(practice, client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("slug", ["updates", "feed", "review", "search", "admin"])
def test_no_page_can_take_an_address_that_the_site_uses(practice, slug):
    data = procedure_data(ProcedurePage(title="News", slug=slug), action="save")
    response = create(practice.client("writers"), practice.procedures, ProcedurePage, data)
    assert "is an address that the site itself uses" in errors(response)["slug"][0]
    assert not ProcedurePage.objects.exists()


def test_history_and_feeds_cost_the_same_however_long(practice, changed, client):
    from tests.test_query_budgets import queries

    few = queries(client, f"{changed.url}updates/"), queries(client, "/procedures/feed/")
    for number in range(10):
        page = fresh(changed)
        page.summary = f"Again {number}"
        publish_version(page=page, kind="major", note=f"Note {number}.")
    assert (queries(client, f"{changed.url}updates/"), queries(client, "/procedures/feed/")) == few
