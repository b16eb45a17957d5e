"""Runs what is due, one runner at a time."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from .models import JobReport, RunnerLease
from .registry import Job, jobs

logger = logging.getLogger(__name__)

LEASE_NAME = "job runner"
# Longer than any round of jobs takes; a crashed runner blocks the next one no longer than this.
LEASE = timedelta(minutes=10)
# After this long without a run, people are told that timed work is late.
LATE_AFTER = timedelta(minutes=15)
WHAT_TO_DO = "Ask whoever looks after the server to start “manage.py run_jobs”."


@contextmanager
def the_only_runner() -> Iterator[bool]:
    """True inside if this process may run jobs now, False if another one is at it."""
    holder = uuid4().hex
    held = _take_lease(holder)
    try:
        yield held
    finally:
        if held:
            RunnerLease.objects.filter(name=LEASE_NAME, holder=holder).update(
                held_until=timezone.now()
            )


def run_due_jobs() -> list[JobReport] | None:
    """Run every registered job once. None if another runner is already at it."""
    with the_only_runner() as held:
        return [_run(job) for job in jobs] if held else None


def current_reports() -> list[JobReport]:
    """How each job went last; what a job of an older release left behind says nothing."""
    names = [job.name for job in jobs]
    return list(JobReport.objects.filter(name__in=names).order_by("name"))


def last_run_in_words(now: datetime | None = None) -> tuple[bool, str]:
    """Whether timed work is up to date, and when it last ran, for people."""
    now = now or timezone.now()
    reports = sorted(current_reports(), key=lambda report: report.ran_at)
    if not reports:
        return False, f"Timed jobs have never run: scheduled pages do not go live. {WHAT_TO_DO}"
    oldest = reports[0].ran_at
    minutes = int((now - oldest).total_seconds() // 60)
    ago = "less than a minute ago" if minutes < 1 else f"{minutes} minute{'s' * (minutes > 1)} ago"
    if now - oldest > LATE_AFTER:
        return False, f"Timed jobs last ran {ago}: scheduled pages do not go live. {WHAT_TO_DO}"
    failed = [report.name for report in reports if not report.succeeded]
    if failed:
        return False, f"Timed jobs last ran {ago}, but failed: {', '.join(failed)}."
    return True, f"Timed jobs last ran {ago}."


def _take_lease(holder: str) -> bool:
    now = timezone.now()
    lease = {"holder": holder, "held_until": now + LEASE}
    _, created = RunnerLease.objects.get_or_create(name=LEASE_NAME, defaults=lease)
    if created:
        return True
    # One statement, so that of two runners only one finds the lease free.
    free = RunnerLease.objects.filter(name=LEASE_NAME, held_until__lte=now)
    return free.update(**lease) == 1


def _run(job: Job) -> JobReport:
    try:
        outcome, succeeded = job.run(), True
    except Exception as error:
        logger.exception("Job %s failed", job.name)
        outcome, succeeded = f"{type(error).__name__}: {error}", False
    report, _ = JobReport.objects.update_or_create(
        name=job.name,
        defaults={"ran_at": timezone.now(), "succeeded": succeeded, "outcome": outcome},
    )
    return report
