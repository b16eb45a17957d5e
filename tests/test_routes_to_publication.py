"""Every route by which a page can go live or leave, against every guard of the record.

Each route is driven as people drive it: by the admin's own requests, or by a command.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Page, TaskState

from clinic.publishing.requirements import PublicationRefused
from procedures.models import CREDIT_MISSING, ProcedurePage
from tests.admin import bulk, create, edit, errors, messages, procedure_data
from tests.conftest import Practice, fresh, kinds

pytestmark = pytest.mark.django_db

# A route takes the practice and a page with an unpublished draft; it tries to make it public and
# returns every sentence it said to the person who tried.
Route = Callable[[Practice, ProcedurePage], str]


def by_edit_form(practice, page) -> str:
    draft = page.get_latest_revision_as_object()
    data = procedure_data(
        draft, action="publish", change_kind=draft.change_kind, change_note=draft.change_note
    )
    response = edit(practice.client("publishers"), page, data)
    return str(errors(response)) if response.status_code == 200 else ""


def by_create_form(practice, page) -> str:
    draft = page.get_latest_revision_as_object()
    draft.slug += "-again"
    data = procedure_data(draft, action="publish")
    response = create(practice.client("publishers"), practice.procedures, ProcedurePage, data)
    return str(errors(response)) if response.status_code == 200 else ""


def by_bulk(practice, page) -> str:
    return messages(bulk(practice.client("publishers"), "publish", [page]))


def by_bulk_of_the_section(practice, page) -> str:
    client = practice.client("publishers")
    return messages(bulk(client, "publish", [practice.procedures], include_descendants="on"))


def by_approval(practice, page) -> str:
    # Submitted while it was complete, or by a script that no form stopped.
    page.get_workflow().start(page, practice.users["writers"])
    state = TaskState.objects.get(status="in_progress")
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    client = practice.client("publishers")
    client.post(address)
    return messages(client.get(reverse("wagtailadmin_home")))


def by_schedule(practice, page) -> str:
    soon = timezone.now() + timedelta(hours=1)
    draft = page.get_latest_revision_as_object()
    draft.go_live_at = soon
    revision = draft.save_revision()
    # As if scheduled while complete: the schedule stands, the content does not suffice.
    revision.approved_go_live_at = soon
    revision.save()
    with time_machine.travel(soon + timedelta(minutes=1)):
        call_command("run_jobs", once=True)
    from clinic.jobs.models import JobReport

    return JobReport.objects.get(name="Scheduled publishing").outcome


def by_script(practice, page) -> str:
    try:
        page.get_latest_revision().publish()
    except PublicationRefused as refusal:
        return str(refusal.messages)
    return ""


ROUTES = [
    by_edit_form,
    by_create_form,
    by_bulk,
    by_bulk_of_the_section,
    by_approval,
    by_schedule,
    by_script,
]


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_without_what_publication_requires_is_refused_with_a_sentence(practice, route):
    page = practice.procedure(live=False, title="Unfinished", credited_physician=None)
    said = route(practice, page)
    assert CREDIT_MISSING in said
    assert not fresh(page).live
    assert kinds(page) == []
    assert fresh(page).latest_revision is not None, "the draft is kept"
    assert not ProcedurePage.objects.live().filter(title="Unfinished").exists()


@pytest.mark.parametrize("route", ROUTES)
def test_a_complete_page_goes_live_and_is_recorded_once(practice, route):
    page = practice.procedure(live=False, title="Finished")
    route(practice, page)
    live = ProcedurePage.objects.live().get(title="Finished")
    (version,) = live.published_versions.all()
    assert version.kind == "first"
    assert version.revision_id == live.live_revision_id
    assert version.credit == (
        "Dr. Quillfeather, MD (Pain Management Specialist) of Elm Street Clinic"
    )
    expected = {
        "by_script": "",
        "by_schedule": "Schedule",
    }.get(route.__name__, "Publisher Tester")
    assert version.published_by_name == expected


# Creating makes another page; publishing a section leaves alone what is public already.
ROUTES_FOR_CHANGES = [r for r in ROUTES if r not in (by_create_form, by_bulk_of_the_section)]


@pytest.mark.parametrize("route", ROUTES_FOR_CHANGES)
def test_a_major_change_without_a_note_is_refused_on_every_route(practice, route):
    page = practice.procedure()
    page.summary = "Changed."
    page.answer("major", "")
    page.save_revision()
    said = route(practice, page)
    assert "Say in one sentence what changed" in said
    assert kinds(page) == ["first"]
    assert fresh(page).summary == ""
    assert fresh(page).get_latest_revision_as_object().summary == "Changed."


@pytest.mark.parametrize("route", [r for r in ROUTES_FOR_CHANGES if r is not by_edit_form])
def test_without_a_form_no_answer_counts_as_major_and_is_reported(practice, route):
    page = practice.procedure()
    page.summary = "Changed."
    page.save_revision()
    route(practice, page)
    version = page.published_versions.in_order().last()
    assert (version.kind, version.change_note) == ("major", "Content updated")
    report = practice.client("publishers").get(
        reverse("publications_report"), {"answered": "false"}
    )
    assert [row.pk for row in report.context["object_list"]] == [version.pk]


def test_one_bad_page_stops_no_other_in_a_bulk_publication(practice):
    bad = practice.procedure(live=False, title="Bad", credited_physician=None)
    good = practice.procedure(live=False, title="Good")
    response = bulk(practice.client("publishers"), "publish", [bad, good])
    assert "“Bad” was not published. " + CREDIT_MISSING in messages(response)
    assert (fresh(bad).live, fresh(good).live) == (False, True)


def test_one_bad_page_stops_no_other_scheduled_one(practice, caplog):
    due = timezone.now() - timedelta(hours=1)
    titles = ["First", "Bad", "Broken", "Last"]
    pages = {}
    for minutes, title in enumerate(titles):
        credited = None if title == "Bad" else practice.physician
        page = practice.procedure(live=False, title=title, credited_physician=credited)
        revision = page.get_latest_revision()
        revision.approved_go_live_at = due + timedelta(minutes=minutes)
        if title == "Broken":
            revision.content["sections"] = "this is not a stream"
        revision.save()
        pages[title] = page
    call_command("publish_scheduled")
    assert {title: fresh(page).live for title, page in pages.items()} == {
        "First": True,
        "Bad": False,
        "Broken": False,
        "Last": True,
    }
    assert Page.objects.get(pk=pages["Bad"].pk).scheduled_revision is not None
