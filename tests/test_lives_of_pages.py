"""Random lives of a page: what it says, its place in the sitemap and its record always agree
with a model of a few lines."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django.db import transaction
from django.test import Client
from django.utils import timezone

from clinic.publishing.rebuild import disagreements
from clinic.publishing.services import publish_due, publish_version, withdraw
from tests.conftest import fresh, kinds, wall_clock

pytestmark = pytest.mark.django_db

texts = st.sampled_from(["Red.", "Green.", "Blue."])
answers = st.sampled_from(["", "major", "minor"])
acts = st.one_of(
    st.tuples(st.just("draft"), texts),
    st.tuples(st.just("publish"), texts, answers),
    st.tuples(st.just("republish")),
    st.tuples(st.just("schedule"), texts, answers),
    st.tuples(st.just("withdraw")),
    st.tuples(st.just("revert"), answers),
    st.tuples(st.just("profile")),
)


@dataclass
class Model:
    """What readers should be told, by the rules of the record and nothing else."""

    text: str | None = None
    live: bool = False
    published: date | None = None
    modified: date | None = None

    def go_live(self, text: str, answer: str, day: date) -> str:
        kind = "first" if self.text is None else "same" if text == self.text else answer or "major"
        if kind == "first":
            self.published = day
        elif kind == "major":
            self.modified = day
        self.text, self.live = text, True
        return kind


def live_through(practice, page, life) -> None:
    """Live `life` on the page and on the model, a day and a bit an act, comparing after each."""
    model, recorded = Model(), []
    for number, act in enumerate(life):
        # Late evenings, over both changes of the clocks: a day is a day of the practice.
        moment = wall_clock(2026, 3, 1, 22, 30) + timedelta(days=number * 30, minutes=number)
        with time_machine.travel(moment, tick=False):
            day = timezone.localdate(moment, timezone.get_default_timezone())
            perform(practice, page, act, model, recorded, moment, day)
            compare(page, model, recorded)


def perform(practice, page, act, model, recorded, moment: datetime, day: date) -> None:
    name, *details = act
    draft = fresh(page).get_latest_revision_as_object()
    if name == "draft":
        draft.summary = details[0]
        draft.save_revision()
    elif name == "publish":
        draft.summary = details[0]
        publish_version(page=draft, kind=details[1], note="A note.")
        recorded.append(model.go_live(details[0], details[1], day))
    elif name == "republish" and model.live:
        fresh(page).live_revision.publish()
        recorded.append(model.go_live(model.text, "", day))
    elif name == "schedule":
        draft.summary, draft.go_live_at = details[0], moment + timedelta(hours=1)
        draft.answer(details[1], "A note.")
        draft.save_revision().publish()
        with time_machine.travel(moment + timedelta(hours=2), tick=False):
            publish_due()
            today = timezone.localdate(timezone=timezone.get_default_timezone())
            recorded.append(model.go_live(details[0], details[1], today))
    elif name == "withdraw" and model.live:
        withdraw(page=fresh(page), by=None, reason="A reason.")
        model.live = False
    elif name == "revert" and recorded:
        first = page.published_versions.in_order().first().revision.as_object()
        first.answer(details[0], "A note.")
        first.save_revision().publish()
        recorded.append(model.go_live(first.summary, details[0], day))
    elif name == "profile":
        profile = fresh(practice.physician)
        profile.tagline = f"Line of {moment}"
        publish_version(page=profile, kind="minor")


def compare(page, model, recorded) -> None:
    page = fresh(page)
    assert kinds(page) == recorded
    assert disagreements(page) == []
    reader = Client()
    response = reader.get("/procedures/a-life/")
    assert response.status_code == (200 if model.live else 410 if model.text else 404)
    entry = re.search(
        r"a-life/</loc><lastmod>([\d-]+)T?", reader.get("/sitemap.xml").content.decode()
    )
    assert bool(entry) == model.live
    if not model.live:
        return
    html = response.content.decode()
    days = re.findall(r'datetime="([\d-]+)"', html)
    expected = [model.published, model.modified] if model.modified else [model.published]
    newest = expected[-1]
    # At the top, and at the foot.
    assert days == [day.isoformat() for day in [newest, *expected]]
    history = reader.get("/procedures/a-life/updates/").content.decode()
    updates = re.findall(r'datetime="([\d-]+)"', history)
    away = history.count("Withdrawn.") + history.count("Published again.")
    counted = [kind for kind in recorded if kind in ("first", "major")]
    assert len(updates) - away == len(counted)
    assert updates == sorted(updates, reverse=True)
    assert model.text in html
    publication = page.publication
    in_zone = timezone.localtime(publication.updated_at, timezone.get_default_timezone())
    assert in_zone.date() == newest


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=st.lists(acts, min_size=3, max_size=9))
def test_page_sitemap_and_record_agree_with_the_model(practice, life):
    with transaction.atomic():
        practice.procedures = fresh(practice.procedures)
        page = practice.procedure(live=False, title="A life", slug="a-life")
        live_through(practice, page, life)
        transaction.set_rollback(True)
