"""Behind nginx with the site's own configuration: it sends finished pages by itself, and never one
from before a change."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest

from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction

from clinic.delivery import generation
from clinic.delivery.baked import end_of_period
from clinic.delivery.door import FrontDoor
from clinic.delivery.rendering import ask
from clinic.delivery.services import tidy_up
from clinic.delivery.store import store
from clinic.pages.models import Alert
from clinic.publishing.services import publish_version, withdraw
from tests.admin import edit, procedure_data
from tests.conftest import fresh
from tests.test_delivery_cdn import Origin, Silent
from tests.test_delivery_races import in_another_process, publish
from tests.test_web_server import FILE, NGINX

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(not NGINX, reason="nginx is not installed here"),
]

NEEDLE = "/procedures/needle/"


class Site:
    """The site behind nginx. `asked` counts what came through to the application."""

    def __init__(self, port: int, inside, folder: Path) -> None:
        self.port, self.asked = port, 0
        self.inside, self.folder = inside, folder
        self.origin = make_server("127.0.0.1", 0, self.application, Origin, Silent)
        threading.Thread(target=self.origin.serve_forever, daemon=True).start()

    def stop_the_application(self) -> None:
        self.origin.shutdown()
        self.origin.server_close()

    def application(self, environ, start_response):
        self.asked += 1
        return self.inside(environ, start_response)

    def get(self, path: str = NEEDLE, **headers) -> tuple[int, dict, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, {n.lower(): v for n, v in answer.getheaders()}, body

    def says(self, words: str, path: str = NEEDLE) -> bool:
        return words in self.get(path)[2]

    def passes_nginx(self, path: str = NEEDLE, **headers) -> bool:
        """Whether the application is asked for it."""
        before = self.asked
        self.get(path, **headers)
        return self.asked > before


def free_port() -> int:
    server = make_server("127.0.0.1", 0, None)
    server.server_close()
    return server.server_port


def zone_at_noon() -> str:
    """nginx has the real clock, and is given no page that ends before its period does: as all do
    that know today's date, in the last minutes of a day. So it is about noon here."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}"


def wait_for_a_period_with_time_left() -> None:
    left = end_of_period(time.time()) - time.time()
    if left < 20:
        time.sleep(left)


@pytest.fixture
def site(practice, settings):
    settings.TIME_ZONE = zone_at_noon()
    settings.DELIVERY_BAKES = True
    wait_for_a_period_with_time_left()
    settings.WAGTAILADMIN_BASE_URL = "http://localhost"
    folder = Path(tempfile.mkdtemp(prefix="clinic-nginx-"))
    (folder / "delivery").symlink_to(settings.DELIVERY_DIR)
    site = Site(free_port(), FrontDoor(WSGIHandler()), folder)
    text = FILE.read_text()
    for old, new in (
        ("listen 80 default_server;", f"listen 127.0.0.1:{site.port} default_server;"),
        ("listen 80;", f"listen 127.0.0.1:{site.port};"),
        ("clinic.example.com", "localhost"),
        ("/srv/clinic/var", str(folder)),
        ("127.0.0.1:8000", f"127.0.0.1:{site.origin.server_port}"),
        ("/run/nginx.pid", f"{folder}/nginx.pid"),
        ("/var/log/nginx", str(folder)),
    ):
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text)
    # Workers of a root's nginx give up their rights, and then could not look into folders for
    # temporary files that are root's alone.
    also = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command = [NGINX, "-c", f"{folder}/nginx.conf", "-p", str(folder), "-g", also]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            site.get("/robots.txt")
            break
        except OSError:
            time.sleep(0.05)
    yield site
    process.terminate()
    process.wait(10)
    site.stop_the_application()
    shutil.rmtree(folder)


@pytest.fixture
def page(practice, site):
    return practice.procedure(title="Needle", slug="needle", summary="Says amber.")


def test_nginx_sends_a_finished_page_by_itself_as_the_application_would(site, page):
    _, inside, body = site.get()
    assert not site.passes_nginx()
    status, sent, again = site.get()
    assert (status, again) == (200, body)
    own = {"etag", "date", "server", "connection", "accept-ranges", "transfer-encoding"}
    ignored = own | {"content-length", "content-type", "vary"}
    names = {n: v for n, v in inside.items() if n not in ignored}
    assert {n: v for n, v in sent.items() if n not in ignored} == names
    status, packed, _ = site.get(NEEDLE, **{"Accept-Encoding": "gzip"})
    assert (status, packed["content-encoding"]) == (200, "gzip")
    status, _, empty = site.get(NEEDLE, **{"If-Modified-Since": sent["last-modified"]})
    assert (status, empty) == (304, "")


def test_whoever_is_not_a_plain_reader_comes_through(site, page):
    site.get()
    assert not site.passes_nginx()
    assert site.passes_nginx(f"{NEEDLE}?page=2")
    assert site.passes_nginx(NEEDLE, Cookie="sessionid=x")
    assert not site.passes_nginx(NEEDLE, Cookie="other=x")
    assert site.passes_nginx("/search/?q=needle")


@pytest.mark.parametrize("path", ["/feed/", "/procedures/feed/"])
def test_a_feed_stays_a_feed(site, page, path):
    first, second = site.get(path), site.get(path)
    assert first[1]["content-type"].startswith("application/atom+xml")
    assert second[1]["content-type"] == first[1]["content-type"]
    assert second[2] == first[2]


def test_maintenance_closes_what_was_baked_before_it(site, page, settings):
    site.get()
    assert not site.passes_nginx()
    settings.MAINTENANCE = True
    # As in a process that starts.
    store.clear()
    generation._open.cache_clear()
    generation.current()
    assert site.get()[0] == 503


def test_two_texts_of_one_second_from_two_processes_are_not_taken_for_one(site, page):
    publish(page.pk, "amber")
    site.get()
    # Of equal length, so that nginx tells them apart by their time alone.
    time.sleep(1.01 - time.time() % 1 + 1)

    def publish_and_finish() -> None:
        publish(page.pk, "basil")
        ask(NEEDLE)
        os._exit(0)

    in_another_process(publish_and_finish)
    _, sent, body = site.get()
    assert "Says basil." in body
    publish(page.pk, "cedar")
    site.get()
    assert not site.passes_nginx()
    known = {"If-None-Match": sent["etag"], "If-Modified-Since": sent["last-modified"]}
    status, _, body = site.get(NEEDLE, **known)
    assert (status, "Says cedar." in body) == (200, True)


def test_a_private_link_stands_in_no_log_also_when_the_application_is_away(site, page):
    site.stop_the_application()
    assert site.get("/review/a-secret-nobody-may-read/")[0] == 502
    assert site.get("/not/finished/")[0] == 502
    # Written every five seconds.
    for _ in range(100):
        logs = "".join(path.read_text() for path in site.folder.glob("*.log"))
        if "GET /review/..." in logs:
            break
        time.sleep(0.1)
    assert "GET /review/..." in logs
    assert "/not/finished/" in logs
    assert "a-secret" not in logs


def test_no_page_from_before_a_change_is_sent_whatever_changed(site, page):
    for number in range(10):
        site.get()
        assert not site.passes_nginx()
        page.summary = f"Says number {number}."
        publish_version(page=page, kind="minor")
        assert site.says(f"Says number {number}.")
    site.get()
    Alert.objects.create(text="Closed for snow.")
    assert site.says("Closed for snow.")
    withdraw(page=fresh(page), by=None, reason="Wrong.")
    assert site.get()[0] == 410


def test_a_reader_between_the_write_and_the_commit_keeps_no_old_page_there(site, page):
    """The race in which a cache that is purged by a signal keeps the old page for good."""
    for number in range(10):
        site.get()
        with transaction.atomic():
            page.summary = f"Says number {number}."
            publish_version(page=page, kind="minor")
            # In everyone else's sight, all is as it was.
            assert not site.passes_nginx()
            assert not site.says(f"Says number {number}.")
        assert site.says(f"Says number {number}.")


def test_a_page_that_is_taken_away_as_it_is_opened_is_asked_of_the_application(
    site, page, settings
):
    site.get()
    assert not site.passes_nginx()
    found = settings.DELIVERY_DIR / "baked" / "current"
    (file,) = found.glob("*/*/procedures/needle/index.html")
    # There when nginx looks whether it is, and no file when it opens it.
    file.unlink()
    os.mkfifo(file)
    assert site.passes_nginx()
    status, _, body = site.get()
    assert status == 200
    assert "Needle" in body


def test_a_draft_takes_baked_pages_away_for_no_longer_than_it_is_written(site, practice, page):
    site.get()
    assert not site.passes_nginx()
    edit(practice.client("writers"), page, procedure_data(page, overview="Not yet."))
    assert not site.passes_nginx()
    assert not site.says("Not yet.")


def test_a_page_of_a_period_gone_by_is_not_sent_and_is_tidied_up(site, page, settings):
    site.get()
    assert not site.passes_nginx()
    current = settings.DELIVERY_DIR / "baked" / "current"
    (period,) = current.iterdir()
    period.rename(current / str(int(period.name) - 1))
    assert site.passes_nginx()
    tidy_up()
    assert list(current.iterdir()) == []
    # Another process, which did not bake it, lays it out again.
    store.clear()
    site.get()
    assert not site.passes_nginx()


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("documents/form.pdf", 404),
        ("documents/form.PDF", 404),
        ("documents/film.mp4.zip", 404),
        ("documents/film.mp4", 200),
        ("documents/film.vtt", 200),
        ("images/form.png", 200),
    ],
)
def test_documents_are_read_through_the_application_which_asks_who_may(site, name, status):
    file = site.folder / "media" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("For one person only.")
    assert site.get(f"/media/{name}")[0] == status
