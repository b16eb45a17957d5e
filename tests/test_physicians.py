"""Physicians: what is said of them, in which tense, and what becomes of pages they answer for."""

from html import unescape

import pytest
import time_machine

from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import streamfield

from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianPage
from physicians.models.profiles import REQUIRED_TO_PUBLISH
from physicians.npi import is_valid_npi
from procedures.models import ProcedurePhysician
from tests.admin import create, edit, errors, physician_data
from tests.conftest import fresh, kinds, wall_clock
from tests.factories import PhysicianFactory

pytestmark = pytest.mark.django_db

NOT_AN_NPI = "This is not an NPI."
NPIS = {
    # The example of CMS's own check-digit document, and numbers with a right check digit.
    "1234567893": True,
    "1245319599": True,
    "2123456784": True,
    # One digit wrong, two digits swapped, or the check digit of the number without its prefix.
    "1234567890": False,
    "1234567894": False,
    "1243567893": False,
    "1234567897": False,
    # A right check digit is not enough: the first digit is 1 or 2.
    "9999991018": False,
    "0000000006": False,
    "3234567899": False,
    "123456789": False,
    "12345678O3": False,
    "1234 56789": False,
    "+123456789": False,
    "-123456789": False,
    "١٢٣٤٥٦٧٨٩٣": False,
    "¹²³⁴⁵⁶⁷⁸⁹³": False,
}


def beside(field: str, response) -> str:
    """The part of a refused form that is about one field."""
    after = response.content.decode().split(f'data-contentpath="{field}"')[1]
    return unescape(after.split("data-contentpath=")[0])


@pytest.mark.parametrize("npi, accepted", NPIS.items())
def test_an_npi_is_accepted_only_with_its_right_check_digit(practice, npi, accepted):
    client, page = practice.client("publishers"), practice.physician
    response = edit(client, page, physician_data(page, npi=npi))
    saved = fresh(page).get_latest_revision_as_object().npi
    if accepted:
        assert (response.status_code, saved) == (302, npi)
    else:
        (sentence,) = errors(response)["npi"]
        assert sentence.startswith(NOT_AN_NPI)
        assert sentence in beside("npi", response)
        assert saved == ""


def test_npis_are_counted_right():
    """Of the ten possible check digits, exactly one is right, for any number."""
    for stem in ("123456789", "199999999", "200000000", "100000000"):
        assert sum(is_valid_npi(f"{stem}{digit}") for digit in range(10)) == 1
    assert not is_valid_npi("")


@pytest.mark.parametrize("npi", ["12345678931", "1234567893 1"])
def test_a_number_too_long_for_an_npi_is_refused_beside_the_field(practice, npi):
    page = practice.physician
    response = edit(practice.client("publishers"), page, physician_data(page, npi=npi))
    assert "npi" in errors(response)
    assert fresh(page).get_latest_revision_as_object().npi == ""


ROWS = [
    ("certification", {"board": "B. of Pain", "specialty": "Pain"}),
    ("membership", {"organisation": "Society of Needles"}),
    ("office", {"organisation": "Society of Needles", "office": "President"}),
    ("training", {"kind": "Residency", "programme": "Anesthesiology", "institution": "Elm Hall"}),
]
# For each kind: said before it begins, while it lasts, after it has ended.
TENSES = {
    "certification": ([], ["Pain, B. of Pain (since 2020)"], []),
    "membership": ([], ["Society of Needles"], []),
    "office": (
        [],
        ["President, Society of Needles (since 2020)"],
        ["Past President, Society of Needles (2020–2022)"],
    ),
    "training": (
        [],
        ["Residency: Anesthesiology, Elm Hall (2020–2022)"],
        ["Residency: Anesthesiology, Elm Hall (2020–2022)"],
    ),
}
LISTS = {
    "certification": "certifications",
    "membership": "memberships",
    "office": "offices",
    "training": "training",
}
MOMENTS = {
    "the evening before": ((2020, 2, 28, 23, 59), 0),
    "the first minute": ((2020, 2, 29, 0, 1), 1),
    "the last minute": ((2022, 12, 31, 23, 59), 1),
    "the morning after": ((2023, 1, 1, 0, 1), 2),
}


def with_credentials(practice, *rows, **dates):
    page = practice.physician
    stream = [{"type": kind, "value": {**value, **dates}} for kind, value in rows]
    page.credentials = stream
    publish_version(page=page, kind="minor")
    return fresh(page)


@pytest.mark.parametrize("when", MOMENTS)
def test_credentials_speak_in_the_right_tense_on_the_practices_calendar(practice, client, when):
    page = with_credentials(practice, *ROWS, start="2020-02-29", end="2022-12-31")
    moment, tense = MOMENTS[when]
    with time_machine.travel(wall_clock(*moment), tick=False):
        said = page.credentials_today
        html = client.get(page.url).content.decode()
    expected = {kind: lines[tense] for kind, lines in TENSES.items()}
    assert {kind: getattr(said, LISTS[kind]) for kind in TENSES} == expected
    everything = {line for tenses in TENSES.values() for lines in tenses for line in lines}
    shown = {line for lines in expected.values() for line in lines}
    assert {line for line in everything if f"<dd>{line}</dd>" in html} == shown
    assert ("Training and credentials" in html) == bool(shown)


def test_what_never_ends_and_what_began_nobody_knows_when_is_said_without_years(practice):
    page = with_credentials(practice, *ROWS)
    assert vars(page.credentials_today) == {
        "certifications": ["Pain, B. of Pain"],
        "training": ["Residency: Anesthesiology, Elm Hall"],
        "memberships": ["Society of Needles"],
        "offices": ["President, Society of Needles"],
        "awards": [],
    }


def test_an_office_of_a_single_year_names_it_once(practice):
    page = with_credentials(practice, ROWS[2], start="2020-01-02", end="2020-12-30")
    assert page.credentials_today.offices == ["Past President, Society of Needles (2020)"]


def test_an_end_before_the_beginning_is_refused_beside_the_field(practice):
    page = practice.physician
    row = {"organisation": "S", "start": "2022-01-01", "end": "2021-01-01"}
    data = physician_data(page, credentials=streamfield([("membership", row)]))
    response = edit(practice.client("publishers"), page, data)
    assert "credentials" in errors(response)
    assert "The end must be later than the beginning." in unescape(response.content.decode())
    assert page.revisions.count() == 1


@pytest.mark.parametrize("field", REQUIRED_TO_PUBLISH)
def test_a_profile_lacking_its_degree_licence_or_name_stays_unpublished(practice, field):
    before = PhysicianPage.objects.live().count()
    new = PhysicianPage(
        **{"first_name": "Ora", "last_name": "Field", "degrees": "DO", "licence_type": "L"}
        | {field: ""},
        specialty=practice.physician.specialty,
    )
    client = practice.client("publishers")
    refused = create(
        client, practice.physicians, PhysicianPage, physician_data(new, action="publish")
    )
    assert errors(refused) == {field: [REQUIRED_TO_PUBLISH[field]]}
    assert REQUIRED_TO_PUBLISH[field] in beside(field, refused)
    assert PhysicianPage.objects.count() == before
    kept = create(client, practice.physicians, PhysicianPage, physician_data(new))
    assert kept.status_code == 302, "as a draft it is kept"
    assert PhysicianPage.objects.live().count() == before


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"specialty": ""}, "specialty"),
        ({"accepting_new_patients": "on"}, "availability_confirmed_on"),
    ],
)
def test_what_else_a_profile_lacks_is_said_beside_its_field(practice, changes, field):
    page = practice.physician
    data = physician_data(page, action="publish", change_kind="minor", **changes)
    response = edit(practice.client("publishers"), page, data)
    assert list(errors(response)) == [field]
    assert kinds(page) == ["first"]


def test_the_title_is_the_name_with_degrees_and_the_address_follows_until_public(practice):
    client = practice.client("publishers")
    new = PhysicianPage(
        first_name="Ora",
        last_name="Field",
        licence_type="L",
        specialty=practice.physician.specialty,
    )
    create(client, practice.physicians, PhysicianPage, physician_data(new))
    page = PhysicianPage.objects.get(last_name="Field")
    seen = [(page.title, page.slug)]
    for action, changes in [
        ("save", {"last_name": "Fielding", "degrees": "MD"}),
        ("save", {"middle_name": "J.", "degrees": "MD, PhD"}),
        ("publish", {}),
        ("publish", {"last_name": "Fielding-Moss"}),
    ]:
        draft = fresh(page).get_latest_revision_as_object()
        answer = {"change_kind": "minor"} if draft.was_published else {}
        edit(client, page, physician_data(draft, action=action, **answer, **changes))
        draft = fresh(page).get_latest_revision_as_object()
        seen.append((draft.title, draft.slug))
    assert seen == [
        ("Ora Field", "ora-field"),
        ("Ora Fielding, MD", "ora-fielding-md"),
        ("Ora J. Fielding, MD, PhD", "ora-j-fielding-md-phd"),
        ("Ora J. Fielding, MD, PhD", "ora-j-fielding-md-phd"),
        ("Ora J. Fielding-Moss, MD, PhD", "ora-j-fielding-md-phd"),
    ]
    assert fresh(page).url == "/physicians/ora-j-fielding-md-phd/"


def test_two_physicians_of_one_name_have_two_addresses(practice):
    PhysicianFactory(parent=practice.physicians, first_name="Ida", last_name="Quillfeather")
    new = PhysicianPage(first_name="Ida", last_name="Quillfeather", degrees="MD")
    response = create(
        practice.client("writers"), practice.physicians, PhysicianPage, physician_data(new)
    )
    assert response.status_code == 302
    slugs = PhysicianPage.objects.values_list("slug", flat=True)
    assert len(set(slugs)) == len(slugs) == 3


def test_a_changed_profile_shows_on_its_procedures_at_once_and_moves_no_date(practice, client):
    page = practice.procedure(slug="needle", at=wall_clock(2020, 5, 22, 9))
    before = (fresh(page).publication, fresh(page).last_published_at, kinds(page))
    assert "Now with music." not in client.get("/procedures/needle/").content.decode()
    data = physician_data(
        practice.physician, action="publish", tagline="Now with music.", change_kind="minor"
    )
    edit(practice.client("publishers"), practice.physician, data)
    html = client.get("/procedures/needle/").content.decode()
    assert "<p>Now with music.</p>" in html
    assert 'published on <time datetime="2020-05-22">May 22, 2020</time> by Dr. Quill' in html
    assert (fresh(page).publication, fresh(page).last_published_at, kinds(page)) == before


BYLINE = "by Dr. Quillfeather, MD (Pain Management Specialist) of Elm Street Clinic"


@pytest.mark.parametrize("way", ["draft", "withdrawn", "private"])
def test_a_profile_that_is_not_public_is_linked_and_named_nowhere_but_in_the_byline(
    practice, client, way
):
    page = practice.procedure(slug="needle")
    page.performing_physicians = [ProcedurePhysician(physician=practice.physician)]
    publish_version(page=page, kind="minor")
    profile = practice.physician
    paths = ["/procedures/needle/", "/physicians/", "/", "/procedures/"]
    link = f'href="{profile.url}"'
    shown = [client.get(path).content.decode() for path in paths]
    assert [link in html for html in shown] == [True, True, True, False]
    assert "physician-box" in shown[0]
    if way == "draft":
        profile.unpublish()
    elif way == "withdrawn":
        withdraw(page=profile, by=None, reason="Retired.")
    else:
        PageViewRestriction.objects.create(page=profile, restriction_type="login")
    seen = [client.get(path).content.decode() for path in paths]
    assert not any(link in html or "physician-box" in html for html in seen)
    assert not any("Ida Quillfeather" in html for html in seen)
    assert [BYLINE in html for html in seen] == [True, False, False, False]
    assert "Who performs it here" not in seen[0]
