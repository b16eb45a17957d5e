"""What readers were given can be shown again: byte by byte, at every moment, and no more."""

from datetime import timedelta

import pytest

from django.test import Client
from django.utils import timezone

from wagtail.models import PageViewRestriction

from clinic.delivery.answers import State, at_moment
from clinic.delivery.models import Piece, Rendition
from clinic.pages.models import Alert, PracticeSettings
from clinic.publishing.services import publish_version, withdraw
from tests.archive.conftest import ADDRESS, START, change, later, read, rows
from tests.conftest import fresh

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_what_a_reader_got_is_kept_byte_by_byte(clock, needle):
    html = read()
    (row,) = rows(needle)
    assert row.html == html
    assert (row.valid_from, row.valid_until, row.why) == (START, None, "First published.")
    assert row.version == needle.published_versions.get()


def test_each_text_ends_where_the_next_begins(clock, needle):
    first = read()
    read_at = later(clock, minutes=5)
    changed_at = later(clock, minutes=5)
    change(needle, "As it is.")
    later(clock, minutes=5)
    second = read()
    old, new = rows(needle)
    assert (old.html, old.valid_until) == (first, changed_at)
    assert (new.html, new.valid_from) == (second, changed_at)
    assert new.why == "The version of Mar 2, 2026 was published."
    assert at_moment(needle, read_at).rendition == old
    assert at_moment(needle, changed_at).rendition == new


def test_what_is_the_same_again_moves_only_the_end_of_its_row(clock, practice, needle):
    read()
    later(clock, hours=1)
    practice.procedure(title="Another", slug="another")
    later(clock, hours=1)
    html = read()
    (row,) = rows(needle)
    assert row.html == html
    assert (row.valid_from, row.valid_until, row.confirmed_at) == (START, None, timezone.now())
    assert row.first_number < row.last_number


def test_a_change_of_the_navigation_adds_one_header_and_no_text(clock, practice, needle):
    pages = [needle, *(practice.procedure(slug=f"other-{n}", title=f"O{n}") for n in range(3))]
    for page in pages:
        read(page.url)
    before = Piece.objects.count()
    later(clock, minutes=1)
    section = fresh(practice.physicians)
    section.title = "Our physicians"
    publish_version(page=section, kind="minor")
    for page in pages:
        read(page.url)
    assert Rendition.objects.filter(page__in=pages).count() == 8
    new = Piece.objects.count() - before
    # One header and one footer for all of them.
    assert new == 2


def test_between_two_texts_nobody_saw_what_nobody_asked_for(clock, needle):
    read()
    later(clock, minutes=10)
    change(needle, "Never asked for.")
    unseen = later(clock, minutes=10)
    change(needle, "Asked for.")
    later(clock, minutes=10)
    read()
    answer = at_moment(needle, unseen - timedelta(minutes=1))
    assert answer.state == State.NOT_SERVED
    assert "nobody asked for the page between Mar 2, 2026, 9:10" in answer.in_words
    assert "and Mar 2, 2026, 9:20" in answer.in_words


def test_before_it_was_published_it_says_so(clock, needle):
    read()
    answer = at_moment(needle, START - timedelta(seconds=1))
    assert (answer.state, answer.until) == (State.BEFORE, START)
    draft = needle.copy(update_attrs={"slug": "copy"}, keep_live=False)
    assert at_moment(draft, START).state == State.NEVER


def test_while_it_is_withdrawn_it_says_so_and_why(clock, needle):
    first = read()
    at = later(clock, minutes=10)
    withdraw(page=fresh(needle), by=None, reason="Under revision.")
    assert Client().get(ADDRESS).status_code == 410
    later(clock, minutes=10)
    publish_version(page=fresh(needle))
    assert read() == first
    old, new = rows(needle)
    assert (old.valid_until, old.why_ended) == (at, "It was withdrawn.")
    assert new.valid_from == timezone.now()
    answer = at_moment(needle, at + timedelta(minutes=1))
    assert answer.state == State.WITHDRAWN
    assert "withdrawn on Mar 2, 2026, 9:10:00 AM. Readers were told: “Under revision.”" in (
        answer.in_words
    )


def test_while_it_is_private_it_says_so(clock, practice, needle):
    read()
    at = later(clock, minutes=10)
    restriction = PageViewRestriction.objects.create(
        page=practice.procedures, restriction_type="login"
    )
    private = later(clock, minutes=10)
    assert Client().get(ADDRESS).status_code == 302
    restriction.delete()
    read()
    old, new = rows(needle)
    assert (old.valid_until, new.valid_from) == (at, private)
    assert new.why == "The page became public again."
    assert at_moment(needle, private - timedelta(minutes=1)).state == State.PRIVATE


def test_a_date_that_is_reached_begins_a_new_text(clock, needle):
    Alert.objects.create(text="Closed for snow.", starts_at=START + timedelta(hours=2))
    read()
    later(clock, hours=3)
    assert "Closed for snow." in read()
    old, new = rows(needle)
    assert old.valid_until == new.valid_from == START + timedelta(hours=2)
    assert new.why == "A date was reached."


def test_what_else_was_changed_is_said(clock, needle):
    read()
    later(clock, minutes=1)
    settings = PracticeSettings.load()
    settings.tagline = "Now with a tagline."
    settings.save()
    read()
    assert rows(needle)[-1].why == "Changed: practice settings."
