"""How a finished page is handed over: by strong tags, packed, to anyone but editors, and without
a word on who asks."""

import gzip
import re

import brotli
import pytest
import time_machine

from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils.http import parse_http_date

from wagtail.models import PageViewRestriction

from clinic.delivery.door import FrontDoor
from clinic.delivery.store import store
from clinic.publishing.services import publish_version
from tests.conftest import fresh, wall_clock

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

PATH = "/procedures/needle/"
# Every kind of answer that is the same for every reader.
PUBLIC = [
    *("/", "/procedures/", PATH, "/physicians/ida-quillfeather-md/", "/locations/", "/conditions/"),
    *("/search/", "/search/?q=needle", "/search/suggest/?q=need", "/updates/", f"{PATH}updates/"),
    *("/feed/", "/procedures/feed/", f"{PATH}handout/", "/sitemap.xml", "/robots.txt"),
]


@pytest.fixture
def page(practice):
    return practice.procedure(title="Needle", slug="needle")


def kept() -> int:
    return len(store.pages.copies) + len(store.queries.copies)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_answer_is_kept_and_asks_for_no_cookie(page, path):
    first = Client().get(path)
    before = kept()
    again = Client().get(path)
    assert (first.status_code, again.status_code, kept()) == (200, 200, before)
    assert before > 0
    assert again.content == first.content
    for response in (first, again):
        assert "Set-Cookie" not in response.headers
        assert not response.cookies
        assert response["Vary"] == "Accept-Encoding"


def test_a_kept_page_costs_no_query(page, client, django_assert_num_queries):
    client.get(PATH)
    with django_assert_num_queries(0):
        assert "Needle" in client.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("", None, bytes),
        ("identity", None, bytes),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.0", None, bytes),
        ("brot, gzipped", None, bytes),
    ],
)
def test_every_encoding_unpacks_to_the_same_text_under_a_tag_of_its_own(
    page, accepted, encoding, unpack
):
    plain = Client().get(PATH)
    packed = Client().get(PATH, headers={"Accept-Encoding": accepted})
    assert packed.headers.get("Content-Encoding") == encoding
    assert unpack(packed.content) == plain.content
    assert packed["Content-Length"] == str(len(packed.content))
    assert re.fullmatch(r'"[0-9a-f]{32}(-br|-gzip)?"', packed["ETag"])
    assert (packed["ETag"] == plain["ETag"]) == (encoding is None)
    head = Client().head(PATH, headers={"Accept-Encoding": accepted})
    assert head.content == b""
    for name in ("ETag", "Content-Length", "Last-Modified"):
        assert head[name] == packed[name]


def test_who_has_the_page_already_is_told_so_until_it_changes(page):
    first = Client().get(PATH, headers={"Accept-Encoding": "br"})
    for known in (
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f'"other", W/{first["ETag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        answer = Client().get(PATH, headers={"Accept-Encoding": "br", **known})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer["ETag"] == first["ETag"]
    page.summary = "Now with less waiting."
    publish_version(page=page, kind="minor")
    for known in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
        # A tag decides, whatever the date says.
        {
            "If-None-Match": first["ETag"],
            "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
        },
    ):
        answer = Client().get(PATH, headers={"Accept-Encoding": "br", **known})
        assert answer.status_code == 200, known
        assert b"less waiting" in brotli.decompress(answer.content)


def test_last_modified_is_when_the_bytes_became_current_and_moves_with_every_change_of_them(page):
    with time_machine.travel(wall_clock(2027, 3, 1, 9, 0), tick=False):
        first = Client().get(PATH)["Last-Modified"]
    with time_machine.travel(wall_clock(2027, 3, 1, 10, 0), tick=False):
        # Another page changes: these bytes stay what they were.
        page.get_parent().specific.save()
        other = fresh(page).get_parent().specific
        other.introduction = "All we do."
        publish_version(page=other, kind="major", note="An introduction.")
        assert Client().get(PATH)["Last-Modified"] == first
        seen = [parse_http_date(first)]
        for words in ("One.", "Two.", "Three."):
            page.summary = words
            publish_version(page=page, kind="minor")
            # Within one second: a browser that compares seconds must still notice.
            seen.append(parse_http_date(Client().get(PATH)["Last-Modified"]))
    assert seen == sorted(set(seen))
    assert seen[1] == int(wall_clock(2027, 3, 1, 10, 0).timestamp())


def test_an_editor_who_is_signed_in_is_not_given_a_kept_page_and_leaves_none(practice, page):
    editor = practice.client("writers")
    answer = editor.get(PATH)
    assert answer.status_code == 200
    assert kept() == 0
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("forged", ["x", "a" * 32, "' OR 1=1 --", "é"])
def test_a_made_up_session_buys_no_render(page, forged):
    Client().get(PATH)
    visitor = Client()
    visitor.cookies[django_settings.SESSION_COOKIE_NAME] = forged
    with_tag = visitor.get(PATH)
    assert "ETag" in with_tag.headers


def test_a_page_made_private_is_gone_for_readers_at_once_and_is_never_kept(practice, page):
    assert Client().get(PATH).status_code == 200
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="sesame"
    )
    store_before = kept()
    shut = Client().get(PATH)
    assert "sesame" not in shut.content.decode()
    assert '<input type="password"' in shut.content.decode()
    assert kept() == store_before
    reader = Client()
    reader.get(PATH)
    opened = reader.post(
        reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk]),
        {"password": "sesame", "return_url": PATH},
        follow=True,
    )
    assert "Needle" in opened.content.decode()
    assert "ETag" not in reader.get(PATH).headers
    assert '<input type="password"' in Client().get(PATH).content.decode()
    restriction.delete()
    assert "ETag" in Client().get(PATH).headers


def test_nothing_but_reading_is_answered_from_what_is_kept(page):
    Client().get(PATH)
    for method in ("post", "put", "delete", "patch", "options"):
        assert "ETag" not in getattr(Client(), method)(PATH).headers


def through_the_door(environ: dict) -> tuple[str, dict, bytes] | None:
    """What the front door answers by itself; None if it lets the request in."""
    told = {}

    def start_response(status, headers):
        told["status"], told["headers"] = status, dict(headers)

    def inside(environ, start_response):
        told["inside"] = True
        return ()

    body = b"".join(FrontDoor(inside)(environ, start_response))
    return None if "inside" in told else (told["status"], told["headers"], body)


def asking(**changes) -> dict:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        **changes,
    }


def test_the_front_door_answers_as_the_house_does(page):
    assert through_the_door(asking()) is None
    inside = Client().get(PATH)
    status, headers, body = through_the_door(asking())
    assert (status, body) == ("200 OK", inside.content)
    assert headers == dict(inside.headers)
    status, headers, body = through_the_door(asking(REQUEST_METHOD="HEAD"))
    assert (status, body) == ("200 OK", b"")
    known = asking(HTTP_IF_NONE_MATCH=inside["ETag"])
    assert through_the_door(known)[0] == "304 Not Modified"


@pytest.mark.parametrize(
    "changes",
    [
        {"REQUEST_METHOD": "POST"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_HOST": "elsewhere.example"},
        {"HTTP_COOKIE": "sessionid=abc"},
        {"PATH_INFO": "/procedures/"},
        {"wsgi.url_scheme": "https"},
    ],
    ids=str,
)
def test_the_front_door_lets_in_whoever_is_not_a_plain_reader(page, changes):
    Client().get(PATH)
    assert through_the_door(asking()) is not None
    assert through_the_door(asking(**changes)) is None


def test_the_front_door_lets_everyone_in_once_anything_has_changed(page):
    Client().get(PATH)
    assert through_the_door(asking()) is not None
    page.summary = "Anew."
    publish_version(page=page, kind="minor")
    assert through_the_door(asking()) is None
