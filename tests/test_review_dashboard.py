"""The dashboard: what of the medical reviews waits for the person who opens it."""

from html import unescape

import pytest

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.publishing.services import publish_version
from physicians.dashboard import review_panels
from tests.admin import edit, procedure_data
from tests.conftest import fresh, set_review_policy
from tests.due_reviews import (
    DUE,
    another_physician,
    never_reviewed,
    overdue,
    send_to_physicians,
    sent_back,
    signed,
    submitted,
    urgent,
)
from tests.factories import ConditionFactory

pytestmark = pytest.mark.django_db

MINE = "waiting-for-my-signature"
SUBMITTED = "what-i-submitted"
KEPT = "reviews-to-look-after"


def panels(practice, role: str) -> dict[str, str]:
    """The panels about reviews on that person's dashboard: id → what stands in it."""
    html = unescape(practice.client(role).get(reverse("wagtailadmin_home")).content.decode())
    found = {}
    for name in (MINE, SUBMITTED, KEPT):
        _, here, after = html.partition(f'id="{name}-section"')
        if here:
            found[name] = " ".join(after.partition("</section>")[0].split())
    return found


@pytest.mark.parametrize("role", ["writers", "physicians", "publishers", "administrators"])
def test_nothing_is_shown_where_nothing_waits(practice, role):
    signed(practice)
    assert panels(practice, role) == {}


def test_each_sees_what_waits_for_them_and_nothing_else(practice):
    submitted(practice)
    urgent(practice)
    assert set(panels(practice, "writers")) == {SUBMITTED}
    assert set(panels(practice, "physicians")) == {MINE}
    assert set(panels(practice, "publishers")) == {KEPT}
    assert set(panels(practice, "administrators")) == {KEPT}


def test_a_physician_finds_a_submitted_text_with_who_sent_it_and_goes_to_sign(practice):
    page = submitted(practice, title="Needle")
    panel = panels(practice, "physicians")[MINE]
    assert f'<a href="{reverse("physicians_review", args=[page.pk])}">Needle</a>' in panel
    assert "Submitted by Writer Tester on" in panel


def test_what_names_another_physician_waits_for_them_only(practice):
    other = another_physician(practice)
    submitted(practice, title="For him", credited_physician=other)
    never_reviewed(practice, title="His page", credited_physician=other)
    assert MINE not in panels(practice, "physicians")
    practice.users["other"] = other.account.user
    panel = panels(practice, "other")[MINE]
    assert "For him" in panel and "His page" in panel


def test_the_submitted_text_says_whose_it_is_not_the_public_one(practice):
    other = another_physician(practice)
    page = signed(practice, title="First title")
    set_review_policy(procedures=True)
    data = procedure_data(
        page,
        action="submit",
        title="Second title",
        credited_physician=other.pk,
        change_kind="major",
        change_note="Another physician answers for it.",
    )
    edit(practice.client("writers"), page, data)
    assert fresh(page).credited_physician == practice.physician
    assert MINE not in panels(practice, "physicians")
    practice.users["other"] = other.account.user
    assert "Second title" in panels(practice, "other")[MINE]
    assert "for Otis Larkspur, MD" in panels(practice, "writers")[SUBMITTED]


def test_what_names_nobody_waits_for_every_physician(practice):
    practice.users["other"] = another_physician(practice).account.user
    submitted(practice, title="Ours", credited_physician=None)
    assert "Ours" in panels(practice, "physicians")[MINE]
    assert "Ours" in panels(practice, "other")[MINE]
    assert "for a physician" in panels(practice, "writers")[SUBMITTED]


def test_a_public_page_whose_new_text_waits_is_named_once(practice):
    page = never_reviewed(practice, title="Needle")
    send_to_physicians(practice, page)
    assert panels(practice, "physicians")[MINE].count("Needle") == 1


@pytest.mark.parametrize("state", DUE)
def test_a_physician_finds_their_public_pages_that_ask_for_a_review(practice, state):
    DUE[state](practice, title="Needle")
    assert "Needle" in panels(practice, "physicians")[MINE]


def test_a_condition_that_names_nobody_is_on_no_physicians_list(practice):
    publish_version(page=ConditionFactory(parent=practice.conditions, live=False))
    assert KEPT not in panels(practice, "publishers"), "no policy asks for its signature"
    set_review_policy(procedures=False, conditions=True)
    assert panels(practice, "physicians") == {}
    assert KEPT in panels(practice, "publishers")


def test_a_long_list_is_cut_and_leads_to_the_report_of_ones_own(practice):
    for _ in range(12):
        never_reviewed(practice)
    panel = panels(practice, "physicians")[MINE]
    assert panel.count("Never reviewed") == 10
    own = f"{reverse('reviews_due_report')}?physician={practice.physician.pk}"
    assert own in panel
    report = practice.client("physicians").get(own)
    assert len(report.context["object_list"]) == 12


def test_a_writer_finds_what_came_back_with_the_comment_and_what_still_waits(practice):
    page = sent_back(practice, title="Came back", note="Say who should not have it.")
    submitted(practice, title="Waits")
    panel = panels(practice, "writers")[SUBMITTED]
    assert f'<a href="{reverse("wagtailadmin_pages:edit", args=[page.pk])}">Came back</a>' in panel
    assert "Sent back by Physician Tester on" in panel
    assert "“Say who should not have it.”" in panel
    assert "for Ida Quillfeather, MD" in panel
    assert panel.index("Came back") < panel.index("Waits")


def test_a_text_that_was_submitted_again_is_no_longer_sent_back(practice):
    page = sent_back(practice, title="Needle")
    set_review_policy(procedures=True)
    data = procedure_data(page, action="submit", overview="Not for people with a fever.")
    edit(practice.client("writers"), page, data)
    panel = panels(practice, "writers")[SUBMITTED]
    assert "Waiting since" in panel and "Sent back" not in panel


def test_what_others_submitted_is_not_mine(practice):
    submitted(practice, by="publishers")
    sent_back(practice, by="publishers")
    assert SUBMITTED not in panels(practice, "writers")
    assert SUBMITTED in panels(practice, "publishers")


@pytest.mark.parametrize("role", ["publishers", "administrators", "superuser"])
def test_keepers_find_counts_that_lead_to_exactly_those_pages(practice, role):
    overdue(practice)
    for make in DUE.values():
        make(practice)
    panel = panels(practice, role)[KEPT]
    for state, words in (
        ("urgent", "Urgent: 1"),
        ("never", "Never reviewed: 2"),
        ("changed", "Changed since review: 1"),
        ("overdue", "Review overdue: 2"),
        ("due_soon", "Review due soon: 1"),
        ("large_edits", "Small changes with many words: 1"),
    ):
        address = f"{reverse('reviews_due_report')}?state={state}"
        assert f'<a href="{address}">{words}</a>' in panel
        listed = practice.client(role).get(address).context["object_list"]
        assert len(listed) == int(words[-1])


def test_keepers_find_urgent_pages_by_name(practice):
    page = urgent(practice, title="Needle")
    panel = panels(practice, "publishers")[KEPT]
    assert f'<a href="{reverse("physicians_review", args=[page.pk])}">Needle</a>' in panel
    assert "The surgery center closes today." in panel


@pytest.mark.parametrize("role", ["physicians", "publishers", "writers"])
def test_the_panels_ask_no_question_per_row(practice, role):
    def ask() -> int:
        user = type(practice.users[role]).objects.get(pk=practice.users[role].pk)
        with CaptureQueriesContext(connection) as captured:
            assert review_panels(user)
        return len(captured)

    def fill() -> None:
        for make in DUE.values():
            make(practice)
        submitted(practice)
        sent_back(practice)

    fill()
    few = ask()
    for _ in range(5):
        fill()
    assert ask() == few
    assert few <= 20
