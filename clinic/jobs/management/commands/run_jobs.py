import signal
import threading

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from clinic.jobs.services import run_due_jobs


class Command(BaseCommand):
    """The one process that does what is due by time."""

    help = "Does all that is due by time: scheduled publishing and the like. Safe to start twice."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Run once and end, for cron.")
        parser.add_argument(
            "--every", type=int, default=30, metavar="SECONDS", help="Pause between runs."
        )

    def handle(self, *args, once: bool, every: int, verbosity: int, **options):
        stopping = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())
        while True:
            try:
                self._run(talkative=once or verbosity > 1)
            except DatabaseError as error:
                if once:
                    raise
                # A database that restarts must not end the loop: the next round tries again.
                self.stderr.write(f"The database did not answer: {error}")
            if once or stopping.wait(every):
                return
            close_old_connections()

    def _run(self, *, talkative: bool) -> None:
        reports = run_due_jobs()
        if reports is None:
            self.stdout.write("Another job runner is at work; nothing to do here.")
        for report in reports or []:
            if not report.succeeded or talkative:
                self.stdout.write(f"{report.name}: {report.outcome}")
