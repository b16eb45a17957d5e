"""Publishes, in a process of its own within the site's settings, and says in JSON how it went:
`python -m tests.benchmark.publisher '{...}'`. Started by other parts of the benchmark."""

import json
import sys
import threading
import time
from pathlib import Path

import django

django.setup()

import requests  # noqa: E402

from django.db import transaction  # noqa: E402

from wagtail.models import Page  # noqa: E402
from wagtail.signals import page_published  # noqa: E402

from clinic.publishing.services import publish_version  # noqa: E402
from tests.admin import procedure_data  # noqa: E402
from tests.benchmark.board import Board, numbers_in, written  # noqa: E402
from tests.benchmark.ours import PASSWORD  # noqa: E402
from tests.benchmark.readers import is_old  # noqa: E402
from tests.benchmark.running import get  # noqa: E402


def page_at(path: str):
    slug = path.strip("/").rpartition("/")[2]
    return Page.objects.get(slug=slug, url_path__endswith=path).specific


class Publisher:
    """Publishes numbered texts of one procedure, of the profile that it is credited to, and, by
    the admin's form, of another procedure."""

    def __init__(self, job: dict) -> None:
        self.port, self.path, self.other_path = job["port"], job["path"], job["other_path"]
        self.board = Board(Path(job["board"]))
        self.looks = job.get("look", True)
        self.page, self.other = page_at(self.path), page_at(self.other_path)
        self.profile = self.page.credited_physician
        self.degrees = self.profile.degrees.split()[0]
        self.admin: Admin | None = None
        self.took_ms: dict[str, list[float]] = {"A": [], "B": [], "C": []}
        self.ready_ms: dict[str, list[float]] = {"A": [], "B": [], "C": []}
        self.old = 0
        self.failures: list[str] = []

    def publish(self, kind: str, number: int) -> None:
        """One publication; then the first answer that a reader gets must have it."""
        began = time.perf_counter()
        try:
            {"A": self._text, "B": self._profile, "C": self._form}[kind](written(kind, number))
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}"[:200])
            return
        answered = time.perf_counter()
        self.board[kind] = number
        self.took_ms[kind].append((answered - began) * 1000)
        if self.looks:
            self._look(kind, number, answered)

    def _look(self, kind: str, number: int, answered: float) -> None:
        path = self.other_path if kind == "C" else self.path
        while True:
            _, page = get(self.port, path)
            if numbers_in(page).get(kind, -1) >= number:
                break
            self.old += 1
            if time.perf_counter() - answered > 10:
                return
        self.ready_ms[kind].append((time.perf_counter() - answered) * 1000)

    def _text(self, text: str) -> None:
        self.page.setting = f"Publication {text}"
        publish_version(page=self.page, kind="minor")

    def _profile(self, text: str) -> None:
        self.profile.degrees = f"{self.degrees} {text}"
        publish_version(page=self.profile, kind="minor")

    def _form(self, text: str) -> None:
        self.admin = self.admin or Admin(self.port)
        self.admin.publish(self.other, setting=f"Publication {text}")

    def race(self, number: int) -> None:
        """A publication during which readers come between the signal and the commit."""
        latecomers: list[threading.Thread] = []

        def come(**kwargs) -> None:
            for _ in range(2):
                get(self.port, self.path)
            # One more, who is still being answered when the commit comes.
            latecomers.append(threading.Thread(target=get, args=(self.port, self.path)))
            latecomers[-1].start()

        page_published.connect(come)
        try:
            with transaction.atomic():
                self._text(written("A", number))
        finally:
            page_published.disconnect(come)
        self.board["A"] = number
        for latecomer in [*latecomers, None]:
            for _ in range(4):
                newest = self.board.now()
                self.old += is_old(get(self.port, self.path)[1], newest)
            if latecomer:
                latecomer.join()


class Admin:
    """A browser in which the administrator has logged in."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}/admin"
        self.session = requests.Session()
        self.session.get(f"{self.base}/login/")
        answer = self._post("/login/", {"username": "administrator", "password": PASSWORD})
        if "sessionid" not in self.session.cookies:
            raise RuntimeError(f"The administrator could not log in: {answer.status_code}")

    def publish(self, page, **changes) -> None:
        answers = {"change_kind": "minor", "small_change_confirmed": "on"}
        data = procedure_data(page, action="publish", **answers, **changes)
        answer = self._post(f"/pages/{page.pk}/edit/", data)
        if answer.status_code != 302:
            raise RuntimeError(f"The form answered {answer.status_code}")

    def _post(self, path: str, data: dict) -> requests.Response:
        data = {**data, "csrfmiddlewaretoken": self.session.cookies.get("csrftoken", "")}
        return self.session.post(f"{self.base}{path}", data=data, allow_redirects=False)


def main(job: dict) -> dict:
    publisher = Publisher(job)
    if job["task"] == "races":
        # Numbers go on from those of the board.
        first = publisher.board["A"] + 1
        for number in range(first, first + job["count"]):
            publisher.race(number)
    else:
        kinds = job.get("kinds", "AAAABAAAAC")
        for turn in range(job["count"]):
            kind = kinds[turn % len(kinds)]
            publisher.publish(kind, publisher.board[kind] + 1)
            time.sleep(job.get("pause", 0))
    return {
        "old": publisher.old,
        "failures": publisher.failures,
        "took_ms": publisher.took_ms,
        "ready_ms": publisher.ready_ms,
    }


if __name__ == "__main__":
    print(json.dumps(main(json.loads(sys.argv[1]))))
