"""Behind a CDN: what it keeps is bounded, what changed is purged, and a purge that did not work is
noticed, repeated and reported."""

import itertools
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from wagtail.models import Page

from clinic.delivery.cdn import MOST_SECONDS, PurgeFailed, purge_changes
from clinic.delivery.models import EdgeCopy
from clinic.jobs.models import JobReport
from clinic.jobs.services import run_due_jobs
from clinic.publishing.services import publish_version, withdraw

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEEDLE = "/procedures/needle/"


class Silent(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        pass


class Origin(WSGIServer):
    def handle_error(self, *args) -> None:
        pass

    def finish_request(self, *args) -> None:
        super().finish_request(*args)
        connections.close_all()


class Cdn(ThreadingHTTPServer):
    """Keeps what it may for as long as it may, and forgets what it is told to, unless `deaf`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Edge)
        self.kept: dict[str, tuple[float, int, list, bytes]] = {}
        self.purged: list[str] = []
        self.deaf = 0
        self.silence = threading.Event()
        self.silence.set()
        self.origin = ""


class PassedOn(HTTPRedirectHandler):
    def redirect_request(self, *args) -> None:
        return None


class Edge(BaseHTTPRequestHandler):
    def do_PURGE(self) -> None:
        self.server.purged.append(self.path)
        self.server.silence.wait()
        if self.server.deaf:
            self.server.deaf -= 1
        else:
            self.server.kept.pop(self.path, None)
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        found = self.server.kept.get(self.path)
        if found is None or found[0] < time.monotonic():
            found = self.fetch()
        _, status, headers, body = found
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def fetch(self):
        request = Request(self.server.origin + self.path)
        try:
            with build_opener(PassedOn).open(request, timeout=30) as answer:
                status, headers, body = answer.status, answer.headers.items(), answer.read()
        except HTTPError as error:
            status, headers, body = error.code, error.headers.items(), error.read()
        control = dict(headers).get("Cache-Control", "")
        seconds = int(control.partition("s-maxage=")[2] or 0)
        found = (time.monotonic() + seconds, status, headers, body)
        if seconds:
            self.server.kept[self.path] = found
        return found

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def cdn(practice, settings):
    edge = Cdn()
    settings.WAGTAILADMIN_BASE_URL = f"http://localhost:{edge.server_port}"
    settings.CDN_SECONDS = 60
    settings.WAGTAILFRONTENDCACHE = {
        "cdn": {
            "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
            "LOCATION": f"http://127.0.0.1:{edge.server_port}",
        }
    }
    origin = make_server("127.0.0.1", 0, WSGIHandler(), Origin, Silent)
    edge.origin = f"http://localhost:{origin.server_port}"
    threads = [threading.Thread(target=server.serve_forever) for server in (edge, origin)]
    for thread in threads:
        thread.start()
    yield edge
    for server, thread in zip((edge, origin), threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(practice):
    return practice.procedure(title="Needle", slug="needle", summary="Says amber.")


def read(cdn, path: str = NEEDLE) -> str:
    with urlopen(f"http://127.0.0.1:{cdn.server_port}{path}", timeout=30) as answer:
        return answer.read().decode()


def change(page) -> None:
    page.summary = "Says basil."
    publish_version(page=page, kind="minor")


def test_the_cdn_gives_the_new_page_once_the_job_has_run_and_is_not_told_of_others(cdn, page):
    purge_changes()
    assert "Says amber." in read(cdn)
    assert cdn.kept[NEEDLE][1] == 200
    change(page)
    # This is what a purge is for.
    assert "Says amber." in read(cdn)
    cdn.purged.clear()
    assert purge_changes() == f"Pages that the CDN gives anew: {len(set(cdn.purged))}."
    assert "Says basil." in read(cdn)
    assert NEEDLE in cdn.purged
    assert "/physicians/" not in cdn.purged
    cdn.purged.clear()
    assert purge_changes() == "Nothing has changed."
    assert cdn.purged == []


def test_a_purge_that_is_not_heard_is_repeated_until_readers_get_the_new_page(cdn, page):
    purge_changes()
    read(cdn)
    change(page)
    cdn.deaf = 1
    cdn.purged.clear()
    purge_changes()
    assert cdn.purged.count(NEEDLE) >= 1
    assert "Says basil." in read(cdn)


def test_a_cdn_that_does_not_hear_at_all_is_reported_and_asked_again_in_the_next_round(cdn, page):
    purge_changes()
    read(cdn)
    change(page)
    cdn.deaf = 10_000
    with pytest.raises(PurgeFailed, match=f"still gives an old page at: .*{NEEDLE}"):
        purge_changes()
    run_due_jobs()
    report = JobReport.objects.get(name="CDN")
    assert not report.succeeded
    assert NEEDLE in report.outcome
    assert "after 60 seconds it must let go by itself" in report.outcome
    cdn.deaf = 0
    purge_changes()
    assert "Says basil." in read(cdn)


def test_a_withdrawn_page_leaves_the_cdn_too(cdn, page):
    purge_changes()
    read(cdn)
    withdraw(page=page, by=None, reason="Wrong.")
    purge_changes()
    assert cdn.kept.get(NEEDLE) is None
    assert not EdgeCopy.objects.filter(path=NEEDLE).exists()


def test_a_page_that_has_moved_leaves_its_old_address_for_good(cdn, page):
    purge_changes()
    read(cdn)
    page.slug = "thread"
    publish_version(page=page, kind="minor")
    assert purge_changes().startswith("Pages that the CDN gives anew:")
    assert purge_changes() == "Nothing has changed."
    assert "Says amber." in read(cdn, "/procedures/thread/")
    assert cdn.kept.get(NEEDLE) is None


def test_a_page_of_no_site_does_not_keep_the_others_from_being_purged(cdn, page):
    Page.get_first_root_node().add_child(instance=Page(title="Left over", slug="left-over"))
    assert purge_changes().startswith("Pages that the CDN gives anew:")


def test_an_address_in_any_alphabet_is_purged(cdn, practice):
    practice.procedure(title="Información", slug="información", summary="Says amber.")
    purge_changes()
    path = "/procedures/informaci%C3%B3n/"
    assert "Says amber." in read(cdn, path)
    assert EdgeCopy.objects.filter(path=path).exists()


def test_without_a_cdn_every_copy_on_the_way_asks_whether_it_is_still_true(client, page, settings):
    settings.CDN_SECONDS = 0
    assert client.get(NEEDLE)["Cache-Control"] == "no-cache"
    assert purge_changes() == "No CDN is set up."


def test_with_a_cdn_its_time_is_said_and_browsers_still_ask(client, page, settings):
    settings.CDN_SECONDS = 60
    said = client.get(NEEDLE)["Cache-Control"]
    assert said == "public, max-age=0, must-revalidate, s-maxage=60"


def test_a_cdn_that_does_not_answer_does_not_hold_up_the_other_jobs(cdn, monkeypatch):
    clock = itertools.count(step=MOST_SECONDS)
    asked = []
    monkeypatch.setattr("clinic.delivery.cdn.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("clinic.delivery.cdn._is_seen", asked.append)
    with pytest.raises(PurgeFailed):
        purge_changes()
    assert len(asked) <= 1


def test_a_cdn_that_takes_a_purge_and_says_nothing_does_not_hold_up_the_other_jobs(
    cdn, page, monkeypatch
):
    purge_changes()
    read(cdn)
    change(page)
    monkeypatch.setattr("clinic.delivery.cdn.TIMEOUT_SECONDS", 0.2)
    cdn.silence.clear()
    try:
        reports = {report.name: report for report in run_due_jobs()}
    finally:
        cdn.silence.set()
    assert not reports["CDN"].succeeded
    assert NEEDLE in reports["CDN"].outcome
    assert socket.getdefaulttimeout() is None
