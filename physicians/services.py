"""Verbs of the medical review: ask for it, sign, decline, send the newer text, publish urgently."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from wagtail.models import Revision, TaskState

from clinic.publishing.context import acting, lock_page
from clinic.publishing.digest import content_digest
from clinic.publishing.requirements import (
    PublicationRefused,
    Requirement,
    refuse_if_incomplete,
)

from .mail import tell_physicians_of_urgent
from .models import MedicalReviewTask, Review, ReviewLink
from .policy import waits_for_signature
from .signers import signing_refusal

STALE = (
    "The text was changed while you were reading. Nothing is signed. Please look at the marked "
    "changes again, and then decide."
)
NOT_URGENT = "This text needs no physician’s signature: publish it in the usual way."
NO_WORKFLOW = "No workflow sends this page to a physician."
OTHERS_FIRST = (
    "Somebody else reads this page’s texts before a physician does. Submit the newest text to "
    "them; if a workflow is under way, cancel it first."
)
CLEAR_SCHEDULE = "It is set to go live later. Clear its schedule first, and save the draft."


class ReviewRefused(Exception):
    """A signature or decision that cannot be taken; says why, in a sentence for the physician."""


class TextHasChanged(ReviewRefused):
    """The text that was shown is no longer the one to decide about."""

    def __init__(self) -> None:
        super().__init__(STALE)


def open_review(page) -> TaskState | None:
    """The step in which `page` waits for a physician's signature now; None if it does not."""
    kind = page.get_base_content_type()
    of_page = {"workflow_state__object_id": str(page.pk), "workflow_state__base_content_type": kind}
    return open_reviews().filter(**of_page).first()


def open_reviews():
    """Every text that waits for a signature, longest waiting first."""
    tasks = MedicalReviewTask.objects.values("pk")
    return (
        TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task__in=tasks)
        .select_related("revision", "workflow_state__requested_by")
        .order_by("started_at", "pk")
    )


@transaction.atomic
def sign(
    *,
    page,
    revision: Revision,
    digest: str,
    signer,
    method: str,
    account=None,
    asked_by_name: str = "",
    note: str = "",
    checklist: Iterable[tuple[str, str]] = (),
    seen_reviews: int | None = None,
) -> Review:
    """Sign `revision`, the text that was shown with `digest`, as the physician `signer` (profile);
    publish exactly that, unless readers see this text already.

    `seen_reviews` is how many signatures the page had when the text was shown. Raises
    ReviewRefused with a sentence, or PublicationRefused where the text is not complete.
    """
    # Of two people who decide at once, the second waits, and is then told.
    lock_page(page.pk)
    if refusal := signing_refusal(signer):
        raise ReviewRefused(refusal)
    if seen_reviews is not None and page.reviews.count() != seen_reviews:
        raise ReviewRefused(_decided_in_words(page))
    # As it is now that nobody else can write it.
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    content = revision.as_object()
    if revision.object_id != str(page.pk) or content_digest(content) != digest:
        raise TextHasChanged
    review = _add_review(
        page=page,
        revision=revision,
        digest=digest,
        signer=signer,
        method=method,
        note=note,
        checklist=[list(pair) for pair in checklist],
        account=account,
        asked_by_name=asked_by_name,
    )
    with acting(by=account, by_name="" if account else _acting_name(review)):
        _let_go_live(page, review)
    return review


@transaction.atomic
def record_earlier_review(
    *, page, revision: Revision, signer, at: datetime, note: str = ""
) -> Review:
    """Bring in a review that was made elsewhere, or before this system: `at`, aware."""
    return _add_review(
        page=page,
        revision=revision,
        digest=content_digest(revision.as_object()),
        signer=signer,
        signed_at=at,
        method=Review.Method.IMPORT,
        note=note,
    )


@transaction.atomic
def request_changes(*, page, revision: Revision, signer, note: str, account=None) -> None:
    """Send the text back to who submitted it, with what should change."""
    lock_page(page.pk)
    if refusal := signing_refusal(signer):
        raise ReviewRefused(refusal)
    state = open_review(page)
    if state is None:
        raise ReviewRefused(_decided_in_words(page))
    if state.revision_id != revision.pk:
        raise TextHasChanged
    words = note if account else f"{signer.formal_name}, by private link: {note}"
    state.specific.reject(user=account, comment=words)
    _close_links(page, ReviewLink.Outcome.DECLINED, of=signer)


@transaction.atomic
def ask_for_review(*, page, by) -> TaskState:
    """Submit the newest draft of `page` (or, where there is none, its live text) to the medical
    review, if that text does not wait for it already. Raises ReviewRefused, and changes nothing,
    where no workflow begins with such a step."""
    state = open_review(page)
    latest = page.get_latest_revision() or page.save_revision(user=by)
    if state is not None and state.revision_id == latest.pk:
        return state
    if page.current_workflow_state is not None:
        page.current_workflow_state.cancel(user=by)
        page = type(page).objects.get(pk=page.pk)
    workflow = page.get_workflow()
    if workflow is None:
        raise ReviewRefused(NO_WORKFLOW)
    workflow.start(page, by)
    if (state := open_review(page)) is None:
        raise ReviewRefused(OTHERS_FIRST)
    # Whoever was sent the older text now finds this one behind the same link.
    page.review_links.filter(closed_at=None).update(revision=state.revision)
    return state


@transaction.atomic
def publish_urgently(*, page, by, reason: str) -> None:
    """Publish the newest draft before a physician has signed, for `reason`. Physicians are told,
    and the page leads the list of due reviews until one has signed. Raises PublicationRefused, also
    where the text needs no signature: nothing of that would be true then."""
    revision = page.get_latest_revision() or page.save_revision(user=by)
    content = revision.as_object()
    if content.go_live_at and content.go_live_at > timezone.now():
        raise PublicationRefused([Requirement("go_live_at", CLEAR_SCHEDULE)])
    if not waits_for_signature(content):
        raise PublicationRefused([Requirement("", NOT_URGENT)])
    with acting(by=by, urgent=reason):
        revision.publish(user=by, skip_permission_checks=True)
    # As it is now: the draft may have named somebody else.
    page = type(page).objects.get(pk=page.pk)
    transaction.on_commit(lambda: tell_physicians_of_urgent(page=page, by=by, reason=reason))


def end_links_to(profile) -> None:
    """A physician whose profile leaves, by whatever route, can no longer sign by a link."""
    ReviewLink.objects.filter(physician=profile.pk).end(ReviewLink.Outcome.REVOKED)


def _add_review(*, page, signer, **facts) -> Review:
    """A signature of `signer` (profile), who is named as of now."""
    return Review.objects.create(
        page_id=page.pk,
        signer=signer,
        signer_name=signer.formal_name,
        signer_degrees=signer.degrees,
        signer_licence=signer.licence,
        **facts,
    )


def _let_go_live(page, review: Review) -> None:
    """Publish the signed text by approving the step it waits in. A text that readers see already
    is only signed; one that waits for nobody is not theirs to publish."""
    revision = review.revision
    state = open_review(page)
    if state is None or state.revision_id != revision.pk:
        if _is_what_readers_see(page, review.digest):
            return
        if state is None or review.account is None or revision.user_id != review.account.pk:
            raise ReviewRefused(_decided_in_words(page))
        # Corrected and signed: this is the text that the step has approved.
        state.revision = revision
        state.save(update_fields=["revision"])
    refuse_if_incomplete(revision.as_object())
    state.specific.approve(user=review.account, comment=review.note)
    _close_links(page, ReviewLink.Outcome.SIGNED, of=review.signer)


def _is_what_readers_see(page, digest: str) -> bool:
    live = type(page).objects.get(pk=page.pk)
    return live.live and content_digest(live) == digest


def _close_links(page, outcome: str, of) -> None:
    """Links to a text that is decided lead nowhere; the signer's own says how it was decided."""
    page.review_links.filter(physician=of).end(outcome)
    page.review_links.end(ReviewLink.Outcome.REVOKED)


def _acting_name(review: Review) -> str:
    sent = f", sent by {review.asked_by_name}" if review.asked_by_name else ""
    return f"{review.signer_name}, by private link{sent}"[:255]


def _decided_in_words(page) -> str:
    last = page.reviews.last()
    if last is None:
        return "This text does not wait for a decision any more. Nothing was changed."
    day = timezone.localtime(last.signed_at, timezone.get_default_timezone())
    return (
        f"{last.signer_name} has signed this page at {day:%H:%M} on {day:%b} {day.day}, "
        f"{day.year}. Your decision was not needed any more, and nothing was changed."
    )
