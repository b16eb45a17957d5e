"""The editor's screen from which links are sent and revoked."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from django.core import mail
from django.urls import reverse
from django.utils import timezone

from physicians import links
from physicians.models import ReviewLink
from tests.admin import edit, procedure_data
from tests.conftest import fresh
from tests.factories import ConditionFactory
from tests.links import (
    Phone,
    another_physician,
    give_address,
    newest_address,
    send,
)
from tests.reviews import signed_page

pytestmark = pytest.mark.django_db


class TestTheEditorsScreen:
    """Who may send a link, to whom, and how it is taken back."""

    def address(self, page) -> str:
        return reverse("physicians_send_link", args=[page.pk])

    def test_the_button_below_the_form_leads_there(self, clinic, draft):
        data = procedure_data(draft, **{"action-send-link": "1"})
        answer = edit(clinic.client("writers"), draft, data)
        assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, self.address(draft))

    def test_it_offers_who_can_sign_and_says_why_others_cannot(self, clinic, draft):
        another_physician(clinic)
        expired = another_physician(clinic, "late@example.com")
        type(expired).objects.filter(pk=expired.pk).update(
            title="Late Larkspur, MD", licence_valid_until=timezone.localdate() - timedelta(days=2)
        )
        silent = another_physician(clinic, "")
        type(silent).objects.filter(pk=silent.pk).update(title="Silent Larkspur, MD")
        unsure = another_physician(clinic, "unsure@example.com")
        type(unsure).objects.filter(pk=unsure.pk).update(title="Unsure Larkspur, MD")
        give_address(unsure, "unsure@example.com", confirmed=False)
        answer = clinic.client("writers").get(self.address(draft))
        offered = [str(label) for _, label in answer.context["form"].fields["physician"].choices]
        assert offered == [
            "Bo Larkspur, MD (b…@example.com)",
            "Ida Quillfeather, MD (i…@example.com)",
        ]
        assert f'<option value="{clinic.physician.pk}" selected>' in answer.content.decode()
        assert answer.context["recipients"].refusals == [
            "The license in the profile of Late Larkspur, MD has expired, so they cannot sign.",
            links.NO_ADDRESS.format(name="Silent Larkspur, MD"),
            links.NOT_CONFIRMED.format(name="Unsure Larkspur, MD"),
        ]
        refused = clinic.client("writers").post(self.address(draft), {"physician": silent.pk})
        assert "cannot be sent a link now" in refused.content.decode()
        assert mail.outbox == []

    @pytest.mark.parametrize("value", ["", "x", "0", str(10**40), "\x00"])
    def test_nonsense_sends_nothing(self, clinic, draft, value):
        writer = clinic.client("writers")
        for field in ("physician", "revoke"):
            answer = writer.post(self.address(draft), {field: value})
            assert answer.status_code in (200, 302)
        assert not ReviewLink.objects.exists()

    @pytest.mark.parametrize(
        "role, status",
        [("writers", 200), ("publishers", 200), ("administrators", 200), ("physicians", 302)],
    )
    def test_who_may_edit_the_page_may_send_it(self, clinic, draft, role, status):
        assert clinic.client(role).get(self.address(draft)).status_code == status
        clinic.client(role).post(self.address(draft), {"physician": clinic.physician.pk})
        assert ReviewLink.objects.exists() is (status == 200)

    def test_strangers_are_asked_to_log_in(self, draft, client):
        assert "/admin/login/" in client.get(self.address(draft))["Location"]
        client.post(self.address(draft), {"physician": "1"})
        assert not ReviewLink.objects.exists()

    def test_an_incomplete_text_is_not_sent(self, clinic):
        page = clinic.procedure(live=False, sections=[])
        answer = send(clinic, page)
        assert "Not sent, as the text is not complete." in answer.content.decode()
        assert not fresh(page).workflow_in_progress
        assert (ReviewLink.objects.count(), mail.outbox) == (0, [])

    def test_a_page_that_cannot_be_signed_says_so(self, clinic):
        page = ConditionFactory(parent=clinic.conditions, live=False)
        page.save_revision()
        answer = send(clinic, page)
        assert "Nothing can be sent: pages of this kind" in answer.content.decode()
        assert not fresh(page).workflow_in_progress
        assert mail.outbox == []

    def test_sending_lets_the_text_wait_in_the_medical_review(self, clinic, draft, phone):
        state = fresh(draft).current_workflow_state
        assert state.workflow.name == "Medical review"
        assert state.requested_by == clinic.users["writers"]

    def test_a_new_text_of_a_signed_page_is_sent_as_a_comparison(self, clinic):
        page = signed_page(clinic, summary="Helps a little.")
        page.summary = "Helps a lot."
        page.answer("major", "What it helps with.")
        page.save_revision(user=clinic.users["writers"])
        send(clinic, page)
        phone = Phone(newest_address())
        shown = phone.open_text().content.decode()
        assert "<ins>" in shown
        phone.decide()
        assert fresh(page).summary == "Helps a lot."

    def test_open_links_are_listed_and_one_is_revoked(self, clinic, draft, phone):
        other = another_physician(clinic)
        send(clinic, draft, physician=other, role="publishers")
        theirs = Phone(newest_address())
        shown = clinic.client("writers").get(self.address(draft)).content.decode()
        assert "Writer Tester" in shown
        assert "Publisher Tester" in shown
        link = ReviewLink.objects.get(physician=clinic.physician)
        revoke = {"revoke": link.pk}
        clinic.client("writers").post(self.address(draft), revoke)
        assert (phone.look().status_code, theirs.look().status_code) == (404, 200)
        link.refresh_from_db()
        assert link.outcome == "revoked"
        again = clinic.client("writers").post(self.address(draft), revoke, follow=True)
        assert "That link had ended already." in again.content.decode()

    def test_a_link_to_another_page_is_not_revoked_from_here(self, clinic, draft, phone):
        other = clinic.procedure(live=False)
        link = ReviewLink.objects.get()
        clinic.client("writers").post(self.address(other), {"revoke": link.pk})
        assert phone.look().status_code == 200
