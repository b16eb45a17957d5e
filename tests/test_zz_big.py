"""Random lives of pages: what the archive says of every moment at which someone looked is what they
were given then, what clocks move aside."""

from datetime import datetime, timedelta
from itertools import count

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django.test import Client
from django.utils import timezone

from wagtail.management.commands.purge_revisions import purge_revisions
from wagtail.models import PageViewRestriction

from clinic.delivery import generation
from clinic.delivery.answers import State, at_moment
from clinic.delivery.pieces import still
from clinic.delivery.sweep import finish_pages, pages_due
from clinic.pages.models import Alert
from clinic.publishing.services import publish_due, publish_version, withdraw
from tests.conftest import fresh, wall_clock

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

START = wall_clock(2026, 2, 27, 21, 0)
# Each life begins after the one before it.
numbers = count()

texts = st.sampled_from(["Red.", "Green.", "Blue."])
answers = st.sampled_from(["major", "minor"])
# Minutes that pass before an act: sometimes over a midnight, or two.
pauses = st.sampled_from([1, 30, 200, 2000])
acts = st.one_of(
    st.tuples(st.just("look")),
    st.tuples(st.just("save"), texts),
    st.tuples(st.just("autosave"), texts),
    st.tuples(st.just("publish"), texts, answers),
    st.tuples(st.just("revert")),
    st.tuples(st.just("schedule"), texts),
    st.tuples(st.just("withdraw")),
    st.tuples(st.just("restore")),
    st.tuples(st.just("hide")),
    st.tuples(st.just("profile"), texts),
    st.tuples(st.just("alert")),
    st.tuples(st.just("purge")),
    st.tuples(st.just("sweep")),
)


class Life:
    """A page that is changed and looked at, and what its readers were given when."""

    def __init__(self, practice, clock, number: int) -> None:
        self.practice, self.clock = practice, clock
        self.page = practice.procedure(live=False, title="A life", slug=f"life-{number}")
        self.hidden = None
        self.seen: list[tuple[datetime, int, str, bool]] = []

    def look(self) -> None:
        response = Client().get(f"/procedures/{self.page.slug}/")
        was_hidden = self.hidden is not None
        html = response.content.decode()
        self.seen.append((timezone.now(), response.status_code, html, was_hidden))

    @property
    def draft(self):
        return fresh(self.page).get_latest_revision_as_object()

    def save(self, text) -> None:
        draft = self.draft
        draft.summary = text
        draft.save_revision()

    def autosave(self, text) -> None:
        draft = self.draft
        draft.summary = text
        newest = fresh(self.page).latest_revision
        draft.save_revision(overwrite_revision=newest, user=newest.user)

    def publish(self, text, kind) -> None:
        draft = self.draft
        draft.summary = text
        publish_version(page=draft, kind=kind, note="A note.")

    def revert(self) -> None:
        first = self.page.published_versions.in_order().first()
        if first is not None:
            publish_version(page=first.revision.as_object(), kind="major", note="Back again.")

    def schedule(self, text) -> None:
        draft = self.draft
        draft.summary, draft.go_live_at = text, timezone.now() + timedelta(minutes=10)
        draft.answer("major", "A note.")
        draft.save_revision().publish()
        self.look()
        self.clock.shift(timedelta(minutes=20))
        publish_due()

    def withdraw(self) -> None:
        if fresh(self.page).live:
            withdraw(page=fresh(self.page), by=None, reason="A reason.")

    def restore(self) -> None:
        if self.page.published_versions.exists() and not fresh(self.page).live:
            publish_version(page=fresh(self.page))

    def hide(self) -> None:
        if self.hidden is None:
            self.hidden = PageViewRestriction(page=self.page, restriction_type="login")
            self.hidden.save()
        else:
            self.hidden.delete()
            self.hidden = None

    def profile(self, text) -> None:
        profile = fresh(self.practice.physician)
        profile.tagline = text
        publish_version(page=profile, kind="minor")

    def alert(self) -> None:
        start, end = (timezone.now() + timedelta(minutes=minutes) for minutes in (15, 100))
        Alert.objects.create(text="Closed.", starts_at=start, ends_at=end)

    def purge(self) -> None:
        purge_revisions(non_pages=False)

    def sweep(self) -> None:
        finish_pages(pages_due(generation.current(), timezone.now()).filter(pk=self.page.pk))

    def compare(self) -> None:
        page = fresh(self.page)
        for at, status, html, was_hidden in self.seen:
            answer = at_moment(page, at)
            if status == 200:
                assert answer.state == State.SERVED
                assert answer.rendition.html == still(html)
            elif was_hidden and answer.version is None:
                assert answer.state in (State.PRIVATE, State.WITHDRAWN, State.BEFORE, State.NEVER)
            elif status == 410:
                assert answer.state == State.WITHDRAWN
            else:
                assert (status, answer.state) in ((404, State.BEFORE), (404, State.NEVER))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=st.lists(st.tuples(pauses, acts, st.booleans()), min_size=4, max_size=14))
def test_the_archive_says_of_every_moment_what_readers_were_given_then(practice, life):
    number = next(numbers)
    with time_machine.travel(START + timedelta(days=40 * number), tick=False) as clock:
        practice.procedures = fresh(practice.procedures)
        lived = Life(practice, clock, number)
        for minutes, (name, *details), is_looked_at in life:
            clock.shift(timedelta(minutes=minutes))
            getattr(lived, name)(*details)
            if is_looked_at:
                lived.look()
        lived.compare()
