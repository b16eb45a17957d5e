"""What the practice's policy means for one page: the questions that pages and screens ask."""

from wagtail.models import Workflow

from clinic.publishing.context import current_circumstances
from clinic.publishing.digest import content_digest
from clinic.publishing.models import PublishedVersion
from clinic.publishing.requirements import Requirement
from clinic.publishing.services import classify

from .comparison import words_changed
from .models import MedicalReviewTask, Review, ReviewSettings

UNSIGNED = (
    "A physician has to sign this text before readers see it. Submit it to the medical review, "
    "or send a physician a private link."
)
LARGE_SMALL_CHANGE = (
    "You answered No, but {words} words differ from what readers see now. Answer Yes, or tick "
    "the box below to confirm that nothing changes that a reader acts on."
)


def policy_of(page):
    return ReviewSettings.load().policy_for(type(page))


def review_requirements(page) -> list[Requirement]:
    """What the review policy still asks of `page` (as it would go live); empty if nothing."""
    circumstances = current_circumstances()
    if circumstances.urgent or circumstances.is_history:
        return []
    previous = _last_version(page)
    missing = []
    if page.is_small_change and previous and not page.small_change_confirmed:
        words = words_changed(previous.restored, page)
        if words > ReviewSettings.load().small_change_words:
            sentence = LARGE_SMALL_CHANGE.format(words=words)
            missing.append(Requirement("small_change_confirmed", sentence))
    if waits_for_signature(page):
        missing.append(Requirement("", UNSIGNED, settled_by_approval=True))
    return missing


def waits_for_signature(page) -> bool:
    """Whether the policy keeps `page` from going live: with a text that is news to readers and that
    nobody signed."""
    if not policy_of(page).required:
        return False
    kind, _, _ = classify(page, _last_version(page))
    return kind in PublishedVersion.COUNTED and signature_under(page) is None


def _last_version(page) -> PublishedVersion | None:
    return page.published_versions.in_order().last() if page.pk else None


def signature_under(page) -> Review | None:
    """The newest signature under exactly the text of `page`.

    Texts are compared with today's code, so that a field added since takes no signature away.
    """
    if not page.pk:
        return None
    digest = content_digest(page)
    reviews = list(page.reviews.select_related("revision").order_by("-signed_at", "-pk"))
    for review in reviews:
        if review.digest == digest:
            return review
    for review in reviews:
        if content_digest(review.revision.as_object()) == digest:
            return review
    return None


def workflow_with_review(page, assigned: Workflow | None) -> Workflow | None:
    """The workflow in which physicians sign, if the policy asks for it: the one assigned to the
    page's section if it has such a step, else the practice's own. None if there is none."""
    if not policy_of(page).required:
        return None
    tasks = MedicalReviewTask.objects.filter(active=True)
    with_review = Workflow.objects.filter(active=True, workflow_tasks__task__in=tasks.values("pk"))
    if assigned is not None and with_review.filter(pk=assigned.pk).exists():
        return assigned
    return with_review.order_by("pk").first()
