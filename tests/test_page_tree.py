"""Which page may stand where, and what a section's front page lists."""

import pytest

from django.urls import reverse

from wagtail.models import Page, PageViewRestriction, get_page_models

from clinic.pages.listing import PER_PAGE
from clinic.pages.models import (
    ContentPage,
    HomePage,
    LocationIndexPage,
    LocationPage,
    NoticePage,
)
from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianIndexPage, PhysicianPage
from procedures.models import ConditionIndexPage, ConditionPage, ProcedureIndexPage, ProcedurePage
from tests.admin import create
from tests.conftest import fresh
from tests.factories import (
    ConditionFactory,
    ContentPageFactory,
    LocationFactory,
    NoticePageFactory,
    PhysicianFactory,
    ProcedureFactory,
)
from tests.finders import shown

pytestmark = pytest.mark.django_db

INDEXES = {LocationIndexPage, PhysicianIndexPage, ProcedureIndexPage, ConditionIndexPage}
MAY_STAND_BELOW = {
    Page: {HomePage},
    HomePage: {ContentPage, NoticePage, *INDEXES},
    ContentPage: {ContentPage},
    NoticePage: set(),
    LocationIndexPage: {LocationPage},
    PhysicianIndexPage: {PhysicianPage},
    ProcedureIndexPage: {ProcedurePage},
    ConditionIndexPage: {ConditionPage},
    LocationPage: set(),
    PhysicianPage: set(),
    ProcedurePage: set(),
    ConditionPage: set(),
}
ONE_OF_A_KIND = {HomePage, *INDEXES}
ALL_TYPES = set(MAY_STAND_BELOW) - {Page}
# Where each section lives, and what makes a page of it.
SECTIONS = {
    "procedures": (ProcedurePage, ProcedureFactory),
    "conditions": (ConditionPage, ConditionFactory),
    "physicians": (PhysicianPage, PhysicianFactory),
    "locations": (LocationPage, LocationFactory),
}


def below(practice, model) -> Page:
    """A page of that type, in the practice's tree."""
    if model is Page:
        return Page.get_first_root_node()
    makers = {model: (name, factory) for name, (model, factory) in SECTIONS.items()}
    if model in makers:
        name, factory = makers[model]
        return factory(parent=getattr(practice, name))
    if model in (ContentPage, NoticePage):
        plain = ContentPageFactory if model is ContentPage else NoticePageFactory
        return plain(parent=practice.home)
    return model.objects.get()


def test_the_table_names_every_type_of_page_there_is(db):
    assert {model for model in get_page_models() if not model._meta.abstract} == set(
        MAY_STAND_BELOW
    )
    assert len(ALL_TYPES) == 11


@pytest.mark.parametrize("parent", MAY_STAND_BELOW)
def test_a_page_takes_exactly_the_pages_below_it_that_make_sense_there(parent):
    allowed = set(parent.allowed_subpage_models()) - {Page}
    assert allowed == MAY_STAND_BELOW[parent]


@pytest.mark.parametrize("parent", MAY_STAND_BELOW)
def test_the_add_screen_offers_what_may_stand_there_and_refuses_the_rest(practice, parent):
    page = below(practice, parent)
    # What there may be one of is there already.
    expected = MAY_STAND_BELOW[parent] - ONE_OF_A_KIND
    assert {model for model in ALL_TYPES if model.can_create_at(page)} == expected
    client = practice.client("superuser")
    opened = set()
    for model in ALL_TYPES:
        names = (model._meta.app_label, model._meta.model_name, page.pk)
        if client.get(reverse("wagtailadmin_pages:add", args=names)).status_code == 200:
            opened.add(model)
    assert opened == expected


@pytest.mark.parametrize("model", sorted(ALL_TYPES, key=lambda model: model.__name__))
def test_there_is_one_home_page_and_one_list_of_each_kind(practice, model):
    assert model.max_count == (1 if model in ONE_OF_A_KIND else None)
    if model not in ONE_OF_A_KIND:
        return
    parent = Page.get_first_root_node() if model is HomePage else practice.home
    before = Page.objects.count()
    data = {"title": "Another", "slug": "another"}
    response = create(practice.client("superuser"), parent, model, data)
    assert response.status_code == 302
    assert (model.objects.count(), Page.objects.count()) == (1, before)


@pytest.mark.parametrize("role", ["publishers", "superuser"])
def test_moving_and_copying_keep_to_the_table(practice, role):
    page = practice.procedure(live=False)
    client = practice.client(role)
    to = practice.conditions
    client.post(reverse("wagtailadmin_pages:move_confirm", args=[page.pk, to.pk]))
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": to.pk}
    client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    assert fresh(page).get_parent().pk == practice.procedures.pk
    assert practice.conditions.get_children().count() == 0


def add_public(practice, section: str, **fields):
    _, factory = SECTIONS[section]
    if section == "procedures":
        fields["credited_physician"] = practice.physician
    page = factory(parent=getattr(practice, section), live=False, **fields)
    publish_version(page=page)
    return fresh(page)


@pytest.mark.parametrize("section", SECTIONS)
def test_a_list_shows_its_own_public_pages_and_no_others(practice, client, section):
    model, factory = SECTIONS[section]
    index = getattr(practice, section)
    address = f"/{section}/"
    for page in model.objects.live():
        withdraw(page=page, by=None, reason="Only these pages count here.")
    pages = [add_public(practice, section) for _ in range(5)]
    assert shown(client, address) == sorted(page.title for page in pages)
    _, draft, private, withdrawn, changed = pages
    factory(parent=index, live=False)
    draft.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    withdraw(page=withdrawn, by=None, reason="No longer.")
    changed.search_description = "Not public yet."
    changed.save_revision()
    assert shown(client, address) == sorted([pages[0].title, changed.title])
    html = client.get(address).content.decode()
    assert [page.url in html for page in pages] == [True, False, False, False, True]


@pytest.mark.parametrize("section", SECTIONS)
def test_an_empty_list_says_so(practice, client, section):
    for page in SECTIONS[section][0].objects.live():
        page.unpublish()
    html = client.get(f"/{section}/").content.decode()
    assert "Nothing is listed here yet." in html
    assert "Pages of this list" not in html


def test_physicians_are_listed_by_last_name(practice, client):
    for first, last in (("Zoe", "Abel"), ("Adam", "Zorn"), ("Adam", "Abel")):
        add_public(practice, "physicians", first_name=first, last_name=last)
    assert shown(client, "/physicians/") == [
        *("Adam Abel, MD", "Zoe Abel, MD", "Ida Quillfeather, MD", "Adam Zorn, MD"),
    ]


PAGES_OF_A_LIST = {
    **dict.fromkeys(["", "0x1", "one", "1.5", "2.0", "1e3", "--1", "²", "<b>", "'; --"], 1),
    **dict.fromkeys(["1", " 1 ", "01", "١"], 1),
    "2": 2,
    **dict.fromkeys(["0", "-1", "3", "999999", "9" * 400], 2),
}


@pytest.fixture
def long_list(practice):
    """One more condition than fits on one page of the list."""
    for number in range(PER_PAGE + 1):
        ConditionFactory(parent=practice.conditions, title=f"Condition {number:02}")


def test_nonsense_in_the_page_number_shows_the_first_or_the_last_page(long_list, client):
    for number, expected in PAGES_OF_A_LIST.items():
        html = client.get("/conditions/", {"page": number}).content.decode()
        assert f"Page {expected} of 2" in html, number


def test_a_long_list_is_shown_a_page_at_a_time(long_list, client):
    first, second = shown(client, "/conditions/"), shown(client, "/conditions/", page=2)
    assert (len(first), second) == (PER_PAGE, [f"Condition {PER_PAGE}"])
    html = client.get("/conditions/").content.decode()
    assert 'rel="next" href="?page=2"' in html
    assert 'rel="prev"' not in html
    assert "Page 1 of 2" in html
    last = client.get("/conditions/", {"page": 2}).content.decode()
    assert 'rel="prev" href="?page=1"' in last
    assert 'rel="next"' not in last
