"""What a page must have before readers may see it: the one place that is asked."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from .context import current_circumstances
from .models import PublishedVersion

ENDED = "The date on which it is withdrawn has passed: clear it, or choose a later one."
NOTE_MISSING = "Say in one sentence what changed: readers see it in the page's list of updates."


@dataclass(frozen=True)
class Requirement:
    """Something a page still lacks: the field it is about, and a sentence on what to do."""

    field: str
    sentence: str
    # True for what the approval itself settles: it stops publishing, but not submitting.
    settled_by_approval: bool = False


class PublicationRefused(ValidationError):
    """A page was asked to go live without what publication requires."""

    def __init__(self, requirements: list[Requirement]) -> None:
        self.requirements = requirements
        super().__init__([requirement.sentence for requirement in requirements])


def publication_requirements(page) -> list[Requirement]:
    """What `page` (a specific page, as it would go live) still lacks; empty if nothing.

    Forms, bulk publishing, approval, the scheduler and scripts all ask this function.
    """
    missing = list(page.get_publication_requirements())
    kind, note = page.current_answer
    if kind == PublishedVersion.Kind.MAJOR and not note and page.was_published:
        missing.append(Requirement("change_note", NOTE_MISSING))
    has_ended = page.expire_at is not None and page.expire_at <= timezone.now()
    if has_ended and not current_circumstances().is_history:
        missing.append(Requirement("expire_at", ENDED))
    return missing


def missing_for_approval(task_state) -> list[Requirement]:
    """What the text of a workflow's step still lacks for its approval. What a later step settles
    is left to that step."""
    missing = publication_requirements(task_state.revision.as_object())
    is_last = task_state.workflow_state.is_at_final_task
    return [one for one in missing if is_last or not one.settled_by_approval]


def refuse_if_incomplete(page) -> None:
    """Raise PublicationRefused, with the sentences, if `page` may not go live as it is."""
    if missing := publication_requirements(page):
        raise PublicationRefused(missing)
