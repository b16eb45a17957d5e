"""Nonsense from readers, editors' browsers and robots: answered, never with an error of ours.

Each table is sent whole; what failed is named with its reason. Afterwards nothing was written.
"""

import logging
import sys
import traceback
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse

from wagtail.images.tests.utils import get_test_image_file

from tests.admin import physician_data, procedure_data
from tests.conftest import fresh

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[1]
OUR_FOLDERS = tuple(f"{ROOT / name}/" for name in ("clinic", "physicians", "procedures"))
HUGE = str(10**30)
NUL = "\x00"
ODDITIES = ["%00", "%ff", "%ED%A0%80", "..", "%2e%2e", "'", '"', "<b>", "\u202e", "💉", "a" * 5000]


def everything() -> dict[str, int]:
    """How many rows there are of everything that a visit alone does not add."""
    counts = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.model_name not in {"session", "userprofile"}
    }
    assert len(counts) > 60
    return counts


def refuse_nul(execute, sql, params, many, context):
    """SQLite stores NUL characters without a word; PostgreSQL refuses the whole statement."""
    for value in (params.values() if isinstance(params, dict) else params) or ():
        if isinstance(value, str) and NUL in value:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
    return execute(sql, params, many, context)


def client_of(practice, role: str) -> Client:
    """A browser that is answered as in production: by an error page, not an exception."""
    client = Client(raise_request_exception=False)
    if role != "nobody":
        client.force_login(practice.users[role])
    return client


def place(error: BaseException) -> str:
    """What went wrong, and in which line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno} {type(error).__name__}: {error}"


def crashes(requests, may_write: bool = False) -> dict[str, str]:
    """Send `requests`, a label and what sends it, to a database that minds NUL characters.
    Returns label → what went wrong, and where, for those answered with 5xx, and for those
    refused as unreadable although it was code of ours that failed on them."""
    failed, found, ours, before = {}, [], [], everything()
    handler = logging.Handler()
    handler.emit = lambda record: ours.append(place(record.exc_info[1]))
    got_request_exception.connect(
        remember := lambda sender, **kwargs: found.append(place(sys.exception()))
    )
    logging.getLogger("clinic.middleware").addHandler(handler)
    try:
        with connection.execute_wrapper(refuse_nul):
            for label, send in requests.items():
                status = send().status_code
                if status >= 500:
                    failed[label] = found[-1] if found else str(status)
                elif ours and ours.pop().startswith(OUR_FOLDERS):
                    failed[label] = "read by code of ours that failed"
    finally:
        got_request_exception.disconnect(remember)
        logging.getLogger("clinic.middleware").removeHandler(handler)
    assert may_write or everything() == before
    return failed


def test_addresses_that_make_no_sense_are_answered(practice):
    practice.procedure(slug="needle")
    client = client_of(practice, "nobody")
    places = ["/{}/", "/{}", "/procedures/{}/", "/procedures/needle/{}/", "/sitemap-{}.xml"]
    places += ["/admin/{}/", "/documents/{}/x/", "/media/{}", "/static/{}", "/health/{}"]
    paths = [place.format(odd) for place in places for odd in ODDITIES]
    paths += ["/a" * 3000 + "/", f"/procedures/{'needle/' * 500}", "/procedures//needle/"]
    paths += ["/?" + "&".join(f"a{n}=1" for n in range(12_000))]
    sent = {f"{n}: {path[:40]}": partial(client.get, path) for n, path in enumerate(paths)}
    sent["strange host"] = partial(client.get, "/", headers={"host": "evil.example"})
    sent["broken host"] = partial(client.get, "/", headers={"host": "a b<c>"})
    assert len(sent) == len(paths) + 2 == 116
    assert crashes(sent) == {}


@pytest.mark.parametrize(
    "path",
    ["/search/", "/search/suggest/", "/procedures/", "/", "/sitemap.xml", "/health/"],
)
def test_questions_that_make_no_sense_are_answered(practice, path):
    call_command("run_jobs", once=True)
    client = client_of(practice, "nobody")
    # The archive gets the page from whoever asks first.
    client.get(path)
    values = ["", NUL, f"a{NUL}b", "\ud7ff", "💉", "' OR 1=1 --", "%", "_", "*", "AND", "(", '"']
    values += ["NEAR(", "a:b", "-", "^", "\\", "a" * 20_000, HUGE, "-1", "1e400"]
    sent = {
        f"{name}={value[:9]!r}": partial(client.get, path, {name: value})
        for name in ("q", "page", "kind")
        for value in values
    }
    sent["no unicode"] = partial(client.get, f"{path}?q=%ff%fe&page=%ff")
    sent["many"] = partial(client.get, f"{path}?{'&'.join(['q=a'] * 500)}")
    assert len(sent) == 65
    assert crashes(sent) == {}


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace", "post"])
def test_readers_pages_answer_every_method(practice, method):
    call_command("run_jobs", once=True)
    practice.procedure(slug="needle")
    client = client_of(practice, "nobody")
    paths = ["/", "/procedures/", "/procedures/needle/", "/search/", "/sitemap.xml", "/robots.txt"]
    send = getattr(client, method)
    assert crashes({path: partial(send, path) for path in [*paths, "/nothing/", "/health/"]}) == {}
    if method == "head":
        answers = [client.head(path) for path in paths]
        assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 6


PAGE_VIEWS = ["edit", "unpublish", "copy", "delete", "history", "move", "set_privacy", "usage"]
PAGE_VIEWS += ["view_draft", "lock", "unlock", "preview_on_edit", "workflow_history"]
PAGE_VIEWS += ["set_page_position", "convert_alias", "confirm_workflow_cancellation"]


@pytest.mark.parametrize("role", ["nobody", "writers", "superuser"])
@pytest.mark.parametrize("page_id", [0, 999_999, int(HUGE)], ids=["zero", "unknown", "huge"])
def test_pages_that_do_not_exist_are_answered_in_the_admin(practice, role, page_id):
    client, here = client_of(practice, role), practice.physician.pk
    names = {name: [page_id] for name in PAGE_VIEWS} | {
        "revisions_revert": [here, page_id],
        "revisions_view": [here, page_id],
        "revisions_unschedule": [here, page_id],
        "add": ["procedures", "procedurepage", page_id],
        "revisions_compare": [here, page_id, "latest"],
        "move_confirm": [here, page_id],
        "workflow_action": [here, "approve", page_id],
    }
    sent = {}
    for name, args in names.items():
        path = reverse(f"wagtailadmin_pages:{name}", args=args)
        sent |= {
            f"GET {name}": partial(client.get, path),
            f"POST {name}": partial(client.post, path),
        }
    sent["explore"] = partial(client.get, reverse("wagtailadmin_explore", args=[page_id]))
    assert len(sent) == 47
    assert crashes(sent) == {}


def spoiled(data: dict) -> dict[str, dict]:
    """The same form, spoiled in every way we can think of; label → data."""
    forms: dict[str, dict] = {"nothing": {}, "only the button": {"action-publish": "1"}}
    for name, value in data.items():
        forms[f"without {name}"] = {key: data[key] for key in data if key != name}
        for bad in (NUL, "{]"):
            forms[f"{name}={bad!r}"] = {**data, name: bad}
        if str(value).isdecimal():
            for bad in ("-1", HUGE, str(int(value) + 1)):
                forms[f"{name}={bad}"] = {**data, name: bad}
    return forms


SPOILED = [
    ("edit", "physician"),
    *((r, "procedure") for r in ("edit", "autosave", "add", "preview")),
]


@pytest.mark.parametrize("route, kind", SPOILED)
def test_a_spoiled_form_is_answered_and_publishes_nothing(practice, route, kind):
    page = practice.procedure(live=False) if kind == "procedure" else practice.physician
    make = procedure_data if kind == "procedure" else physician_data
    client, meta = client_of(practice, "publishers"), type(page)._meta
    name = {"add": "add", "preview": "preview_on_edit"}.get(route, "edit")
    args = [page.pk]
    if route == "add":
        args = [meta.app_label, meta.model_name, page.get_parent().pk]
    path = reverse(f"wagtailadmin_pages:{name}", args=args)
    headers = {"accept": "application/json"} if route == "autosave" else {}
    before = everything()["publishing.PublishedVersion"]
    forms = spoiled(make(page))
    assert len(forms) > 90
    sent = {label: partial(client.post, path, forms[label], headers=headers) for label in forms}
    assert crashes(sent, may_write=True) == {}
    assert everything()["publishing.PublishedVersion"] == before


def admin_posts(client, page) -> dict:
    """Label → a request that lacks, or garbles, what its view needs."""
    bad = ["", "abc", NUL, HUGE, "-1", "0", "²", "x" * 5000]
    at = {
        name: reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
        for name in ("copy", "unpublish", "set_privacy", "edit")
    }
    post, queries, sent = client.post, [f"id={value[:40]}" for value in bad] + ["", "ids=1"], {}
    for action in ("publish", "unpublish", "delete", "move", "nonsense"):
        for query in queries:
            path = f"/admin/bulk/wagtailcore/page/{action}/?{query.replace(NUL, '%00')}"
            sent[path] = partial(post, path, {"reason": ""})
    for model in ("wagtailcore/nothing", "nothing/page", "auth/user", "%00/%00"):
        sent[model] = partial(post, f"/admin/bulk/{model}/publish/?id=1")
    for field in ("new_parent_page", "new_slug", "new_title"):
        for value in bad:
            data = {"new_title": "C", "new_slug": "c", "new_parent_page": "x", field: value}
            sent[f"copy {field}={value[:9]!r}"] = partial(post, at["copy"], data)
    for value in bad[1:-1]:
        data = {"reason": f"R{NUL}", "replacement": value}
        sent[f"unpublish for {value!r}"] = partial(post, at["unpublish"], data)
        data = {"restriction_type": "groups", "groups": [value]}
        sent[f"private to {value!r}"] = partial(post, at["set_privacy"], data)
    for app, model in (("x", "y"), ("auth", "user"), ("wagtailcore", "page"), ("pages", "role")):
        path = reverse("wagtailadmin_pages:add", args=[app, model, page.get_parent().pk])
        sent[path] = partial(post, path)
    for name, path in at.items():
        kind = "multipart/form-data"
        sent[f"{name} JSON"] = partial(post, path, "{]", content_type="application/json")
        sent[f"{name} rubbish"] = partial(post, path, b"--x", content_type=f"{kind}; boundary=x")
        sent[f"{name} no boundary"] = partial(post, path, b"rubbish", content_type=kind)
        sent[f"{name} many"] = partial(post, path, {f"f{n}": "1" for n in range(10_100)})
    return sent


def test_requests_that_lack_what_they_need_are_answered(practice):
    page = practice.procedure(slug="needle")
    sent = admin_posts(client_of(practice, "superuser"), page)
    assert len(sent) == 50 + 4 + 24 + 12 + 4 + 16
    assert crashes(sent) == {}
    assert fresh(page).live


def test_a_login_that_makes_no_sense_is_refused(practice):
    client, path = client_of(practice, "nobody"), reverse("wagtailadmin_login")
    sent = {
        f"{name}={value[:9]!r}": partial(
            client.post, path, {"username": "root", "password": "y", name: value}
        )
        for name in ("username", "password", "next")
        for value in ["", NUL, "a" * 100_000, "💉", "' OR 1=1 --", HUGE]
    }
    reset = reverse("wagtailadmin_password_reset")
    sent |= {
        "nothing": partial(client.post, path),
        "NUL": partial(client.post, reset, {"email": NUL}),
    }
    sent["link"] = partial(client.get, "/admin/password_reset/confirm/%00/%00-%00/")
    assert crashes(sent) == {}
    assert "_auth_user_id" not in client.session


PNG = get_test_image_file(filename="good.png").file.getvalue()
UPLOADS = {
    "words": ("note.png", b"These are words.", "Upload a valid image."),
    "nothing": ("empty.png", b"", "The submitted file is empty."),
    "half a picture": ("half.png", PNG[:20], "Upload a valid image."),
    "another format": ("a.svg", b"<svg/>", "Not a supported image format."),
    "a program": ("virus.exe", PNG, "Not a supported image format."),
    "too large": ("large.png", PNG + b"0" * (10 * 1024 * 1024), "This file is too big"),
}


@pytest.mark.parametrize("upload", UPLOADS)
@pytest.mark.parametrize("route", ["add", "add_multiple", "chooser"])
def test_what_is_no_picture_is_refused_with_a_sentence(practice, upload, route):
    name, content, sentence = UPLOADS[upload]
    address, field = {
        "add": ("wagtailimages:add", "file"),
        "add_multiple": ("wagtailimages:add_multiple", "files[]"),
        "chooser": ("wagtailimages_chooser:create", "image-chooser-upload-file"),
    }[route]
    before = everything()
    file = SimpleUploadedFile(name, content, content_type="image/png")
    data = {"title": "T", "image-chooser-upload-title": "T", "collection": "1", field: file}
    headers = {"x-requested-with": "XMLHttpRequest"} if route == "add_multiple" else {}
    response = client_of(practice, "writers").post(reverse(address), data, headers=headers)
    said = response.content.decode()
    if response["Content-Type"] == "application/json":
        said = "\n".join(str(value) for value in response.json().values())
    assert sentence in unescape(said)
    assert everything() == before
