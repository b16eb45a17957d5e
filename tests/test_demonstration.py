"""The demonstration practice: believable, made up, and true to its own record."""

from io import StringIO

import pytest

from django.core.management import CommandError, call_command

from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from clinic.publishing.models import PublishedVersion
from physicians.models import PhysicianPage
from procedures.models import ConditionPage, ProcedurePage
from tests.conftest import kinds

pytestmark = pytest.mark.django_db


@pytest.fixture
def demonstration(empty_site):
    call_command("load_demonstration", password="demonstration", stdout=StringIO())


def test_it_shows_a_small_practice_with_a_true_record(demonstration):
    assert ProcedurePage.objects.live().count() >= 8
    assert PhysicianPage.objects.live().count() == 3
    assert ConditionPage.objects.live().count() >= 5
    out = StringIO()
    call_command("rebuild_record", check=True, stdout=out)
    assert "agrees" in out.getvalue()
    credits = PublishedVersion.objects.filter(page__in=ProcedurePage.objects.all())
    assert all(", MD (" in v.credit or ", DO (" in v.credit for v in credits)


def test_loading_it_twice_changes_nothing(demonstration):
    def counts():
        models = (Page, Revision, PublishedVersion, get_image_model())
        return [model.objects.count() for model in models]

    before = counts()
    out = StringIO()
    call_command("load_demonstration", stdout=out)
    assert counts() == before
    assert "Everything is there already." in out.getvalue()


def test_it_never_touches_a_practice_of_ones_own(practice):
    before = Page.objects.count()
    practice.users["publishers"].delete()
    with pytest.raises(CommandError, match=r"already has its own pages; nothing was changed"):
        call_command("load_demonstration")
    assert Page.objects.count() == before


def test_its_kyphoplasty_page_has_every_element_in_order(demonstration, client):
    html = client.get("/procedures/kyphoplasty/").content.decode()
    main = html[html.index("<main") :]
    elements = [
        'Last updated: <time datetime="2020-05-22">May 22, 2020</time>',
        "What is Kyphoplasty?</h2>",
        "Procedure details</h2>",
        "Kyphoplasty can be performed on patients who:</h2>",
        "<li>",
        'This page was published on <time datetime="2017-07-20">Jul 20, 2017</time>, modified on '
        '<time datetime="2020-05-22">May 22, 2020</time> by Dr. Thistlewane, MD '
        "(Pain Management Specialist) of Larkspur Spine &amp; Pain Center",
        "Dr. Everett James Thistlewane, MD</a></h2>",
        "Board certified in",
        "Fellowship:",
        "Member of",
        "Past President",
        "Awards",
    ]
    position = 0
    for element in elements:
        position = main.index(element, position) + 1
    assert main.count("<h1>") == 1


def test_a_later_minor_edit_moved_neither_date(demonstration):
    page = ProcedurePage.objects.get(slug="kyphoplasty")
    assert kinds(page) == ["first", "major", "minor"]
    last = page.published_versions.in_order().last()
    assert last.published_at.year == 2021
    assert (page.publication.published_at.year, page.publication.modified_at.year) == (2017, 2020)


def test_related_procedures_are_drawn_on_both_pages(demonstration, client):
    for one, other in (("kyphoplasty", "vertebroplasty"), ("vertebroplasty", "kyphoplasty")):
        html = client.get(f"/procedures/{one}/").content.decode()
        assert f'href="/procedures/{other}/"' in html
