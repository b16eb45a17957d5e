"""Whether the text that readers see is the text that a physician signed: derived, never stored.

One answer, used by the page, the editor, the reports and the mail.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from clinic.delivery.prepared import prepared
from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import classify

from .models import Review, ReviewSettings
from .signers import practice_today


class ReviewState(models.TextChoices):
    """What may be said about a public page's review; the first that is true counts."""

    NEVER = "never", "Never reviewed"
    CHANGED = "changed", "Changed since review"
    OVERDUE = "overdue", "Review overdue"
    DUE_SOON = "due_soon", "Review due soon"
    REVIEWED = "reviewed", "Reviewed"


@dataclass(frozen=True)
class Signature:
    """What a page prints of a review: who signed, as they were called then, and when (UTC)."""

    review_id: int
    name: str
    signed_at: datetime
    signer_id: int


@dataclass(frozen=True)
class ReviewStatus:
    """The state of a public page, and the facts behind it. Dates are the practice's days."""

    state: ReviewState
    # The newest signature under the text that readers see; None if it carries none.
    review: Signature | None = None
    next_due: date | None = None
    # Why it went live before a physician had signed; empty if it did not, or one has since.
    urgent: str = ""
    # Versions called small, with more words than small changes have, since the signature.
    large_edits: int = 0

    @property
    def asks_for_review(self) -> bool:
        return self.state != ReviewState.REVIEWED or self.large_edits > 0


def with_signatures(
    versions: list[PublishedVersion], signed_by: datetime | None = None
) -> list[PublishedVersion]:
    """The same versions, each with `signature`, the newest under its very text or None, and with
    `page_was_signed`: whether any text of its page ever was: by now, or by a moment (aware). One
    query for all."""
    if not versions:
        return versions
    first, *others = {row.page_id for row in versions}
    if others:
        rows = _signed(Review.objects.filter(page__in=[first, *others]))
    else:
        rows = _signed_on(page=first)
    signed: set[int] = set()
    newest: dict[tuple, Signature] = {}
    for page, revision, digest, *facts in rows:
        signature = Signature(*facts)
        if signed_by is None or signature.signed_at <= signed_by:
            signed.add(page)
            newest[page, revision] = newest[page, digest] = signature
    for row in versions:
        of_text = [newest.get((row.page_id, text)) for text in (row.revision_id, row.digest)]
        row.signature = max(filter(None, of_text), key=_age, default=None)
        row.page_was_signed = row.page_id in signed
    return versions


@prepared
def _signed_on(*, page: int) -> models.QuerySet:
    return _signed(Review.objects.filter(page=page))


def _signed(reviews: models.QuerySet) -> models.QuerySet:
    """What was signed, and the facts of a Signature, oldest first."""
    return reviews.order_by("signed_at", "pk").values_list(
        "page", "revision", "digest", "pk", "signer_name", "signed_at", "signer"
    )


def current_text(versions: list[PublishedVersion]) -> list[PublishedVersion]:
    """Of `versions`, oldest first: the last one that readers were told about, with the small
    edits made to it since. A signature under any of them is a signature under the live text."""
    current = []
    for version in reversed(versions):
        current.append(version)
        if version.is_counted:
            break
    return current[::-1]


def derive_status(
    *, versions: list[PublishedVersion], months: int, today: date, due_soon_days: int
) -> ReviewStatus:
    """The status of the page of which these are all versions, oldest first, with signatures,
    on `today`; without what only staff are told."""
    signatures = [row.signature for row in current_text(versions) if row.signature]
    if not signatures:
        was_signed = any(version.page_was_signed for version in versions)
        return ReviewStatus(ReviewState.CHANGED if was_signed else ReviewState.NEVER)
    review = max(signatures, key=_age)
    next_due = add_months(_day(review.signed_at), months)
    if next_due < today:
        state = ReviewState.OVERDUE
    elif next_due <= today + timedelta(days=due_soon_days):
        state = ReviewState.DUE_SOON
    else:
        state = ReviewState.REVIEWED
    return ReviewStatus(state, review, next_due)


def public_status(page) -> ReviewStatus | None:
    """What readers of `page` may be told; None while they cannot see it."""
    if not page.live or not page.recorded_versions:
        return None
    return _derive(page, page.recorded_versions, page.review_settings)


def status_if_published(page) -> ReviewStatus | None:
    """What readers would be told if `page`, as it stands unsaved, went live now."""
    from .policy import signature_under

    if not page.pk:
        return None
    versions = page.get_recorded_versions()
    kind, _, _ = classify(page, versions[-1] if versions else None)
    version, review = PublishedVersion(kind=kind), signature_under(page)
    version.signature = review and Signature(
        review.pk, review.signer_name, review.signed_at, review.signer_id
    )
    version.page_was_signed = page.reviews.exists()
    return _derive(page, [*versions, version], page.review_settings)


def statuses_of(pages: Iterable) -> dict[int, ReviewStatus]:
    """Page id → status, for the live ones of `pages` (specific), with what staff are told.
    Four queries, however many pages."""
    pages = {page.pk: page for page in pages if page.live}
    settings, versions = ReviewSettings.load(), defaultdict(list)
    rows = PublishedVersion.objects.filter(page__in=pages).in_order()
    confirmed = KeyTransform("small_change_confirmed", "revision__content")
    rows = rows.annotate(is_large=confirmed).prefetch_related("notes")
    for version in with_signatures(list(rows)):
        versions[version.page_id].append(version)
    return {
        pk: _for_staff(_derive(page, versions[pk], settings), current_text(versions[pk]))
        for pk, page in pages.items()
        if versions[pk]
    }


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _derive(page, versions, settings: ReviewSettings) -> ReviewStatus:
    return derive_status(
        versions=versions,
        months=page.review_months or settings.policy_for(type(page)).months,
        today=practice_today(),
        due_soon_days=settings.due_soon_days,
    )


def _for_staff(status: ReviewStatus, current: list[PublishedVersion]) -> ReviewStatus:
    if status.review is None:
        notes = [note for version in current for note in version.notes.all()]
        urgent = [note.text for note in notes if note.kind == RecordNote.Kind.URGENT]
        return replace(status, urgent=urgent[-1] if urgent else "")
    signed = [n for n, row in enumerate(current) if row.signature == status.review]
    later = current[signed[-1] + 1 :]
    return replace(status, large_edits=sum(version.is_large is True for version in later))


def _age(signature: Signature) -> tuple:
    return signature.signed_at, signature.review_id


def _day(moment: datetime) -> date:
    return timezone.localdate(moment, timezone.get_default_timezone())
