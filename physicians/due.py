"""What waits for a physician: public pages that ask for a review, and submitted texts.

The reports, the dashboard and the weekly letter all ask here.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import prefetch_related_objects

from modelcluster.models import model_from_serializable_data
from wagtail.models import TaskState, WorkflowState

from clinic.publishing.context import name_of

from .kinds import reviewable_models
from .models import MedicalReviewTask, PhysicianPage, Review, ReviewSettings
from .review_status import ReviewState, ReviewStatus, statuses_of
from .services import open_reviews


class Reason(models.TextChoices):
    """Why a public page asks for a physician, the most pressing reason first."""

    URGENT = "urgent", "Urgent"
    NEVER = (ReviewState.NEVER.value, ReviewState.NEVER.label)
    CHANGED = (ReviewState.CHANGED.value, ReviewState.CHANGED.label)
    OVERDUE = (ReviewState.OVERDUE.value, ReviewState.OVERDUE.label)
    DUE_SOON = (ReviewState.DUE_SOON.value, ReviewState.DUE_SOON.label)
    LARGE_EDITS = "large_edits", "Small changes with many words"


@dataclass(frozen=True)
class DuePage:
    """A public page that asks for a review: why, of whom, and who signed last."""

    page: Any
    status: ReviewStatus
    # The physician who should sign; None if any may.
    reviewer: PhysicianPage | None
    # The signature under the public text; else the newest one under any text of the page.
    last_review: Review | None

    @property
    def reasons(self) -> list[Reason]:
        """At least one, the most pressing first."""
        found = [Reason.URGENT] if self.status.urgent else []
        if self.status.state != ReviewState.REVIEWED:
            found.append(Reason(self.status.state.value))
        if self.status.large_edits:
            found.append(Reason.LARGE_EDITS)
        return found

    @property
    def in_words(self) -> str:
        """“Urgent, never reviewed”."""
        return ", ".join(reason.label for reason in self.reasons).capitalize()

    @property
    def kind(self) -> str:
        """What editors call this kind of page: “Procedure”."""
        return str(self.page.get_verbose_name())

    @property
    def urgency(self) -> tuple:
        """Sorts pages: by the most pressing reason, then by what was due first, then by title."""
        rank = list(Reason).index(self.reasons[0])
        return rank, self.status.next_due or date.max, self.page.title.casefold()


@dataclass(frozen=True)
class WaitingText:
    """A text that waits for a signature: the page as it was submitted, by whom, since when."""

    page: Any
    # The physician whom the submitted text names; None if any may sign.
    reviewer: PhysicianPage | None
    submitted_by: Any
    since: datetime

    @property
    def submitted_by_name(self) -> str:
        return name_of(self.submitted_by)


@dataclass(frozen=True)
class SentBackText:
    """A text that a physician did not sign: what should change, for whoever submitted it."""

    page_id: str
    title: str
    comment: str
    # Empty where the physician used a private link: the comment then names them.
    sent_back_by_name: str
    submitted_by: Any
    since: datetime


def due_pages(among=None) -> list[DuePage]:
    """Every public page that asks for a review, the most pressing first; of the pages in the
    queryset `among`, if given. The number of queries depends on the kinds of page only."""
    pages = [page for model in reviewable_models() for page in _public(model, among)]
    settings = ReviewSettings.load()
    asked = {
        model
        for model in reviewable_models()
        if model.review_required_by_default or settings.policy_for(model).required
    }
    unasked = {page.pk for page in pages if type(page) not in asked}
    statuses = {
        pk: status
        for pk, status in statuses_of(pages).items()
        # A page that nobody asked a physician to sign is not due for its first signature.
        if status.asks_for_review and not (status.state == ReviewState.NEVER and pk in unasked)
    }
    last_reviews = _last_reviews(statuses)
    rows = [
        DuePage(page, statuses[page.pk], _reviewer_of(page), last_reviews.get(page.pk))
        for page in pages
        if page.pk in statuses
    ]
    return sorted(rows, key=lambda row: row.urgency)


def counts_of(rows: Iterable[DuePage]) -> dict[Reason, int]:
    """How many of the pages ask for each reason; reasons of none are left out."""
    reasons = [reason for row in rows for reason in row.reasons]
    return {reason: reasons.count(reason) for reason in Reason if reason in reasons}


def waiting_texts() -> list[WaitingText]:
    """Every submitted text that waits for a signature, longest waiting first. The number of
    queries depends on the kinds of page only."""
    kinds = ContentType.objects.get_for_models(*reviewable_models())
    models_by_id = {kind.pk: model for model, kind in kinds.items()}
    found, by_model = [], defaultdict(list)
    for state in open_reviews():
        model = models_by_id.get(state.revision.content_type_id)
        if model is None:
            continue
        # The page's own row may be older than what was submitted, and name someone else.
        page = model_from_serializable_data(model, state.revision.content, check_fks=False)
        by_model[model].append(page)
        found.append((page, state))
    for model, pages in by_model.items():
        prefetch_related_objects(pages, *_fields_that_name_physicians(model))
    return [
        WaitingText(page, _reviewer_of(page), state.workflow_state.requested_by, state.started_at)
        for page, state in found
    ]


def sent_back_texts() -> list[SentBackText]:
    """Every submitted text that a physician sent back and that was not submitted again since,
    longest ago first."""
    tasks = MedicalReviewTask.objects.values("pk")
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        current_task_state__status=TaskState.STATUS_REJECTED,
        current_task_state__task__in=tasks,
    )
    related = ("requested_by", "current_task_state__revision", "current_task_state__finished_by")
    return [
        SentBackText(
            page_id=state.object_id,
            title=state.current_task_state.revision.object_str,
            comment=state.current_task_state.comment,
            sent_back_by_name=name_of(state.current_task_state.finished_by),
            submitted_by=state.requested_by,
            since=state.current_task_state.finished_at,
        )
        for state in states.select_related(*related).order_by("current_task_state__finished_at")
    ]


def physicians_share(
    profile: PhysicianPage, waiting: Iterable[WaitingText], due: Iterable[DuePage]
) -> tuple[list[WaitingText], list[DuePage]]:
    """What of `waiting` and `due` the physician of `profile` should look at: texts that name
    them, or nobody; public pages that name them, and urgent ones that name nobody. A page whose
    text waits for them is not due as well."""
    to_sign = [text for text in waiting if text.reviewer in (profile, None)]
    submitted = {text.page.pk for text in to_sign}
    theirs = [
        row
        for row in due
        if row.page.pk not in submitted
        and (row.reviewer == profile or (row.reviewer is None and row.status.urgent))
    ]
    return to_sign, theirs


def _reviewer_of(page) -> PhysicianPage | None:
    """Who should sign `page`; where that physician has left, any other may."""
    reviewer = page.get_reviewer()
    return reviewer if reviewer is not None and reviewer.live else None


def _public(model, among):
    pages = model.objects.live().for_reading().defer_streamfields()
    for name in _fields_that_name_physicians(model):
        pages = pages.select_related(name, f"{name}__specialty")
    return pages if among is None else pages.filter(pk__in=among.order_by().values("pk"))


def _last_reviews(statuses: dict[int, ReviewStatus]) -> dict[int, Review]:
    found = {}
    # Oldest first, so that the newest one stays.
    for review in Review.objects.filter(page__in=statuses):
        signature = statuses[review.page_id].review
        if signature is None or signature.review_id == review.pk:
            found[review.page_id] = review
    return found


def _fields_that_name_physicians(model) -> list[str]:
    fields = model._meta.concrete_fields
    return [field.name for field in fields if field.related_model is PhysicianPage]
