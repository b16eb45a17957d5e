"""The weekly letter: to whom, about what, once a week, and only where something waits."""

import smtplib
from datetime import timedelta
from io import StringIO

import pytest
import time_machine

from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.utils import timezone

from clinic.jobs.registry import Job, jobs
from clinic.pages.roles import Role
from clinic.publishing.services import publish_version, withdraw
from physicians.digests import SUBJECT, send_review_digests, week_of
from physicians.models import PhysicianAccount, ReviewDigest
from tests.conftest import set_review_policy, wall_clock
from tests.due_reviews import (
    DUE,
    another_physician,
    due_soon,
    never_reviewed,
    sent_back,
    signed,
    submitted,
    urgent,
)
from tests.factories import ConditionFactory

pytestmark = pytest.mark.django_db

PHYSICIAN, WRITER = "physicians@example.com", "writers@example.com"
PUBLISHER, ADMINISTRATOR = "publishers@example.com", "administrators@example.com"
KEEPERS = {PUBLISHER, ADMINISTRATOR}


def send(*options: str) -> str:
    """What the command says."""
    out = StringIO()
    call_command("send_review_digest", *options, stdout=out)
    return out.getvalue()


def weekly(mailoutbox) -> list:
    """The letters that are about the week; Wagtail tells of each submission in its own way."""
    return [letter for letter in mailoutbox if letter.subject.startswith(SUBJECT)]


def receivers(mailoutbox) -> set[str]:
    return {letter.to[0] for letter in weekly(mailoutbox)}


def letter_to(address: str, mailoutbox) -> str:
    """The text of the one letter that this person got."""
    (letter,) = [letter for letter in weekly(mailoutbox) if letter.to == [address]]
    return letter.body


class RefusesOne(EmailBackend):
    """A mail server that does not know the physician's address."""

    def send_messages(self, messages):
        if any(PHYSICIAN in message.to for message in messages):
            raise smtplib.SMTPRecipientsRefused({PHYSICIAN: (550, b"No such user")})
        return super().send_messages(messages)


def test_nobody_is_written_to_where_nothing_waits(practice, mailoutbox):
    signed(practice)
    assert "Nobody would be written to." in send("--dry-run")
    assert "Lists of reviews sent: 0." in send()
    assert send_review_digests() == "Lists of reviews sent: 0."
    assert weekly(mailoutbox) == []


@pytest.mark.parametrize("state", DUE)
def test_a_physician_is_told_of_their_public_pages_that_ask_for_a_review(
    practice, mailoutbox, state
):
    page = DUE[state](practice, title="Needle")
    send()
    body = letter_to(PHYSICIAN, mailoutbox)
    assert "Public pages that ask you for a review" in body
    assert "“Needle”: " in body
    assert f"http://localhost:8000/admin/reviews/{page.pk}/" in body


def test_a_physician_is_told_of_texts_that_wait_for_their_signature(practice, mailoutbox):
    page = submitted(practice, title="Needle")
    send()
    assert receivers(mailoutbox) == {PHYSICIAN}
    body = letter_to(PHYSICIAN, mailoutbox)
    assert "Waiting for your signature" in body
    assert "“Needle”: submitted by Writer Tester on " in body
    assert f"http://localhost:8000/admin/reviews/{page.pk}/" in body
    assert body.rstrip().endswith("Elm Street Clinic")
    assert weekly(mailoutbox)[0].subject == "Your medical reviews this week – Elm Street Clinic"


def test_a_physician_is_not_told_of_what_names_another(practice, mailoutbox):
    other = another_physician(practice)
    submitted(practice, title="His text", credited_physician=other)
    never_reviewed(practice, title="His page", credited_physician=other)
    send()
    assert PHYSICIAN not in receivers(mailoutbox)
    body = letter_to("larkspur@example.com", mailoutbox)
    assert "His text" in body and "His page" in body


def test_what_names_nobody_goes_to_all_physicians_if_it_waits_and_to_keepers_if_it_is_due(
    practice, mailoutbox
):
    another_physician(practice)
    condition = ConditionFactory(parent=practice.conditions, live=False, title="Sprain")
    publish_version(page=condition)
    submitted(practice, title="Ours", credited_physician=None)
    set_review_policy(procedures=False, conditions=True)
    send()
    for address in (PHYSICIAN, "larkspur@example.com"):
        body = letter_to(address, mailoutbox)
        assert "Ours" in body and "Sprain" not in body
    assert "Sprain" in letter_to(PUBLISHER, mailoutbox)


def test_publishers_and_administrators_get_counts_and_the_pressing_pages(practice, mailoutbox):
    for state, make in DUE.items():
        make(practice, title=f"The {state} one")
    send()
    assert receivers(mailoutbox) == {PHYSICIAN, *KEEPERS}
    for address in KEEPERS:
        body = letter_to(address, mailoutbox)
        assert (
            "Urgent: 1. Never reviewed: 2. Changed since review: 1. Review overdue: 1. "
            "Review due soon: 1. Small changes with many words: 1." in body
        )
        listed = {state for state in DUE if f"“The {state} one”" in body}
        assert listed == {"urgent", "never", "changed", "overdue"}
        assert body.index("The urgent one") < body.index("The never one")
        assert "http://localhost:8000/admin/reports/reviews-due/" in body


def test_keepers_are_told_how_many_are_due_soon_even_if_nothing_presses(practice, mailoutbox):
    due_soon(practice, title="Needle")
    send()
    body = letter_to(PUBLISHER, mailoutbox)
    assert "Review due soon: 1." in body and "Needle" not in body


def test_a_long_list_is_cut_and_leads_to_the_report(practice, mailoutbox):
    for _ in range(22):
        never_reviewed(practice)
    send()
    body = letter_to(PUBLISHER, mailoutbox)
    assert body.count("”: Never reviewed") == 20
    assert "And 2 more." in body


def test_a_writer_is_told_of_what_came_back_and_of_what_waits_over_a_week(practice, mailoutbox):
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        submitted(practice, title="Waits long")
    submitted(practice, title="Waits a day")
    page = sent_back(practice, title="Came back", note="Private words of the physician.")
    send()
    body = letter_to(WRITER, mailoutbox)
    assert "“Waits long”: submitted by Writer Tester on " in body
    assert "“Came back”: sent back on " in body
    assert f"http://localhost:8000/admin/pages/{page.pk}/edit/" in body
    assert "Waits a day" not in body


def test_no_letter_carries_a_word_of_a_text_or_a_comment(practice, mailoutbox):
    urgent(practice, summary="A sentence of the page.")
    sent_back(practice, summary="A sentence of the page.", note="A private comment.")
    submitted(practice, summary="A sentence of the page.")
    send()
    assert receivers(mailoutbox) == {PHYSICIAN, WRITER, *KEEPERS}
    for letter in weekly(mailoutbox):
        for words in ("sentence of the page", "thin needle", "private comment", "closes today"):
            assert words not in letter.body


def account_closed(practice):
    practice.users["physicians"].is_active = False
    practice.users["physicians"].save()


def without_profile(practice):
    withdraw(page=practice.physician, by=practice.users["publishers"], reason="Has left.")


def without_address(practice):
    practice.users["physicians"].email = ""
    practice.users["physicians"].save()


@pytest.mark.parametrize("leave", [account_closed, without_profile, without_address])
def test_a_physician_who_has_left_or_has_no_address_is_not_written_to(practice, mailoutbox, leave):
    submitted(practice)
    leave(practice)
    send()
    assert weekly(mailoutbox) == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}])
@pytest.mark.parametrize("role", ["publishers", "writers"])
def test_staff_who_have_left_or_have_no_address_are_not_written_to(
    practice, mailoutbox, role, change
):
    never_reviewed(practice)
    sent_back(practice)
    type(practice.users[role]).objects.filter(pk=practice.users[role].pk).update(**change)
    send()
    everyone = {PHYSICIAN, WRITER, *KEEPERS}
    assert receivers(mailoutbox) == everyone - {f"{role}@example.com"}


def test_the_verified_signing_address_wins_and_without_an_account_no_screen_is_named(
    practice, mailoutbox
):
    account = PhysicianAccount.objects.get(profile=practice.physician)
    account.signing_email = "ida@example.org"
    account.save()
    submitted(practice, title="Needle")
    assert "physicians@example.com" in send("--dry-run")
    account.email_verified_at = timezone.now()
    account.user = None
    account.save()
    send()
    body = letter_to("ida@example.org", mailoutbox)
    assert "“Needle”" in body and "ask the practice for a private link" in body
    assert "http" not in body


def test_whoever_has_two_roles_or_shares_an_address_gets_one_letter(practice, mailoutbox):
    physician = practice.users["physicians"]
    physician.groups.add(Role.objects.get(key="publishers").group)
    administrator = practice.users["administrators"]
    administrator.email = "Publishers@Example.com"
    administrator.save()
    never_reviewed(practice)
    sent_back(practice, by="physicians")
    send()
    assert len(weekly(mailoutbox)) == 2
    body = letter_to(PHYSICIAN, mailoutbox)
    assert body.index("that ask you for") < body.index("Sent back to you")
    assert body.count("Reviews to look after") == 1
    (shared,) = receivers(mailoutbox) - {PHYSICIAN}
    assert letter_to(shared, mailoutbox).count("Reviews to look after") == 1


def test_nobody_gets_it_twice_in_a_week_and_everybody_again_the_next(practice, mailoutbox):
    never_reviewed(practice)
    with time_machine.travel(wall_clock(2026, 2, 11, 12, 0), tick=False) as clock:
        assert "Lists of reviews sent: 3." in send()
        assert "Nobody would be written to." in send("--dry-run")
        assert "Lists of reviews sent: 0." in send()
        assert send_review_digests() == "Lists of reviews sent: 0."
        clock.move_to(wall_clock(2026, 2, 16, 7, 0))
        assert send_review_digests() == "Lists of reviews sent: 3."
    assert len(weekly(mailoutbox)) == 6
    weeks = ReviewDigest.objects.filter(email=PHYSICIAN).order_by("pk")
    assert list(weeks.values_list("week", flat=True)) == ["2026-W07", "2026-W08"]


def test_the_command_does_not_keep_from_monday_those_who_had_nothing(practice, mailoutbox):
    with time_machine.travel(wall_clock(2026, 2, 9, 6, 0), tick=False) as clock:
        submitted(practice)
        send()
        never_reviewed(practice)
        clock.move_to(wall_clock(2026, 2, 9, 7, 0))
        assert send_review_digests() == "Lists of reviews sent: 2."
    assert sorted(letter.to[0] for letter in weekly(mailoutbox)) == sorted({PHYSICIAN, *KEEPERS})


def test_what_comes_after_the_weeks_letters_waits_for_the_next_ones(practice, mailoutbox):
    with time_machine.travel(wall_clock(2026, 2, 9, 7, 0), tick=False) as clock:
        assert send_review_digests() == "Lists of reviews sent: 0."
        never_reviewed(practice)
        clock.shift(timedelta(minutes=1))
        assert send_review_digests() == "This week’s lists have gone out."
        assert weekly(mailoutbox) == []
        # Whoever starts the command wants it now.
        assert "Lists of reviews sent: 3." in send()


@pytest.mark.parametrize(
    "moment, goes_out",
    [
        ((2026, 2, 8, 23, 59), True),
        ((2026, 2, 9, 0, 0), False),
        ((2026, 2, 9, 6, 59), False),
        ((2026, 2, 9, 7, 0), True),
        ((2026, 2, 10, 3, 0), True),
        # The Mondays after the clocks change: 7:00 is 11:00 UTC in summer, 12:00 in winter.
        ((2026, 3, 9, 6, 59), False),
        ((2026, 3, 9, 7, 0), True),
        ((2026, 11, 2, 6, 59), False),
        ((2026, 11, 2, 7, 0), True),
    ],
)
def test_letters_go_out_from_monday_morning_of_the_practice_on(
    practice, mailoutbox, moment, goes_out
):
    never_reviewed(practice)
    with time_machine.travel(wall_clock(*moment), tick=False):
        said = send_review_digests()
    assert (len(weekly(mailoutbox)) == 3) == goes_out
    assert said == (
        "Lists of reviews sent: 3." if goes_out else "This week’s lists go out at 7:00."
    )


@pytest.mark.parametrize(
    "moment, week",
    [
        # Sunday evening in New York is Monday in UTC.
        ((2026, 2, 15, 23, 59), "2026-W07"),
        ((2026, 2, 16, 0, 0), "2026-W08"),
        ((2025, 12, 28, 23, 59), "2025-W52"),
        ((2025, 12, 29, 0, 0), "2026-W01"),
        ((2027, 1, 3, 23, 59), "2026-W53"),
        # Clocks go forward, and back, in the night of a Sunday.
        ((2026, 3, 8, 23, 59), "2026-W10"),
        ((2026, 3, 9, 0, 0), "2026-W11"),
        ((2026, 11, 1, 23, 59), "2026-W44"),
        ((2026, 11, 2, 0, 0), "2026-W45"),
    ],
)
def test_weeks_begin_at_midnight_of_the_practice(moment, week):
    assert week_of(wall_clock(*moment)) == week


def test_the_moment_that_is_given_counts_not_the_clock(practice, mailoutbox):
    never_reviewed(practice)
    assert send_review_digests(now=wall_clock(2026, 2, 9, 6, 0)).endswith("go out at 7:00.")
    send_review_digests(now=wall_clock(2026, 2, 9, 8, 0))
    assert set(ReviewDigest.objects.values_list("week", flat=True)) == {"2026-W07"}


def test_an_address_that_fails_stops_no_other_and_is_tried_again(
    practice, mailoutbox, monkeypatch, settings, caplog
):
    never_reviewed(practice)
    working = settings.EMAIL_BACKEND
    monday = wall_clock(2026, 2, 9, 7, 0)
    settings.EMAIL_BACKEND = "tests.test_review_digest.RefusesOne"
    said = send_review_digests(now=monday)
    assert said == "Lists of reviews sent: 2. Not sent, to be tried again: 1; see the log."
    assert receivers(mailoutbox) == KEEPERS
    assert not ReviewDigest.objects.filter(email=PHYSICIAN).exists()
    assert PHYSICIAN in caplog.text
    settings.EMAIL_BACKEND = working
    assert send_review_digests(now=monday) == "Lists of reviews sent: 1."
    assert len(weekly(mailoutbox)) == 3
    assert send_review_digests(now=monday) == "This week’s lists have gone out."


def test_of_two_runners_at_once_one_sends(practice, mailoutbox, monkeypatch):
    never_reviewed(practice)
    from physicians import digests

    seen = digests.letters_to_send

    def overtaken(now):
        """Between reading the list and sending, another runner does it all."""
        letters = seen(now)
        monkeypatch.setattr(digests, "letters_to_send", seen)
        assert digests.send_letters(now) == (3, 0)
        return letters

    monkeypatch.setattr(digests, "letters_to_send", overtaken)
    assert "Lists of reviews sent: 0." in send()
    assert len(weekly(mailoutbox)) == 3


def test_a_dry_run_says_who_would_get_what_and_writes_and_sends_nothing(practice, mailoutbox):
    never_reviewed(practice, title="Needle")
    sent_back(practice, title="Came back")
    said = send("--dry-run")
    for words in (PHYSICIAN, PUBLISHER, WRITER, "“Needle”: Never reviewed", "“Came back”: sent"):
        assert words in said
    assert weekly(mailoutbox) == []
    assert not ReviewDigest.objects.exists()
    send()
    assert receivers(mailoutbox) == {PHYSICIAN, WRITER, *KEEPERS}


def test_the_job_runner_sends_and_reports_it(practice, mailoutbox, monkeypatch):
    never_reviewed(practice)
    job = {"Weekly review list": Job("Weekly review list", send_review_digests)}
    monkeypatch.setattr(jobs, "_jobs", job)
    out = StringIO()
    with time_machine.travel(wall_clock(2026, 2, 11, 12, 0)):
        call_command("run_jobs", once=True, stdout=out)
    assert "Weekly review list: Lists of reviews sent: 3." in out.getvalue()
    assert receivers(mailoutbox) == {PHYSICIAN, *KEEPERS}


def test_reading_what_to_send_asks_no_question_per_page(practice, django_assert_max_num_queries):
    for _ in range(4):
        for make in DUE.values():
            make(practice)
        submitted(practice)
        sent_back(practice)
    with django_assert_max_num_queries(20):
        assert "example.com" in send("--dry-run")
