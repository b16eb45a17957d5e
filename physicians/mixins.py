"""What a page that physicians sign carries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property

from wagtail.admin.panels import FieldPanel
from wagtail.models import Workflow

from clinic.pages.structured_data import Graph
from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import PublishedVersion
from clinic.publishing.requirements import Requirement

from .models.policy import LONGEST_MONTHS


@dataclass(frozen=True)
class ReviewSection:
    """A titled part of a page as the review screen shows it: its blocks, each with its id."""

    key: str
    title: str
    blocks: list[Any] = field(default_factory=list)


class ReviewablePage(models.Model):
    """A page whose text a physician can sign, and that may need it to go live.

    Stands before the page's other bases. The signature itself is never on the page: it belongs
    to one version, and the page derives from the record whether readers see that version.
    """

    schema_type = "MedicalWebPage"
    # The usual policy of the kind, while the practice has set none.
    review_required_by_default = False
    answer_fields = (*RecordedPage.answer_fields, "small_change_confirmed")
    unread_fields = (*RecordedPage.unread_fields, "small_change_confirmed", "review_months")
    exclude_fields_in_copy = [*RecordedPage.exclude_fields_in_copy, "small_change_confirmed"]

    small_change_confirmed = models.BooleanField(
        "it really changes nothing that a reader acts on",
        default=False,
        help_text="Only needed for a small change that touches many words. Physicians see it.",
    )
    review_months = models.PositiveSmallIntegerField(
        "months until the next medical review",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text="Leave empty for the practice's usual interval.",
    )

    review_panel = FieldPanel("review_months")

    class Meta:
        abstract = True

    def get_reviewer(self):
        """The physician who should sign, as a profile; None if any may."""
        return None

    def credit_to(self, profile) -> None:
        """Put `profile` in the place of the physician who answers for the text; None stands for
        the practice as a whole. Nothing is saved."""

    def get_review_sections(self) -> list[ReviewSection]:
        """The page's text in titled parts, in order, for the review screen."""
        return []

    def get_review_facts(self) -> list[tuple[str, str]]:
        """Everything else that readers read on the page: label and words. Together with the
        sections, all that a signature covers; the words for search engines are not part of it."""
        return [("Title", self.title)]

    def get_publication_requirements(self) -> list[Requirement]:
        from .policy import review_requirements

        return [*super().get_publication_requirements(), *review_requirements(self)]

    def is_relied_on(self, revision) -> bool:
        return (
            super().is_relied_on(revision)
            or revision.reviews.exists()
            or revision.review_links.exists()
        )

    @property
    def has_workflow(self) -> bool:
        return self.get_workflow() is not None

    @property
    def copies_start_as_drafts(self) -> bool:
        # Whoever has to agree to the text has not agreed to it as the copy's.
        is_signed = self.review_settings.policy_for(type(self)).required
        return is_signed or super().copies_start_as_drafts

    def get_workflow(self) -> Workflow | None:
        """Where a signature is needed, what is submitted goes to the physicians."""
        from .policy import workflow_with_review

        assigned = super().get_workflow() if self.path else None
        return workflow_with_review(self, assigned) or assigned

    @classmethod
    def with_what_is_known(cls, versions: list[PublishedVersion]) -> list[PublishedVersion]:
        from .review_status import with_signatures

        return with_signatures(super().with_what_is_known(versions))

    def read_as_of(self, version, at: datetime) -> None:
        from .review_status import with_signatures

        super().read_as_of(version, at)
        self.recorded_versions = with_signatures(self.recorded_versions, signed_by=at)

    @cached_property
    def review_status(self):
        """What readers may be told about the medical review of what they see."""
        from .review_status import public_status

        return public_status(self)

    def get_review_status(self, request):
        """The same; in a preview, as it will be once this is published."""
        from .review_status import status_if_published

        if getattr(request, "is_preview", False):
            return status_if_published(self)
        return self.review_status

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        status = self.get_review_status(request)
        if status is not None and status.review is not None:
            from .public_profiles import public_profiles

            signer = status.review.signer_id
            context["review"] = status
            # A name stays for ever; the link only while the profile is public.
            context["review_signer"] = public_profiles(signer).get(signer)
            context["shows_next_review"] = self.review_settings.shows_next_review
        context["noindex"] = self.is_kept_from_search(status)
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        from .structured_data import review_properties

        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        page["medicalAudience"] = {"@type": "MedicalAudience", "audienceType": "Patient"}
        if review := facts.get("review"):
            page |= review_properties(graph, review.review, facts["review_signer"], facts)
        return graph

    @classmethod
    def read_records(cls, pages: list) -> None:
        super().read_records(pages)
        for page in pages:
            page.review_settings = pages[0].review_settings

    @cached_property
    def review_settings(self):
        from .models.policy import review_settings

        return review_settings()

    def is_kept_from_search(self, status) -> bool:
        """Whether the practice hides from search engines what no physician has reviewed."""
        settings = self.review_settings
        unreviewed = status is None or status.review is None
        return unreviewed and settings.hides_unreviewed and settings.policy_for(type(self)).required

    @property
    def is_small_change(self) -> bool:
        return self.current_answer[0] == PublishedVersion.Kind.MINOR
