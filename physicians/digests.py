"""One letter a week to each person: what of the medical reviews is theirs."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import formats, timezone

from clinic.pages.roles import KEEPERS
from clinic.publishing.templatetags.publishing_tags import practice_date

from .due import (
    DuePage,
    Reason,
    WaitingText,
    counts_of,
    due_pages,
    physicians_share,
    sent_back_texts,
    waiting_texts,
)
from .mail import addresses_of, admin_address, send_letter
from .models import PhysicianPage, ReviewDigest

logger = logging.getLogger(__name__)

SUBJECT = "Your medical reviews this week"
# On Mondays nobody is written to before this hour of the practice's day.
FIRST_HOUR = 7
TOO_LONG = timedelta(days=7)
# What is only due soon, or changed in small ways, is counted for publishers and not listed.
LISTED = {Reason.URGENT, Reason.NEVER, Reason.CHANGED, Reason.OVERDUE}
LONGEST_LIST = 20
# Stands for everyone: the job runner has written to all who had something this week.
EVERYONE = ""
ASK_FOR_LINK = "You do not log in on this site: ask the practice for a private link to sign."


@dataclass(frozen=True)
class Line:
    """A page in a letter: its title, why it is there, and where to go. Never its text."""

    title: str
    words: str
    address: str = ""


@dataclass(frozen=True)
class Section:
    """A titled list in a letter; `note` stands below the title, `report` has the whole list."""

    heading: str
    lines: list[Line]
    note: str = ""
    report: str = ""

    @property
    def shown(self) -> list[Line]:
        return self.lines[:LONGEST_LIST]

    @property
    def left_out(self) -> int:
        return len(self.lines) - len(self.shown)


@dataclass
class Letter:
    """What one address gets this week."""

    address: str
    sections: list[Section] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Two accounts with one address are one reader."""
        return self.address.lower()

    def add(self, section: Section) -> None:
        # Two publishers with one address are told once.
        if section not in self.sections:
            self.sections.append(section)


class Letters(dict):
    """This week's letters by address: whatever is for one address goes into one letter."""

    def __init__(self, physicians: Iterable[tuple[PhysicianPage, str]]) -> None:
        super().__init__()
        self._physicians = {profile.account.user_id: address for profile, address in physicians}

    def to(self, address: str) -> Letter:
        return self.setdefault(address.lower(), Letter(address))

    def to_user(self, user) -> Letter:
        """A physician who also has another role reads all of it in one place."""
        return self.to(self._physicians.get(user.pk, user.email))


def send_review_digests(now: datetime | None = None) -> str:
    """For the job runner: write to everyone once a week, from Monday morning of the practice's
    week on. Returns what was done, as a sentence. What could not be sent is tried again the next
    time; who had nothing when the letters went out gets none before the next week."""
    now = now or timezone.now()
    local = timezone.localtime(now, timezone.get_default_timezone())
    if local.weekday() == 0 and local.hour < FIRST_HOUR:
        return f"This week’s lists go out at {FIRST_HOUR}:00."
    if ReviewDigest.objects.filter(email=EVERYONE, week=week_of(now)).exists():
        return "This week’s lists have gone out."
    sent, failed = send_letters(now)
    if not failed:
        ReviewDigest.objects.get_or_create(email=EVERYONE, week=week_of(now))
    return outcome_in_words(sent, failed)


def send_letters(now: datetime) -> tuple[int, int]:
    """Write now to everyone who has something and was not written to in the week of `now`
    (aware). Returns how many letters went out, and how many could not."""
    sent = failed = 0
    for letter in letters_to_send(now):
        try:
            sent += _send(letter, week_of(now))
        except Exception as error:
            # Whatever is wrong with one address must not keep the others from their letters.
            logger.warning("The list of reviews for %s was not sent: %s", letter.address, error)
            failed += 1
    return sent, failed


def letters_to_send(now: datetime) -> list[Letter]:
    """The letters of everyone who has something and was not written to in the week of `now`."""
    done = set(ReviewDigest.objects.filter(week=week_of(now)).values_list("email", flat=True))
    physicians, waiting, due = _physicians(), waiting_texts(), due_pages()
    letters = Letters(physicians)
    for profile, address in physicians:
        _write_to_physician(letters.to(address), profile, waiting, due)
    _write_to_writers(letters, waiting, now)
    _write_to_keepers(letters, due)
    return [letter for letter in letters.values() if letter.sections and letter.key not in done]


def outcome_in_words(sent: int, failed: int) -> str:
    outcome = f"Lists of reviews sent: {sent}."
    return f"{outcome} Not sent, to be tried again: {failed}; see the log." if failed else outcome


def week_of(now: datetime) -> str:
    """The ISO week on the practice's calendar: “2026-W07”."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def _send(letter: Letter, week: str) -> bool:
    """False if another runner was quicker."""
    try:
        # The row first: a second runner waits for it, and it goes if the letter does not go out.
        with transaction.atomic():
            ReviewDigest.objects.create(email=letter.key, week=week)
            send_letter(
                to=letter.address, subject=SUBJECT, template="digest", sections=letter.sections
            )
    except IntegrityError:
        return False
    return True


def _physicians() -> list[tuple[PhysicianPage, str]]:
    """Who may be asked to sign, and where they read. Someone whose account was closed is not."""
    profiles = PhysicianPage.objects.live().select_related("account__user")
    here = Q(account__user=None) | Q(account__user__is_active=True)
    profiles = profiles.filter(here, account__isnull=False).order_by("pk")
    return [(profile, address) for profile in profiles for address in addresses_of([profile])]


def _write_to_physician(
    letter: Letter, profile: PhysicianPage, waiting: list[WaitingText], due: list[DuePage]
) -> None:
    to_sign, theirs = physicians_share(profile, waiting, due)
    logs_in = profile.account.user is not None
    texts = [
        Line(text.page.title, _submitted(text), _review_address(text.page.pk)) for text in to_sign
    ]
    for heading, lines in (
        ("Waiting for your signature", texts),
        ("Public pages that ask you for a review", [_line_of(row) for row in theirs]),
    ):
        if lines and logs_in:
            letter.add(Section(heading, lines))
        elif lines:
            without_addresses = [Line(line.title, line.words) for line in lines]
            letter.add(Section(heading, without_addresses, note=ASK_FOR_LINK))


def _write_to_writers(letters: Letters, waiting: list[WaitingText], now: datetime) -> None:
    sent_back, kept_waiting = defaultdict(list), defaultdict(list)
    for text in sent_back_texts():
        words = f"sent back on {practice_date(text.since)}"
        line = Line(text.title, words, admin_address("wagtailadmin_pages:edit", text.page_id))
        sent_back[text.submitted_by].append(line)
    for text in waiting:
        if now - text.since > TOO_LONG:
            address = admin_address("wagtailadmin_pages:edit", text.page.pk)
            kept_waiting[text.submitted_by].append(Line(text.page.title, _submitted(text), address))
    for heading, lists in (
        ("Sent back to you by a physician", sent_back),
        ("Submitted by you more than a week ago, and not signed yet", kept_waiting),
    ):
        for user, lines in lists.items():
            if user is not None and user.is_active and user.email:
                letters.to_user(user).add(Section(heading, lines))


def _write_to_keepers(letters: Letters, due: list[DuePage]) -> None:
    """Publishers and administrators see to it that reviews are done."""
    if not due:
        return
    counts = [f"{reason.label}: {count}." for reason, count in counts_of(due).items()]
    section = Section(
        "Reviews to look after",
        [_line_of(row) for row in due if LISTED.intersection(row.reasons)],
        note=" ".join(counts),
        report=admin_address("reviews_due_report"),
    )
    users = get_user_model().objects.filter(is_active=True, groups__role__key__in=KEEPERS)
    for user in users.exclude(email="").order_by("pk").distinct():
        letters.to_user(user).add(section)


def _line_of(row: DuePage) -> Line:
    words = row.in_words
    if row.status.next_due:
        words = f"{words} (due on {formats.date_format(row.status.next_due, 'M j, Y')})"
    return Line(row.page.title, words, _review_address(row.page.pk))


def _submitted(text: WaitingText) -> str:
    by = f" by {text.submitted_by_name}" if text.submitted_by_name else ""
    return f"submitted{by} on {practice_date(text.since)}"


def _review_address(page_id: int) -> str:
    return admin_address("physicians_review", page_id)
