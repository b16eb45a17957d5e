"""The publish question: asked when readers may need to know, never answered for the editor."""

import pytest

from django.urls import reverse

from clinic.publishing.forms import CREDIT_CHANGED, QUESTION_OPEN
from clinic.publishing.moments import TOO_FAR
from clinic.publishing.rebuild import disagreements
from clinic.publishing.requirements import NOTE_MISSING
from clinic.publishing.services import publish_version
from procedures.models import ProcedurePage
from tests.admin import create, edit, errors, messages, physician_data, procedure_data
from tests.conftest import fresh, kinds
from tests.factories import PhysicianFactory

pytestmark = pytest.mark.django_db


def test_it_is_not_asked_before_the_first_publication(practice):
    publisher = practice.client("publishers")
    url = reverse(
        "wagtailadmin_pages:add", args=["procedures", "procedurepage", practice.procedures.pk]
    )
    assert "Do readers need to know" not in publisher.get(url).content.decode()
    new = ProcedurePage(title="Facet block", slug="facet-block")
    data = procedure_data(new, action="publish", credited_physician=practice.physician.pk)
    response = create(publisher, practice.procedures, ProcedurePage, data)
    assert response.status_code == 302
    page = ProcedurePage.objects.get(slug="facet-block")
    assert kinds(page) == ["first"]
    edit_page = publisher.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Do readers need to know this changed?" in edit_page
    assert "Yes. Readers will see: “modified on" in edit_page
    assert "checked" not in edit_page.split('name="change_kind"')[1].split(">")[0]


@pytest.mark.parametrize(
    ("answer", "note", "refused", "recorded"),
    [
        ("", "", {"change_kind": [QUESTION_OPEN]}, ["first"]),
        ("major", "", {"change_note": [NOTE_MISSING]}, ["first"]),
        ("major", "   ", {"change_note": [NOTE_MISSING]}, ["first"]),
        ("major", "Explains the needle.", {}, ["first", "major"]),
        ("minor", "", {}, ["first", "minor"]),
    ],
)
def test_a_change_is_published_only_with_an_answer(practice, answer, note, refused, recorded):
    page = practice.procedure()
    publisher = practice.client("publishers")
    changes = {"overview": "A thin, long needle is used.", "change_kind": answer}
    data = procedure_data(page, action="publish", change_note=note, **changes)
    response = edit(publisher, page, data)
    assert (errors(response) if refused else {}) == refused
    assert kinds(page) == recorded
    if refused:
        typed = response.context["form"].instance.sections[0].value["body"]
        assert "thin, long needle" in str(typed), "what the editor typed is still in the form"


def test_publishing_the_same_text_again_needs_no_answer(practice):
    page = practice.procedure()
    edit(practice.client("publishers"), page, procedure_data(page, action="publish"))
    assert kinds(page) == ["first", "same"]


def test_crediting_someone_else_is_never_minor(practice):
    page = practice.procedure()
    other = PhysicianFactory(parent=practice.physicians, live=False, last_name="Underbough")
    publish_version(page=other)
    publisher = practice.client("publishers")
    data = procedure_data(page, action="publish", credited_physician=other.pk, change_kind="minor")
    assert errors(edit(publisher, page, data)) == {"change_kind": [CREDIT_CHANGED]}
    page.credited_physician = other
    publish_version(page=page, kind="minor")
    assert kinds(page) == ["first", "major"], "a script cannot call it minor either"


def test_to_empty_what_stands_there_from_the_start_is_a_change(practice):
    page, publisher = practice.physician, practice.client("publishers")
    assert page.name_prefix == "Dr."
    # As the form writes everything else.
    edit(publisher, page, physician_data(page, action="publish", change_kind="minor"))
    data = physician_data(page, action="publish", name_prefix="")
    assert errors(edit(publisher, page, data)) == {"change_kind": [QUESTION_OPEN]}
    answered = {"change_kind": "major", "change_note": "A correction."}
    edit(publisher, page, physician_data(page, action="publish", name_prefix="", **answered))
    assert (fresh(page).name_prefix, kinds(page)[-1]) == ("", "major")
    assert disagreements(fresh(page)) == []


def test_the_next_edit_starts_blank(practice):
    page = practice.procedure()
    publisher = practice.client("publishers")
    changes = {"overview": "Another text.", "change_kind": "major", "change_note": "New text."}
    edit(publisher, page, procedure_data(page, **changes))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = publisher.get(address).context["form"]
    assert (form["change_kind"].value(), form["change_note"].value()) == ("major", "New text.")
    edit(publisher, page, procedure_data(page, action="publish", **changes))
    form = publisher.get(address).context["form"]
    assert (form["change_kind"].value(), form["change_note"].value()) == ("", "")


def test_an_answer_given_before_another_version_went_live_does_not_count(practice):
    page = practice.procedure()
    publisher = practice.client("publishers")
    page.summary = "First change."
    page.answer("minor")
    submitted = page.save_revision()
    page.summary = "Second change."
    page.save_revision()
    submitted.publish()
    assert kinds(page) == ["first", "minor"]
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = publisher.get(address).context["form"]
    assert form["change_kind"].value() == "", "the newer draft starts a new round"
    fresh(page).get_latest_revision().publish()
    last = page.published_versions.in_order().last()
    assert (last.kind, last.change_note, last.answered) == ("major", "Content updated", False)


def test_publishing_says_what_readers_now_see(practice):
    page = practice.procedure()
    publisher = practice.client("publishers")
    data = procedure_data(page, action="publish", summary="Short.", change_kind="minor")
    response = publisher.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)
    assert "Readers now see: published on" in messages(response)


@pytest.mark.parametrize("field", ["go_live_at", "expire_at"])
def test_a_time_that_no_clock_tells_is_refused_beside_the_field(practice, field):
    page = practice.procedure(live=False, summary="Before.")
    data = procedure_data(page, summary="After.", **{field: "9999-12-31 23:59"})
    answer = edit(practice.client("publishers"), page, data)
    assert answer.status_code == 200
    assert errors(answer) == {field: [TOO_FAR]}
    assert "After." in answer.content.decode()
    assert fresh(page).get_latest_revision_as_object().summary == "Before."
