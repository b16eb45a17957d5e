"""An office as readers find it: where it is, whether it is open, how to get in, who is there."""

import re
from datetime import date, time
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from django.urls import reverse

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.test.utils.form_data import nested_form_data, streamfield

from clinic.pages.frame import Links
from clinic.pages.models.locations import CONFIRMATION_MISSING, MAP_ALT_MISSING
from clinic.pages.page_links import LinkedLists, location_links
from clinic.publishing.requirements import publication_requirements
from clinic.publishing.services import publish_version
from physicians.models import PhysicianLocation
from tests.admin import COMMENTS, edit
from tests.conftest import fresh, wall_clock
from tests.described_site import graph_of
from tests.factories import LocationFactory, PhysicianFactory
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

ELM = "/locations/elm/"
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
TUESDAY, THANKSGIVING = wall_clock(2026, 11, 24, 9, 0), wall_clock(2026, 11, 26, 9, 0)


def words_of(html: str) -> str:
    """What a reader reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def seen(client, path: str = ELM) -> str:
    html = client.get(path).content.decode()
    return words_of(html[html.index("<main") : html.index("</main>")])


def picture(title: str):
    return get_image_model().objects.create(title=title, file=get_test_image_file())


@pytest.fixture
def office(practice):
    page = LocationFactory(
        parent=practice.locations,
        live=False,
        title="Elm office",
        slug="elm",
        region="NJ",
        postal_code="07099",
        phones=[
            ("phone", {"purpose": "appointments", "number": "(201) 555-0100"}),
            ("phone", {"purpose": "fax", "number": "(201) 555-0101"}),
        ],
        hours=[
            ("hours", {"days": WORKDAYS, "opens": time(8), "closes": time(12)}),
            ("hours", {"days": WORKDAYS[:4], "opens": time(13), "closes": time(17)}),
        ],
        special_hours=[
            ("special", {"start": date(2026, 11, 26), "reason": "Thanksgiving"}),
            ("special", {"start": date(2027, 7, 4), "reason": "Independence Day"}),
        ],
        hours_note="Call before you come at noon.",
        hours_confirmed_on=date(2026, 11, 2),
        entrance="Ring twice.",
        parking="Behind the house.",
        accessibility="No steps.",
        photo=picture("house"),
        photo_alt="A red house",
        map_image=picture("map"),
        map_alt="Map: between two parks",
    )
    publish_version(page=page, at=wall_clock(2026, 11, 2, 9, 0))
    return fresh(page)


@time_machine.travel(TUESDAY, tick=False)
def test_the_page_says_all_that_a_patient_needs(office, client):
    text = seen(client)
    position = 0
    for told in (
        "Elm office",
        "Open now, until noon",
        "Address 1 Elm Street Maple Hollow, NJ 07099",
        "Get directions (opens Google Maps, another site)",
        "Appointments: (201) 555-0100 Fax: (201) 555-0101",
        "Monday 8 am to noon, 1 pm to 5 pm Tuesday (today) 8 am to noon, 1 pm to 5 pm Wednesday",
        "Thursday 8 am to noon, 1 pm to 5 pm Friday 8 am to noon Saturday Closed Sunday Closed",
        "Holidays and other hours Thursday, Nov 26: closed (Thanksgiving)",
        "Call before you come at noon.",
        "Hours confirmed on Nov 2, 2026",
        "Entrance Ring twice. Parking Behind the house. Accessibility No steps.",
        "This page was published on Nov 2, 2026",
        "See all updates",
    ):
        position = text.index(told, position)
    assert "Independence Day" not in text
    html = client.get(ELM).content.decode()
    for alt in ("A red house", "Map: between two parks"):
        assert f'alt="{alt}"' in html


@time_machine.travel(THANKSGIVING, tick=False)
def test_a_special_day_is_told_where_readers_look_for_today(office, client):
    text = seen(client)
    assert "Closed today: Thanksgiving. Opens at 8 am tomorrow" in text
    told = "Thursday (today) Today: closed (Thanksgiving) Usually: 8 am to noon, 1 pm to 5 pm"
    assert told in text


def test_the_page_is_true_at_the_minute_it_is_asked_for(office, client):
    for moment, told in (
        ((2026, 11, 24, 11, 59), "Open now, until noon"),
        ((2026, 11, 24, 12, 0), "Closed now. Opens at 1 pm today"),
        ((2026, 11, 25, 23, 59), "Closed now. Opens at 8 am on Friday"),
    ):
        with time_machine.travel(wall_clock(*moment), tick=False):
            for path in (ELM, "/locations/", "/"):
                assert told in seen(client, path)


def test_the_way_there_is_a_plain_link_that_tells_nobody_where_it_was(office, client):
    (tag,) = re.findall(
        r'<a [^>]*href="https://www\.google[^>]*>', client.get(ELM).content.decode()
    )
    assert 'rel="noreferrer"' in tag
    query = parse_qs(urlsplit(unescape(re.search(r'href="([^"]*)"', tag).group(1))).query)
    assert query == {"api": ["1"], "destination": ["1 Elm Street, Maple Hollow, NJ 07099"]}


def test_machines_are_told_of_the_map_that_readers_see(office, client):
    def told() -> dict | None:
        return graph_of(client, ELM)[f"http://localhost{ELM}#clinic"].get("hasMap")

    shown = told()["image"]
    assert shown["caption"] == "Map: between two parks"
    assert urlsplit(shown["contentUrl"]).path in client.get(ELM).content.decode()
    office.map_image = None
    publish_version(page=office, kind="minor")
    assert told() is None


@time_machine.travel(TUESDAY, tick=False)
def test_a_card_on_the_home_page_says_where_when_and_whom_to_call(office, client):
    text = seen(client, "/")
    card = text[text.index("Locations Elm office") :]
    assert card.startswith(
        "Locations Elm office Open now, until noon 1 Elm Street, Maple Hollow, NJ 07099 "
        "Appointments: (201) 555-0100"
    )


def test_drafts_and_private_offices_are_on_no_list(practice, office, client):
    LocationFactory(parent=practice.locations, live=False, title="Secret office")
    office.view_restrictions.create(restriction_type="login")
    for path in ("/", "/locations/"):
        assert "office" not in client.get(path).content.decode()


def test_more_offices_ask_no_more_questions(practice, office, client):
    few = {path: queries(client, path) for path in ("/", "/locations/", ELM)}
    for _ in range(8):
        publish_version(
            page=LocationFactory(
                parent=practice.locations,
                live=False,
                hours=office.hours,
                hours_confirmed_on=date(2026, 11, 2),
            )
        )
    assert {path: queries(client, path) for path in few} == few
    assert max(few.values()) <= BUDGET


def test_what_another_room_lists_here_costs_no_question(practice, office, client, monkeypatch):
    hidden = PhysicianFactory(parent=practice.physicians, live=False, last_name="Unseen")
    for physician in (practice.physician, hidden):
        PhysicianLocation.objects.create(physician=physician, location=office)
    before = queries(client, ELM)

    def seen_at(location):
        return Links(PhysicianLocation.objects.filter(location=location), "physician")

    lists = LinkedLists()
    lists.register("tested_seen_here", "Who is here", seen_at)
    monkeypatch.setattr(location_links, "_lists", lists._lists)
    text = seen(client)
    assert "Who is here Ida Quillfeather, MD This page was published" in text
    assert queries(client, ELM) == before


@pytest.mark.parametrize(
    ("field", "field_with", "sentence"),
    [
        ("hours_confirmed_on", "hours", CONFIRMATION_MISSING),
        ("map_alt", "map_image", MAP_ALT_MISSING),
    ],
)
def test_hours_need_a_day_of_confirmation_and_a_map_needs_words(
    office, field, field_with, sentence
):
    setattr(office, field, None if field == "hours_confirmed_on" else "")
    assert [(one.field, one.sentence) for one in publication_requirements(office)] == [
        (field, sentence)
    ]
    setattr(office, field_with, [] if field_with == "hours" else None)
    assert publication_requirements(office) == []


def form(page, **changes) -> dict:
    """The whole form of a location, with hours on Mondays."""
    hours = {"days": "mon", "opens": "08:00", "closes": "17:00"}
    phone = {"purpose": "appointments", "number": "(201) 555-0100"}
    names = ("title", "slug", "street", "city", "region", "postal_code")
    empty = (
        *("seo_title", "search_description", "hours_note", "own_time_zone", "entrance", "parking"),
        *("accessibility", "photo", "photo_alt", "map_image", "map_alt", "change_kind"),
        *("change_note", "go_live_at", "expire_at", "hours_confirmed_on"),
    )
    return nested_form_data(
        {
            **{name: getattr(page, name) for name in names},
            **dict.fromkeys(empty, ""),
            "phones": streamfield([("phone", phone)]),
            "hours": streamfield([("hours", hours)]),
            "special_hours": streamfield([]),
            **COMMENTS,
            **changes,
        }
    )


def test_the_form_asks_for_the_confirmation_beside_its_field(practice, office, client):
    editor = practice.client("publishers")
    data = form(office, **{"action-publish": "1", "change_kind": "minor"})
    answer = edit(editor, office, data)
    assert CONFIRMATION_MISSING in answer.context["form"].errors["hours_confirmed_on"]
    edit(editor, office, data | {"hours_confirmed_on": "2026-11-24"})
    text = seen(client)
    assert "Monday 8 am to 5 pm Tuesday" in text.replace(" (today)", "")
    assert "Hours confirmed on Nov 24, 2026" in text


def test_special_hours_that_make_no_sense_are_refused(practice, office):
    editor = practice.client("publishers")
    rows = {
        "The last day must not be before the first.": {"end": "2026-11-25"},
        "Fill in both times, or neither if closed.": {"opens": "08:00"},
        "The closing time must be later than the opening time.": {
            "opens": "08:00",
            "closes": "08:00",
        },
    }
    for sentence, changes in rows.items():
        row = {"start": "2026-11-26", "end": "", "opens": "", "closes": "", "reason": "Feast"}
        data = form(office, special_hours=streamfield([("special", row | changes)]))
        answer = editor.post(reverse("wagtailadmin_pages:edit", args=[office.pk]), data)
        assert sentence in unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("field", "block", "row"),
    [
        ("hours", "hours", {"days": "mon", "opens": "08:00", "closes": ""}),
        ("hours", "hours", {"days": "mon", "opens": "", "closes": ""}),
        (
            "special_hours",
            "special",
            {"start": "", "end": "2026-11-26", "opens": "", "closes": "", "reason": ""},
        ),
    ],
)
def test_a_draft_is_saved_while_hours_are_half_typed(practice, office, field, block, row):
    data = form(office, **{field: streamfield([(block, row)])})
    answer = edit(practice.client("publishers"), office, data)
    assert answer.status_code == 302
    kept = getattr(fresh(office).get_latest_revision_as_object(), field)
    assert [child.block_type for child in kept] == [block]


def test_an_office_by_appointment_says_so(practice, client):
    page = LocationFactory(
        parent=practice.locations, live=False, slug="elm", hours_note="By appointment only."
    )
    publish_version(page=page)
    assert not page.hours
    assert "Opening hours By appointment only." in seen(client)
