"""After an erasure the record still agrees: dates, kinds and signatures stay, tombstones say who
and why."""

import re
from io import StringIO

import pytest

from django.core.management import call_command
from django.urls import reverse

from clinic.publishing.digest import content_digest
from clinic.publishing.history import updates_of
from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import publish_version
from physicians.models import Review
from tests.conftest import fresh, kinds, set_review_policy, wall_clock
from tests.erasing import NAME, REASON, erase_it
from tests.reviews import decide, review_line, state_of, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(practice):
    """Published with the name, changed, then published without it: each version readers saw."""
    page = practice.procedure(title="Needle", summary=f"By {NAME}.", at=wall_clock(2020, 3, 1, 9))
    for year, summary, kind in (
        (2021, f"By {NAME}, our patient.", "major"),
        (2022, f"By {NAME}, our patient!", "minor"),
        (2023, "By [removed], our patient!", "major"),
    ):
        page = fresh(page)
        page.summary = summary
        publish_version(page=page, at=wall_clock(year, 3, 1, 9), kind=kind, note=f"Of {year}.")
    return fresh(page)


def check() -> str:
    out = StringIO()
    call_command("rebuild_record", check=True, stdout=out)
    return out.getvalue()


def facts(page) -> tuple:
    """What readers and staff are told of the page's past."""
    page = fresh(page)
    publication = page.publication
    return (
        kinds(page),
        publication.published_at,
        publication.modified_at,
        publication.credit,
        [(update.at, update.sentence) for update in updates_of(page)],
        page.last_published_at,
        page.first_published_at,
        page.latest_revision_created_at,
    )


def test_dates_kinds_and_history_stay_and_the_check_agrees(practice, told):
    before = facts(told)
    erase_it(practice, NAME)
    assert facts(told) == before
    assert "agrees with Wagtail's log and revisions" in check()


def test_the_check_still_finds_what_is_wrong_with_an_erased_page(practice, told):
    erase_it(practice, NAME)
    page = fresh(told)
    page.summary = "Nobody published this."
    page.save()
    with pytest.raises(Exception, match="changed past the editor"):
        check()


def test_a_kind_that_was_never_erased_must_still_fit_its_text(practice):
    page = practice.procedure()
    page.summary = "Other words."
    publish_version(page=page, kind="major", note="Other.")
    newest = PublishedVersion.objects.filter(page=page.pk).in_order().last()
    first = PublishedVersion.objects.filter(page=page.pk).in_order().first()
    first.revision.content = newest.revision.content
    first.revision.save()
    with pytest.raises(Exception, match="its text says otherwise"):
        check()


def test_stored_digests_are_of_what_is_left_and_the_old_ones_are_gone(practice, told):
    old = set(PublishedVersion.objects.values_list("digest", flat=True))
    unchanged = told.published_versions.in_order().last().digest
    erase_it(practice, NAME)
    for version in told.published_versions.in_order():
        assert version.digest == content_digest(version.revision.as_object())
    left = set(told.published_versions.values_list("digest", flat=True))
    assert left & old == {unchanged}


def test_every_version_that_had_the_words_gets_a_tombstone(practice, told):
    erase_it(practice, NAME)
    notes = RecordNote.objects.filter(kind=RecordNote.Kind.ERASED).order_by("version")
    versions = list(told.published_versions.in_order())
    assert [note.version for note in notes] == versions[:3]
    assert {(note.text, note.noted_by_name) for note in notes} == {(REASON, "Administrator Tester")}


def test_staff_read_the_tombstone_and_readers_do_not(practice, told, client):
    erase_it(practice, NAME)
    staff = practice.client("publishers")
    form = staff.get(reverse("wagtailadmin_pages:edit", args=[told.pk])).content.decode()
    assert re.search(rf"Erased on [^<]*: {REASON} \(Administrator Tester\)", form)
    history = staff.get(reverse("wagtailadmin_pages:history", args=[told.pk])).content.decode()
    assert f"Something was erased from all versions. {REASON}" in history
    for address in (told.url, f"{told.url}updates/", "/feed/"):
        page = client.get(address).content.decode()
        assert REASON not in page
        assert "rased" not in page


def test_a_signature_still_stands_for_the_text_that_is_left(practice, client):
    set_review_policy(procedures=True)
    page = practice.procedure(live=False, summary=f"By {NAME}.")
    submit(practice, page)
    decide(practice.client("physicians"), page)
    line, state = review_line(client, page), state_of(page)
    assert state == "reviewed"
    erase_it(practice, NAME)
    review = Review.objects.get()
    assert review.erased_at is not None
    assert review.digest == content_digest(fresh(page))
    assert (review_line(client, page), state_of(page)) == (line, state)
    report = practice.client("publishers").get(reverse("reviews_signed_report"))
    assert "Something was erased from this text on" in report.content.decode()


def test_a_signature_under_another_text_is_not_marked(practice):
    set_review_policy(procedures=True)
    page = practice.procedure(live=False)
    submit(practice, page)
    decide(practice.client("physicians"), page)
    before = Review.objects.values().get()
    practice.procedure(title=f"By {NAME}", slug="another", live=False)
    erase_it(practice, NAME)
    assert Review.objects.values().get() == before


def test_a_text_changed_since_its_review_stays_changed(practice):
    set_review_policy(procedures=True)
    page = practice.procedure(live=False, summary=f"By {NAME}.")
    submit(practice, page)
    decide(practice.client("physicians"), page)
    page = fresh(page)
    page.summary = f"Told by {NAME}."
    publish_version(page=page, at=wall_clock(2031, 1, 1, 9), kind="major", note="Other words.")
    assert state_of(page) == "changed"
    erase_it(practice, NAME)
    assert state_of(page) == "changed"
    assert "agrees" in check()
