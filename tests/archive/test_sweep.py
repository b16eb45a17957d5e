"""The archive gets every public page without a reader having to come by."""

from datetime import timedelta
from io import StringIO

import pytest

from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from wagtail.models import PageViewRestriction

from clinic.delivery import archive, generation, sweep
from clinic.delivery.answers import State, at_moment
from clinic.delivery.models import Rendition
from clinic.jobs.registry import jobs
from clinic.pages.models import Alert
from tests.archive.conftest import change, later, read, rows

SOON = timedelta(seconds=5)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_job_keeps_every_public_page_and_then_has_nothing_to_do(clock, practice, needle):
    hidden = practice.procedure(title="Hidden", slug="hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    practice.procedure(title="Draft", slug="draft", live=False)
    later(clock, minutes=1)
    assert "Archive of pages" in {job.name for job in jobs}
    assert sweep.sweep() == "7 of 7 pages finished and kept."
    assert set(Rendition.objects.values_list("page__slug", flat=True)) == {
        *("home", "procedures", "conditions", "physicians", "locations", "needle"),
        practice.physician.slug,
    }
    assert sweep.sweep() == "Every public page is kept as readers get it."
    kept = Rendition.objects.count()
    assert read() == rows(needle)[0].html
    assert Rendition.objects.count() == kept


def test_a_page_with_an_address_in_any_alphabet_is_kept(clock, practice, needle):
    page = practice.procedure(title="Información", slug="información")
    later(clock, minutes=1)
    assert sweep.sweep() == "8 of 8 pages finished and kept."
    assert rows(page)


def test_what_the_clock_alone_has_changed_is_kept_at_once(clock, needle):
    later(clock, minutes=1)
    Alert.objects.create(text="Closed for snow.", starts_at=later(clock, seconds=0) + SOON)
    finish = sweep.finish_pages(sweep.pages_due(generation.current(), timezone.now()))
    assert finish == "7 of 7 pages finished and kept."
    clock.shift(SOON)
    assert sweep.sweep() == "7 of 7 pages finished and kept."
    assert "Closed for snow." in rows(needle)[-1].html


def test_it_waits_until_the_site_comes_to_rest_but_not_for_ever(clock, practice, needle):
    later(clock, minutes=1)
    sweep.sweep()
    change(needle, "At first.")
    started = timezone.now()
    while "waits" in sweep.sweep():
        change(needle, f"As of {later(clock, seconds=9)}.")
    assert sweep.PATIENCE <= timezone.now() - started <= sweep.PATIENCE + timedelta(seconds=9)
    change(needle, "At last.")
    later(clock, seconds=11)
    assert "finished" in sweep.sweep()


def test_pages_with_a_new_version_come_first(clock, practice, needle, monkeypatch):
    last = practice.procedure(title="Zebra", slug="zebra")
    later(clock, minutes=1)
    sweep.sweep()
    change(last, "New.")
    later(clock, minutes=1)
    asked = []
    monkeypatch.setattr(sweep, "ask", lambda path: asked.append(path) or Client().get(path))
    sweep.sweep()
    assert asked[0] == "/procedures/zebra/"
    assert len(asked) == 8


def test_a_page_that_fails_stops_no_other_and_is_tried_again(clock, needle, monkeypatch):
    later(clock, minutes=1)
    keep = archive.keep

    def fail(**kept):
        if kept["page"].pk == needle.pk:
            raise DatabaseError("The disk is full")
        keep(**kept)

    with monkeypatch.context() as broken:
        broken.setattr(archive, "keep", fail)
        said = "6 of 7 pages finished and kept. 1 could not be: the log says why."
        assert sweep.sweep() == said
        assert "As it was." in read()
    assert not rows(needle)
    assert sweep.sweep() == "1 of 1 pages finished and kept."
    assert rows(needle)


def test_what_time_does_not_allow_is_left_to_the_next_round(clock, needle, monkeypatch):
    later(clock, minutes=1)
    monkeypatch.setattr(sweep, "LONGEST_SECONDS", -1)
    assert sweep.sweep() == "0 of 7 pages finished and kept. 7 wait for the next round."


def test_nothing_is_missing_after_a_sweep_for_every_change(clock, needle):
    moments = [later(clock, minutes=1)]
    sweep.sweep()
    for number in range(3):
        later(clock, minutes=1)
        change(needle, f"Number {number}.")
        moments.append(later(clock, minutes=5))
        sweep.sweep()
    answers = [at_moment(needle, moment) for moment in moments]
    assert {answer.state for answer in answers} == {State.SERVED}
    assert len({answer.rendition.pk for answer in answers}) == 4


def test_a_command_reports_the_sizes(clock, needle):
    later(clock, minutes=1)
    sweep.sweep()
    out = StringIO()
    call_command("archive_sizes", stdout=out)
    said = out.getvalue()
    assert "7 different bodies of 7 pages." in said
    assert "Needle" in said
