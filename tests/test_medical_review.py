"""A signature belongs to one version: who may give it, what it publishes, when it counts."""

from datetime import timedelta

import pytest
import time_machine

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from wagtail.models import Revision, TaskState

from clinic.publishing.services import publish_version
from physicians.models import PhysicianAccount, Review
from physicians.policy import UNSIGNED
from procedures.models import ProcedurePage
from tests.admin import edit, errors, messages, procedure_data
from tests.conftest import fresh, kinds, set_review_policy, wall_clock
from tests.factories import PhysicianFactory, UserFactory
from tests.reviews import (
    decide,
    review_line,
    shown,
    signed_page,
    state_of,
    submit,
)

pytestmark = pytest.mark.django_db

NAME = "Dr. Ida Quillfeather, MD"


@pytest.fixture
def clinic(practice):
    """The practice, with its usual policy: procedures need a signature."""
    set_review_policy(procedures=True)
    return practice


def test_what_a_writer_submits_goes_live_when_the_physician_signs(clinic, client):
    page = clinic.procedure(live=False, title="Needle", slug="needle")
    submit(clinic, page, overview="A thin needle is used, slowly.")
    assert not fresh(page).live
    with time_machine.travel(wall_clock(2026, 5, 22, 21, 30), tick=False):
        response = decide(clinic.client("physicians"), page, note="Clear.")
        assert response.status_code == 302
        page = fresh(page)
        assert review_line(client, page) == f"Medically reviewed by {NAME}, on May 22, 2026"
    review = Review.objects.get()
    assert review.revision_id == page.live_revision_id
    assert (review.signer_name, review.signer_degrees) == (NAME, "MD")
    assert review.signer_licence == "Physician and surgeon, New Jersey"
    assert (review.method, review.note, review.asked_by_name) == (
        "account",
        "Clear.",
        "Writer Tester",
    )
    assert [answer for _, answer in review.checklist] == ["Yes"] * 4
    assert page.published_versions.get().published_by_name == "Physician Tester"
    assert f'href="{clinic.physician.url}"' in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    "who", ["writers", "publishers", "administrators", "superuser", "a nurse of the group"]
)
def test_only_a_physician_with_a_profile_signs(clinic, who):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    screen = shown(clinic.client("physicians"), page)
    if who == "a nurse of the group":
        nurse = UserFactory(username="nurse")
        nurse.groups.add(Group.objects.get(name="Physicians"))
        clinic.users["nurse"] = nurse
        who = "nurse"
    client = clinic.client(who)
    response = decide(client, page, screen=screen)
    assert response.status_code in (302, 403)
    assert not Review.objects.exists()
    assert not fresh(page).live
    state = TaskState.objects.get(status="in_progress")
    for action in ("approve", "reject"):
        args = [page.pk, action, state.pk]
        client.post(reverse("wagtailadmin_pages:workflow_action", args=args), {"comment": "x"})
    assert TaskState.objects.get(pk=state.pk).status == "in_progress"
    assert not fresh(page).live


INCOMPLETE = {
    "the license has expired": {"licence_valid_until": timezone.localdate() - timedelta(days=2)},
    "the license is missing": {"licence_type": ""},
    "the degree is missing": {"degrees": ""},
    "the profile is withdrawn": {"live": False},
}


@pytest.mark.parametrize("lack", INCOMPLETE)
def test_nobody_signs_when(clinic, lack):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    client = clinic.client("physicians")
    screen = shown(client, page)
    type(clinic.physician).objects.filter(pk=clinic.physician.pk).update(**INCOMPLETE[lack])
    response = decide(client, page, screen=screen)
    assert response.status_code == 403
    assert "sign" in response.context["problem"]
    assert not Review.objects.exists()
    assert not fresh(page).live


def test_a_license_is_in_force_until_the_end_of_its_last_day(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    last_day = wall_clock(2026, 12, 31).date()
    type(clinic.physician).objects.update(licence_valid_until=last_day)
    with time_machine.travel(wall_clock(2027, 1, 1, 0, 1), tick=False):
        assert decide(clinic.client("physicians"), page).status_code == 403
    with time_machine.travel(wall_clock(2026, 12, 31, 23, 59), tick=False):
        decide(clinic.client("physicians"), page)
    assert fresh(page).live


def test_what_was_seen_is_published_whatever_was_saved_meanwhile(clinic):
    page = clinic.procedure(live=False, summary="Seen.")
    submit(clinic, page)
    physician = clinic.client("physicians")
    screen = shown(physician, page)
    edit(clinic.client("writers"), page, procedure_data(page, summary="Saved meanwhile."))
    assert "A newer draft" in physician.get(f"/admin/reviews/{page.pk}/").content.decode()
    decide(physician, page, screen=screen)
    page = fresh(page)
    assert (page.live, page.summary, page.has_unpublished_changes) == (True, "Seen.", True)
    assert page.get_latest_revision_as_object().summary == "Saved meanwhile."
    assert state_of(page) == "reviewed"


@pytest.mark.parametrize("answers", ["complete", "incomplete"])
@pytest.mark.parametrize("change", ["digest", "sent instead"])
def test_nothing_is_signed_but_what_was_shown(clinic, change, answers):
    page = clinic.procedure(live=False, summary="First.")
    submit(clinic, page)
    physician = clinic.client("physicians")
    screen = shown(physician, page)
    data = {"digest": "0" * 64} if change == "digest" else {}
    if change == "sent instead":
        newer = {**procedure_data(page, summary="Second."), "action-send-instead": "1"}
        edit(clinic.client("writers"), page, newer)
    if answers == "incomplete":
        data["check_0"] = ""
    response = decide(physician, page, screen=screen, **data)
    assert response.status_code == 409
    assert "Nothing is signed" in response.context["problem"]
    assert not Review.objects.exists()
    assert not fresh(page).live
    decide(physician, page)
    assert fresh(page).summary == ("First." if change == "digest" else "Second.")


def test_asking_for_changes_needs_words_and_reaches_the_writer(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    physician = clinic.client("physicians")
    assert "note" in decide(physician, page, "decline").context["form"].errors
    decide(physician, page, "decline", note="Give the risk as a number.")
    assert not fresh(page).live
    form = clinic.client("writers").get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert "Give the risk as a number." in form.content.decode()
    submit(clinic, page, summary="About 1 in 100.")
    decide(physician, page)
    assert fresh(page).summary == "About 1 in 100."


def test_every_question_of_the_checklist_is_answered_before_signing(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    response = decide(clinic.client("physicians"), page, check_2="")
    assert list(response.context["form"].errors) == ["check_2"]
    assert not Review.objects.exists()


def test_the_form_refuses_an_unsigned_text_and_says_what_to_do(clinic):
    page = clinic.procedure(live=False)
    for role in ("publishers", "administrators", "superuser"):
        data = procedure_data(page, action="publish")
        assert UNSIGNED in str(errors(edit(clinic.client(role), page, data)))
    assert not fresh(page).live


def test_a_small_edit_keeps_the_signature_and_a_major_one_ends_it(clinic, client):
    page = signed_page(clinic, summary="Helps many.")
    publisher = clinic.client("publishers")
    for summary in ("Helps many people.", "Helps many people, often."):
        data = procedure_data(page, action="publish", summary=summary, change_kind="minor")
        edit(publisher, page, data)
    assert kinds(page) == ["first", "minor", "minor"]
    assert (state_of(page), bool(review_line(client, page))) == ("reviewed", True)
    set_review_policy(procedures=False)
    changed = {"change_kind": "major", "change_note": "New.", "summary": "Helps few."}
    edit(publisher, page, procedure_data(page, action="publish", **changed))
    assert kinds(page) == ["first", "minor", "minor", "major"]
    assert (state_of(page), review_line(client, page)) == ("changed", "")


def test_going_back_to_a_signed_text_needs_no_new_signature(clinic, client):
    page = signed_page(clinic, summary="First.")
    first = page.live_revision
    submit(clinic, page, summary="Second.")
    decide(clinic.client("physicians"), page)
    back = procedure_data(first.as_object(), action="publish", change_kind="major")
    back |= {"change_note": "Back to the first text.", "revision": str(first.pk)}
    edit(clinic.client("publishers"), page, back)
    assert kinds(page) == ["first", "major", "major"]
    assert (fresh(page).summary, state_of(page)) == ("First.", "reviewed")
    assert review_line(client, page)


def test_a_scheduled_version_keeps_its_signature(clinic, client):
    page = clinic.procedure(live=False, slug="needle")
    soon = timezone.now() + timedelta(days=3)
    submit(clinic, page, go_live_at=timezone.localtime(soon).strftime("%Y-%m-%d %H:%M"))
    decide(clinic.client("physicians"), page)
    assert not fresh(page).live
    assert Review.objects.count() == 1
    type(clinic.physician).objects.update(licence_valid_until=timezone.localdate())
    with time_machine.travel(soon + timedelta(minutes=5)):
        call_command("publish_scheduled")
        assert fresh(page).live
        assert state_of(page) == "reviewed"
    assert kinds(page) == ["first"]


def test_reviewing_again_moves_the_review_date_and_nothing_else(clinic, client):
    with time_machine.travel(wall_clock(2024, 3, 1, 9), tick=False):
        page = signed_page(clinic)
    before = (page.publication, kinds(page), page.latest_revision_id)
    with time_machine.travel(wall_clock(2026, 3, 20, 9), tick=False):
        assert state_of(page) == "overdue"
        assert "on Mar 1, 2024" in review_line(client, page), "it keeps its true line"
        physician = clinic.client("physicians")
        assert shown(physician, page).is_rereview
        decide(physician, page)
        assert state_of(page) == "reviewed"
        assert "on Mar 20, 2026" in review_line(client, page)
    page = fresh(page)
    assert (page.publication, kinds(page), page.latest_revision_id) == before


def test_of_two_physicians_who_decide_at_once_the_second_is_told(clinic):
    page = clinic.procedure(live=False)
    submit(clinic, page)
    other = PhysicianFactory(parent=clinic.physicians, live=False, last_name="Field")
    publish_version(page=other)
    clinic.users["second"] = UserFactory(username="second")
    clinic.users["second"].groups.add(Group.objects.get(name="Physicians"))
    PhysicianAccount.objects.create(user=clinic.users["second"], profile=other)
    one, two = clinic.client("physicians"), clinic.client("second")
    seen = shown(two, page)
    decide(one, page)
    for decision, note in (("sign", ""), ("decline", "No.")):
        response = decide(two, page, decision, screen=seen, note=note)
        assert response.status_code == 409
        assert f"{NAME} has signed this page" in response.context["problem"]
    assert Review.objects.count() == 1


def test_correct_and_sign_publishes_the_corrected_text(clinic):
    page = clinic.procedure(live=False, summary="Typo heer.")
    submit(clinic, page)
    physician = clinic.client("physicians")
    corrected = {**procedure_data(page, summary="Typo here."), "action-sign": "1"}
    response = edit(physician, page, corrected)
    assert response.url == reverse("physicians_review", args=[page.pk]) + "?corrected=1"
    decide(physician, page, query="?corrected=1")
    assert (fresh(page).summary, state_of(page)) == ("Typo here.", "reviewed")
    assert not TaskState.objects.filter(status="in_progress").exists()


def test_a_physician_may_not_edit_what_does_not_wait_for_a_signature(clinic):
    page = signed_page(clinic, summary="As signed.")
    physician = clinic.client("physicians")
    edit(physician, page, procedure_data(page, summary="Changed."))
    assert fresh(page).get_latest_revision_as_object().summary == "As signed."


def test_a_draft_that_nobody_submitted_cannot_be_signed(clinic):
    page = signed_page(clinic, summary="As signed.")
    physician = clinic.client("physicians")
    screen = shown(physician, page)
    edit(clinic.client("writers"), page, procedure_data(page, summary="Half a thou"))
    draft = fresh(page).get_latest_revision()
    response = decide(physician, page, screen=screen, revision=draft.pk)
    assert response.status_code == 409
    from clinic.publishing.digest import content_digest

    digest = content_digest(draft.as_object())
    response = decide(physician, page, screen=screen, revision=draft.pk, digest=digest)
    assert response.status_code == 409
    assert fresh(page).summary == "As signed."
    assert Review.objects.count() == 1


def test_a_signature_remembers_who_signed_as_what(clinic):
    page = signed_page(clinic)
    person = fresh(clinic.physician)
    person.last_name, person.degrees = "Quillfeather-Reed", "MD, PhD"
    publish_version(page=person)
    clinic.users["physicians"].delete()
    review = Review.objects.get()
    assert (review.signer_name, review.account) == (NAME, None)
    assert PhysicianAccount.objects.get().user is None
    assert state_of(page) == "reviewed"


def test_a_withdrawn_profile_is_named_without_a_link(clinic, client):
    page = signed_page(clinic)
    clinic.physician.unpublish()
    assert NAME in review_line(client, page)
    assert clinic.physician.url not in client.get(page.url).content.decode()


def test_purging_keeps_signed_versions_and_reviews(clinic):
    page = signed_page(clinic)
    for number in range(3):
        edit(clinic.client("writers"), page, procedure_data(page, summary=f"Draft {number}"))
    call_command("purge_revisions")
    review = Review.objects.get()
    assert Revision.objects.filter(pk=review.revision_id).exists()
    assert state_of(page) == "reviewed"


def test_a_copy_has_no_reviews_and_needs_its_own(clinic):
    page = signed_page(clinic, title="Original")
    data = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": clinic.procedures.pk,
        "copy_subpages": "",
        "publish_copies": "on",
    }
    clinic.client("publishers").post(reverse("wagtailadmin_pages:copy", args=[page.pk]), data)
    by_script = fresh(page).copy(update_attrs={"slug": "by-script", "title": "By script"})
    for copy in (ProcedurePage.objects.get(slug="copy"), fresh(by_script)):
        assert (copy.live, copy.reviews.count()) == (False, 0)
        edit(clinic.client("publishers"), copy, procedure_data(copy, action="publish"))
        assert not fresh(copy).live


def test_a_field_added_by_a_later_release_takes_no_signature_away(clinic):
    page = signed_page(clinic, summary="Same.")
    review = Review.objects.get()
    content = review.revision.content
    for name in ("recovery", "credited_to_practice", "review_months", "small_change_confirmed"):
        del content[name]
    Revision.objects.filter(pk=review.revision_id).update(content=content)
    edit(clinic.client("publishers"), page, procedure_data(page, action="publish"))
    assert kinds(page) == ["first", "same"]
    assert state_of(page) == "reviewed"


def test_signed_text_is_never_deleted_although_it_was_never_public(clinic):
    page = clinic.procedure(live=False)
    soon = timezone.now() + timedelta(days=3)
    submit(clinic, page, go_live_at=timezone.localtime(soon).strftime("%Y-%m-%d %H:%M"))
    decide(clinic.client("physicians"), page)
    client = clinic.client("administrators")
    response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert "has been public or signed" in messages(response)
    assert ProcedurePage.objects.filter(pk=page.pk).exists()
