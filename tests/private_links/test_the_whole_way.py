"""A private link from the editor's button to the public page, by mail as it is really sent."""

import socket
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from django.urls import reverse

from clinic.publishing.services import publish_version
from physicians.models import Review, ReviewLink
from tests.conftest import fresh
from tests.factories import ConditionFactory
from tests.links import (
    ADDRESS,
    AT_SITE,
    TEXT,
    Phone,
    letters,
    newest_address,
    send,
)
from tests.reviews import review_line, state_of

pytestmark = pytest.mark.django_db


class TestTheWholeWay:
    """From the editor's button to the public page."""

    def test_a_physician_signs_by_phone_and_readers_see_it(self, clinic, draft, client):
        sent = send(clinic, draft)
        assert "on its way to Ida Quillfeather, MD (i…@example.com)" in sent.content.decode()
        assert len(letters()) == 1
        phone = Phone(newest_address())
        for _ in range(10):
            assert phone.look().status_code == 200
        assert TEXT in phone.open_text().content.decode()
        assert not fresh(draft).live
        answer = phone.decide(note="Well put.")
        assert "Thank you" in answer.content.decode()
        assert "Readers now see the text of “Nerve block” that you read." in answer.content.decode()

        assert TEXT in client.get(fresh(draft).url).content.decode()
        assert "reviewed by Dr. Ida Quillfeather, MD" in review_line(client, draft)
        review = Review.objects.get()
        assert (review.method, review.account) == ("link", None)
        assert (review.signer, review.asked_by_name) == (clinic.physician, "Writer Tester")
        assert (review.signer_name, review.note) == ("Dr. Ida Quillfeather, MD", "Well put.")
        version = fresh(draft).published_versions.get()
        assert version.published_by is None
        assert version.published_by_name == (
            "Dr. Ida Quillfeather, MD, by private link, sent by Writer Tester"
        )
        assert ReviewLink.objects.get().outcome == "signed"

    def test_a_physician_asks_for_changes_and_the_writer_reads_why(self, clinic, draft, phone):
        phone.open_text()
        without = phone.decide("decline", note=" ")
        assert "Write what should change" in without.content.decode()
        answer = phone.decide("decline", note="The dose is wrong.")
        assert "went back with your comment" in answer.content.decode()
        state = fresh(draft).workflow_states.get()
        assert state.status == "needs_changes"
        comment = state.current_task_state.comment
        assert comment == "Dr. Ida Quillfeather, MD, by private link: The dose is wrong."
        assert not Review.objects.exists()
        assert not fresh(draft).live
        assert ReviewLink.objects.get().outcome == "declined"
        assert phone.look().status_code == 404

    def test_a_question_left_open_signs_nothing_and_keeps_the_comment(self, draft, phone):
        phone.open_text()
        answer = phone.decide(check_2="", note="Almost.")
        assert "Answer this question before you sign." in answer.content.decode()
        assert "Almost." in answer.content.decode()
        assert not fresh(draft).live
        assert phone.decide().status_code == 200
        assert fresh(draft).live

    def test_what_readers_see_can_be_signed_where_no_signature_is_required(self, clinic, client):
        page = ConditionFactory(parent=clinic.conditions, live=False)
        publish_version(page=page)
        send(clinic, page)
        phone = Phone(newest_address())
        phone.open_text()
        assert phone.decide().status_code == 200
        assert state_of(page) == "reviewed"
        assert phone.look().status_code == 404

    def test_an_urgent_text_is_signed_afterwards_by_the_link_it_was_sent_with(self, clinic, draft):
        send(clinic, draft)
        phone = Phone(newest_address())
        clinic.client("administrators").post(
            reverse("physicians_publish_urgently", args=[draft.pk]), {"reason": "Recall."}
        )
        phone.open_text()
        phone.decide()
        assert state_of(draft) == "reviewed"
        assert ReviewLink.objects.get().outcome == "signed"
        assert phone.look().status_code == 404

    def test_a_text_that_nobody_waits_for_can_be_read_and_not_signed(self, clinic, draft, phone):
        phone.open_text()
        fresh(draft).current_workflow_state.cancel(user=clinic.users["writers"])
        answer = phone.look()
        assert "This text does not wait for a decision any more." in answer.content.decode()
        phone.decide(screen=answer.context["screen"])
        assert not Review.objects.exists()
        assert not fresh(draft).live


class Mailbox:
    """What an SMTP server took."""

    def __init__(self) -> None:
        self.letters = []

    def to(self, address: str) -> list:
        return [letter for letter in self.letters if letter.rcpt_tos == [address]]

    async def handle_DATA(self, server, session, envelope):
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_USE_SSL, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = False, "", ""
    yield mailbox
    server.stop()


def test_a_letter_arrives_whole_over_smtp(clinic, draft, mailbox, settings):
    send(clinic, draft)
    (envelope,) = mailbox.to(ADDRESS)
    assert envelope.mail_from == settings.DEFAULT_FROM_EMAIL
    letter = message_from_bytes(envelope.content, policy=policy.default)
    assert letter["Subject"] == "A text waits for your review – Elm Street Clinic"
    assert letter.get_content_type() == "text/plain"
    phone = Phone(AT_SITE.search(letter.get_content()).group(1))
    assert phone.look().status_code == 200
    assert b"Whispering" not in envelope.content
    phone.press("send")
    assert len(mailbox.to(ADDRESS)) == 2
