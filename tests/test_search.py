"""Readers find a page by the words that they have for it, and nothing that is not public."""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import pytest

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageViewRestriction

from clinic.delivery.models import Generation
from clinic.publishing.services import publish_version
from clinic.search.index import MOST_FOUND
from clinic.search.models import SynonymGroup, Word
from clinic.search.services import count_words, learn_all_words
from procedures.models import BodyArea
from tests.conftest import fresh
from tests.factories import (
    ConditionFactory,
    ContentPageFactory,
    LocationFactory,
    NoticePageFactory,
    PhysicianFactory,
    ProcedureFactory,
    SpecialtyFactory,
    section,
)
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db


def published(factory_class, **fields):
    page = factory_class(live=False, **fields)
    publish_version(page=page)
    return fresh(page)


def results(client, query: str, **asked) -> str:
    response = client.get("/search/", {"q": query, **asked})
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index("<main") : html.index("</main>")]


def titles(html: str) -> list[str]:
    return re.findall(r'<h3 class="row__title"><a href="[^"]+">(.*?)</a>', html)


def found(client, query: str) -> list[str]:
    return titles(results(client, query))


@pytest.fixture
def clinic(practice):
    """A practice with a page or two of each kind."""
    practice.procedure(
        title="Kyphoplasty",
        also_called="Balloon mending",
        summary="For a broken bone in the spine.",
        sections=[section("overview", "Bone cement is put into a crushed vertebra.")],
    )
    practice.procedure(title="Needle", sections=[section("overview", "Unlike kyphoplasty.")])
    published(
        ConditionFactory,
        parent=practice.conditions,
        title="Herniated disc",
        also_called="Pinched nerve",
        summary="A cushion of the spine that has torn.",
    )
    published(LocationFactory, parent=practice.locations, title="East office", city="Fernbrook")
    return practice


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("herniated disc", ["Herniated disc"]),
        ("DISCS", ["Herniated disc"]),
        ("pinched nerve", ["Herniated disc"]),
        ("balloon", ["Kyphoplasty"]),
        ("crushed vertebra", ["Kyphoplasty"]),
        ("bones", ["Kyphoplasty"]),
        ("what is kyphoplasty?", ["Kyphoplasty", "Needle"]),
        ("kypho", ["Kyphoplasty", "Needle"]),
        ("quillfeather", ["Ida Quillfeather, MD"]),
        ("pain management specialist", ["Ida Quillfeather, MD"]),
        ("pain medicine", ["Ida Quillfeather, MD"]),
        ("fernbrook", ["East office"]),
        ("Elm Street", ["East office"]),
        ("kyphoplasty -needle", ["Needle"]),
        ("who does kyphoplasty in the spine", ["Kyphoplasty"]),
    ],
)
def test_pages_are_found_by_names_texts_people_and_places(clinic, client, query, expected):
    assert found(client, query) == expected


def test_headings_facts_languages_and_notices_are_found(clinic, client):
    cold = section("overview", "It is cold.")
    cold["value"]["heading"] = "Frosty facts"
    clinic.procedure(title="Cooling", anaesthesia="Hypnosis", sections=[cold])
    clinic.physician.languages = "English, Tagalog"
    publish_version(page=clinic.physician, kind="minor")
    text = [{"type": "text", "value": "<p>We sell no data.</p>"}]
    published(NoticePageFactory, parent=clinic.home, title="Privacy", body=text)
    assert found(client, "frosty") == ["Cooling"]
    assert found(client, "hypnosis") == ["Cooling"]
    assert found(client, "tagalog") == ["Ida Quillfeather, MD"]
    assert found(client, "data") == ["Privacy"]


def test_what_is_named_so_stands_before_what_speaks_of_it(practice, client):
    speaks = section("overview", "Laser, laser, laser. " * 20)
    for number in range(3):
        practice.procedure(title=f"Other {number}", sections=[speaks])
    practice.procedure(title="Cold light", also_called="Laser treatment")
    practice.procedure(title="Laser")
    assert found(client, "laser")[:2] == ["Laser", "Cold light"]


def test_results_stand_in_groups_with_counts_and_a_group_can_be_read_alone(practice, client):
    for number in range(23):
        practice.procedure(title=f"Needle {number:02}")
    published(ConditionFactory, parent=practice.conditions, title="Fear", summary="Of a needle.")
    html = results(client, "needle")
    headings = re.findall(r'<h2>(\w+) <span class="results__count">\((\d+)\)</span></h2>', html)
    assert headings == [("Procedures", "23"), ("Conditions", "1")]
    assert "24 pages found." in html
    assert len(titles(html)) == 5 + 1
    assert 'href="?q=needle&amp;kind=procedures">All 23 in procedures</a>' in html
    first = results(client, "needle", kind="procedures")
    last = results(client, "needle", kind="procedures", page=2)
    assert (len(titles(first)), len(titles(last))) == (20, 3)
    assert len({*titles(first), *titles(last)}) == 23
    assert "Fear" not in first
    assert 'href="?q=needle&amp;kind=procedures&amp;page=2"' in first


@pytest.mark.parametrize("asked", [{"kind": "nothing"}, {"page": "x"}, {"kind": "'", "page": "-1"}])
def test_a_group_that_does_not_exist_shows_all(clinic, client, asked):
    assert titles(results(client, "kyphoplasty", **asked)) == ["Kyphoplasty", "Needle"]


def test_the_words_are_marked_in_about_thirty_words_of_the_text(practice, client):
    before, after = "Nothing of note. " * 30, "And so on. " * 60
    text = f"{before}A needle &lt;b&gt; of the needlework. {after}"
    practice.procedure(title="Sewing", sections=[section("overview", text)])
    html = results(client, "needles")
    (shown,) = re.findall(r"<p>(….*?)</p>", html)
    assert shown.startswith("… A <mark>needle</mark> &lt;b&gt; of the needlework. And so on.")
    assert shown.endswith(" …")
    assert 28 <= len(re.findall(r"\w+", re.sub("<.*?>|&..;", "", shown))) <= 32


def test_the_other_name_that_matched_is_shown(clinic, client):
    assert "<mark>Balloon</mark> mending" in results(client, "balloon")
    assert "Balloon mending" not in results(client, "cement")


def test_words_that_mean_the_same_find_the_same_pages_in_both_directions(clinic, client):
    assert found(client, "slipped disc") == ["Herniated disc"], "some of the words"
    assert "some of them" in results(client, "slipped disc")
    SynonymGroup.objects.create(phrases="slipped disc, herniated disc, PIVD")
    for query in ("slipped disc", "Slipped discs", "pivd", "herniated disc"):
        html = results(client, query)
        assert titles(html) == ["Herniated disc"]
        assert "some of them" not in html
    page = clinic.procedure(title="Rest", summary="For slipped discs.")
    assert found(client, "herniated disc") == ["Herniated disc", "Rest"]
    assert "For <mark>slipped discs</mark>." in results(client, "pivd")
    assert page.live


def test_a_group_of_one_phrase_is_refused_in_words(practice):
    client = practice.client("publishers")
    address = reverse(SynonymGroup.snippet_viewset.get_url_name("add"))
    answer = client.post(address, {"phrases": "slipped disc, Slipped  Disc,"})
    assert "Write at least two words or phrases" in answer.content.decode()
    assert client.post(address, {"phrases": "slipped disc, torn disc"}).status_code == 302
    assert practice.client("writers").get(address).status_code == 302
    assert SynonymGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kifoplasty", "kyphoplasty"),
        ("kyphoplaty", "kyphoplasty"),
        ("crused vertabra", "crushed vertebra"),
        ("quilfeather", "quillfeather"),
    ],
)
def test_mistyped_words_find_what_they_meant_and_say_so(clinic, client, typed, meant):
    html = results(client, typed)
    assert f"Showing results for <strong>{meant}</strong>." in html
    assert titles(html) == found(client, meant) != []
    assert "Showing results for" not in results(client, meant)


def test_words_near_nothing_are_left_alone(clinic, client):
    html = results(client, "zzzzz kyphoplasty")
    assert "Showing results for" not in html
    assert "No page has all of these words." in html
    assert titles(html) == ["Kyphoplasty", "Needle"]


def test_nothing_found_says_so_and_helps(clinic, client):
    html = results(client, "xqqqz")
    assert "<h1>Search results for “xqqqz”</h1>" in html
    assert "We found no page for “xqqqz”." in html
    for slug in ("procedures", "conditions", "physicians", "locations"):
        assert f'<a href="/{slug}/">' in html
    assert '<a href="tel:' in html


def test_without_words_there_is_the_form_alone(clinic, client):
    for query in ("", "   "):
        html = results(client, query)
        assert "<h1>Search</h1>" in html
        assert 'name="q"' in html
        assert not re.search("found|results for|h2", html.lower())
    assert "We found no page" in results(client, "'\"*()")


def test_the_page_is_kept_from_search_engines_and_repeats_words_safely(clinic, client):
    html = client.get("/search/", {"q": "<script>kyphoplasty"}).content.decode()
    assert '<meta name="robots" content="noindex">' in html
    assert "<script>kyphoplasty" not in html
    assert (
        "<title>Search results for “&lt;script&gt;kyphoplasty” – Elm Street Clinic</title>" in html
    )


@pytest.mark.parametrize(
    "query", ["AND", "NEAR(a b)", 'kyphoplasty" OR "needle', "a:b", "{body} : x", "x*", "!x", "<->"]
)
def test_no_operator_reaches_the_database(clinic, client, query):
    assert queries(client, f"/search/?{urlencode({'q': query})}") <= BUDGET


def test_very_long_questions_are_cut(clinic, client):
    results(client, "kyphoplasty " * 2000)
    assert found(client, " ".join(["kyphoplasty"] * 10)) == ["Kyphoplasty", "Needle"]


def test_no_more_than_a_hundred_pages_are_listed(practice, client):
    for number in range(MOST_FOUND + 5):
        ProcedureFactory(
            parent=practice.procedures, title=f"N{number}", credited_physician=practice.physician
        )
    html = results(client, "needle")
    assert "Many pages match. These 100 fit best. Add a word to find fewer." in html


def test_suggested_pages_stand_first_if_they_are_public(clinic, client):
    page = clinic.procedure(title="When it hurts")
    query = Query.get("broken back")
    SearchPromotion.objects.create(query=query, page=page, description="Read this first.")
    html = results(client, "Broken  BACK ")
    assert "<h2>Suggested</h2>" in html
    assert f'<a href="{page.url}">When it hurts</a><p>Read this first.</p>' in html
    assert "Suggested" not in results(client, "kyphoplasty")
    assert list(Query.objects.values_list("query_string", flat=True)) == ["broken back"]
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert "Suggested" not in results(client, "broken back")


@pytest.mark.parametrize(("role", "status"), [("publishers", 200), ("writers", 302)])
def test_publishers_choose_suggested_pages(practice, role, status):
    address = reverse("wagtailsearchpromotions:add")
    assert practice.client(role).get(address).status_code == status


def suggestions(client, typed: str) -> list[dict]:
    response = client.get("/search/suggest/", {"q": typed})
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies
    return response.json()["suggestions"]


def test_suggestions_are_titles_and_other_names_with_their_addresses(clinic, client):
    kyphoplasty = {
        "title": "Kyphoplasty",
        "name": "",
        "url": "/procedures/kyphoplasty/",
        "kind": "Procedures",
    }
    assert suggestions(client, "kyph") == [kyphoplasty]
    assert suggestions(client, "kifop") == [kyphoplasty]
    assert suggestions(client, "kifoplasty") == [kyphoplasty]
    assert suggestions(client, "ballo") == [kyphoplasty | {"name": "Balloon mending"}]
    assert [row["kind"] for row in suggestions(client, "quill")] == ["Physicians"]
    assert suggestions(client, "cement") == [], "it stands in the text only"
    assert suggestions(client, "") == suggestions(client, "'") == []


def test_no_more_than_eight_pages_are_suggested(practice, client):
    for number in range(10):
        practice.procedure(title=f"Needle {number}")
    assert len(suggestions(client, "need")) == 8


@pytest.mark.parametrize("query", ["needle", "kifoplasty", "zzzzz bone", "xqqqz", "slipped disc"])
def test_results_ask_at_most_four_questions_and_suggestions_three(clinic, client, query):
    SynonymGroup.objects.create(phrases="slipped disc, herniated disc")
    page = clinic.procedure(title="Another")
    SearchPromotion.objects.create(query=Query.get(query), page=page)
    for _ in range(12):
        clinic.procedure()
    assert queries(client, f"/search/?q={query}") <= BUDGET
    assert queries(client, f"/search/suggest/?q={query}") <= 3


def learn_again() -> None:
    Word.objects.update(learned_at="2020-01-01T00:00Z")
    call_command("run_jobs", once=True, stdout=StringIO())


def test_words_are_learned_at_publication_and_counted_once_an_hour(practice, client):
    page = practice.procedure(title="Zymurgy")
    assert Word.objects.filter(text="zymurgy").exists()
    page.unpublish()
    call_command("run_jobs", once=True, stdout=StringIO())
    assert Word.objects.filter(text="zymurgy").exists(), "counted within the hour"
    learn_again()
    assert not Word.objects.filter(text="zymurgy").exists()
    assert Word.objects.get(text="quillfeather").pages == 1


def test_counting_the_words_anew_changes_nothing_that_readers_see(practice):
    practice.procedure(title="Zymurgy")
    learn_again()
    before = Generation.objects.get().number
    Word.objects.update(learned_at="2020-01-01T00:00Z")
    assert "words known" in learn_all_words()
    assert Generation.objects.get().number == before
    assert Word.objects.earliest("learned_at").learned_at > timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize("query", ["What’s a zymurgy?", "I've zymurgy, dr.", "what's zym"])
def test_what_an_apostrophe_leaves_behind_is_not_looked_for(practice, client, query):
    practice.procedure(title="Zymurgy")
    practice.procedure(title="Needle", summary="The doctor’s zymurgy, says Smith.")
    found = suggestions(client, query) if query.endswith("zym") else results(client, query)
    assert "Zymurgy" in str(found)


def test_drafts_teach_no_words(practice):
    practice.procedure(title="Zymurgy", live=False)
    learn_again()
    assert Word.objects.exists()
    assert not Word.objects.filter(text="zymurgy").exists()


@pytest.mark.parametrize("query", ["zymurgi", "needle zymurgi", "zymurgi needle"])
def test_a_word_of_a_page_that_left_the_publics_sight_is_never_told(practice, client, query):
    practice.procedure(title="Needle")
    page = practice.procedure(title="Zymurgy")
    assert "zymurgy" in results(client, query).lower()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert Word.objects.filter(text="zymurgy").exists()
    assert "zymurgy" not in results(client, query).lower()
    assert suggestions(client, query) == []


def test_public_searches_write_nothing(clinic, client):
    for path in ("/search/?q=kifoplasty", "/search/suggest/?q=kifoplasty"):
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        assert captured
        assert {query["sql"].split()[0] for query in captured} == {"SELECT"}


def test_a_plain_page_below_a_private_one_is_not_found(practice, client):
    above = published(ContentPageFactory, parent=practice.home, title="Above")
    published(ContentPageFactory, parent=above, title="Zymurgy")
    assert found(client, "zymurgy") == ["Zymurgy"]
    PageViewRestriction.objects.create(page=above, restriction_type="login")
    assert found(client, "zymurgy") == []


def test_a_specialty_of_ones_own_label_is_found(practice, client):
    practice.physician.own_label = "Spine Whisperer"
    practice.physician.specialty = SpecialtyFactory()
    publish_version(page=practice.physician, kind="minor")
    assert found(client, "spine whisperer") == ["Ida Quillfeather, MD"]


def test_a_renamed_specialty_or_body_area_is_found_by_its_new_name_at_once(practice, client):
    specialty, area = practice.physician.specialty, BodyArea.objects.create(name="Ankle")
    practice.procedure(title="Needle", body_area=area)
    specialty.practitioner_label = "Quuxologist"
    specialty.save()
    area.name = "Wristlet"
    area.save()
    assert found(client, "quuxologist") == ["Ida Quillfeather, MD"]
    assert found(client, "wristlet") == ["Needle"]
    assert found(client, "ankle") == []


def test_a_page_that_says_just_that_is_suggested_before_many_that_say_more(practice, client):
    for number in range(12):
        practice.procedure(title=f"Treatment {number} beside the needle")
    practice.procedure(title="Needle")
    assert suggestions(client, "needle")[0]["title"] == "Needle"


def test_a_page_of_no_type_of_ours_is_answered_by_nothing(practice, client):
    """Such as the welcome page that Wagtail makes."""
    practice.home.add_child(instance=Page(title="Zibeline", slug="zibeline"))
    call_command("update_index", stdout=StringIO())
    for path in ("/zibeline/", "/zibeline/updates/", "/zibeline/feed/", "/zibeline/handout/"):
        assert client.get(path).status_code == 404
    assert found(client, "zibeline") == []
    assert suggestions(client, "zibel") == []


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("sciatica", "Radiculopathy/sciatica"),
        ("radiculopathy", "Radiculopathy/sciatica"),
        ("sciatica at rest", "Radiculopathy/sciatica"),
        ("shoulder", "Joint care"),
        ("nunez", "Íñigo Núñez, MD"),
        ("inigo nunez", "Íñigo Núñez, MD"),
        ("núñez", "Íñigo Núñez, MD"),
        ("NUNEZ", "Íñigo Núñez, MD"),
    ],
)
def test_words_are_found_as_readers_type_them(practice, client, query, title):
    for fields in (
        {"title": "Radiculopathy/sciatica", "overview": "It hurts at rest."},
        {"title": "Joint care", "overview": "For the hip/shoulder."},
    ):
        practice.procedure(
            title=fields["title"], sections=[section("overview", fields["overview"])]
        )
    physician = PhysicianFactory(
        parent=practice.physicians, live=False, first_name="Íñigo", last_name="Núñez"
    )
    publish_version(page=physician)
    count_words()
    assert found(client, query)[:1] == [title]
    assert "⸿" not in client.get("/search/", {"q": query}).content.decode()
