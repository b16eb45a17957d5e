"""Nonsense from readers, editors' browsers and robots: answered, never with an error of ours.

Each table is sent whole; what failed is named with its answer. Afterwards nothing was written.
"""

from contextlib import contextmanager

import pytest

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from wagtail.images.tests.utils import get_test_image_file

from tests.admin import physician_data, procedure_data
from tests.conftest import fresh

pytestmark = pytest.mark.django_db

HUGE = 10**30
NUL = "\x00"
ODDITIES = ["%00", "%ff", "%ED%A0%80", "..", "%2e%2e", "'", '"', "<b>", "\u202e", "💉", "a" * 5000]
# Rows that requests add without writing anything: who looked in, and sessions.
NOT_CONTENT = {"session", "userprofile"}


def everything() -> dict[str, int]:
    """How many rows there are of everything, and the text of every page."""
    counts = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.model_name not in NOT_CONTENT
    }
    assert len(counts) > 60
    return counts


@contextmanager
def as_strict_as_postgresql():
    """SQLite stores NUL characters without a word; PostgreSQL refuses the whole statement."""

    def refuse_nul(execute, sql, params, many, context):
        for value in (params.values() if isinstance(params, dict) else params) or ():
            if isinstance(value, str) and NUL in value:
                raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_nul):
        yield


def client_of(practice, role: str) -> Client:
    client = Client(raise_request_exception=False)
    if role != "nobody":
        client.force_login(practice.users[role])
    return client


def crashes(requests, **options) -> dict[str, int]:
    """Send `requests`, label → a call that sends it; the labels answered with 5xx."""
    before = everything()
    answers, written = {}, {}
    with as_strict_as_postgresql():
        for label, send in requests.items():
            answers[label] = send().status_code
            if everything() != before:
                now = everything()
                written[label] = {name: now[name] for name in now if now[name] != before[name]}
                before = now
    assert written == {}
    return {label: status for label, status in answers.items() if status >= 500}


def test_addresses_that_make_no_sense_are_answered(practice):
    practice.procedure(slug="needle")
    client = client_of(practice, "nobody")
    places = ["/{}/", "/{}", "/procedures/{}/", "/procedures/needle/{}/", "/sitemap-{}.xml"]
    places += ["/admin/{}/", "/documents/{}/x/", "/media/{}", "/static/{}", "/health/{}"]
    places += ["/_util/authenticate_with_password/{}/1/"]
    sent = {
        place.format(odd): lambda path=place.format(odd): client.get(path)
        for place in places
        for odd in ODDITIES
    }
    sent |= {
        "deep": lambda: client.get("/a" * 3000 + "/"),
        "long and deep": lambda: client.get(f"/procedures/{'needle/' * 500}"),
        "double slash": lambda: client.get("/procedures//needle/"),
        "many fields": lambda: client.get("/?" + "&".join(f"a{n}=1" for n in range(12_000))),
        "a strange host": lambda: client.get("/", headers={"host": "evil.example"}),
        "a broken host": lambda: client.get("/", headers={"host": "a b<c>"}),
    }
    assert len(sent) == 10 * 11 + 11 + 6
    assert crashes(sent) == {}


@pytest.mark.parametrize("path", ["/search/", "/procedures/", "/", "/sitemap.xml", "/health/"])
def test_questions_that_make_no_sense_are_answered(practice, path):
    client = client_of(practice, "nobody")
    values = [
        "",
        " ",
        NUL,
        f"a{NUL}b",
        "\ud7ff",
        "💉",
        "' OR 1=1 --",
        "%",
        "_",
        "*",
        "AND",
        "(",
        '"',
    ]
    values += [
        "NEAR(",
        "a:b",
        "-",
        "^",
        "\\",
        "a" * 20_000,
        "\u0000\u0301",
        str(HUGE),
        "-1",
        "1e400",
    ]
    sent = {
        f"{name}={value[:9]!r}": lambda query={name: value}: client.get(path, query)
        for name in ("q", "page", "p", "format")
        for value in values
    }
    sent["no unicode"] = lambda: client.get(f"{path}?q=%ff%fe&page=%ff")
    sent["many"] = lambda: client.get(f"{path}?{'&'.join(['q=a'] * 500)}")
    assert crashes(sent) == {}


PAGE_VIEWS = ["edit", "unpublish", "copy", "delete", "history", "move", "set_privacy", "usage"]
PAGE_VIEWS += ["view_draft", "lock", "unlock", "preview_on_edit", "workflow_history"]
PAGE_VIEWS += ["set_page_position", "convert_alias", "confirm_workflow_cancellation"]


@pytest.mark.parametrize("role", ["nobody", "writers", "superuser"])
@pytest.mark.parametrize("page_id", [0, 999_999, HUGE], ids=["zero", "unknown", "huge"])
def test_pages_that_do_not_exist_are_answered_in_the_admin(practice, role, page_id):
    client = client_of(practice, role)
    addresses = {name: reverse(f"wagtailadmin_pages:{name}", args=[page_id]) for name in PAGE_VIEWS}
    for name in ("revisions_revert", "revisions_view", "revisions_unschedule"):
        addresses[f"{name} here"] = reverse(
            f"wagtailadmin_pages:{name}", args=[practice.physician.pk, page_id]
        )
    here = practice.physician.pk
    addresses |= {
        "explore": reverse("wagtailadmin_explore", args=[page_id]),
        "add below": reverse(
            "wagtailadmin_pages:add", args=["procedures", "procedurepage", page_id]
        ),
        "compare": reverse("wagtailadmin_pages:revisions_compare", args=[here, page_id, "latest"]),
        "move there": reverse("wagtailadmin_pages:move_confirm", args=[here, page_id]),
        "approve": reverse("wagtailadmin_pages:workflow_action", args=[here, "approve", page_id]),
    }
    sent = {}
    for label, path in addresses.items():
        sent[f"GET {label}"] = lambda path=path: client.get(path)
        sent[f"POST {label}"] = lambda path=path: client.post(path)
    assert len(sent) == 2 * (16 + 3 + 5)
    assert crashes(sent) == {}


def spoiled(data: dict) -> dict[str, dict]:
    """The same form, spoiled in every way we can think of; label → data."""
    forms = {"nothing": {}, "only the button": {"action-publish": "1"}}
    for name, value in data.items():
        less = {key: other for key, other in data.items() if key != name}
        forms[f"without {name}"] = less
        for label, bad in {"NUL": NUL, "huge": str(HUGE), "words": "abc", "JSON": "{]"}.items():
            if str(value) != bad:
                forms[f"{label} in {name}"] = {**data, name: bad}
        if name.endswith(("TOTAL_FORMS", "-count")):
            forms[f"negative {name}"] = {**data, name: "-1"}
            forms[f"one too many {name}"] = {**data, name: str(int(value) + 1)}
    return forms


def acceptable(label: str) -> bool:
    """Whether a form so spoiled may still be a good draft."""
    return not label.startswith(("NUL in", "huge in", "JSON in", "negative", "one too", "nothing"))


@pytest.mark.parametrize("kind", ["procedure", "physician"])
@pytest.mark.parametrize("route", ["edit", "autosave", "create", "preview"])
def test_a_spoiled_form_is_answered(practice, kind, route):
    page = practice.procedure(live=False) if kind == "procedure" else practice.physician
    make = procedure_data if kind == "procedure" else physician_data
    client = client_of(practice, "publishers")
    meta, parent = type(page)._meta, page.get_parent()
    name, args = {
        "edit": ("edit", [page.pk]),
        "autosave": ("edit", [page.pk]),
        "preview": ("preview_on_edit", [page.pk]),
        "create": ("add", [meta.app_label, meta.model_name, parent.pk]),
    }[route]
    path = reverse(f"wagtailadmin_pages:{name}", args=args)
    headers = {"accept": "application/json"} if route == "autosave" else {}
    forms = spoiled(make(page))
    assert len(forms) > 100
    answers = {}
    with as_strict_as_postgresql():
        for label, data in forms.items():
            revisions = page.revisions.count()
            status = client.post(path, data, headers=headers).status_code
            if status >= 500:
                answers[label] = status
                assert page.revisions.count() == revisions, label
    assert answers == {}
    assert fresh(page).published_versions.count() == (kind == "physician")


def test_requests_that_lack_what_they_need_are_answered(practice):
    page = practice.procedure(slug="needle")
    client = client_of(practice, "superuser")
    copy = reverse("wagtailadmin_pages:copy", args=[page.pk])
    home = practice.procedures.pk
    unpublish = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    privacy = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, page.live_revision_id])
    bad_bulk = {
        f"{action} {query}": lambda address=f"/admin/bulk/wagtailcore/page/{action}/?{query}": (
            client.post(address)
        )
        for action in ("publish", "unpublish", "delete", "move", "nonsense")
        for query in ("", "id=", "id=abc", "id=%00", f"id={HUGE}", "id=999999", "id=all", "id=-1")
    }
    models = {
        model: lambda model=model: client.post(f"/admin/bulk/{model}/publish/?id=1")
        for model in ("wagtailcore/nothing", "nothing/page", "auth/user", "%00/%00")
    }
    bad_copy = {
        f"copy {name}={value!r}": lambda data={name: value}: client.post(
            copy, {"new_title": "C", "new_slug": "c", "new_parent_page": "x", **data}
        )
        for name in ("new_parent_page", "new_slug", "new_title")
        for value in ("", "abc", NUL, str(HUGE), "-1", "0", "²", "1.5", "x" * 5000)
    }
    types = {
        f"add {app}/{model}": lambda app=app, model=model: client.post(
            reverse("wagtailadmin_pages:add", args=[app, model, home]), {}
        )
        for app, model in (("x", "y"), ("auth", "user"), ("wagtailcore", "page"), ("pages", "role"))
    }
    for_withdrawal = {
        f"unpublish to {value!r}": lambda value=value: client.post(
            unpublish, {"reason": "" if value == "none" else f"R{NUL}", "replacement": value}
        )
        for value in ("none", "abc", NUL, str(HUGE), "-1", "999999")
    }
    others = {
        "privacy, nothing": lambda: client.post(privacy, {}),
        "privacy, nonsense": lambda: client.post(privacy, {"restriction_type": "abc"}),
        "privacy, no group": lambda: client.post(
            privacy, {"restriction_type": "groups", "groups": ["abc", HUGE]}
        ),
        "revert to nothing": lambda: client.post(revert, {}),
        "comments": lambda: client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), {"c": 1}
        ),
        "JSON body": lambda: client.post(copy, "{]", content_type="application/json"),
        "broken multipart": lambda: client.post(
            copy, b"--x\r\nrubbish", content_type="multipart/form-data; boundary=x"
        ),
        "multipart, no boundary": lambda: client.post(
            copy, b"rubbish", content_type="multipart/form-data"
        ),
        "too many fields": lambda: client.post(copy, {f"f{n}": "1" for n in range(10_100)}),
    }
    sent = bad_bulk | models | bad_copy | types | for_withdrawal | others
    assert len(sent) == 40 + 4 + 27 + 4 + 6 + 9
    assert crashes(sent) == {}
    assert fresh(page).live


def test_a_login_that_makes_no_sense_is_refused(practice):
    client = client_of(practice, "nobody")
    path = reverse("wagtailadmin_login")
    values = ["", NUL, "a" * 100_000, "💉", "' OR 1=1 --", str(HUGE)]
    sent = {
        f"{name} {value[:9]!r}": lambda data={"username": "root", "password": "y", name: value}: (
            client.post(path, data)
        )
        for name in ("username", "password", "next")
        for value in values
    }
    sent["nothing"] = lambda: client.post(path)
    sent["reset"] = lambda: client.post(reverse("wagtailadmin_password_reset"), {"email": NUL})
    sent["link"] = lambda: client.get("/admin/password_reset/confirm/%00/%00-%00/")
    assert crashes(sent) == {}
    assert "_auth_user_id" not in client.session


def picture(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


PNG = get_test_image_file(filename="good.png").file.getvalue()
UPLOADS = {
    "words": (picture("note.png", b"These are words."), "valid image"),
    "nothing": (picture("empty.png", b""), "empty"),
    "half a picture": (picture("half.png", PNG[:20]), "valid image"),
    "another format": (picture("photo.png", PNG).__class__("a.svg", b"<svg/>"), "supported image"),
    "a program": (picture("virus.exe", PNG), "supported image"),
    "too large": (picture("large.png", PNG + b"0" * (10 * 1024 * 1024)), "too big"),
}


@pytest.mark.parametrize("upload", UPLOADS)
def test_what_is_no_picture_is_refused_with_a_sentence(practice, upload):
    file, sentence = UPLOADS[upload]
    client = client_of(practice, "writers")
    before = everything()
    for path, name in (
        (reverse("wagtailimages:add"), "files[]"),
        (reverse("wagtailimages_chooser:create"), "image-chooser-upload-file"),
    ):
        file.seek(0)
        data = {"title": "T", "image-chooser-upload-title": "T", "collection": "1", name: file}
        response = client.post(path, data, headers={"x-requested-with": "XMLHttpRequest"})
        assert response.status_code < 500
        assert sentence in response.content.decode()
    assert everything() == before


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace", "post"])
def test_readers_pages_answer_every_method(practice, method):
    practice.procedure(slug="needle")
    client = client_of(practice, "nobody")
    paths = ["/", "/procedures/", "/procedures/needle/", "/search/", "/sitemap.xml", "/robots.txt"]
    paths += ["/nothing/", "/health/"]
    sent = {path: lambda path=path: getattr(client, method)(path) for path in paths}
    # Health says 503 where timed jobs never ran: that is its answer, not a crash.
    assert set(crashes(sent)) <= {"/health/"}
    if method == "head":
        assert client.head("/procedures/needle/").status_code == 200
        assert client.head("/procedures/needle/").content == b""
