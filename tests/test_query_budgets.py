"""How many questions a page asks the database: a few, and no more when there is more to show."""

from itertools import count

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.delivery.memo import rendering_under
from clinic.publishing.services import publish_version
from procedures.models import ProcedureCondition, ProcedurePhysician, ProcedureRelation
from tests.conftest import fresh
from tests.factories import ConditionFactory, PhysicianFactory, ProcedureFactory, section

pytestmark = pytest.mark.django_db

BUDGET = 4
NUMBERS = count(1)


def queries(client, path: str) -> int:
    """Queries of a reader's request for a page that is not finished yet, while what all pages
    share is known: as the second page is rendered after a change."""
    with rendering_under(-next(NUMBERS)):
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
    return len(captured)


@pytest.fixture
def many(practice):
    """A procedure related to ten of everything, in a section of fifty."""
    page = practice.procedure(title="Needle", slug="needle")
    for number in range(10):
        condition = ConditionFactory(parent=practice.conditions, live=False)
        publish_version(page=condition)
        person = PhysicianFactory(parent=practice.physicians, live=False)
        publish_version(page=person)
        page.treated_conditions.add(ProcedureCondition(condition=condition))
        page.performing_physicians.add(ProcedurePhysician(physician=person))
        if number < 5:
            other = practice.procedure()
            page.related_procedures.add(ProcedureRelation(related=other))
    publish_version(page=page, kind="major", note="What it treats, and who does it.")
    for _ in range(44):
        ProcedureFactory(parent=practice.procedures, credited_physician=practice.physician)
    return practice


@pytest.mark.parametrize(
    "path",
    [
        "/procedures/needle/",
        "/physicians/ida-quillfeather-md/",
        "/procedures/",
        "/conditions/",
        "/physicians/",
        "/",
        "/locations/",
        "/search/?q=needle",
        "/updates/",
        "/feed/",
        "/procedures/needle/updates/",
        "/procedures/?condition=condition-1",
        "/sitemap.xml",
        "/api/v2/procedures/",
    ],
)
def test_a_public_answer_asks_at_most_four_questions_however_much_there_is(many, client, path):
    few = queries(client, path)
    for _ in range(60):
        ProcedureFactory(parent=many.procedures, credited_physician=many.physician)
    assert max(few, queries(client, path)) <= BUDGET


def test_links_inside_texts_ask_no_question(practice, client):
    links = "".join(f'<a linktype="page" id="{practice.procedure().pk}">{n}</a> ' for n in range(3))
    page = practice.procedure(slug="needle", sections=[section("overview", links)])
    assert client.get(page.url).content.count(b'<a href="/procedures/procedure-') >= 3
    assert queries(client, page.url) <= BUDGET


@pytest.mark.parametrize("role", ["publishers", "writers"])
def test_the_explorer_asks_no_question_per_page(practice, role):
    client = practice.client(role)
    address = reverse("wagtailadmin_explore", args=[practice.procedures.pk])
    practice.procedure()
    few = queries(client, address)
    for _ in range(20):
        fresh(practice.procedure())
    assert queries(client, address) <= few + 3
