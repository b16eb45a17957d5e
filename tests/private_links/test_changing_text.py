"""A text that changes while its link is open: nothing is signed unseen."""

import pytest

from physicians import links
from physicians.models import Review
from physicians.services import STALE
from tests.conftest import fresh
from tests.links import (
    TEXT,
    newer_text,
)

pytestmark = pytest.mark.django_db


class TestATextThatChanges:
    """What is signed is what was read."""

    def test_a_newer_text_asks_for_a_fresh_look(self, clinic, draft, phone):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        answer = phone.decide(screen=screen, note="Nearly.")
        shown = answer.content.decode()
        assert answer.status_code == 409
        assert STALE in shown
        assert "Another sentence entirely." in shown
        assert "Nearly." in shown
        assert "checked" not in shown
        assert not Review.objects.exists()
        assert not fresh(draft).live
        assert "Thank you" in phone.decide().content.decode()
        assert fresh(draft).sections[0].value["body"][0].value.source == (
            "<p>Another sentence entirely.</p>"
        )

    def test_an_answer_left_out_does_not_hide_that_the_text_changed(self, clinic, draft, phone):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        assert STALE in phone.decide(screen=screen, check_1="").content.decode()

    def test_asking_for_changes_to_a_text_that_changed_asks_for_a_fresh_look(
        self, clinic, draft, phone
    ):
        screen = phone.open_text().context["screen"]
        newer_text(clinic, draft)
        answer = phone.decide("decline", screen=screen, note="No.")
        assert STALE in answer.content.decode()
        assert fresh(draft).workflow_in_progress

    def test_a_text_that_changes_during_the_decision_is_not_signed(
        self, clinic, draft, phone, monkeypatch
    ):
        screen = phone.open_text().context["screen"]
        really = links.decide_by_link

        def just_then(link, form):
            newer_text(clinic, draft)
            return really(link, form)

        monkeypatch.setattr("physicians.link_views.decide_by_link", just_then)
        answer = phone.decide(screen=screen)
        assert STALE in answer.content.decode()
        assert not Review.objects.exists()

    def test_a_draft_typed_on_is_mentioned_and_stays_a_draft(self, clinic, draft, phone):
        phone.open_text()
        typed = fresh(draft).get_latest_revision_as_object()
        typed.summary = "Not for you yet."
        typed.save_revision(user=clinic.users["writers"])
        shown = phone.look().content.decode()
        assert "A newer draft of" in shown
        assert "Not for you yet." not in shown
        phone.decide()
        assert fresh(draft).live
        assert fresh(draft).summary != "Not for you yet."

    def test_the_same_link_shows_a_text_that_was_withdrawn_and_submitted_again(
        self, clinic, draft, phone
    ):
        fresh(draft).current_workflow_state.cancel(user=clinic.users["writers"])
        page = fresh(draft).get_latest_revision_as_object()
        page.summary = "Second try."
        page.save_revision(user=clinic.users["writers"])
        page = fresh(page)
        page.get_workflow().start(page, clinic.users["writers"])
        assert "Second try." in phone.open_text().content.decode()

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"revision": "x", "digest": "\x00", "decision": "sign"},
            {"revision": str(10**40), "digest": "0" * 64, "seen_reviews": "-1"},
            {"decision": "burn", "note": "x" * 5000},
        ],
    )
    def test_nonsense_is_answered_with_the_text_and_decides_nothing(self, draft, phone, data):
        phone.open_text()
        answer = phone.client.post(phone.address, data)
        assert answer.status_code == 409
        assert TEXT in answer.content.decode()
        screen = phone.look().context["screen"]
        shown = {"revision": screen.revision.pk, "digest": screen.digest}
        assert phone.client.post(phone.address, {**data, **shown}).status_code == 200
        assert not Review.objects.exists()
