"""Pages leave the public site with a reason, and their record stays."""

from datetime import timedelta

import pytest
import time_machine

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Page

from clinic.publishing.models import RecordNote
from clinic.publishing.requirements import ENDED
from clinic.publishing.services import EXPIRED, publish_due, publish_version
from tests.admin import bulk, edit, errors, messages, procedure_data, withdraw
from tests.conftest import fresh, kinds

pytestmark = pytest.mark.django_db


def notes(page) -> list[tuple[str, str]]:
    rows = RecordNote.objects.filter(version__page_id=page.pk).order_by("pk")
    return [(note.kind, note.text) for note in rows]


def test_withdrawing_asks_for_a_reason_and_changes_nothing_without_one(practice):
    page = practice.procedure()
    response = withdraw(practice.client("publishers"), page, reason="  ")
    assert "Say in one sentence why the page is withdrawn." in response.content.decode()
    assert fresh(page).live
    assert notes(page) == []


def test_readers_of_a_withdrawn_page_learn_why_and_what_to_read_instead(practice, client):
    old = practice.procedure(title="Old way", slug="old-way")
    new = practice.procedure(title="New way", slug="new-way")
    response = withdraw(
        practice.client("publishers"), old, reason="We use a newer method.", replacement=new.pk
    )
    assert "is withdrawn. Its record stays." in messages(response)
    gone = client.get("/procedures/old-way/")
    html = gone.content.decode()
    assert gone.status_code == 410
    assert "We use a newer method." in html
    assert '<a href="/procedures/new-way/">New way</a>' in html
    assert "Old way" not in html
    assert notes(old) == [("withdrawn", "We use a newer method.")]
    note = RecordNote.objects.get()
    assert (note.replacement_id, note.noted_by_name) == (new.pk, "Publisher Tester")


def test_a_replacement_that_is_no_longer_public_is_not_named(practice, client):
    old, new = practice.procedure(slug="old"), practice.procedure(title="Newer")
    publisher = practice.client("publishers")
    withdraw(publisher, old, reason="Replaced.", replacement=new.pk)
    withdraw(publisher, new, reason="Also gone.")
    assert "Newer" not in client.get("/procedures/old/").content.decode()


def test_a_draft_is_no_replacement(practice):
    page = practice.procedure()
    draft = practice.procedure(live=False)
    response = withdraw(practice.client("publishers"), page, replacement=draft.pk)
    assert "Choose a page that is live now, or none." in response.content.decode()
    assert fresh(page).live


def test_restoring_keeps_every_date(practice):
    page = practice.procedure(at=timezone.now() - timedelta(days=300))
    page.summary = "Now shorter."
    publish_version(page=page, at=timezone.now() - timedelta(days=200), kind="major", note="N")
    before = fresh(page).publication
    publisher = practice.client("publishers")
    withdraw(publisher, page, reason="Checking a fact.")
    assert fresh(page).publication == before, "the record does not forget"
    edit(publisher, page, procedure_data(fresh(page), action="publish"))
    assert fresh(page).live
    assert kinds(page) == ["first", "major", "same"]
    assert fresh(page).publication == before
    assert notes(page) == [("withdrawn", "Checking a fact."), ("restored", "")]


def test_an_expired_page_is_withdrawn_by_the_job_runner(practice, client):
    page = practice.procedure(slug="flu-shots")
    expires = timezone.now() + timedelta(hours=1)
    publisher = practice.client("publishers")
    local = timezone.localtime(expires).strftime("%Y-%m-%d %H:%M")
    data = procedure_data(page, action="publish", expire_at=local)
    edit(publisher, page, data)
    assert client.get("/procedures/flu-shots/").status_code == 200
    with time_machine.travel(expires + timedelta(minutes=2)):
        call_command("run_jobs", once=True)
    assert client.get("/procedures/flu-shots/").status_code == 410
    assert notes(page) == [("withdrawn", EXPIRED)]
    assert RecordNote.objects.get().noted_by_name == "Schedule"


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=14)])
def test_a_version_that_is_scheduled_for_the_end_of_another_takes_its_place(practice, later):
    page = practice.procedure()
    ends = timezone.now() + timedelta(hours=1)
    draft = fresh(page)
    draft.go_live_at = ends + later
    draft.summary = "From then on."
    draft.answer("major", "What is new.")
    draft.save_revision().publish()
    Page.objects.filter(pk=page.pk).update(expire_at=ends)
    with time_machine.travel(ends + timedelta(minutes=2)):
        assert publish_due().startswith("0 published, 1" if later else "1 published, 0")
        assert fresh(page).live is not bool(later)
    with time_machine.travel(ends + later + timedelta(minutes=2)):
        publish_due()
    assert (fresh(page).live, fresh(page).summary) == (True, "From then on.")
    assert kinds(page) == ["first", "major"]


def test_one_page_that_cannot_be_withdrawn_at_its_end_date_keeps_no_other(practice, monkeypatch):
    pages = [practice.procedure(title="Stuck"), practice.procedure()]
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(
        expire_at=timezone.now() - timedelta(hours=1)
    )
    unpublish = type(pages[0]).unpublish

    def fail_once(page, **kwargs):
        if page.title == "Stuck":
            raise RuntimeError
        return unpublish(page, **kwargs)

    monkeypatch.setattr(type(pages[0]), "unpublish", fail_once)
    assert "“Stuck” is still public, past its end date." in publish_due()
    assert [fresh(page).live for page in pages] == [True, False]


def test_what_stays_public_below_a_withdrawn_section_is_named(practice):
    page = practice.procedure(title="Held")
    Page.objects.filter(pk=page.pk).update(locked=True)
    response = withdraw(
        practice.client("publishers"),
        practice.procedures,
        reason="Moving.",
        include_descendants="on",
    )
    assert "“Held” is still public." in messages(response)


@pytest.mark.parametrize("route", ["in bulk", "by the form", "by its schedule"])
def test_what_is_past_its_end_date_does_not_become_public_for_a_moment(practice, route):
    page = practice.procedure()
    ended = timezone.now() - timedelta(hours=1)
    draft = fresh(page)
    draft.expire_at = ended
    draft.answer("major", "What is new.")
    revision = draft.save_revision()
    Page.objects.filter(pk=page.pk).update(expire_at=ended)
    call_command("run_jobs", once=True)
    assert (fresh(page).live, notes(page)) == (False, [("withdrawn", EXPIRED)])
    publisher = practice.client("publishers")
    if route == "in bulk":
        assert ENDED in messages(bulk(publisher, "publish", [page]))
    elif route == "by the form":
        local = timezone.localtime(ended).strftime("%Y-%m-%d %H:%M")
        data = procedure_data(fresh(page), action="publish", expire_at=local)
        assert len(errors(edit(publisher, page, data))["expire_at"]) == 1
    else:
        revision.approved_go_live_at = ended
        revision.save()
        assert ENDED in publish_due()
    assert (fresh(page).live, kinds(page)) == (False, ["first"])
    assert notes(page) == [("withdrawn", EXPIRED)]


def test_several_pages_are_withdrawn_for_one_reason(practice):
    pages = [practice.procedure(), practice.procedure()]
    publisher = practice.client("publishers")
    refused = bulk(publisher, "unpublish", pages, reason="")
    assert "Say in one sentence why" in refused.content.decode()
    assert all(fresh(page).live for page in pages)
    bulk(publisher, "unpublish", pages, reason="The machine is broken.")
    assert not any(fresh(page).live for page in pages)
    assert [notes(page) for page in pages] == [[("withdrawn", "The machine is broken.")]] * 2


def test_withdrawing_a_section_with_its_pages_notes_the_reason_on_each(practice):
    page = practice.procedure()
    publisher = practice.client("publishers")
    withdraw(publisher, practice.procedures, reason="Moving.", include_descendants="on")
    assert notes(page) == [("withdrawn", "Moving.")]
    assert notes(practice.procedures) == [("withdrawn", "Moving.")]


def test_a_reverted_text_is_a_new_version_with_a_note_of_its_own(practice, client):
    page = practice.procedure(summary="Original.", slug="tested")
    original = fresh(page).live_revision
    page.summary = "A mistake."
    publish_version(page=page, kind="major", note="Changed.")
    publisher = practice.client("publishers")
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, original.pk])
    form = publisher.get(address).context["form"]
    assert (form["change_kind"].value(), form["change_note"].value()) == ("", "")
    data = procedure_data(
        original.as_object(), action="publish", change_kind="major", change_note="Undone."
    )
    publisher.post(address, data)
    last = page.published_versions.in_order().last()
    assert kinds(page) == ["first", "major", "major"]
    assert (last.change_note, last.revision_id == original.pk) == ("Undone.", False)
    assert "Original." in client.get("/procedures/tested/").content.decode()


def test_a_scheduled_version_is_dated_when_it_went_live(practice, client):
    page = practice.procedure(slug="monday")
    monday = (timezone.now() + timedelta(days=3)).replace(microsecond=0, second=0)
    publisher = practice.client("publishers")
    data = procedure_data(
        page,
        action="publish",
        summary="Monday's text.",
        change_kind="major",
        change_note="New on Monday.",
        go_live_at=timezone.localtime(monday).strftime("%Y-%m-%d %H:%M"),
    )
    edit(publisher, page, data)
    call_command("run_jobs", once=True)
    assert kinds(page) == ["first"]
    assert "Monday's text." not in client.get("/procedures/monday/").content.decode()
    went_live = monday + timedelta(minutes=7)
    with time_machine.travel(went_live, tick=False):
        call_command("run_jobs", once=True)
    version = page.published_versions.in_order().last()
    assert (version.kind, version.published_at) == ("major", went_live)
    assert version.published_by_name == "Schedule, set by Publisher Tester"


def test_a_scheduled_page_that_never_went_live_has_no_record(practice):
    page = practice.procedure(live=False)
    publisher = practice.client("publishers")
    later = timezone.localtime(timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    edit(publisher, page, procedure_data(page, action="publish", go_live_at=later))
    assert fresh(page).scheduled_revision is not None
    assert kinds(page) == []


def test_lists_call_a_withdrawn_page_withdrawn_and_a_new_one_a_draft(practice):
    old, _ = practice.procedure(title="Old way"), practice.procedure(live=False, title="Not yet")
    client = practice.client("publishers")
    withdraw(client, old)
    explorer = client.get(reverse("wagtailadmin_explore", args=[practice.procedures.pk]))
    words = {page.title: str(page.status_string) for page in explorer.context["pages"]}
    assert words == {"Old way": "withdrawn", "Not yet": "draft"}
    assert "withdrawn" in explorer.content.decode()
