"""Side doors of the medical review: each was once open."""

from datetime import timedelta

import pytest

from django.core import mail
from django.urls import reverse
from django.utils import timezone

from wagtail.models import GroupApprovalTask, Page, TaskState, Workflow, WorkflowPage, WorkflowTask

from clinic.publishing.digest import content_digest
from clinic.publishing.models import PublisherApprovalTask
from clinic.publishing.services import publish_due, publish_version
from physicians.due import due_pages, physicians_share, waiting_texts
from physicians.models import MedicalReviewTask, PhysicianAccount, Review, ReviewSettings
from physicians.policy import UNSIGNED
from physicians.review_status import statuses_of
from procedures.models import ProcedurePage, ProcedureRelation
from tests.admin import (
    bulk,
    edit,
    errors,
    inline_formset,
    messages,
    procedure_data,
    withdraw,
)
from tests.conftest import fresh, kinds, set_review_policy
from tests.factories import PhysicianFactory, section
from tests.reviews import decide, shown, signed_page, state_of, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(practice):
    set_review_policy(procedures=True)
    return practice


@pytest.mark.parametrize(
    "action", ["publish", "unpublish", "copy", "create_alias", "revert_to_page_revision", "delete"]
)
def test_the_admins_own_api_only_reads(clinic, action):
    page = clinic.procedure(live=False)
    before = Page.objects.count()
    address = f"/admin/api/main/pages/{page.pk}/action/{action}/"
    data = {"keep_live": True, "destination_page_id": clinic.procedures.pk, "update_slug": "b"}
    response = clinic.client("superuser").post(address, data, content_type="application/json")
    assert response.status_code == 404
    assert (fresh(page).live, Page.objects.count()) == (False, before)
    assert clinic.client("writers").get("/admin/api/main/pages/").status_code == 200


def test_a_row_of_a_relation_is_part_of_what_is_signed(clinic):
    other = signed_page(clinic, title="Other")
    page = signed_page(clinic, title="Needle")
    rows = inline_formset([{"related": other.pk, "id": "", "ORDER": "1"}])
    changed = {"related_procedures": rows, "change_kind": "major", "change_note": "Related."}
    data = procedure_data(page, action="publish", **changed)
    assert UNSIGNED in str(errors(edit(clinic.client("publishers"), page, data)))
    assert not ProcedureRelation.objects.exists()
    assert kinds(page) == ["first"]
    submit(clinic, page, related_procedures=rows)
    decide(clinic.client("physicians"), page)
    assert [row.related_id for row in fresh(page).related_procedures.all()] == [other.pk]


def test_a_cell_that_moves_to_another_column_is_another_text(clinic):
    def text_of(cells: list[str]) -> str:
        columns = [{"type": "text", "heading": name} for name in ("Risk", "Common", "Rare")]
        table = {"columns": columns, "rows": [{"values": cells}], "caption": "Risks"}
        value = {"heading": "", "body": [{"type": "table", "value": table}]}
        rows = [section("overview", "A needle."), {"type": "risks", "value": value}]
        page = ProcedurePage(title="Needle")
        page.sections = page.sections.stream_block.to_python(rows)
        return content_digest(page)

    assert text_of(["Bleeding", "1 in 10", ""]) != text_of(["Bleeding", "", "1 in 10"])
    assert text_of(["Bleeding", "1 in 10", ""]) == text_of(["Bleeding", "1 in 10", ""])


def test_what_is_set_to_go_live_later_is_not_urgent(clinic):
    soon = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    page = clinic.procedure(live=False)
    edit(clinic.client("writers"), page, procedure_data(page, go_live_at=soon))
    address = reverse("physicians_publish_urgently", args=[page.pk])
    client = clinic.client("administrators")
    response = client.post(address, {"reason": "Recall."}, follow=True)
    assert "Clear its schedule first" in messages(response)
    assert fresh(page).scheduled_revision is None
    assert mail.outbox == []


def test_one_address_that_fails_keeps_nobody_else_from_being_told(
    clinic, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(**letter):
        raise OSError("no such mailbox")

    monkeypatch.setattr("physicians.mail.send_letter", refuse)
    page = clinic.procedure(live=False)
    address = reverse("physicians_publish_urgently", args=[page.pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = clinic.client("administrators").post(address, {"reason": "Recall."})
    assert response.status_code == 302
    assert fresh(page).live


def test_answers_belong_to_the_questions_that_were_asked(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    physician = clinic.client("physicians")
    form = physician.get(reverse("physicians_review", args=[page.pk])).context["form"]
    asked = form.questions_digest
    settings = ReviewSettings.load()
    settings.checklist = [("question", f"Another question {number}?") for number in range(4)]
    settings.save()
    response = decide(physician, page, questions=asked)
    assert response.status_code == 409
    assert "The questions were changed" in response.context["problem"]
    assert not Review.objects.exists()


@pytest.mark.parametrize("what", ["blocks", "sections"])
def test_an_order_that_changed_is_shown(clinic, what):
    rows = [section("overview", "One."), section("risks", "Two.")]
    more = {"type": "text", "value": "<p>Three.</p>", "id": "third"}
    rows[0]["value"]["body"].append(more)
    page = clinic.procedure(live=False)
    page.sections = page.sections.stream_block.to_python(rows)
    page.save_revision()
    fresh(page).get_workflow().start(fresh(page), clinic.users["writers"])
    decide(clinic.client("physicians"), page)
    draft = fresh(page).get_latest_revision_as_object()
    if what == "sections":
        rows.reverse()
    else:
        rows[0]["value"]["body"].reverse()
    draft.sections = draft.sections.stream_block.to_python(rows)
    draft.answer("major", "Another order.")
    draft.save_revision()
    fresh(page).get_workflow().start(fresh(page), clinic.users["writers"])
    screen = shown(clinic.client("physicians"), page)
    assert screen.comparison.changes == 1
    assert not screen.is_signed_text


@pytest.mark.parametrize("how", ["no workflow", "slug taken"])
def test_a_departure_is_held_up_by_nothing_and_says_what_is_left(clinic, how):
    page = signed_page(clinic, title="Needle", slug="needle")
    if how == "no workflow":
        for workflow in Workflow.objects.all():
            workflow.deactivate()
    else:
        draft = page.get_latest_revision_as_object()
        draft.slug = "taken"
        draft.save_revision()
        clinic.procedure(live=False, slug="taken")
    response = withdraw(clinic.client("publishers"), clinic.physician, reason="Left us.")
    assert not fresh(clinic.physician).live
    assert "“Needle”" in messages(response)


def test_a_newer_draft_is_not_submitted_in_the_writers_place_when_a_physician_leaves(clinic):
    page = clinic.procedure(live=False, title="Needle")
    submit(clinic, page)
    waiting = TaskState.objects.get(status="in_progress").revision_id
    edit(clinic.client("writers"), page, procedure_data(page, summary="Half a thou"))
    response = withdraw(clinic.client("publishers"), clinic.physician, reason="Left us.")
    assert "has a newer draft" in messages(response)
    assert TaskState.objects.get(status="in_progress").revision_id == waiting


def steps(clinic, *tasks) -> None:
    """Procedures go through these, in this order."""
    for workflow in Workflow.objects.all():
        workflow.deactivate()
    workflow = Workflow.objects.create(name="Their own")
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    WorkflowPage.objects.create(workflow=workflow, page=clinic.procedures)


def approve(clinic, page):
    state = TaskState.objects.get(status="in_progress")
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return clinic.client("publishers").post(address, follow=True)


def test_publishers_may_come_before_the_physician(clinic):
    publishers = PublisherApprovalTask.objects.get()
    steps(clinic, publishers, MedicalReviewTask.objects.get())
    page = clinic.procedure(live=False, summary="As approved.")
    submit(clinic, page)
    edit(clinic.client("writers"), page, procedure_data(page, summary="Newer."))
    approve(clinic, page)
    assert not fresh(page).live
    assert shown(clinic.client("physicians"), page).content.summary == "As approved."
    decide(clinic.client("physicians"), page)
    assert (fresh(page).summary, state_of(page)) == ("As approved.", "reviewed")


def test_publishers_may_come_after_the_physician(clinic):
    publishers = PublisherApprovalTask.objects.get()
    steps(clinic, MedicalReviewTask.objects.get(), publishers)
    page = clinic.procedure(live=False, summary="As signed.")
    submit(clinic, page)
    physician = clinic.client("physicians")
    edit(clinic.client("writers"), page, procedure_data(page, summary="Newer."))
    decide(physician, page)
    said = messages(physician.get(reverse("wagtailadmin_home")))
    assert "goes live after the next step" in said
    assert not fresh(page).live
    approve(clinic, page)
    assert (fresh(page).summary, state_of(page)) == ("As signed.", "reviewed")


def send_back(clinic, page) -> None:
    """Publishers ask for changes; the writer corrects the text and submits it again."""
    state = TaskState.objects.get(status="in_progress")
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", state.pk])
    clinic.client("publishers").post(address, {"comment": "Not yet."})
    assert TaskState.objects.get(pk=state.pk).status == "rejected"
    submit(clinic, page, summary="Corrected.")


def test_after_changes_were_asked_for_the_corrected_text_is_decided_about(clinic):
    publishers = PublisherApprovalTask.objects.get()
    steps(clinic, MedicalReviewTask.objects.get(), publishers)
    page = clinic.procedure(live=False, summary="As signed.")
    submit(clinic, page)
    decide(clinic.client("physicians"), page)
    send_back(clinic, page)
    state = TaskState.objects.get(status="in_progress")
    assert state.revision.as_object().summary == "Corrected."
    # Nobody has signed that one, so publishers alone cannot let it go live.
    assert UNSIGNED in messages(approve(clinic, page))
    assert not fresh(page).live


def test_a_newer_text_does_not_pass_by_whoever_reads_before_the_physician(clinic):
    steps(clinic, PublisherApprovalTask.objects.get(), MedicalReviewTask.objects.get())
    page = clinic.procedure(live=False, summary="As approved.")
    submit(clinic, page)
    approve(clinic, page)
    data = procedure_data(page, summary="Newer.", **{"action-send-instead": "1"})
    response = edit(clinic.client("writers"), page, data, follow=True)
    assert "Not sent: Somebody else reads this page’s texts" in messages(response)
    state = TaskState.objects.get(status="in_progress")
    assert state.revision.as_object().summary == "As approved."
    assert fresh(page).get_latest_revision_as_object().summary == "Newer."


def test_a_text_that_was_sent_back_may_be_submitted_from_the_first_step_again(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    decide(clinic.client("physicians"), page, "decline", note="Shorter, please.")
    data = procedure_data(page, summary="Shorter.", **{"action-restart-workflow": "1"})
    edit(clinic.client("writers"), page, data)
    state = TaskState.objects.get(status="in_progress")
    assert state.revision.as_object().summary == "Shorter."


def test_publishers_ask_for_changes_whatever_stands_in_the_form(clinic):
    steps(clinic, PublisherApprovalTask.objects.get(), MedicalReviewTask.objects.get())
    page = clinic.procedure(live=False)
    submit(clinic, page)
    pressed = {"action-workflow-action": "1", "workflow-action-name": "reject"}
    extra = {"workflow-action-extra-data": '{"comment": "Shorter, please."}'}
    data = procedure_data(page, summary="", **pressed, **extra)
    edit(clinic.client("publishers"), page, data)
    state = TaskState.objects.get()
    assert (state.status, state.comment) == ("rejected", "Shorter, please.")


def test_two_buttons_at_once_are_no_way_around_what_publishing_asks(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    pressed = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    data = procedure_data(page, action="publish", **pressed)
    assert UNSIGNED in str(errors(edit(clinic.client("publishers"), page, data)))
    assert not fresh(page).live


@pytest.mark.parametrize("how", ["alone", "in bulk", "at its end date"])
def test_a_signature_does_not_bring_a_withdrawn_page_back(clinic, how):
    page = signed_page(clinic)
    submit(clinic, page, summary="Newer.")
    physician, publisher = clinic.client("physicians"), clinic.client("publishers")
    screen = shown(physician, page)
    if how == "alone":
        address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
        assert "A text of this page waits" in publisher.get(address).content.decode()
        withdraw(publisher, page)
    elif how == "in bulk":
        bulk(publisher, "unpublish", [page], reason="We no longer offer this.")
    else:
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
        publish_due()
    decide(physician, page, screen=screen)
    page = fresh(page)
    assert (page.live, kinds(page), page.reviews.count()) == (False, ["first"], 1)
    assert not page.workflow_in_progress
    # Nothing is lost: it is the draft, and may be submitted and signed as any other.
    assert page.get_latest_revision_as_object().summary == "Newer."


def test_what_named_a_physician_who_left_waits_for_every_other(clinic):
    page = clinic.procedure(live=False, title="Needle")
    submit(clinic, page)
    colleague = PhysicianFactory(parent=clinic.physicians, live=False, last_name="Field")
    publish_version(page=colleague)
    assert physicians_share(fresh(colleague), waiting_texts(), due_pages())[0] == []
    bulk(clinic.client("publishers"), "unpublish", [clinic.physician], reason="Left us.")
    ((text,), _) = physicians_share(fresh(colleague), waiting_texts(), due_pages())
    assert (text.page.pk, text.reviewer) == (page.pk, None)


def test_a_plain_approval_of_an_unsigned_text_is_refused_with_a_sentence(clinic):
    plain = GroupApprovalTask.objects.create(name="Editors in chief")
    plain.groups.set(clinic.users["publishers"].groups.all())
    steps(clinic, plain)
    page = clinic.procedure(live=False)
    Workflow.objects.get(name="Their own").start(page, clinic.users["writers"])
    assert f"Not published. {UNSIGNED}" in messages(approve(clinic, page))
    assert not fresh(page).live


def test_switching_the_review_off_publishes_nothing_by_itself(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    MedicalReviewTask.objects.get().deactivate(user=clinic.users["administrators"])
    assert not fresh(page).live


def test_a_public_text_is_read_again_although_its_credited_physician_has_left(clinic):
    page = signed_page(clinic)
    colleague = PhysicianFactory(parent=clinic.physicians, live=False, last_name="Field")
    publish_version(page=colleague)
    clinic.physician.unpublish()
    PhysicianAccount.objects.update(profile=colleague)
    decide(clinic.client("physicians"), page)
    assert [review.signer_id for review in Review.objects.all()] == [
        clinic.physician.pk,
        colleague.pk,
    ]


def test_a_large_small_change_that_was_signed_is_no_longer_listed(clinic):
    page = signed_page(clinic)
    words = " ".join(f"word{number}" for number in range(40))
    changed = {"change_kind": "minor", "overview": words, "small_change_confirmed": "on"}
    submit(clinic, page, **changed)
    decide(clinic.client("physicians"), page)
    status = statuses_of([fresh(page)])[page.pk]
    assert (kinds(page)[-1], status.large_edits) == ("minor", 0)


def test_publishing_by_a_script_does_not_take_over_an_older_confirmation(clinic):
    page = signed_page(clinic)
    page.small_change_confirmed = True
    page.answer("minor")
    assert not page.small_change_confirmed
    publish_version(page=page)
    assert kinds(page) == ["first", "same"]


def test_a_comment_is_shown_back_where_nothing_waits_any_more(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    physician = clinic.client("physicians")
    screen = shown(physician, page)
    decide(physician, page, "decline", note="First.")
    decide(physician, page, "decline", screen=screen, note="Second thoughts.")
    assert "“Second thoughts.”" in messages(physician.get(reverse("wagtailadmin_home")))
