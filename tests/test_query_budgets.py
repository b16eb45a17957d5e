"""How many questions a page asks the database: a few, and no more when there is more to show."""

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.publishing.services import publish_version
from procedures.models import ProcedureCondition, ProcedurePhysician, ProcedureRelation
from tests.conftest import fresh
from tests.factories import ConditionFactory, PhysicianFactory, ProcedureFactory

pytestmark = pytest.mark.django_db

BUDGET = 8


def queries(client, path: str) -> int:
    """Queries of a request that finds nothing prepared but the addresses of resized images."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as captured:
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
        "/search/?q=needle",
    ],
)
def test_a_public_page_asks_at_most_eight_questions(many, client, path):
    assert queries(client, path) <= BUDGET


@pytest.mark.parametrize("role", ["publishers", "writers"])
def test_the_explorer_asks_no_question_per_page(practice, role):
    client = practice.client(role)
    address = reverse("wagtailadmin_explore", args=[practice.procedures.pk])
    practice.procedure()
    few = queries(client, address)
    for _ in range(20):
        fresh(practice.procedure())
    assert queries(client, address) <= few + 3
