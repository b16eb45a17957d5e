"""What runs by time: one runner at a time, and everyone can see when it last ran."""

from datetime import timedelta
from io import StringIO

import pytest

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from clinic.jobs.models import JobReport, RunnerLease
from clinic.jobs.registry import Job, jobs
from clinic.jobs.services import LATE_AFTER, LEASE, last_run_in_words, the_only_runner

pytestmark = pytest.mark.django_db


def run_once() -> str:
    out = StringIO()
    call_command("run_jobs", once=True, stdout=out)
    return out.getvalue()


def test_one_round_runs_every_job_and_reports_it():
    said = run_once()
    names = [job.name for job in jobs]
    assert "Scheduled publishing" in names
    assert sorted(JobReport.objects.values_list("name", flat=True)) == sorted(names)
    assert "Scheduled publishing: 0 published, 0 withdrawn at their end date." in said


def test_a_second_runner_does_nothing_while_the_first_is_at_it():
    with the_only_runner() as held:
        assert held
        assert "Another job runner is at work" in run_once()
        assert not JobReport.objects.exists()
    assert "Scheduled publishing" in run_once()


def test_the_lease_of_a_runner_that_died_runs_out():
    RunnerLease.objects.create(name="job runner", holder="dead", held_until=timezone.now() + LEASE)
    assert "Another job runner" in run_once()
    RunnerLease.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert "Scheduled publishing" in run_once()


def test_what_people_wait_for_to_the_minute_waits_for_no_other_job():
    assert next(iter(jobs)).name == "Scheduled publishing"


def test_a_job_that_is_no_more_does_not_make_the_others_late(practice):
    long_ago = timezone.now() - timedelta(days=400)
    JobReport.objects.create(name="Of an older release", ran_at=long_ago, succeeded=False)
    run_once()
    assert last_run_in_words() == (True, "Timed jobs last ran less than a minute ago.")
    dashboard = practice.client("writers").get(reverse("wagtailadmin_home"))
    assert "Of an older release" not in dashboard.content.decode()


def test_a_job_that_fails_is_reported_and_stops_no_other(monkeypatch, caplog):
    def fail():
        raise RuntimeError("The disk is full")

    registered = {"Failing": Job("Failing", fail), **jobs._jobs}
    monkeypatch.setattr(jobs, "_jobs", registered)
    run_once()
    failing = JobReport.objects.get(name="Failing")
    assert (failing.succeeded, failing.outcome) == (False, "RuntimeError: The disk is full")
    assert JobReport.objects.get(name="Scheduled publishing").succeeded


@pytest.mark.parametrize(
    ("minutes_ago", "succeeded", "status", "words"),
    [
        (None, None, 503, "Timed jobs have never run"),
        (0, True, 200, "Timed jobs last ran less than a minute ago."),
        (1, True, 200, "Timed jobs last ran 1 minute ago."),
        (5, True, 200, "Timed jobs last ran 5 minutes ago."),
        (5, False, 503, "Timed jobs last ran 5 minutes ago, but failed: Scheduled publishing."),
        (LATE_AFTER.seconds // 60 + 1, True, 503, "scheduled pages do not go live"),
    ],
)
def test_the_health_page_and_the_dashboard_say_it_in_plain_words(
    practice, client, minutes_ago, succeeded, status, words
):
    if minutes_ago is not None:
        JobReport.objects.create(
            name="Scheduled publishing",
            ran_at=timezone.now() - timedelta(minutes=minutes_ago),
            succeeded=succeeded,
        )
    response = client.get("/health/")
    assert response.status_code == status
    assert words in response.content.decode()
    assert last_run_in_words()[0] == (status == 200)
    dashboard = practice.client("writers").get(reverse("wagtailadmin_home"))
    assert words in dashboard.content.decode()
