"""The API tells programs what readers of the pages are told: all of it, and nothing else."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import time_machine

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from wagtail.models import PageViewRestriction

from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianLocation
from procedures.models import (
    BodyArea,
    ProcedureCondition,
    ProcedurePhysician,
    ProcedureRelation,
)
from tests.admin import edit, procedure_data
from tests.conftest import fresh, set_review_policy, wall_clock
from tests.factories import ConditionFactory, LocationFactory, PhysicianFactory, section
from tests.reviews import publish_past_the_policy, signed_page
from tests.test_query_budgets import queries

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "golden"
ENDPOINTS = ("procedures", "physicians", "conditions", "locations")
SECRET = "Whispertown"
MOST_QUERIES = 12


def ask(client, path: str, status: int = 200) -> dict:
    response = client.get(f"/api/v2/{path}")
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


@pytest.fixture
def furnished(practice):
    """One page of each kind with something in every field, published on known days."""
    with time_machine.travel(datetime(2026, 3, 10, 2, 30, tzinfo=UTC), tick=False):
        office = LocationFactory(
            parent=practice.locations,
            title="Elm office",
            slug="elm",
            region="NJ",
            postal_code="07099",
            hours=[("hours", {"days": ["mon", "fri"], "opens": time(8), "closes": time(17, 30)})],
            special_hours=[
                ("special", holiday(date(2026, 3, 9), "Over")),
                ("special", holiday(date(2026, 4, 3), "Good Friday")),
            ],
            hours_confirmed_on=date(2026, 3, 1),
            entrance="The red door.",
            live=False,
        )
        publish_version(page=office)
        otto = PhysicianFactory(
            parent=practice.physicians, first_name="Otto", last_name="Bramble", live=False
        )
        otto.npi, otto.languages = "1234567893", "English, Spanish"
        otto.biography = "<p>Otto likes <b>knees</b>.</p>"
        otto.credentials = [
            ("membership", {"organisation": "Elm Society", "start": None, "end": None}),
            ("membership", {"organisation": "Left It", "start": None, "end": date(2026, 3, 8)}),
        ]
        otto.accepting_new_patients = True
        otto.availability_confirmed_on = date(2026, 3, 2)
        otto.locations = [PhysicianLocation(location=office)]
        publish_version(page=otto)
        knee = ConditionFactory(
            parent=practice.conditions,
            title="Sore knee",
            slug="sore-knee",
            also_called="Knee pain, Bad knee",
            body=[{"type": "text", "value": "<p>It <i>hurts</i>.</p>"}],
            live=False,
        )
        publish_version(page=knee)
        other = practice.procedure(title="Thread", slug="thread", credited_physician=otto)
        needle = practice.procedure(
            title="Needle",
            slug="needle",
            live=False,
            credited_physician=otto,
            summary="A thin needle.",
            also_called="Pin",
            anaesthesia="None",
            body_area=BodyArea.objects.create(name="Knee"),
            references=[("reference", source())],
        )
        needle.treated_conditions.add(ProcedureCondition(condition=knee))
        needle.performing_physicians.add(ProcedurePhysician(physician=otto))
        other.related_procedures.add(ProcedureRelation(related=needle))
        publish_version(page=other, kind="minor")
        publish_version(page=needle)
    with time_machine.travel(datetime(2026, 3, 20, 15, 0, tzinfo=UTC), tick=False):
        publish_version(page=fresh(needle), kind="minor")
        needle.summary = "A very thin needle."
        publish_version(page=needle, kind="major", note="How thin it is.")
    return {
        "procedures": fresh(needle),
        "physicians": fresh(otto),
        "conditions": fresh(knee),
        "locations": fresh(office),
        "other": fresh(other),
    }


def holiday(day: date, reason: str) -> dict:
    return {"start": day, "end": None, "opens": None, "closes": None, "reason": reason}


def source() -> dict:
    return {
        "title": "On needles",
        "publisher": "Elm Press",
        "year": 2019,
        "link": "https://example.org/needles",
        "checked_on": date(2026, 1, 5),
    }


def with_slugs(data, pages):
    """`data` with each page's slug in place of its id, which differs from one run to the next."""
    slugs = {page.pk: page.slug for page in pages.values()}

    def walk(value):
        if isinstance(value, list):
            return [walk(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: walk(item) for key, item in value.items()}
        if isinstance(value.get("id"), int):
            found["id"] = slugs[value["id"]]
            if "meta" in found:
                address = found["meta"]["detail_url"]
                found["meta"]["detail_url"] = address.replace(f"/{value['id']}/", "/ID/")
        return found

    return walk(data)


@pytest.mark.parametrize("kind", ENDPOINTS)
@time_machine.travel(datetime(2026, 3, 20, 15, 0, tzinfo=UTC), tick=False)
def test_an_answer_is_exactly_what_was_agreed(furnished, client, kind):
    told = {
        "list": ask(client, f"{kind}/?slug={furnished[kind].slug}"),
        "detail": ask(client, f"{kind}/{furnished[kind].pk}/"),
    }
    found = json.dumps(with_slugs(told, furnished), indent=4, ensure_ascii=False) + "\n"
    golden = GOLDEN / f"api_{kind}.json"
    assert found == golden.read_text()


@pytest.mark.parametrize("shows_next", [True, False])
def test_a_review_is_told_as_the_page_tells_it(practice, client, shows_next):
    set_review_policy(procedures=True, months=1, shows_next_review=shows_next)
    # Half past nine in the evening of the practice's March 9.
    with time_machine.travel(datetime(2026, 3, 10, 1, 30, tzinfo=UTC), tick=False):
        page = signed_page(practice, title="Needle")
    # Overdue since: readers still see the line, with its day.
    with time_machine.travel(datetime(2026, 9, 1, tzinfo=UTC), tick=False):
        told = ask(client, f"procedures/{page.pk}/")["review"]
    assert told == {
        "state": "reviewed",
        "reviewed_by": "Dr. Ida Quillfeather, MD",
        "reviewer": {
            "id": practice.physician.pk,
            "title": "Ida Quillfeather, MD",
            "url": "http://localhost/physicians/ida-quillfeather-md/",
        },
        "reviewed_on": "2026-03-09",
        "next_due": "2026-04-09" if shows_next else None,
    }


def test_a_review_of_an_older_text_is_not_told(practice, client):
    set_review_policy(procedures=True)
    page = signed_page(practice, title="Needle")
    page.summary = "Another text."
    publish_past_the_policy(page, kind="major", note="Another text.")
    told = ask(client, f"procedures/{page.pk}/")["review"]
    assert set(told.values()) == {None}


def test_a_reviewer_who_left_keeps_the_name_and_loses_the_link(practice, client):
    set_review_policy(procedures=True)
    page = signed_page(practice, title="Needle")
    practice.physician.unpublish()
    told = ask(client, f"procedures/{page.pk}/")
    assert told["review"]["reviewed_by"] == "Dr. Ida Quillfeather, MD"
    assert told["review"]["reviewer"] is None
    assert told["credited_physician"] is None


def test_days_are_those_of_the_practices_calendar(practice, client):
    # The night in which clocks go forward: 1:30 is still winter time, 3:30 summer time.
    page = practice.procedure(title="Needle", at=wall_clock(2026, 3, 8, 1, 30))
    page.summary = "New."
    publish_version(page=page, kind="major", note="New.", at=wall_clock(2026, 3, 8, 3, 30))
    record = ask(client, f"procedures/{page.pk}/")["record"]
    assert record["first_published_at"] == "2026-03-08T01:30:00-05:00"
    assert record["modified_at"] == "2026-03-08T03:30:00-04:00"


def test_availability_is_told_only_with_the_day_of_its_confirmation(practice, client):
    address = f"physicians/{practice.physician.pk}/"
    assert ask(client, address)["availability"] is None


def everything(client) -> str:
    """All that the API can be made to say."""
    answers = []
    for kind in ENDPOINTS:
        rows = ask(client, f"{kind}/?limit=100&fields=*")
        answers += [rows, *(ask(client, f"{kind}/{row['id']}/") for row in rows["items"])]
    return json.dumps(answers, ensure_ascii=False)


@pytest.mark.parametrize("who", ["anonymous", "publishers", "superuser"])
@pytest.mark.parametrize("way", ["draft", "private", "below a private page", "withdrawn"])
def test_what_readers_cannot_see_is_not_told_to_anyone(practice, client, who, way):
    condition = ConditionFactory(parent=practice.conditions, title=SECRET, live=False)
    physician = PhysicianFactory(parent=practice.physicians, last_name=SECRET, live=False)
    related = practice.procedure(title=SECRET)
    office = LocationFactory(parent=practice.locations, title=SECRET, live=False)
    for page in (condition, physician, office):
        publish_version(page=page)
    page = practice.procedure(title="Needle", live=False, credited_physician=physician)
    page.treated_conditions = [ProcedureCondition(condition=condition)]
    page.performing_physicians = [ProcedurePhysician(physician=physician)]
    page.related_procedures = [ProcedureRelation(related=related)]
    publish_version(page=page)
    practice.physician.locations = [PhysicianLocation(location=office)]
    publish_version(page=practice.physician, kind="minor")
    reader = client if who == "anonymous" else practice.client(who)
    hidden = [condition, physician, related, office]
    assert everything(reader).count(SECRET) > 10, "while they are public, they are told"
    filters = [
        f"procedures/?conditions={condition.pk}",
        f"procedures/?physicians={physician.pk}",
        f"procedures/?credited_physician={physician.pk}",
        f"physicians/?locations={office.pk}",
    ]
    for address in filters:
        assert ask(reader, address)["meta"]["total_count"] == 1
    if way == "below a private page":
        for section_page in (practice.conditions, practice.locations):
            PageViewRestriction.objects.create(page=section_page, restriction_type="login")
        hidden = [condition, office]
        for each in (physician, related):
            fresh(each).unpublish()
    for each in hidden:
        if way == "draft":
            fresh(each).unpublish()
        elif way == "private":
            PageViewRestriction.objects.create(page=each, restriction_type="login")
        elif way == "withdrawn":
            withdraw(page=fresh(each), by=practice.users["publishers"], reason="Gone.")
    told = everything(reader)
    # The byline stays as it was printed, with the name of its day.
    assert told.replace(f"Dr. {SECRET}, MD", "").count(SECRET) == 0
    for each, kind in zip(
        (condition, physician, related, office),
        ("conditions", "physicians", "procedures", "locations"),
        strict=True,
    ):
        ask(reader, f"{kind}/{each.pk}/", status=404)
    for address in filters:
        assert ask(reader, address)["meta"]["total_count"] == 0


def test_a_draft_of_a_public_page_is_not_told(practice):
    page = practice.procedure(title="Needle", slug="needle")
    client = practice.client("publishers")
    edit(client, page, procedure_data(page, title=SECRET, slug="secret", summary=SECRET))
    draft = fresh(page).get_latest_revision_as_object()
    assert (draft.title, draft.summary) == (SECRET, SECRET)
    told = everything(client)
    assert "Needle" in told
    assert SECRET not in told
    assert "/secret/" not in told


@pytest.mark.parametrize("extra", ["", "&fields=*"])
def test_a_list_of_forty_asks_no_more_than_one_of_twenty(practice, client, extra):
    set_review_policy(procedures=False, shows_next_review=True)
    for number in range(40):
        condition = ConditionFactory(parent=practice.conditions, live=False)
        person = PhysicianFactory(parent=practice.physicians, live=False)
        office = LocationFactory(parent=practice.locations, live=False)
        for page in (condition, office):
            publish_version(page=page)
        person.locations = [PhysicianLocation(location=office)]
        publish_version(page=person)
        page = practice.procedure(
            live=False,
            credited_physician=person,
            body_area=BodyArea.objects.create(name=f"Area {number}"),
            sections=[section("overview", f"Text {number}.")],
        )
        page.treated_conditions = [ProcedureCondition(condition=condition)]
        page.performing_physicians = [ProcedurePhysician(physician=person)]
        publish_version(page=page)
    for kind in ENDPOINTS:
        few = queries(client, f"/api/v2/{kind}/?limit=20{extra}")
        many = queries(client, f"/api/v2/{kind}/?limit=40{extra}")
        assert few == many
        assert many <= MOST_QUERIES
        page = ask(client, f"{kind}/?limit=1")["items"][0]
        assert queries(client, f"/api/v2/{kind}/{page['id']}/") <= MOST_QUERIES


def test_a_list_is_cut_in_slices_by_title(practice, client):
    for title in ("Cord", "awl", "Bead"):
        practice.procedure(title=title)
    first = ask(client, "procedures/?limit=2")
    rest = ask(client, "procedures/?limit=2&offset=2")
    assert first["meta"]["total_count"] == rest["meta"]["total_count"] == 3
    titles = [row["title"] for row in first["items"] + rest["items"]]
    assert sorted(titles) == sorted(["Cord", "awl", "Bead"])
    assert ask(client, "procedures/?offset=999999999")["items"] == []


def test_a_list_is_narrowed_by_what_a_page_links_to(furnished, client):
    def slugs(query: str) -> list[str]:
        return [row["slug"] for row in ask(client, query)["items"]]

    knee, otto = furnished["conditions"].pk, furnished["physicians"].pk
    assert slugs("procedures/?slug=thread") == ["thread"]
    assert slugs(f"procedures/?conditions={knee}") == ["needle"]
    assert slugs(f"procedures/?physicians={otto}&slug=thread") == []
    assert slugs(f"procedures/?credited_physician={otto}") == ["needle", "thread"]
    assert slugs(f"conditions/?treatments={furnished['procedures'].pk}") == ["sore-knee"]
    assert slugs(f"physicians/?locations={furnished['locations'].pk}") == ["otto-bramble-md"]
    assert slugs("procedures/?conditions=0") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("limit=101", "“limit” must be a whole number from 0 to 100."),
        ("limit=-1", "“limit” must be a whole number from 0 to 100."),
        ("limit=", "“limit” must be a whole number from 0 to 100."),
        ("offset=1e3", "“offset” must be a whole number from 0 to 999999999."),
        ("offset=9999999999", "“offset” must be a whole number from 0 to 999999999."),
        ("conditions=knee", "“conditions” must be a whole number from 0 to 999999999."),
        ("conditions=١", "“conditions” must be a whole number from 0 to 999999999."),
        ("fields=secret", "unknown fields: secret"),
        ("fields=" + "a(" * 1500, "“fields” are names, separated by commas."),
        ("fields=,", "fields error: unexpected char ',' at position 0"),
        (
            "summary=x",
            "There is no “summary” here. Known: fields, limit, offset, slug, conditions, "
            "physicians, credited_physician.",
        ),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(
    practice, client, query, sentence
):
    assert ask(client, f"procedures/?{query}", status=400) == {"message": sentence}


@pytest.mark.parametrize("path", ["procedures/999999999999999999999/", "procedures/0/"])
def test_a_page_that_does_not_exist_is_not_found(practice, client, path):
    assert "message" in ask(client, path, status=404)


@pytest.mark.parametrize("path", ["procedures/5/?limit=2", "procedures/5/?slug=x"])
def test_one_page_takes_no_filters(practice, client, path):
    assert ask(client, path, status=400)["message"].endswith("Known: fields.")


@pytest.mark.parametrize("path", ["pages/", "images/", "documents/", "procedures/find/?id=1", ""])
def test_nothing_else_is_offered(practice, client, path):
    assert client.get(f"/api/v2/{path}").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(practice, method):
    page = practice.procedure(title="Needle")
    client = practice.client("superuser")
    for path in ("procedures/", f"procedures/{page.pk}/"):
        # The framework undoes the surrounding transaction: in use there is none.
        with transaction.atomic():
            send = getattr(client, method)
            response = send(f"/api/v2/{path}", {}, content_type="application/json")
        assert response.status_code == 405
    assert fresh(page).title == "Needle"


def test_answers_may_be_kept_by_anyone_for_a_minute(practice, client):
    page = practice.procedure(title="Needle")
    editor = practice.client("publishers")
    for path in ("procedures/", f"procedures/{page.pk}/"):
        answers = [reader.get(f"/api/v2/{path}") for reader in (client, editor)]
        assert answers[0].content == answers[1].content
        for answer in answers:
            assert answer["Cache-Control"] == "public, max-age=60"
            assert "cookie" not in answer.get("Vary", "").lower()
            assert "Set-Cookie" not in answer
            assert "Access-Control-Allow-Origin" not in answer
            assert answer["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_unchanged_answer_is_not_sent_twice(practice, client):
    page = practice.procedure(title="Needle", slug="needle")
    for path in ("/api/v2/procedures/", f"/api/v2/procedures/{page.pk}/"):
        etag = client.get(path)["ETag"]
        again = client.get(path, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")
    page.summary = "Thinner."
    publish_version(page=fresh(page), kind="minor")
    page = fresh(page)
    page.summary = "Thinner still."
    publish_version(page=page, kind="minor")
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_reading_opens_no_transaction(practice, client):
    with CaptureQueriesContext(connection) as captured:
        client.get("/api/v2/procedures/")
    statements = [query["sql"].split()[0].upper() for query in captured]
    assert set(statements) == {"SELECT"}


def test_hours_that_are_not_filled_in_yet_are_left_out_and_break_nothing(practice, client):
    office = LocationFactory(parent=practice.locations, live=False)
    office.hours = [("hours", {"days": ["mon"], "opens": None, "closes": None})]
    office.special_hours = [("special", {"start": None, "reason": "A day off"})]
    office.hours_confirmed_on = date(2026, 1, 5)
    publish_version(page=office)
    told = ask(client, f"locations/{office.pk}/")
    assert [day["hours"] for day in told["hours"]] == [[]] * 7
    assert told["special_hours"] == []
    office.hours = []
    publish_version(page=office)
    assert ask(client, f"locations/{office.pk}/")["hours"] is None
    assert client.get("/api/v2/locations/?fields=hours,special_hours").status_code == 200
