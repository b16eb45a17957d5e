"""Where to report a weakness of the site, and what no other site may do with its pages."""

from datetime import date, datetime, timedelta

import pytest

from django.utils import timezone

pytestmark = pytest.mark.django_db

PATH = "/.well-known/security.txt"


def fields(response) -> dict[str, str]:
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.django_db
def test_there_is_none_until_a_contact_is_set(practice, client, settings):
    settings.SECURITY_CONTACT = []
    assert client.get(PATH).status_code == 404


def test_it_names_the_contact_for_half_a_year(client, settings):
    settings.SECURITY_CONTACT = ["security@example.com"]
    said = fields(client.get(PATH))
    assert said["Contact"] == "mailto:security@example.com"
    # To the end of that day on the practice's calendar, whatever the clocks do until then.
    last = datetime.fromisoformat(said["Expires"]) - timedelta(seconds=1)
    assert timezone.localdate(last) == timezone.localdate() + timedelta(days=180)
    # It must be an address of https; the tests' own is not.
    assert "Canonical" not in said
    over_tls = fields(client.get(PATH, secure=True))
    assert over_tls["Canonical"] == "https://testserver/.well-known/security.txt"


def test_several_contacts_each_have_a_line_in_order(client, settings):
    settings.SECURITY_CONTACT = ["https://example.com/report", "tel:+12015550123"]
    text = client.get(PATH).content.decode()
    assert text.startswith("Contact: https://example.com/report\nContact: tel:+12015550123\n")


def test_it_ends_with_the_last_day_on_the_practices_calendar(client, settings):
    settings.SECURITY_CONTACT = ["security@example.com"]
    settings.SECURITY_CONTACT_UNTIL = date(2999, 6, 30)
    # Midnight in New York, in summer.
    assert fields(client.get(PATH))["Expires"] == "2999-07-01T04:00:00Z"


@pytest.mark.django_db
def test_it_is_gone_when_nobody_answers_any_more(practice, client, settings):
    settings.SECURITY_CONTACT = ["security@example.com"]
    settings.SECURITY_CONTACT_UNTIL = timezone.localdate() - timedelta(days=1)
    assert client.get(PATH).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/no-such-page/", "/robots.txt", "/static/clinic/lists.css"])
def test_other_sites_share_neither_window_nor_files(practice, client, path):
    response = client.get(path)
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
