"""Pages that say what went wrong also say what to do next, whatever still works."""

import re

import pytest

from django.core.management import call_command
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tests.admin import withdraw

STANDALONE = ["400.html", "500.html", "503.html"]


@pytest.mark.django_db
def test_a_missing_page_offers_search_the_sections_and_the_telephone(practice, client):
    response = client.get("/nothing/here/")
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert response.status_code == 404
    assert 'role="search"' in main
    for section in (practice.procedures, practice.conditions, practice.physicians):
        assert f'<a href="{section.url}">{section.title}</a>' in main
    assert 'href="tel:+12015550199"' in main
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html


@pytest.mark.django_db
def test_a_withdrawn_page_says_why_and_what_to_read_instead(practice, client):
    page, other = practice.procedure(title="Old"), practice.procedure(title="New")
    withdraw(
        practice.client("publishers"), page, reason="We do this another way.", replacement=other.pk
    )
    response = client.get(page.url)
    html = response.content.decode()
    assert response.status_code == 410
    assert "We do this another way." in html
    assert f'Please read instead: <a href="{other.url}">New</a>' in html
    assert 'role="search"' in html[html.index("<main") :]


@pytest.mark.parametrize("name", STANDALONE)
def test_an_error_page_needs_no_database_and_sends_emergencies_to_911(name):
    # Not marked for the database: a query would fail the test.
    html = render_to_string(name)
    assert 'href="tel:911"' in html
    assert html.count("<h1>") == 1
    assert "noindex" in html
    assert re.findall(r"<(?:script|style)\b|https?://|style=", html) == []


@pytest.mark.parametrize("name", STANDALONE)
def test_an_error_page_finds_its_style_sheets_under_their_public_names(name, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        }
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    sheets = re.findall(r'href="/static/([^"]+\.css)"', render_to_string(name))
    assert len(sheets) == 2
    assert all(re.search(r"\.[0-9a-f]{12}\.css$", sheet) for sheet in sheets)
    assert all((tmp_path / sheet).is_file() for sheet in sheets)


def test_a_crash_is_answered_with_the_calm_page():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "call 911" in response.content.decode()


@pytest.mark.django_db
def test_while_the_database_does_not_answer_readers_are_asked_to_come_back(practice, monkeypatch):
    def fail(*args):
        raise OperationalError("connection refused")

    monkeypatch.setattr("clinic.pages.serving.find_in_site", fail)
    response = Client().get("/procedures/")
    assert (response.status_code, response["Retry-After"]) == (503, "600")
    assert "We will be back soon" in response.content.decode()
