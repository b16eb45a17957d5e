"""What stands around every answer: what browsers may do with it, how it travels, and what is said
when it cannot be given."""

import gzip
import zlib

import brotli
import pytest

from django.db import InterfaceError, OperationalError
from django.urls import reverse

from clinic.pages.models import PracticeSettings
from clinic.pages.querysets import ClinicPageQuerySet

pytestmark = pytest.mark.django_db

# Of a page's first view: what is sent of the page itself; its style sheets have a bound too.
FIRST_VIEW = 15 * 1024


@pytest.fixture
def needle(practice):
    return practice.procedure(title="Needle", slug="needle")


def test_other_sites_learn_nothing_of_what_was_read(needle, client):
    for path in ("/", "/procedures/needle/", "/no-such-page/", "/api/v2/procedures/"):
        answer = client.get(path)
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]


def test_readers_pages_run_nothing_and_load_only_ours(needle, client):
    for path in ("/procedures/needle/", "/api/v2/procedures/", "/sitemap.xml", "/feed/"):
        rules = client.get(path)["Content-Security-Policy"].split("; ")
        assert rules[0] == "default-src 'none'"
        assert {"media-src 'self'", "require-trusted-types-for 'script'"} <= set(rules)


def test_the_editor_may_still_build_its_screens(practice):
    rules = practice.client("writers").get("/admin/")["Content-Security-Policy"]
    assert "trusted-types" not in rules


@pytest.mark.parametrize(
    "path",
    ["/procedures/needle/", "/api/v2/procedures/?fields=*", "/sitemap.xml", "/feed/", "/nothing/"],
)
@pytest.mark.parametrize(
    ("accepted", "used", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("br;q=0.5, gzip", "br", brotli.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("gzip", "gzip", gzip.decompress),
    ],
)
def test_readers_answers_travel_compressed(needle, client, path, accepted, used, unpack):
    plain = client.get(path)
    packed = client.get(path, headers={"accept-encoding": accepted})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == used
    assert "Accept-Encoding" in packed["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert unpack(packed.content) == plain.content
    assert len(packed.content) <= FIRST_VIEW


@pytest.mark.parametrize("accepted", ["gzip", "gzip, br"])
def test_a_compressed_answer_is_not_sent_twice_either(needle, client, accepted):
    headers = {"accept-encoding": accepted}
    first = client.get("/api/v2/procedures/", headers=headers)
    assert first["ETag"].startswith('W/"')
    for etag in (first["ETag"], client.get("/api/v2/procedures/")["ETag"]):
        again = client.get("/api/v2/procedures/", headers=headers | {"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")


def test_what_holds_secrets_is_not_compressed(practice):
    client = practice.client("publishers")
    for path in ("/admin/", "/admin/login/", "/review/AnAddressThatNobodyKnows/"):
        answer = client.get(path, headers={"accept-encoding": "gzip, br"})
        assert "Content-Encoding" not in answer


@pytest.mark.parametrize("path", ["/", "/procedures/needle/", "/api/v2/procedures/", "/nothing/"])
def test_while_closed_readers_are_asked_to_come_back(needle, client, settings, path):
    settings.MAINTENANCE = True
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert not answer.cookies


def test_while_closed_editors_and_monitors_get_in(practice, settings):
    settings.MAINTENANCE = True
    client = practice.client("writers")
    assert client.get("/admin/").status_code == 200
    assert client.get(reverse("health")).content.startswith(b"The site is up.")


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ["/procedures/needle/", "/api/v2/procedures/"])
def test_without_a_database_readers_are_asked_to_come_back(
    needle, client, monkeypatch, caplog, error, path
):
    def fail(*args, **kwargs):
        raise error("connection refused")

    monkeypatch.setattr(ClinicPageQuerySet, "for_reading", fail)
    monkeypatch.setattr("procedures.querysets.ProcedureQuerySet.for_reading", fail)
    # Whatever the page says then, it cannot ask the database.
    monkeypatch.setattr(PracticeSettings, "load", fail)
    answer = client.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "600"
    assert "connection refused" not in answer.content.decode()
    assert "connection refused" in caplog.text


def test_other_errors_are_not_taken_for_a_missing_database(needle, client, monkeypatch):
    def fail(*args, **kwargs):
        raise zlib.error("something else")

    monkeypatch.setattr("procedures.querysets.ProcedureQuerySet.for_reading", fail)
    client.raise_request_exception = False
    assert client.get("/procedures/needle/").status_code == 500


def test_a_style_sheet_travels_without_what_is_said_of_pages(practice, client):
    settings = PracticeSettings.load()
    settings.brand_colour = "#0b5563"
    settings.save()
    answer = client.get(reverse("theme", args=[settings.stylesheet_name]))
    assert answer.status_code == 200
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not {"Content-Security-Policy", "Permissions-Policy"} & set(answer.headers)
