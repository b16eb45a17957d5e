"""The reports: which pages ask for a physician, and who signed what."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wagtail.users.models import UserProfile

from clinic.publishing.digest import content_digest
from clinic.publishing.services import publish_version, withdraw
from physicians.models import PhysicianAccount, Review
from physicians.services import record_earlier_review, sign
from tests.conftest import set_review_policy, wall_clock
from tests.due_reviews import (
    DUE,
    another_physician,
    changed,
    due_soon,
    never_reviewed,
    overdue,
    signed,
    submitted,
    urgent,
)
from tests.factories import ConditionFactory, SpecialtyFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = {
    "urgent": "Urgent, never reviewed",
    "never": "Never reviewed",
    "changed": "Changed since review",
    "overdue": "Review overdue",
    "due_soon": "Review due soon",
    "large_edits": "Small changes with many words",
}


def report(practice, name: str = "reviews_due_report", *, role: str = "publishers", **asked):
    return practice.client(role).get(reverse(name), asked)


def titles(response) -> list[str]:
    """The pages of a report, in the order in which they stand."""
    return [row.page.title for row in response.context["object_list"]]


def rows_of_csv(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def rows_of_xlsx(response) -> list[dict]:
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def queries(client: Client, address: str) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("state", DUE)
def test_a_page_that_asks_for_a_review_is_listed_with_the_reason(practice, state):
    page = DUE[state](practice, title="Needle")
    response = report(practice)
    assert titles(response) == ["Needle"]
    html = response.content.decode()
    assert WORDS[state] in html
    assert reverse("physicians_review", args=[page.pk]) in html
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in html


@pytest.mark.parametrize(
    "make",
    [
        signed,
        lambda practice: practice.procedure(live=False),
        submitted,
        lambda practice: withdraw(
            page=practice.procedure(), by=practice.users["publishers"], reason="No longer done."
        ),
    ],
    ids=["reviewed", "draft", "submitted draft", "withdrawn"],
)
def test_a_page_that_readers_cannot_see_or_that_is_reviewed_is_not_listed(practice, make):
    make(practice)
    response = report(practice)
    assert titles(response) == []
    assert "No page asks for a review." in response.content.decode()


def test_the_most_pressing_pages_come_first_and_of_overdue_ones_the_longest_overdue(practice):
    due_soon(practice, title="Due soon")
    overdue(practice, title="Overdue", days_ago=800)
    overdue(practice, title="Long overdue", days_ago=1200)
    for state in ("large_edits", "changed", "never"):
        DUE[state](practice, title=state)
    urgent(practice, title="Urgent")
    expected = ["Urgent", "never", "changed", "Long overdue", "Overdue", "Due soon", "large_edits"]
    assert titles(report(practice)) == expected


def test_the_reason_for_urgency_and_the_last_signature_are_told(practice):
    urgent(practice)
    page = changed(practice)
    html = report(practice).content.decode()
    assert "The surgery center closes today." in html
    day = timezone.localtime(page.reviews.get().signed_at)
    assert f"Dr. Ida Quillfeather, MD, {day:%b} {day.day}, {day.year}" in html


def test_of_several_signatures_the_one_under_the_public_text_is_told(practice):
    page = overdue(practice)
    other = another_physician(practice)
    draft = page.save_revision()
    record_earlier_review(page=page, revision=draft, signer=other, at=timezone.now())
    # The same text: it counts, and the page is no longer overdue.
    assert titles(report(practice)) == []
    another = overdue(practice, title="Another")
    another.summary = "A text that readers have not seen."
    draft = another.save_revision()
    record_earlier_review(page=another, revision=draft, signer=other, at=timezone.now())
    (row,) = report(practice).context["object_list"]
    assert (row.page.title, row.last_review.signer) == ("Another", practice.physician)


@pytest.fixture
def one_of_each(practice):
    """A page for each reason, credited in turn to two physicians of two specialties, and one
    condition, which is credited to nobody."""
    spine = SpecialtyFactory(name="Spine surgery", practitioner_label="Spine Surgeon")
    practice.other = another_physician(practice, specialty=spine)
    for number, (state, make) in enumerate(DUE.items()):
        credited = practice.other if number % 2 else practice.physician
        make(practice, title=state, credited_physician=credited)
    condition = ConditionFactory(parent=practice.conditions, live=False, title="condition")
    publish_version(page=condition)
    set_review_policy(procedures=False, conditions=True)
    return practice


@pytest.mark.parametrize("state", DUE)
def test_the_filter_by_state_leaves_that_state_only(one_of_each, state):
    also = {"never": ["urgent", "condition"]}.get(state, [])
    assert set(titles(report(one_of_each, state=state))) == {state, *also}


def test_two_states_leave_pages_of_either(one_of_each):
    asked = {"state": ["changed", "overdue"]}
    assert titles(report(one_of_each, **asked)) == ["changed", "overdue"]


def test_the_filters_by_physician_specialty_and_kind_leave_theirs_only(one_of_each):
    other = ["never", "overdue", "large_edits"]
    kind = "procedures.conditionpage"
    assert titles(report(one_of_each, physician=one_of_each.other.pk)) == other
    assert titles(report(one_of_each, specialty=one_of_each.other.specialty_id)) == other
    assert titles(report(one_of_each, kind=kind)) == ["condition"]
    assert titles(report(one_of_each, kind=kind, physician=one_of_each.other.pk)) == []


@pytest.mark.parametrize(
    "asked", [{"state": "none such"}, {"physician": "x"}, {"kind": "auth.user"}, {"p": "999"}]
)
def test_a_filter_nobody_offered_breaks_nothing(one_of_each, asked):
    assert len(titles(report(one_of_each, **asked))) == len(DUE) + 1


def test_the_due_report_as_a_file_says_what_the_screen_says(practice):
    urgent(practice, title="Urgent one")
    page = overdue(practice, title="Overdue one")
    review = page.reviews.get()
    first, second = rows_of_csv(report(practice, export="csv"))
    assert first == {
        "Page": "Urgent one",
        "Kind of page": "Procedure",
        "Why": "Urgent, never reviewed",
        "Reason for urgency": "The surgery center closes today.",
        "Physician": "Ida Quillfeather, MD",
        "Specialty": "Pain medicine",
        "Signed last by": "",
        "Signed last at (UTC)": "",
        "Due on": "",
        "Small changes with many words": "0",
    }
    assert second["Why"] == "Review overdue"
    assert second["Signed last at (UTC)"] == str(review.signed_at)
    assert second["Due on"] < str(timezone.localdate())
    (row,) = rows_of_xlsx(report(practice, export="xlsx", state="overdue"))
    assert (row["Page"], row["Signed last by"]) == ("Overdue one", "Dr. Ida Quillfeather, MD")
    assert str(row["Due on"]).startswith(second["Due on"])
    seconds = (row["Signed last at (UTC)"] - review.signed_at.replace(tzinfo=None)).total_seconds()
    assert abs(seconds) < 1


def test_a_file_holds_a_page_that_names_nobody(practice):
    publish_version(page=ConditionFactory(parent=practice.conditions, live=False, title="Sprain"))
    set_review_policy(procedures=False, conditions=True)
    (row,) = rows_of_csv(report(practice, export="csv"))
    assert (row["Kind of page"], row["Physician"], row["Specialty"]) == ("Condition", "", "")


REPORTS = ["reviews_due_report", "reviews_signed_report"]


@pytest.mark.parametrize("suffix", ["", "_results"])
@pytest.mark.parametrize(
    "role, readable",
    [
        ("writers", REPORTS),
        ("publishers", REPORTS),
        ("administrators", REPORTS),
        ("superuser", REPORTS),
        ("physicians", ["reviews_due_report"]),
    ],
)
def test_the_reports_and_their_menu_items_are_for_editors_and_what_is_due_for_physicians(
    practice, role, readable, suffix
):
    signed(practice)
    for name in REPORTS:
        expected = 200 if name in readable else 302
        assert report(practice, name + suffix, role=role).status_code == expected
        menu = practice.client(role).get(reverse("wagtailadmin_home")).content.decode()
        assert (reverse(name) in menu) == (name in readable)


def test_an_account_without_a_role_or_a_profile_reads_no_report(practice):
    physicians = practice.users["physicians"].groups.all()
    nobody = UserFactory()
    nobody.groups.set(physicians)
    client = Client()
    client.force_login(nobody)
    for name in REPORTS:
        assert client.get(reverse(name)).status_code == 302
    PhysicianAccount.objects.filter(profile=practice.physician).update(user=nobody)
    assert client.get(reverse("reviews_due_report")).status_code == 200


def test_physicians_see_the_pages_of_all_and_no_way_into_the_editor(one_of_each):
    response = report(one_of_each, role="physicians")
    assert len(titles(response)) == len(DUE) + 1
    page = response.context["object_list"][0].page
    html = response.content.decode()
    assert reverse("physicians_review", args=[page.pk]) in html
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) not in html


@pytest.mark.parametrize("role", ["physicians", "publishers"])
def test_the_due_report_asks_no_question_per_page(practice, role):
    client, address = practice.client(role), reverse("reviews_due_report")
    for make in DUE.values():
        make(practice)
    few = queries(client, address)
    for _ in range(5):
        for make in DUE.values():
            make(practice)
    assert queries(client, address) == few
    assert queries(client, address + "?export=csv") <= few


def signed_by_hand(practice, **details):
    """A draft, submitted by a writer and signed in the admin."""
    page = submitted(practice, title=details.pop("title", "Needle"))
    revision = page.get_latest_revision()
    return sign(
        page=page,
        revision=revision,
        digest=content_digest(revision.as_object()),
        signer=practice.physician,
        method=Review.Method.ACCOUNT,
        account=practice.users["physicians"],
        asked_by_name="Writer Tester",
        **details,
    )


CHECKLIST = [("Are the risks stated?", "Yes"), ("Are references current?", "Does not apply")]


def test_the_report_of_signatures_is_evidence_of_who_signed_what_when_and_how(practice):
    review = signed_by_hand(practice, note="Well written.", checklist=CHECKLIST)
    response = report(practice, "reviews_signed_report")
    html = response.content.decode()
    for words in (
        "Needle",
        "Dr. Ida Quillfeather, MD",
        "Physician and surgeon, New Jersey",
        "Logged in",
        review.digest,
        "“Well written.”",
        "Are the risks stated? <strong>Yes</strong>",
        "Writer Tester",
        reverse("wagtailadmin_pages:revisions_view", args=[review.page_id, review.revision_id]),
    ):
        assert words in html
    expected = {
        "Page": "Needle",
        "Signed by": "Dr. Ida Quillfeather, MD",
        "Degree then": "MD",
        "License then": "Physician and surgeon, New Jersey",
        "How": "Logged in",
        "SHA-256 of the text": review.digest,
        "Comment": "Well written.",
        "Checklist": "Are the risks stated? Yes\nAre references current? Does not apply",
        "Asked by": "Writer Tester",
    }
    (row,) = rows_of_csv(report(practice, "reviews_signed_report", export="csv"))
    assert row == expected | {
        "Signed at (UTC)": str(review.signed_at),
        "Version": str(review.revision_id),
        "Erased from (UTC)": "",
    }
    (row,) = rows_of_xlsx(report(practice, "reviews_signed_report", export="xlsx"))
    assert expected.items() <= row.items()
    assert row["Version"] == review.revision_id


def test_evidence_keeps_the_name_and_license_of_the_day(practice):
    signed(practice)
    profile = practice.physician
    profile.last_name, profile.licence_type = "Thistle", "Retired"
    publish_version(page=profile, kind="major", note="She has a new name.")
    (row,) = rows_of_csv(report(practice, "reviews_signed_report", export="csv"))
    assert row["Signed by"] == "Dr. Ida Quillfeather, MD"
    assert row["License then"] == "Physician and surgeon, New Jersey"


@pytest.mark.parametrize(
    "asked, found",
    [
        ({}, ["May", "April, late"]),
        ({"signed_at_from": "2026-05-01"}, ["May"]),
        ({"signed_at_to": "2026-04-30"}, ["April, late"]),
        ({"signed_at_from": "2026-04-30", "signed_at_to": "2026-05-01"}, ["May", "April, late"]),
        ({"signed_at_from": "2026-05-02"}, []),
    ],
)
def test_signatures_are_found_by_days_of_the_practice_whatever_zone_the_reader_is_in(
    practice, asked, found
):
    reader = UserProfile.get_for_user(practice.users["publishers"])
    reader.current_time_zone = "Asia/Tokyo"
    reader.save()
    for title, at in (
        ("April, late", wall_clock(2026, 4, 30, 23, 59)),
        ("May", wall_clock(2026, 5, 1, 0, 1)),
    ):
        page = practice.procedure(title=title, at=at)
        record_earlier_review(
            page=page, revision=page.live_revision, signer=practice.physician, at=at
        )
    response = report(practice, "reviews_signed_report", **asked)
    assert titles(response) == found
    if found:
        assert "a.m." in response.content.decode() or "p.m." in response.content.decode()


def test_signatures_are_found_by_physician_even_after_they_have_left(practice):
    other = another_physician(practice)
    signed(practice, title="Hers")
    signed(practice, title="His", credited_physician=other)
    withdraw(page=other, by=practice.users["publishers"], reason="He has retired.")
    response = report(practice, "reviews_signed_report", signer=other.pk)
    assert titles(response) == ["His"]


def test_the_report_of_signatures_asks_no_question_per_signature(practice):
    client, address = practice.client("publishers"), reverse("reviews_signed_report")
    signed(practice)
    few = queries(client, address)
    for number in range(10):
        signed(practice, days_ago=number)
    assert queries(client, address) == few
    assert queries(client, address + "?export=csv") <= few


def test_a_page_signed_in_time_leaves_the_due_report(practice):
    page = never_reviewed(practice)
    set_review_policy(procedures=True, months=1, due_soon_days=1)
    assert titles(report(practice)) == [page.title]
    record_earlier_review(
        page=page,
        revision=page.live_revision,
        signer=practice.physician,
        at=timezone.now() - timedelta(days=1),
    )
    assert titles(report(practice)) == []
