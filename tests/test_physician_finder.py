"""Finding a physician, and what a profile and a procedure say of where they see patients."""

import re
from datetime import date

import pytest

from wagtail.models import PageViewRestriction

from clinic.publishing.services import publish_version, withdraw
from physicians.listings import seen_at
from physicians.models import PhysicianLocation
from procedures.models import ProcedurePhysician
from tests.conftest import fresh, set_review_policy
from tests.described_site import graph_of
from tests.factories import LocationFactory, PhysicianFactory, ProcedureFactory, SpecialtyFactory
from tests.finders import compare_with_model, main_of, options, shown
from tests.reviews import publish_past_the_policy, signed_page
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

LIST = "/physicians/"
CONFIRMED = date(2026, 11, 2)


@pytest.fixture
def offices(practice):
    return {
        slug: LocationFactory(parent=practice.locations, title=title, slug=slug)
        for slug, title in (("elm", "Elm office"), ("oak", "Oak office"))
    }


@pytest.fixture
def add(practice):
    """Adds a public physician of an office, who performs procedures."""

    def add_physician(last_name: str, *, at=(), performs=(), **fields):
        page = PhysicianFactory(parent=practice.physicians, last_name=last_name, **fields)
        for office in at:
            PhysicianLocation.objects.create(physician=page, location=office)
        for procedure in performs:
            ProcedurePhysician.objects.create(physician=page, procedure=procedure)
        return page

    return add_physician


def test_every_combination_finds_and_counts_what_a_model_does(add, offices, practice, client):
    withdraw(page=practice.physician, by=None, reason="Only these physicians count here.")
    pain = SpecialtyFactory(name="Pain medicine")
    nerves = SpecialtyFactory(name="Nerves", practitioner_label="Neurologist")
    needle = ProcedureFactory(parent=practice.procedures, title="Needle", slug="needle")
    elm, oak = offices.values()
    yes, no = {"availability_confirmed_on": CONFIRMED}, {"availability_confirmed_on": None}
    rows = [
        (pain, [elm], [needle], "English, Spanish", True, True, yes),
        (pain, [elm, oak], [], "English", True, False, yes),
        (nerves, [oak], [needle], "spanish", False, True, yes),
        (nerves, [], [needle], "", True, True, no),
        (None, [oak], [needle], "English", True, True, yes),
    ]
    model = {}
    for number, (specialty, at, performs, languages, new, video, confirmed) in enumerate(rows):
        page = add(
            f"Number{number}",
            at=at,
            performs=performs,
            specialty=specialty,
            languages=languages,
            accepting_new_patients=new,
            offers_telehealth=video,
            **confirmed,
        )
        known = confirmed is yes
        model[page.title] = {
            "specialty": [specialty.name.lower().replace(" ", "-")] if specialty else [],
            "procedure": ["needle"] if performs else [],
            "location": [office.slug for office in at],
            "language": languages.lower().split(", "),
            "new-patients": ["yes"] if new and known else [],
            "video": ["yes"] if video and known else [],
        }
    choices = {
        "specialty": ["", "pain-medicine", "nerves"],
        "procedure": ["", "needle"],
        "location": ["", "elm", "oak"],
        "language": ["", "english", "spanish"],
        "new-patients": ["", "yes"],
        "video": ["", "yes"],
    }
    # One choice more each time, and each facet with each other: a part of all combinations.
    for name, values in choices.items():
        for other in choices:
            some = {key: [""] for key in choices} | {name: values, other: choices[other]}
            assert compare_with_model(client, LIST, model, some) >= 2
    everything = {name: values[:2] for name, values in choices.items()}
    asked = dict.fromkeys(choices, "")
    for name, values in everything.items():
        asked[name] = values[1]
        some = {key: [value] for key, value in asked.items()}
        assert compare_with_model(client, LIST, model, some) == 1


def test_a_row_says_where_which_languages_and_what_was_confirmed(add, offices, client):
    add(
        "Abel",
        at=offices.values(),
        languages="English, Spanish",
        accepting_new_patients=True,
        offers_telehealth=True,
        availability_confirmed_on=CONFIRMED,
    )
    add("Zorn", languages="", accepting_new_patients=True, offers_telehealth=True)
    html = " ".join(main_of(client, LIST).split())
    first, second = re.findall(r'<div class="row row--person">.*?</li>', html)[::2]
    for words in (
        ">Ida Abel, MD</a>",
        ">Pain Management Specialist</p>",
        "<dd>Elm office, Oak office</dd>",
        "<dd>English, Spanish</dd>",
        "Accepting new patients · Sees patients by video",
        "(confirmed on Nov 2, 2026)",
    ):
        assert words in first
    for words in ("Sees patients", "Speaks", "Accepting", "confirmed"):
        assert words not in second


def test_what_was_confirmed_can_be_that_nobody_new_is_seen(add, client):
    add("Abel", availability_confirmed_on=CONFIRMED)
    assert "Not accepting new patients now <span" in " ".join(main_of(client, LIST).split())
    assert "New patients" not in {title for title, _ in options(client, LIST)}


@pytest.mark.parametrize("way", ["draft", "private"])
def test_hidden_physicians_offices_and_procedures_are_not_offered(
    add, offices, practice, client, way
):
    procedure = ProcedureFactory(parent=practice.procedures, title="Whisper needle")
    hidden = add("Whisper", at=offices.values(), languages="Whispered", performs=[procedure])
    add("Abel", at=offices.values(), performs=[procedure])
    for page in (hidden, offices["oak"], procedure):
        if way == "draft":
            fresh(page).unpublish()
        else:
            PageViewRestriction.objects.create(page=page, restriction_type="login")
    found = {option: count for option, (count, _) in options(client, LIST).items()}
    assert found == {("Specialty", "Pain medicine"): 2, ("Office", "Elm office"): 1}
    html = main_of(client, LIST)
    assert "Whisper" not in html
    assert "Oak" not in html


def test_choices_are_counted_in_words_and_cleared_together(add, offices, client):
    add("Abel", at=[offices["elm"]], languages="Spanish")
    add("Bell", at=[offices["elm"]], languages="Spanish, Dutch")
    query = {"language": "spanish", "location": "elm"}
    html = main_of(client, LIST, **query)
    assert "2 physicians match." in html
    assert 'aria-label="Remove Language: Spanish"' in html
    assert '<a href="/physicians/">Clear all</a>' in html
    assert "1 physician matches." in main_of(client, LIST, **query | {"language": "dutch"})
    assert "No physician matches." in main_of(client, LIST, language="klingon")


def test_a_profile_links_the_public_offices_and_machines_read_the_same(add, offices, client):
    page = add("Abel", at=offices.values())
    fresh(offices["oak"]).unpublish()
    html = main_of(client, page.url)
    assert '<a href="/locations/elm/">Elm office</a>' in html
    assert "Oak" not in html
    node = graph_of(client, page.url)[f"http://localhost{page.url}#physician"]
    assert node["practicesAt"] == [{"@id": "http://localhost/locations/elm/#clinic"}]
    assert [place["streetAddress"] for place in node["address"]] == ["1 Elm Street"]
    nowhere = add("Bell")
    node = graph_of(client, nowhere.url)[f"http://localhost{nowhere.url}#physician"]
    assert node["practicesAt"] == {"@id": "http://localhost/#practice"}


def test_a_procedure_says_who_performs_it_and_where(add, offices, practice, client):
    page = practice.procedure(title="Needle", slug="needle")
    confirmed = {"accepting_new_patients": True, "availability_confirmed_on": CONFIRMED}
    add("Zorn", at=offices.values(), performs=[page], **confirmed)
    add("Abel", performs=[page], accepting_new_patients=True)
    add("Unseen", performs=[page]).unpublish()
    html = " ".join(main_of(client, "/procedures/needle/").split())
    abel, zorn = re.findall(r'<li class="performer">.*?</li>', html)
    assert ">Ida Abel, MD</a>" in abel
    assert "Accepting" not in abel
    assert ">Ida Zorn, MD</a>" in zorn
    assert '<a href="/locations/elm/">Elm office</a>, <a href="/locations/oak/">' in zorn
    assert "Accepting new patients" in zorn
    assert "(confirmed on Nov 2, 2026)" in zorn
    node = graph_of(client, "/procedures/needle/")[
        "http://localhost/physicians/ida-zorn-md/#physician"
    ]
    assert len(node["practicesAt"]) == 2


def test_a_location_can_ask_who_sees_patients_there(add, offices, client):
    add("Abel", at=[offices["elm"]])
    add("Bell", at=offices.values())
    seen = {slug: seen_at(office) for slug, office in offices.items()}
    names = {
        slug: sorted(links.rows.values_list(f"{links.to}__last_name", flat=True))
        for slug, links in seen.items()
    }
    assert names == {"elm": ["Abel", "Bell"], "oak": ["Bell"]}


def test_a_profile_lists_pages_reviewed_while_their_text_is_what_readers_see(practice, client):
    def lists_it() -> bool:
        return "Pages they reviewed" in main_of(client, practice.physician.url)

    set_review_policy(procedures=True)
    page = signed_page(practice, title="Needle", slug="needle")
    seen = [lists_it()]
    for kind in ("minor", "major"):
        page = fresh(page)
        page.summary = f"A {kind} change of words."
        publish_past_the_policy(page, kind=kind, note="What is new.")
        seen.append(lists_it())
    assert seen == [True, True, False]


def test_an_editor_chooses_where_a_physician_sees_patients(offices, practice, client):
    page = practice.physician
    page.locations = [PhysicianLocation(location=offices["elm"])]
    assert "Sees patients at" not in main_of(client, page.url)
    publish_version(page=page, kind="minor")
    assert "Sees patients at" in main_of(client, page.url)
    assert shown(client, LIST, location="elm") == [page.title]


@pytest.mark.parametrize(
    "path", [LIST, f"{LIST}?language=english&location=elm", "/procedures/needle/", "/"]
)
def test_finding_costs_no_more_questions_the_more_there_is(add, offices, practice, client, path):
    page = practice.procedure(title="Needle", slug="needle")
    for number in range(60):
        languages = f"English, Language {number}"
        add(f"Number{number}", at=offices.values(), performs=[page], languages=languages)
    assert queries(client, path) <= BUDGET
