"""What every page asks has its SQL put together once after each change, and answers as ever."""

import pytest

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from wagtail.models import PageViewRestriction

from clinic.delivery.memo import rendering_under
from clinic.delivery.prepared import prepared
from clinic.publishing.models import PublishedVersion
from physicians.models import PhysicianPage
from procedures.models import (
    BodyArea,
    ProcedureCondition,
    ProcedurePage,
    ProcedurePhysician,
    ProcedureRelation,
)
from tests.admin import physician_data
from tests.conftest import fresh
from tests.factories import ConditionFactory, PhysicianFactory

pytestmark = pytest.mark.django_db


def told(page) -> dict:
    return {name: getattr(page, name) for name in [f.attname for f in page._meta.concrete_fields]}


@pytest.fixture
def needle(practice):
    area = BodyArea.objects.create(name="Elbow")
    return practice.procedure(title="Needle", slug="needle", body_area=area)


def test_instances_come_with_all_their_fields_what_they_select_and_what_is_added(needle):
    @prepared
    def titled(*, title):
        pages = ProcedurePage.objects.select_related("body_area", "credited_physician")
        return pages.filter(title=title).annotate(area=F("body_area__name")).order_by("pk")

    [found] = titled(title="Needle")
    area, physician = needle.body_area, told(needle.credited_physician)
    with CaptureQueriesContext(connection) as captured:
        assert found.body_area == area
        assert found.credited_physician.specialty_id == physician["specialty_id"]
        assert found.area == "Elbow"
    assert len(captured) == 0
    kept_apart = {"sections", "references"}
    expected = told(needle)
    assert {k: v for k, v in told(found).items() if k not in kept_apart} == {
        k: v for k, v in expected.items() if k not in kept_apart
    }
    for name in kept_apart:
        assert list(getattr(found, name).raw_data) == list(expected[name].raw_data)
    assert not found._state.adding
    assert titled(title="Thread") == []


def test_what_may_be_absent_is_absent(practice):
    page = practice.procedure(title="Thread", body_area=None)

    @prepared
    def titled(*, title):
        return ProcedurePage.objects.select_related("body_area").filter(title=title)

    with CaptureQueriesContext(connection) as captured:
        [found] = titled(title=page.title)
        assert found.body_area is None
    assert len(captured) == 1


def test_values_are_converted_as_the_orm_converts_them(needle):
    def versions(page):
        rows = PublishedVersion.objects.filter(page=page).order_by("pk")
        return rows.values_list("published_at", "answered", "digest", "page__title")

    asked = prepared(lambda *, page: versions(page))
    assert list(map(tuple, asked(page=needle.pk))) == list(versions(needle.pk))
    [(published_at, *_)] = asked(page=needle.pk)
    assert published_at.tzinfo is not None


def test_each_subject_has_sql_of_its_own(needle):
    @prepared
    def titled(model, *, title):
        return model.objects.filter(title=title)

    name = needle.credited_physician.title
    assert titled(ProcedurePage, title=name) == []
    assert titled(PhysicianPage, title=name) == [needle.credited_physician]
    assert titled(ProcedurePage, title="Needle") == [needle]


def test_a_question_nobody_can_answer_asks_nothing():
    nothing = prepared(lambda *, page: ProcedurePage.objects.filter(pk=page, slug__in=[]))
    with CaptureQueriesContext(connection) as captured:
        assert nothing(page=1) == []
    assert len(captured) == 0


@pytest.mark.parametrize(
    "lookup",
    [
        {"pk__in": lambda page: [page, int(page)]},
        {"title": lambda page: f"{page:03}"},
    ],
)
def test_a_question_that_needs_the_value_itself_fails(lookup):
    [(name, made_of)] = lookup.items()
    question = prepared(lambda *, page: ProcedurePage.objects.filter(**{name: made_of(page)}))
    with pytest.raises(TypeError):
        question(page=1)


@pytest.mark.parametrize("given", [{}, {"page": 1, "titel": "Needle"}, {"pages": 1}])
def test_values_are_given_by_their_names(given):
    question = prepared(lambda *, page: ProcedurePage.objects.filter(pk=page))
    with pytest.raises(TypeError):
        question(**given)


def test_the_sql_is_put_together_once_for_a_generation(needle):
    built = []

    @prepared
    def of_id(*, page):
        built.append(page)
        return ProcedurePage.objects.filter(pk=page)

    for number, times in [(-1, 1), (-1, 1), (-2, 2)]:
        with rendering_under(number):
            assert of_id(page=needle.pk) == [needle]
        assert len(built) == times


def test_a_page_lists_what_a_changed_rule_lets_the_public_see(practice, client):
    """The rule stands in the SQL that finds who treats a condition."""
    condition = ConditionFactory(parent=practice.conditions, slug="ache", live=True)
    procedure = practice.procedure(title="Needle")
    ProcedureCondition.objects.create(procedure=procedure, condition=condition)
    surgeon = PhysicianFactory(parent=practice.physicians, last_name="Oakmoss")
    ProcedurePhysician.objects.create(procedure=procedure, physician=surgeon)
    with rendering_under(-1):
        assert "Oakmoss" in client.get("/conditions/ache/").content.decode()
    PageViewRestriction.objects.create(page=procedure, restriction_type="login")
    with rendering_under(-2):
        assert "Oakmoss" not in client.get("/conditions/ache/").content.decode()


def test_a_preview_shows_the_relations_in_the_form_and_those_of_other_pages(practice):
    mine, other = practice.procedure(title="Needle"), practice.procedure(title="Thread")
    saved, removed = practice.procedure(title="Spoon"), practice.procedure(title="Fork")
    other.related_procedures.add(ProcedureRelation(related=mine))
    other.save()
    mine.related_procedures.add(ProcedureRelation(related=removed))
    mine.save()
    draft = fresh(mine)
    draft.related_procedures.set([ProcedureRelation(related=saved)])
    html = draft.make_preview_request(preview_mode="").content.decode()
    related = html.split("Related procedures", 1)[1]
    assert [title for title in ("Spoon", "Thread", "Fork") if title in related] == [
        "Spoon",
        "Thread",
    ]


def test_a_new_profile_is_not_shown_with_the_pages_that_nobody_answers_for(practice):
    orphan = practice.procedure(title="Needle", credited_physician=None, credited_to_practice=True)
    assert orphan.live
    address = reverse(
        "wagtailadmin_pages:preview_on_add",
        args=["physicians", "physicianpage", practice.physicians.pk],
    )
    client = practice.client("publishers")
    data = physician_data(practice.physician, last_name="Fernhill", slug="fernhill")
    assert client.post(address, data).json() == {"is_valid": True, "is_available": True}
    html = client.get(address).content.decode()
    assert "Fernhill" in html
    assert "Needle" not in html
