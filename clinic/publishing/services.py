"""Verbs that write the record, and the ways a page goes live or is withdrawn."""

import logging
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageLogEntry, Revision

from .context import acting, current_circumstances, lock_page, name_of
from .digest import content_digest
from .models import PublishedVersion, RecordNote
from .requirements import publication_requirements

logger = logging.getLogger(__name__)

Kind = PublishedVersion.Kind
UNANSWERED_NOTE = "Content updated"
EXPIRED = "It reached the end date that was set for it."
SCHEDULE = "Schedule"
WENT_WRONG = "Something went wrong; the site’s log says what."


def classify(page, previous: PublishedVersion | None) -> tuple[Kind, str, bool]:
    """What kind of version `page` would be after `previous`, its note for readers, and whether
    an editor answered for it. Nobody's answer counts as major: readers are told too often
    rather than too seldom."""
    if previous is None:
        return Kind.FIRST, "", True
    before = previous.restored
    if content_digest(page) == content_digest(before):
        return Kind.SAME, "", True
    kind, note = page.current_answer
    if kind == Kind.MINOR and not page.changes_who_is_credited(before):
        return Kind.MINOR, note, True
    return Kind.MAJOR, note or UNANSWERED_NOTE, bool(kind)


@transaction.atomic
def record_publication(*, page, revision: Revision) -> PublishedVersion:
    """Append the version that has just gone live: `revision`, restored from what was published.

    Called by the receiver of Wagtail's signal only, and only records: refusing is done before.
    """
    # Two publications of one page at the same moment wait for each other.
    lock_page(page.pk)
    circumstances = current_circumstances()
    versions = page.published_versions.in_order()
    content = revision.as_object()
    kind, note, answered = classify(content, versions.last())
    published_at = circumstances.at or page.last_published_at or timezone.now()
    by, by_name = _who(circumstances)
    version = PublishedVersion.objects.create(
        page_id=page.pk,
        revision=revision,
        kind=kind,
        published_at=published_at,
        digest=content_digest(content),
        change_note=note,
        answered=answered,
        credit=content.publication_credit(),
        published_by=by,
        published_by_name=by_name,
    )
    if is_withdrawn(page):
        _note(version, RecordNote.Kind.RESTORED, at=published_at)
    if circumstances.urgent:
        _note(version, RecordNote.Kind.URGENT, text=circumstances.urgent, at=published_at)
    return version


@transaction.atomic
def record_withdrawal(*, page) -> RecordNote | None:
    """Note on the page's last version that readers can no longer see it, and why."""
    version = page.published_versions.in_order().last()
    if version is None:
        return None
    circumstances = current_circumstances()
    # Of a withdrawal long ago, the page as it is now says nothing.
    has_expired = page.expired and circumstances.at is None
    reason = circumstances.reason or (EXPIRED if has_expired else "")
    return _note(
        version,
        RecordNote.Kind.WITHDRAWN,
        text=reason,
        replacement=circumstances.replacement,
        at=circumstances.at or timezone.now(),
    )


def end_submission(*, page) -> None:
    """What was submitted while `page` was public must not bring it back: it stays a draft, and may
    be submitted again."""
    if page.workflow_in_progress:
        by, _ = _who(current_circumstances())
        page.current_workflow_state.cancel(user=by)


@transaction.atomic
def correct_note(*, version: PublishedVersion, text: str, by) -> RecordNote:
    """Give readers `text` in place of the note of `version`. The record keeps the old wording."""
    with acting(by=by):
        return _note(version, RecordNote.Kind.NOTE_CORRECTED, text=text, at=timezone.now())


@transaction.atomic
def publish_version(*, page, by=None, at: datetime | None = None, kind: str = "", note: str = ""):
    """Save `page` (specific, already in the tree) as a new revision and publish it.

    `at`, aware, publishes as of that moment: this is how an older site's history is brought in,
    oldest version first; it needs nobody's signature, since it was public already.
    Raises PublicationRefused if something is missing. Returns the PublishedVersion recorded.
    """
    page.answer(kind, note)
    if at and page.first_published_at is None:
        page.first_published_at = at
    revision = page.save_revision(user=by, log_action=not at)
    if at:
        Revision.objects.filter(pk=revision.pk).update(created_at=at)
        revision.refresh_from_db()
    with acting(by=by, at=at, is_history=at is not None):
        revision.publish(user=by, log_action=not at, skip_permission_checks=True)
    if at:
        Page.objects.filter(pk=page.pk).update(last_published_at=at, latest_revision_created_at=at)
        for action in ("wagtail.edit", "wagtail.publish"):
            PageLogEntry.objects.log_action(
                instance=page,
                action=action,
                user=by,
                revision=revision,
                timestamp=at,
                content_changed=True,
            )
    return page.published_versions.in_order().last()


def publish_latest(*, page, by) -> list[str]:
    """Publish the newest draft of `page` for `by`. Returns why not, as sentences; empty if done."""
    revision = page.get_latest_revision() or page.save_revision(user=by)
    return publish_or_explain(revision=revision, by=by)


def publish_or_explain(*, revision: Revision, by=None, **publish_options) -> list[str]:
    """Publish `revision`, wholly or not at all. Returns why not, as sentences; empty if done."""
    if missing := publication_requirements(revision.as_object()):
        return [requirement.sentence for requirement in missing]
    try:
        with transaction.atomic():
            revision.publish(user=by, **publish_options)
    except ValidationError as error:
        return error.messages
    return []


@transaction.atomic
def withdraw(*, page, by, reason: str, replacement=None, include_descendants: bool = False) -> None:
    """Take `page` off the public site for `reason`, pointing readers to `replacement`."""
    with acting(by=by, reason=reason, replacement=replacement):
        UnpublishPageAction(page, user=by, include_descendants=include_descendants).execute(
            skip_permission_checks=True
        )


def publish_due() -> str:
    """Publish what is due and withdraw what has expired, each page by itself.

    A page that cannot go live is named in the returned sentence and stays scheduled.
    """
    now = timezone.now()
    # First: a version that takes the place of one that ends brings an end date of its own.
    published, refused = _publish_scheduled(now)
    withdrawn, failed = _withdraw_expired(now)
    outcome = f"{published} published, {withdrawn} withdrawn at their end date."
    return " ".join([outcome, *refused, *failed])


def _publish_scheduled(now: datetime) -> tuple[int, list[str]]:
    published, refused = 0, []
    due = Revision.page_revisions.filter(approved_go_live_at__lte=now)
    for revision in due.order_by("approved_go_live_at"):
        with acting(by=_who_scheduled(revision), by_name=SCHEDULE):
            try:
                reasons = publish_or_explain(
                    revision=revision, log_action="wagtail.publish.scheduled"
                )
            except Exception:
                # Whatever is wrong with one page must not keep the others from their readers.
                logger.exception("Scheduled publishing of revision %s failed", revision.pk)
                reasons = [WENT_WRONG]
        if reasons:
            refused.append(f"“{revision.object_str}” stays scheduled: {' '.join(reasons)}")
        else:
            published += 1
    return published, refused


def _withdraw_expired(now: datetime) -> tuple[int, list[str]]:
    withdrawn, failed = 0, []
    expired = Page.objects.filter(live=True, expire_at__lt=now)
    for pk, title in expired.order_by("expire_at").values_list("pk", "title"):
        try:
            with acting(by_name=SCHEDULE), transaction.atomic():
                lock_page(pk)
                # As it is by now: somebody may have given it a later end.
                page = expired.filter(pk=pk).specific().first()
                if page is None:
                    continue
                scheduled = page.scheduled_revision
                page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
                if scheduled is not None:
                    # Wagtail takes it off the schedule, but nobody asked for that.
                    Revision.objects.filter(pk=scheduled.pk).update(
                        approved_go_live_at=scheduled.approved_go_live_at
                    )
        except Exception:
            logger.exception("Withdrawing page %s at its end date failed", pk)
            failed.append(f"“{title}” is still public, past its end date. {WENT_WRONG}")
            continue
        withdrawn += 1
    return withdrawn, failed


def is_withdrawn(page) -> bool:
    """Whether the last thing noted about the page is that it was withdrawn."""
    last = (
        RecordNote.objects.filter(
            version__page_id=page.pk,
            kind__in=[RecordNote.Kind.WITHDRAWN, RecordNote.Kind.RESTORED],
        )
        .order_by("pk")
        .last()
    )
    return last is not None and last.kind == RecordNote.Kind.WITHDRAWN


def _note(version, kind, *, at, text="", replacement=None) -> RecordNote:
    by, by_name = _who(current_circumstances())
    return RecordNote.objects.create(
        version=version,
        kind=kind,
        text=text,
        replacement=replacement,
        noted_at=at,
        noted_by=by,
        noted_by_name=by_name,
    )


def _who(circumstances):
    """The account that acts and its name as text: the admin's, or the one a service names."""
    user = get_active_log_context().user or circumstances.by
    if user is None or not user.is_authenticated:
        return None, circumstances.by_name
    name = name_of(user)
    return user, f"{circumstances.by_name}, set by {name}" if circumstances.by_name else name


def _who_scheduled(revision: Revision):
    entry = (
        PageLogEntry.objects.filter(action="wagtail.publish.schedule", revision=revision)
        .select_related("user")
        .order_by("-timestamp")
        .first()
    )
    return entry.user if entry else None
