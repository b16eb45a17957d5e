"""What the practice's policy asks on every route, and the ways around it that are recorded."""

from datetime import timedelta

import pytest

from django.core import mail
from django.urls import reverse
from django.utils import timezone

from clinic.publishing.models import RecordNote
from clinic.publishing.services import publish_version
from physicians.departures import hand_over
from physicians.models import PhysicianAccount, Review, ReviewSettings
from physicians.policy import UNSIGNED
from physicians.review_status import statuses_of
from procedures.models import CREDIT_NOT_PUBLIC, ConditionPage, ProcedurePage
from tests import test_routes_to_publication as routes
from tests.admin import create, edit, errors, messages, procedure_data, withdraw
from tests.conftest import fresh, kinds, set_review_policy
from tests.factories import ConditionFactory, PhysicianFactory, UserFactory, section
from tests.reviews import (
    decide,
    review_line,
    shown,
    signed_page,
    state_of,
    submit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(practice):
    set_review_policy(procedures=True)
    return practice


EVERY_ROUTE = [
    routes.by_edit_form,
    routes.by_create_form,
    routes.by_bulk,
    routes.by_bulk_of_the_section,
    routes.by_schedule,
    routes.by_script,
]


@pytest.mark.parametrize("route", EVERY_ROUTE, ids=lambda route: route.__name__)
@pytest.mark.parametrize("kind", ["first", "major", "unanswered"])
def test_no_route_publishes_what_readers_would_learn_unsigned(clinic, route, kind):
    if kind == "first":
        page = clinic.procedure(live=False, summary="Never signed.")
    else:
        page = signed_page(clinic, summary="Signed.")
        page.summary = "Never signed."
        if kind == "major":
            page.answer("major", "New summary.")
        page.save_revision(user=clinic.users["writers"])
    said = route(clinic, page)
    assert UNSIGNED in said or route is routes.by_bulk_of_the_section or kind == "unanswered"
    assert not ProcedurePage.objects.filter(summary="Never signed.", live=True).exists()
    assert fresh(page).get_latest_revision_as_object().summary == "Never signed."


@pytest.mark.parametrize("route", EVERY_ROUTE[:1] + EVERY_ROUTE[2:], ids=lambda r: r.__name__)
def test_every_route_publishes_a_small_edit_of_a_signed_text(clinic, route):
    page = signed_page(clinic, summary="Helps peple.")
    page.summary = "Helps people."
    page.answer("minor")
    page.save_revision(user=clinic.users["writers"])
    route(clinic, page)
    if route is not routes.by_bulk_of_the_section:
        assert fresh(page).summary == "Helps people."
        assert kinds(page)[-1] == "minor"
    assert state_of(page) == "reviewed"


def test_conditions_go_to_the_publishers_and_may_be_signed_all_the_same(clinic, client):
    page = ConditionFactory(parent=clinic.conditions, live=False)
    publish_version(page=page)
    page = fresh(page)
    assert page.get_workflow().name == "Publishers"
    decide(clinic.client("physicians"), page)
    assert "Medically reviewed by Dr. Ida Quillfeather, MD" in review_line(client, page)
    settings = ReviewSettings.load()
    settings.kinds = [("kind", {"kind": "procedures.conditionpage", "required": True, "months": 1})]
    settings.save()
    assert ConditionPage.objects.get().get_workflow().name == "Medical review"
    assert state_of(page) == "due_soon"


class TestUrgent:
    """An administrator may publish once before a physician has signed."""

    def address(self, page) -> str:
        return reverse("physicians_publish_urgently", args=[page.pk])

    def test_it_needs_a_reason_and_keeps_it(self, clinic, client):
        clinic.users["physicians"].email = "ida@example.com"
        clinic.users["physicians"].save()
        page = clinic.procedure(live=False, title="Recall", slug="recall")
        administrator = clinic.client("administrators")
        refused = administrator.post(self.address(page), {"reason": " "})
        assert "Say in one sentence why it cannot wait." in refused.content.decode()
        assert not fresh(page).live
        administrator.post(self.address(page), {"reason": "A device was recalled."})
        assert fresh(page).live
        assert review_line(client, page) == ""
        assert "recalled" not in client.get(page.url).content.decode()
        note = RecordNote.objects.get(kind="urgent")
        assert (note.text, note.noted_by_name) == ("A device was recalled.", "Administrator Tester")
        status = statuses_of([fresh(page)])[page.pk]
        assert (status.state, status.urgent) == ("never", "A device was recalled.")

    def test_the_physicians_are_told_after_it_happened(
        self, clinic, django_capture_on_commit_callbacks
    ):
        page = clinic.procedure(live=False, title="Recall")
        with django_capture_on_commit_callbacks(execute=True):
            clinic.client("administrators").post(
                self.address(page), {"reason": "A device was recalled."}
            )
        (letter,) = mail.outbox
        assert letter.to == [clinic.users["physicians"].email]
        assert "“Recall” went live before a physician had signed" in letter.subject
        assert "A thin needle" not in letter.body

    def test_whoever_answers_for_the_new_text_is_told(
        self, clinic, django_capture_on_commit_callbacks
    ):
        page = signed_page(clinic, title="Recall")
        user = UserFactory(username="field", email="field@example.com")
        colleague = PhysicianFactory(parent=clinic.physicians, live=False, last_name="Field")
        publish_version(page=colleague)
        PhysicianAccount.objects.create(user=user, profile=colleague)
        changed = {"credited_physician": colleague.pk, "title": "Recalled", "change_kind": "major"}
        data = procedure_data(page, change_note="Recalled.", **changed)
        edit(clinic.client("writers"), page, data)
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            clinic.client("administrators").post(self.address(page), {"reason": "Recall."})
        (letter,) = mail.outbox
        assert letter.to == ["field@example.com"]
        assert "“Recalled” went live" in letter.subject

    @pytest.mark.parametrize("change", ["none", "small", "large, called small"])
    def test_what_needs_no_signature_is_not_urgent(
        self, clinic, client, change, django_capture_on_commit_callbacks
    ):
        page = signed_page(clinic)
        words = " ".join(f"word{number}" for number in range(60))
        changed = {
            "none": {},
            "small": {"summary": "A typo.", "change_kind": "minor"},
            "large, called small": {"overview": words, "change_kind": "minor"},
        }[change]
        edit(clinic.client("writers"), page, procedure_data(page, **changed))
        administrator = clinic.client("administrators")
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            response = administrator.post(self.address(page), {"reason": "Recall."}, follow=True)
        assert "This text needs no physician’s signature" in messages(response)
        assert kinds(page) == ["first"]
        assert mail.outbox == []
        assert words not in client.get(page.url).content.decode()

    def test_it_holds_once_and_a_signature_ends_it(self, clinic, client):
        page = clinic.procedure(live=False, slug="recall")
        administrator = clinic.client("administrators")
        administrator.post(self.address(page), {"reason": "Recall."})
        changed = {"summary": "More.", "change_kind": "major", "change_note": "More."}
        refused = edit(administrator, page, procedure_data(page, action="publish", **changed))
        assert UNSIGNED in str(errors(refused))
        decide(clinic.client("physicians"), fresh(page), query="?public=1")
        status = statuses_of([fresh(page)])[page.pk]
        assert (status.state, status.urgent) == ("reviewed", "")

    @pytest.mark.parametrize("role", ["writers", "physicians", "publishers"])
    def test_nobody_else_may(self, clinic, role):
        page = clinic.procedure(live=False)
        clinic.client(role).post(self.address(page), {"reason": "In a hurry."})
        assert not fresh(page).live

    def test_what_else_is_missing_is_still_missing(self, clinic):
        page = clinic.procedure(live=False, credited_physician=None)
        administrator = clinic.client("administrators")
        response = administrator.post(self.address(page), {"reason": "Recall."}, follow=True)
        assert "Not published. Choose the physician" in messages(response)
        assert not fresh(page).live


LONG = " ".join(f"word{number}" for number in range(30))


def test_a_small_change_with_many_words_is_confirmed_and_listed(clinic):
    page = signed_page(clinic)
    publisher = clinic.client("publishers")
    changed = {"action": "publish", "change_kind": "minor", "overview": LONG}
    response = edit(publisher, page, procedure_data(page, **changed))
    assert "words differ from what readers see now" in errors(response)["small_change_confirmed"][0]
    assert 'name="small_change_confirmed"' in response.content.decode()
    assert kinds(page) == ["first"]
    edit(publisher, page, procedure_data(page, **changed, small_change_confirmed="on"))
    assert kinds(page) == ["first", "minor"]
    status = statuses_of([fresh(page)])[page.pk]
    assert (status.state, status.large_edits, status.asks_for_review) == ("reviewed", 1, True)
    form = publisher.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert not form["small_change_confirmed"].value(), "the next round asks anew"


def test_pages_no_physician_has_reviewed_may_be_kept_from_search_engines(clinic, client):
    set_review_policy(procedures=False)
    unreviewed = clinic.procedure(slug="unreviewed")
    set_review_policy(procedures=True, hides_unreviewed=True)
    signed = signed_page(clinic, slug="signed")
    sitemap = client.get("/sitemap.xml").content.decode()
    for page, hidden in ((unreviewed, True), (signed, False)):
        html = client.get(page.url).content.decode()
        assert ('<meta name="robots" content="noindex">' in html) == hidden
        assert (page.url in sitemap) != hidden


@pytest.mark.parametrize("shows", [True, False])
def test_readers_learn_when_the_next_review_is_due_if_the_practice_says_so(clinic, client, shows):
    page = signed_page(clinic)
    set_review_policy(procedures=True, shows_next_review=shows)
    assert ("Next review due" in review_line(client, page)) == shows


def test_a_page_may_have_an_interval_of_its_own(clinic):
    page = signed_page(clinic)
    edit(clinic.client("publishers"), page, procedure_data(page, action="publish", review_months=1))
    assert kinds(page) == ["first", "same"]
    assert state_of(page) == "due_soon"
    refused = edit(
        clinic.client("publishers"), page, procedure_data(page, action="publish", review_months=37)
    )
    assert "review_months" in errors(refused)


# What a signature covers is exactly what the digest covers: each change is shown to the signer.
CHANGES = {
    "title": {"title": "Another title"},
    "also called": {"also_called": "Other names"},
    "summary": {"summary": "Another summary."},
    "anesthesia": {"anaesthesia": "General"},
    "setting": {"setting": "Hospital"},
    "length": {"length": "Two hours"},
    "recovery": {"recovery": "A week"},
    "overview": {"overview": "A thick needle is used."},
    "section removed": {"overview": None},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_screen_shows_whatever_a_signature_covers(clinic, change):
    page = signed_page(clinic)
    fields = dict(CHANGES[change])
    overview = fields.pop("overview", "A thin needle is used.")
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    rows = [section("overview", overview)] if overview else [section("risks", "Few.")]
    draft.sections = draft.sections.stream_block.to_python(rows)
    draft.answer("major", "Changed.")
    draft.save_revision()
    fresh(page).get_workflow().start(fresh(page), clinic.users["writers"])
    comparison = shown(clinic.client("physicians"), page).comparison
    assert comparison.changes >= 1


def test_a_link_that_leads_elsewhere_and_a_picture_of_something_else_are_shown(clinic):
    page = signed_page(clinic)
    draft = page.get_latest_revision_as_object()
    text = 'A thin needle is used. <a href="https://example.com/">Read on</a>'
    draft.sections = draft.sections.stream_block.to_python([section("overview", text)])
    draft.save_revision()
    fresh(page).get_workflow().start(fresh(page), clinic.users["writers"])
    (part,) = shown(clinic.client("physicians"), page).comparison.sections
    assert "https://example.com/" in part.passages[0].after


class TestDeparture:
    """A physician leaves: never held up, and nobody is forgotten."""

    @pytest.fixture
    def successor(self, clinic):
        person = PhysicianFactory(parent=clinic.physicians, live=False, last_name="Field")
        publish_version(page=person)
        return fresh(person)

    def test_the_same_step_hands_credited_pages_over(self, clinic, client, successor):
        page = signed_page(clinic, title="Needle", slug="needle")
        publisher = clinic.client("publishers")
        screen = publisher.get(
            reverse("wagtailadmin_pages:unpublish", args=[clinic.physician.pk])
        ).content.decode()
        assert "Credited to them now: “Needle”." in screen
        response = withdraw(publisher, clinic.physician, reason="Left us.", successor=successor.pk)
        assert "“Needle” waits for a signature, credited to Ida Field, MD." in messages(response)
        assert not fresh(clinic.physician).live
        html = client.get("/procedures/needle/").content.decode()
        assert "physician-box" not in html
        assert "by Dr. Quillfeather, MD" in html, "the byline stays as it was printed"
        assert "Medically reviewed by Dr. Ida Quillfeather, MD" in review_line(client, page)
        draft = fresh(page).get_latest_revision_as_object()
        assert draft.credited_physician_id == successor.pk

    def test_without_a_policy_the_page_changes_hands_at_once(self, clinic, client, successor):
        set_review_policy(procedures=False)
        page = clinic.procedure(slug="needle")
        withdraw(clinic.client("publishers"), clinic.physician, successor=successor.pk)
        assert kinds(page) == ["first", "major"]
        assert "Dr. Field, MD" in client.get("/procedures/needle/").content.decode()

    def test_the_practice_may_take_over(self, clinic, client):
        set_review_policy(procedures=False)
        page = clinic.procedure(slug="needle")
        withdraw(clinic.client("publishers"), clinic.physician)
        assert "by Elm Street Clinic" in client.get("/procedures/needle/").content.decode()
        assert fresh(page).credited_to_practice

    def test_someones_unfinished_draft_is_not_published_by_it(self, clinic, successor):
        set_review_policy(procedures=False)
        page = clinic.procedure(summary="Public.")
        edit(clinic.client("writers"), page, procedure_data(page, summary="Half a thou"))
        withdraw(clinic.client("publishers"), clinic.physician, successor=successor.pk)
        page = fresh(page)
        assert (page.summary, kinds(page)) == ("Public.", ["first"])
        draft = page.get_latest_revision_as_object()
        assert (draft.summary, draft.credited_physician_id) == ("Half a thou", successor.pk)

    def test_an_incomplete_draft_holds_nothing_up(self, clinic):
        page = clinic.procedure(live=False, title="Draft")
        draft = page.get_latest_revision_as_object()
        draft.sections = []
        draft.save_revision()
        withdraw(clinic.client("publishers"), clinic.physician)
        assert not fresh(clinic.physician).live

    def test_open_reviews_wait_for_the_successor(self, clinic, successor):
        page = clinic.procedure(live=False)
        submit(clinic, page)
        withdraw(clinic.client("publishers"), clinic.physician, successor=successor.pk)
        screen = shown(clinic.client("publishers"), page)
        assert screen.waits
        assert screen.content.get_reviewer() == successor

    def test_a_page_of_someone_who_left_says_what_to_do(self, clinic):
        set_review_policy(procedures=False)
        page = clinic.procedure()
        clinic.physician.unpublish()
        data = procedure_data(page, action="publish", summary="New.", change_kind="minor")
        response = edit(clinic.client("publishers"), page, data)
        assert errors(response)["credited_physician"] == [CREDIT_NOT_PUBLIC]


def test_a_review_brought_in_counts_like_any_other(clinic, client):
    from physicians.services import record_earlier_review

    at = timezone.now() - timedelta(days=400)
    page = clinic.procedure(at=at, slug="old")
    record_earlier_review(
        page=page, revision=page.live_revision, signer=clinic.physician, at=at + timedelta(days=1)
    )
    assert Review.objects.get().method == "import"
    assert state_of(page) == "reviewed"
    assert hand_over(profile=fresh(clinic.physician), successor=None, by=None) != []


def test_a_new_page_says_where_submitting_leads(clinic):
    address = reverse(
        "wagtailadmin_pages:add", args=["procedures", "procedurepage", clinic.procedures.pk]
    )
    html = clinic.client("writers").get(address).content.decode()
    assert "Submit to Medical review" in html
    new = ProcedurePage(title="New", slug="new", credited_physician=clinic.physician)
    data = procedure_data(new, action="submit")
    create(clinic.client("writers"), clinic.procedures, ProcedurePage, data)
    assert shown(clinic.client("physicians"), ProcedurePage.objects.get()).waits
