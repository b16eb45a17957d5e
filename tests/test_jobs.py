"""What runs by time: one runner at a time, every job whatever became of the others, and a word
about it for people and monitors."""

from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
import time_machine

from django.core.management import call_command
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from clinic import health
from clinic.jobs import services
from clinic.jobs.models import JobReport, RunnerLease
from clinic.jobs.registry import JobRegistry, jobs
from clinic.jobs.services import LATE_AFTER, LEASE, run_due_jobs, the_only_runner

pytestmark = pytest.mark.django_db

STUCK = "scheduled pages do not go live. "
STUCK += "Ask whoever looks after the server to start “manage.py run_jobs”."
BUSY = "Another job runner is at work; nothing to do here."


@pytest.fixture
def registry(monkeypatch):
    """Jobs of the test's own instead of the site's."""
    registry = JobRegistry()
    monkeypatch.setattr(services, "jobs", registry)
    return registry


@pytest.fixture
def ran(registry) -> list[str]:
    """Registers three jobs; the list of those that ran."""
    ran = []
    for name in ("First", "Second", "Third"):
        registry.register(name, lambda name=name: ran.append(name) or f"{name} done.")
    return ran


def run(**options) -> str:
    out = StringIO()
    call_command("run_jobs", once=True, stdout=out, **options)
    return out.getvalue()


def reports() -> dict[str, tuple[bool, str]]:
    return {report.name: (report.succeeded, report.outcome) for report in JobReport.objects.all()}


def fail() -> str:
    raise RuntimeError("the disk is full")


def test_the_site_has_these_timed_jobs():
    assert [job.name for job in jobs] == ["Scheduled publishing"]
    assert run() == "Scheduled publishing: 0 published, 0 withdrawn at their end date.\n"
    assert reports() == {
        "Scheduled publishing": (True, "0 published, 0 withdrawn at their end date.")
    }


def test_once_runs_every_job_in_order_and_reports_each(ran):
    assert run() == "First: First done.\nSecond: Second done.\nThird: Third done.\n"
    assert ran == ["First", "Second", "Third"]
    assert reports() == {name: (True, f"{name} done.") for name in ran}


def test_a_second_round_replaces_the_reports_of_the_first(ran):
    run()
    first = JobReport.objects.get(name="First")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        run()
    assert JobReport.objects.count() == 3
    assert JobReport.objects.get(name="First").ran_at - first.ran_at >= timedelta(minutes=5)
    assert ran == ["First", "Second", "Third"] * 2


def test_a_failing_job_is_reported_and_stops_no_other(registry, caplog):
    registry.register("Before", lambda: "Fine.")
    registry.register("Broken", fail)
    registry.register("After", lambda: "Fine too.")
    assert run() == "Before: Fine.\nBroken: RuntimeError: the disk is full\nAfter: Fine too.\n"
    assert reports() == {
        "Before": (True, "Fine."),
        "Broken": (False, "RuntimeError: the disk is full"),
        "After": (True, "Fine too."),
    }
    assert "Job Broken failed" in caplog.text
    assert "the disk is full" in caplog.text, "with its traceback, for whoever repairs it"


def test_a_job_that_breaks_the_database_statement_still_is_reported(registry):
    registry.register("Broken", lambda: str(JobReport.objects.extra(where=["nonsense("]).count()))
    registry.register("After", lambda: "Fine.")
    run()
    assert {name: succeeded for name, (succeeded, _) in reports().items()} == {
        "Broken": False,
        "After": True,
    }


def test_a_second_runner_finds_the_first_at_work_and_does_nothing(ran):
    with the_only_runner() as held:
        assert held
        with the_only_runner() as also_held:
            assert not also_held
        assert run() == f"{BUSY}\n"
        assert run_due_jobs() is None
    assert (ran, reports(), RunnerLease.objects.count()) == ([], {}, 1)
    run()
    assert ran == ["First", "Second", "Third"], "the first has finished"


def test_a_runner_that_starts_during_a_job_does_nothing(registry):
    seen = []
    registry.register("Slow", lambda: seen.append(run_due_jobs()) or "Done.")
    run()
    assert seen == [None]
    assert reports() == {"Slow": (True, "Done.")}


def test_the_lease_is_given_back_also_when_everything_fails(ran):
    with pytest.raises(KeyboardInterrupt), the_only_runner():
        raise KeyboardInterrupt
    assert run() != f"{BUSY}\n"


@pytest.mark.parametrize(
    "after, runs",
    [
        (timedelta(0), False),
        (LEASE - timedelta(seconds=1), False),
        (LEASE, True),
        (LEASE + timedelta(days=3), True),
    ],
)
def test_the_lease_of_a_dead_runner_runs_out_by_itself(ran, after, runs):
    died = timezone.now()
    with time_machine.travel(died, tick=False):
        assert services._take_lease("a runner that dies")
    with time_machine.travel(died + after, tick=False):
        assert (run_due_jobs() is not None) == runs
    assert ran == (["First", "Second", "Third"] if runs else [])


def test_a_runner_that_took_too_long_does_not_end_the_lease_of_the_next():
    started = timezone.now()
    with time_machine.travel(started, tick=False) as clock, the_only_runner() as held:
        assert held
        clock.move_to(started + LEASE + timedelta(minutes=1))
        assert services._take_lease("the next runner")
        until = RunnerLease.objects.get().held_until
    lease = RunnerLease.objects.get()
    assert (lease.holder, lease.held_until) == ("the next runner", until)


def ran_ago(minutes: float, *, succeeded: bool = True, name: str = "Scheduled publishing") -> None:
    when = timezone.now() - timedelta(minutes=minutes)
    JobReport.objects.create(name=name, ran_at=when, succeeded=succeeded, outcome="0 published.")


LATE = f"Timed jobs last ran {{}} minutes ago: {STUCK}"
CONDITIONS = {
    "never ran": (lambda: None, 503, f"Timed jobs have never run: {STUCK}"),
    "just now": (lambda: ran_ago(0.5), 200, "Timed jobs last ran less than a minute ago."),
    "a minute ago": (lambda: ran_ago(1.5), 200, "Timed jobs last ran 1 minute ago."),
    "fresh": (lambda: ran_ago(3), 200, "Timed jobs last ran 3 minutes ago."),
    "on the limit": (
        lambda: ran_ago(LATE_AFTER.seconds / 60),
        200,
        "Timed jobs last ran 15 minutes ago.",
    ),
    "late": (lambda: ran_ago(16), 503, LATE.format(16)),
    "days late": (lambda: ran_ago(2880), 503, LATE.format(2880)),
    "failed": (
        lambda: ran_ago(2, succeeded=False),
        503,
        "Timed jobs last ran 2 minutes ago, but failed: Scheduled publishing.",
    ),
    "one of two failed": (
        lambda: (ran_ago(2), ran_ago(2, succeeded=False, name="Letters")),
        503,
        "Timed jobs last ran 2 minutes ago, but failed: Letters.",
    ),
    "one of two late": (lambda: (ran_ago(0), ran_ago(40, name="Letters")), 503, LATE.format(40)),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_health_says_how_timed_work_is_to_people_and_monitors(client, condition):
    arrange, status, sentence = CONDITIONS[condition]
    with time_machine.travel(timezone.now(), tick=False):
        arrange()
        response = client.get("/health/")
    assert (response.status_code, response.content.decode()) == (
        status,
        f"The site is up.\n{sentence}\n",
    )
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert response.cookies == {}


def test_health_says_when_the_database_does_not_answer(client, monkeypatch):
    def refuse():
        raise DatabaseError("gone")

    monkeypatch.setattr(health, "last_run_in_words", refuse)
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.content.decode() == "The database does not answer.\n"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_dashboard_says_the_same_sentence_to_everyone(practice, condition):
    arrange, status, sentence = CONDITIONS[condition]
    with time_machine.travel(timezone.now(), tick=False):
        arrange()
        response = practice.client("writers").get(reverse("wagtailadmin_home"))
    html = unescape(response.content.decode())
    assert html.count(f"<p>{sentence}</p>") == 1
    panel = html.split('id="timed-jobs"')[1].split(sentence)[0]
    assert ("#icon-warning" in panel, "#icon-check" in panel) == (status == 503, status == 200)
    outcomes = [f"<li>{report.name}: {report.outcome}</li>" for report in JobReport.objects.all()]
    assert all(outcome in html for outcome in outcomes)


def test_what_the_scheduler_refused_stands_on_the_dashboard(practice):
    page = practice.procedure(live=False, title="Unfinished", credited_physician=None)
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    run()
    response = practice.client("publishers").get(reverse("wagtailadmin_home"))
    assert "“Unfinished” stays scheduled: Choose the physician" in unescape(
        response.content.decode()
    )
