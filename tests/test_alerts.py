"""What readers must be told today: for as long as it holds, where it holds, by whom it may be."""

import re
from datetime import timedelta
from html import unescape
from importlib import import_module

import pytest
import time_machine

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.urls import reverse
from django.utils import timezone

from wagtail.users.models import UserProfile

from clinic.pages.models import Alert, LocationPage
from clinic.pages.models.alerts import ENDS_BEFORE_START, IS_OVER, SAYS_NOTHING
from clinic.publishing.moments import TOO_FAR
from clinic.publishing.services import publish_version
from tests.admin import errors
from tests.conftest import fresh, wall_clock
from tests.factories import LocationFactory
from tests.test_query_budgets import BUDGET, queries

pytestmark = pytest.mark.django_db

ALERT = re.compile(r'<p class="alert alert--(\w+)">(.*?)</p>', re.S)
PLACES = ("/", "/locations/", "/locations/elm/", "/locations/oak/")
SNOW = "Closed on Friday because of snow."


def shown(client, path: str = "/") -> list[tuple[str, str]]:
    """Kind and words of each alert on the page, in order."""
    html = client.get(path).content.decode()
    return [(kind, unescape(re.sub(r"<[^>]+>", "", words))) for kind, words in ALERT.findall(html)]


def put_up(**fields) -> Alert:
    fields.setdefault("text", SNOW)
    fields.setdefault("starts_at", wall_clock(2026, 1, 1, 0, 0))
    return Alert.objects.create(**fields)


def form(**changes) -> dict:
    return {
        "text": SNOW,
        "kind": "emergency",
        "location": "",
        "starts_at": "2026-11-24 08:00",
        "ends_at": "",
        **changes,
    }


@pytest.fixture
def office(practice):
    page = LocationFactory(parent=practice.locations, live=False, title="Elm", slug="elm")
    publish_version(page=page)
    return fresh(page)


def test_a_page_without_alerts_has_no_place_for_them(practice, client):
    assert "alert" not in client.get("/").content.decode()


def test_an_alert_stands_at_the_top_of_every_page_and_says_how_urgent_it_is(practice, client):
    put_up(text="Flu shots are here.", kind="notice")
    put_up(text="Phones are <down>.")
    told = [
        ("emergency", "Emergency Phones are <down>."),
        ("notice", "Notice Flu shots are here."),
    ]
    for path in ("/", "/locations/", "/search/?q=x", "/no-such-page/", "/updates/"):
        assert shown(client, path)[:2] == told, path
    html = client.get("/").content.decode()
    assert html.count('<section class="alerts" aria-label="Alerts">') == 1
    assert html.index("alerts") < html.index("<main")


def test_it_stands_from_its_first_minute_until_its_last(practice, client):
    put_up(starts_at=wall_clock(2026, 11, 1, 0, 30), ends_at=wall_clock(2026, 11, 1, 3, 0))
    # In that night clocks were put back: the alert stood for three hours and a half.
    moments = {(0, 29): 0, (0, 30): 1, (1, 30): 1, (2, 59): 1, (3, 0): 0}
    for wall, count in moments.items():
        with time_machine.travel(wall_clock(2026, 11, 1, *wall), tick=False):
            assert len(shown(client)) == count, wall


def test_an_alert_of_an_office_stands_on_its_page_its_row_and_its_card(practice, office, client):
    put_up(location=office)
    other = LocationFactory(parent=practice.locations, live=False, title="Oak", slug="oak")
    publish_version(page=other)
    counts = {path: len(shown(client, path)) for path in PLACES}
    assert counts == {"/": 1, "/locations/": 1, "/locations/elm/": 1, "/locations/oak/": 0}
    html = client.get("/locations/elm/").content.decode()
    assert html.index("<main") < html.index('aria-label="Alerts for this office"')
    for path in PLACES:
        assert queries(client, path) <= BUDGET


def test_the_preview_of_a_new_office_does_not_take_the_others_alerts_for_its_own(practice):
    put_up()
    office = LocationPage(title="New office", street="1 Oak Street", city="Elmwood")
    html = office.make_preview_request(preview_mode="").render().content.decode()
    assert "New office" in html
    assert len(ALERT.findall(html)) == 1


def test_an_alert_of_a_hidden_office_is_told_nowhere(practice, office, client):
    put_up(location=office)
    office.unpublish()
    for path in ("/", "/locations/", "/locations/elm/"):
        assert shown(client, path) == []


@pytest.mark.parametrize(
    ("role", "may"), [("writers", False), ("physicians", False), ("publishers", True)]
)
def test_publishers_put_alerts_up_and_end_them(practice, client, role, may):
    editor = practice.client(role)
    assert ("Alerts" in editor.get("/admin/").content.decode()) == may
    editor.post(reverse("alerts:add"), form())
    assert (Alert.objects.count(), len(shown(client))) == ((1, 1) if may else (0, 0))
    alert = Alert.objects.first() or put_up()
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    ended = form(
        ends_at=f"{now - timedelta(minutes=1):%Y-%m-%d %H:%M}", starts_at="2026-01-01 08:00"
    )
    editor.post(reverse("alerts:edit", args=[alert.pk]), ended)
    assert len(shown(client)) == (0 if may else 1)


@time_machine.travel(wall_clock(2026, 11, 24, 12, 0), tick=False)
def test_times_that_make_no_sense_are_refused_beside_the_field(practice):
    editor = practice.client("publishers")

    def answer(**changes) -> dict:
        return errors(editor.post(reverse("alerts:add"), form(**changes)))

    assert answer(ends_at="2026-11-24 08:00") == {"ends_at": [ENDS_BEFORE_START]}
    assert answer(ends_at="2026-11-24 12:00") == {"ends_at": [IS_OVER]}
    assert set(answer(starts_at="")) == {"starts_at"}
    assert set(answer(text="", ends_at="nonsense")) == {"text", "ends_at"}
    never = "9999-12-31 23:59"
    assert answer(starts_at=never, ends_at=never) == {"starts_at": [TOO_FAR], "ends_at": [TOO_FAR]}
    # Signs that nobody sees.
    assert answer(text="\u202e\u200b") == {"text": [SAYS_NOTHING]}
    assert Alert.objects.count() == 0
    editor.post(reverse("alerts:add"), form(ends_at="2026-11-24 12:01"))
    assert Alert.objects.get().ends_at == wall_clock(2026, 11, 24, 12, 1)


def test_times_are_the_practices_wherever_the_editor_is(practice):
    UserProfile.objects.create(user=practice.users["publishers"], current_time_zone="Asia/Tokyo")
    editor = practice.client("publishers")
    editor.post(reverse("alerts:add"), form(starts_at="2026-11-24 08:00"))
    alert = Alert.objects.get()
    assert alert.starts_at == wall_clock(2026, 11, 24, 8, 0)
    html = editor.get(reverse("alerts:edit", args=[alert.pk])).content.decode()
    assert 'value="2026-11-24 08:00"' in html
    assert "From Nov 24, 2026, 8 a.m., until you end it" in rows(editor)


def rows(editor) -> str:
    html = editor.get(reverse("alerts:index")).content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@time_machine.travel(wall_clock(2026, 11, 24, 12, 0), tick=False)
def test_the_list_says_where_when_and_whether_readers_see_it(practice, office):
    put_up(text="Now", location=office)
    put_up(text="Later", starts_at=wall_clock(2026, 11, 25, 8, 30))
    put_up(text="Gone", ends_at=wall_clock(2026, 11, 24, 12, 0))
    text = rows(practice.client("publishers"))
    for words in (
        "Elm From Jan 1, 2026, midnight, until you end it Yes",
        "Every page From Nov 25, 2026, 8:30 a.m., until you end it Not yet",
        "Every page Jan 1, 2026, midnight to Nov 24, 2026, noon No, it is over",
    ):
        assert words in text


def test_the_list_asks_no_question_per_alert(practice, office):
    editor, address = practice.client("publishers"), reverse("alerts:index")
    put_up(location=office)
    few = queries(editor, address)
    for _ in range(10):
        put_up(location=office)
    assert queries(editor, address) == few


def test_the_notice_of_before_became_an_alert(practice, client):
    """The migration, on the tables as it found them."""
    module = import_module("clinic.pages.migrations.0003_public_site")
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE pages_practicesettings ADD COLUMN emergency_notice text DEFAULT ''"
        )
        cursor.execute("UPDATE pages_practicesettings SET emergency_notice = %s", [SNOW])
    state = MigrationLoader(connection).project_state(("pages", "0002_page_headings"))
    for operation in module.Migration.operations:
        if isinstance(operation, RunPython):
            break
        operation.state_forwards("pages", state)
    module.notice_becomes_alert(state.apps, None)
    assert shown(client) == [("emergency", f"Emergency {SNOW}")]
    assert Alert.objects.get().ends_at is None
