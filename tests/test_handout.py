"""A page on paper says what the page says, of one version, and no more people can get it."""

import re
import sys
from io import BytesIO, StringIO

import pytest
import time_machine
from pypdf import PdfReader

from django.core.exceptions import SuspiciousFileOperation
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import RequestFactory

from wagtail.models import PageViewRestriction, Site

from clinic import handouts
from clinic.pages.base import RESERVED_SLUGS
from clinic.pages.routing import find_page
from clinic.publishing.services import publish_version
from procedures.models import ProcedurePage
from tests.admin import withdraw
from tests.conftest import fresh, set_review_policy, wall_clock
from tests.factories import ConditionFactory, ContentPageFactory, section
from tests.reviews import signed_page
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

REFERENCES = [
    (
        "reference",
        {"title": "Needles, reviewed", "year": 2019, "link": "https://example.com/a?b=1"},
    ),
    ("reference", {"title": "A second look", "publisher": "A journal"}),
]
QUESTIONS = {
    "type": "questions",
    "value": {"questions": [{"question": "Does it hurt?", "answer": "<p>A little.</p>"}]},
}

needs_weasyprint = pytest.mark.skipif(
    not handouts.pdf_is_available(), reason="WeasyPrint, or the libraries it draws with, is missing"
)


@pytest.fixture
def dated(practice):
    """Published in 2017, changed in 2018, corrected in 2019: three versions."""
    page = practice.procedure(
        title="Needle",
        slug="needle",
        at=wall_clock(2017, 7, 20, 22, 30),
        references=REFERENCES,
        length="About 1 hour",
    )
    for year, kind in ((2018, "major"), (2019, "minor")):
        page = fresh(page)
        page.summary = f"As of {year}."
        page.sections = [section("overview", "A thin needle is used."), _asked()]
        publish_version(page=page, at=wall_clock(year, 1, 2, 23, 30), kind=kind, note="News.")
    return fresh(page)


def _asked() -> dict:
    return {"type": "questions", "value": {"heading": "", "body": [QUESTIONS]}}


@pytest.fixture
def without_weasyprint(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    handouts.pdf_is_available.cache_clear()
    yield
    handouts.pdf_is_available.cache_clear()


def words(html: str) -> str:
    """What a reader reads: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<body") :]).split())


def line(html: str, name: str) -> str:
    (found,) = re.findall(rf'<p class="{name}">.*?</p>', html, re.S)
    return found


def pdf_of(client, page) -> PdfReader:
    response = client.get(f"{page.url}handout.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return PdfReader(BytesIO(response.content))


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_it_states_the_very_dates_byline_and_review_of_the_page(practice, client):
    set_review_policy(procedures=True)
    page = signed_page(practice, title="Needle", slug="needle")
    shown, printed = (client.get(url).content.decode() for url in (page.url, f"{page.url}handout/"))
    for name in ("publication-line", "review-line"):
        assert line(printed, name) == line(shown, name)


def test_it_numbers_the_version_and_counts_small_ones(dated, client):
    printed = words(client.get(f"{dated.url}handout/").content.decode())
    assert (
        "Version 3 This page was published on Jul 20, 2017 , modified on Jan 2, 2018 by "
        "Dr. Quillfeather, MD (Pain Management Specialist) of Elm Street Clinic" in printed
    )
    assert "Medically reviewed" not in printed


def test_it_says_all_of_the_page_with_nothing_folded(dated, client):
    html = client.get(f"{dated.url}handout/").content.decode()
    printed = words(html)
    for said in (
        "Appointments: (201) 555-0199",
        "As of 2019.",
        "How long About 1 hour",
        "What is Needle? A thin needle is used.",
        "Does it hurt? A little.",
        "Needles, reviewed, 2019. https://example.com/a?b=1",
        "A second look. A journal.",
        "The newest version is always at http://localhost/procedures/needle/",
    ):
        assert said in printed
    (references,) = re.findall(r'<section class="references".*?</section>', html, re.S)
    assert references.count("<li ") == len(REFERENCES)
    assert re.findall(r"<(nav|form|footer|details|script|style)\b", html) == []
    assert '<meta name="robots" content="noindex">' in html
    assert '<link rel="canonical" href="http://localhost/procedures/needle/">' in html


def test_conditions_and_physicians_have_one_and_other_pages_none(practice, client):
    condition = ConditionFactory(parent=practice.conditions, title="Ache", live=False)
    publish_version(page=condition)
    assert "Something that hurts." in client.get("/conditions/ache/handout/").content.decode()
    html = client.get(f"{practice.physician.url}handout/").content.decode()
    assert "Dr. Ida Quillfeather, MD" in html
    assert "Physician and surgeon, New Jersey" in html
    publish_version(page=ContentPageFactory(parent=practice.home, slug="plain", live=False))
    for path in ("/plain/", "/procedures/", "/nothing/"):
        for name in ("handout/", "handout.pdf"):
            assert client.get(path + name).status_code == 404


@pytest.mark.parametrize("name", ["handout/", "handout.pdf"])
def test_what_readers_may_not_see_they_may_not_print(practice, client, name):
    draft = practice.procedure(live=False, title="Secret draft")
    private = practice.procedure(title="Secret page")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    gone = practice.procedure(title="Gone")
    withdraw(practice.client("publishers"), gone, reason="No longer offered.")
    for page, status in ((draft, 404), (private, 404), (gone, 410)):
        response = client.get(f"{page.url}{name}")
        assert response.status_code == status
        assert b"Secret" not in response.content
    assert "No longer offered." in response.content.decode()


def test_a_draft_of_a_public_page_is_not_printed(dated, client):
    dated.summary = "Not agreed yet."
    dated.save_revision()
    assert b"Not agreed yet." not in client.get(f"{dated.url}handout/").content


def test_its_address_cannot_be_taken_by_a_page():
    assert "handout" in RESERVED_SLUGS


@pytest.mark.parametrize("name", ["handout/", pytest.param("handout.pdf", marks=needs_weasyprint)])
def test_it_asks_no_more_of_the_database_than_the_page(dated, client, name):
    assert queries(client, f"{dated.url}{name}") <= BUDGET


@needs_weasyprint
def test_the_pdf_says_the_same_on_one_to_three_pages(dated, client):
    pdf = pdf_of(client, dated)
    assert 1 <= len(pdf.pages) <= 3
    text = text_of(pdf)
    for said in (
        "published on Jul 20, 2017, modified on Jan 2, 2018 by Dr. Quillfeather, MD",
        "Version 3",
        "A thin needle is used.",
        "Does it hurt?",
        "https://example.com/a?b=1",
        "http://localhost/procedures/needle/",
        f"Page 1 of {len(pdf.pages)}",
    ):
        assert said in text


@needs_weasyprint
def test_the_demonstrations_procedures_fit_on_three_sheets(empty_site, client):
    call_command("load_demonstration", password="demonstration", stdout=StringIO())
    pages = {page.slug: len(pdf_of(client, page).pages) for page in ProcedurePage.objects.live()}
    assert len(pages) >= 8
    assert {slug: count for slug, count in pages.items() if count > 3} == {}


@needs_weasyprint
def test_the_pdf_can_be_read_aloud(dated, client):
    pdf = pdf_of(client, dated)
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == "Handout: Needle – Elm Street Clinic"
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("en", True)
    assert "/StructTreeRoot" in root


@needs_weasyprint
@pytest.mark.parametrize(
    ("moment", "day"),
    [((2026, 3, 7, 23, 59), "Mar 7, 2026"), ((2026, 3, 8, 0, 1), "Mar 8, 2026")],
)
def test_the_pdf_bears_the_practices_day_it_was_printed_on(dated, client, moment, day):
    with time_machine.travel(wall_clock(*moment), tick=False):
        assert f"Printed on {day}" in text_of(pdf_of(client, dated))
    assert "Printed on" not in client.get(f"{dated.url}handout/").content.decode()


@needs_weasyprint
def test_a_pdf_takes_in_nothing_but_the_sites_own_files():
    from clinic.pdf import SiteFiles

    files = SiteFiles("http://localhost/")
    assert files.fetch("http://localhost/static/clinic/handout.css").content_type == "text/css"
    for url in (
        "http://example.com/static/clinic/handout.css",
        "file:///etc/hostname",
        "http://localhost/static/../manage.py",
        "http://localhost/admin/",
    ):
        with pytest.raises((ValueError, SuspiciousFileOperation)):
            files.fetch(url)


def links(page) -> list[str]:
    """Where the links to a page's handout lead, as readers get the page."""
    page = find_page(Site.objects.get(), page.url_path)
    request = RequestFactory().get("/")
    html = render_to_string("components/handout_links.html", {"page": page}, request)
    return re.findall(r'href="([^"]+)"', html)


@needs_weasyprint
def test_a_public_page_offers_both_and_others_none(practice, dated):
    assert links(dated) == ["/procedures/needle/handout/", "/procedures/needle/handout.pdf"]
    private = practice.procedure()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for page in (practice.procedure(live=False), private, practice.home):
        assert links(page) == []


def test_without_weasyprint_there_is_paper_but_no_pdf(dated, client, without_weasyprint):
    assert links(dated) == ["/procedures/needle/handout/"]
    assert client.get(f"{dated.url}handout/").status_code == 200
    assert client.get(f"{dated.url}handout.pdf").status_code == 404
