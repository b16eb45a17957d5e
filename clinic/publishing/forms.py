"""The editor's form: asks the publish question and says, beside the field, what is missing."""

from django.utils import timezone

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from .digest import content_digest
from .models import PublishedVersion
from .moments import refuse_if_too_far
from .requirements import publication_requirements
from .templatetags.publishing_tags import practice_date

TIMES = {"go_live_at", "expire_at"}
Kind = PublishedVersion.Kind
QUESTION_OPEN = "Answer Yes or No: do readers need to know this changed?"
CREDIT_CHANGED = (
    "You changed who is credited, so readers need to know: answer Yes and say what changed."
)


class RecordedCopyForm(CopyForm):
    """Copies only: an alias would show text that has no record of its own. A copy is published
    at once only where its text is public as it is and needs nobody's agreement."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        copied = self.page.get_descendants(inclusive=True).specific()
        if any(getattr(page, "copies_start_as_drafts", False) for page in copied):
            self.fields.pop("publish_copies", None)


class RecordedPageForm(WagtailAdminPageForm):
    """Drafts are free; what publication requires is asked when someone publishes, schedules
    or submits."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in TIMES & self.fields.keys():
            self.fields[name].validators.append(refuse_if_too_far)
        self.rounds = self.instance.rounds
        self.live_version = (
            self.instance.published_versions.in_order().last() if self.rounds else None
        )
        if "change_kind" not in self.fields:
            return
        # A new round starts blank, whatever an older draft or a restored version answered.
        if self.instance.change_round != self.rounds:
            self.initial.update(dict.fromkeys(self.instance.answer_fields, ""))
        self.fields["change_kind"].choices = self._answers_in_words()

    def full_clean(self) -> None:
        super().full_clean()
        if not self.is_bound or not hasattr(self, "cleaned_data"):
            return
        self.instance.change_round = self.rounds
        if not self.is_deferred_validation:
            self._ask_for_what_is_missing()

    def _ask_for_what_is_missing(self) -> None:
        self._apply_rows()
        publishing = "action-publish" in self.data
        if "action-workflow-action" in self.data and not publishing:
            # That decides about the text that was submitted, whatever stands here now.
            return
        for requirement in publication_requirements(self.instance):
            if requirement.settled_by_approval and not publishing:
                continue
            if requirement.field in TIMES & self.errors.keys():
                # Wagtail has said so already.
                continue
            field = requirement.field if requirement.field in self.fields else None
            self.add_error(field, requirement.sentence)
        if self.live_version is None or "change_kind" not in self.fields:
            return
        before = self.live_version.restored
        answer = self.cleaned_data.get("change_kind")
        if not answer and not self._is_unchanged(before):
            self.add_error("change_kind", QUESTION_OPEN)
        if answer == Kind.MINOR and self.instance.changes_who_is_credited(before):
            self.add_error("change_kind", CREDIT_CHANGED)

    def _apply_rows(self) -> None:
        """Rows of relations belong to the text as well; saving the form applies them again."""
        for name, rows in self.formsets.items():
            if name != "comments" and rows.is_valid():
                rows.save(commit=False)

    def _is_unchanged(self, before) -> bool:
        """Whether publishing would show readers the very text they have seen."""
        if any(rows.has_changed() for name, rows in self.formsets.items() if name != "comments"):
            return False
        return not self.errors and content_digest(self.instance) == content_digest(before)

    def _answers_in_words(self) -> list[tuple[str, str]]:
        now = timezone.now()
        scheduled = self.instance.go_live_at
        day = practice_date(scheduled) if scheduled and scheduled > now else practice_date(now)
        publication = self.instance.publication if self.instance.pk else None
        if publication is None:
            return [(Kind.MAJOR.value, "Yes"), (Kind.MINOR.value, "No")]
        if publication.modified_at:
            unmoved = f"“modified on {practice_date(publication.modified_at)}”"
        else:
            unmoved = f"“published on {practice_date(publication.published_at)}”"
        return [
            (Kind.MAJOR.value, f"Yes. Readers will see: “modified on {day}”"),
            (
                Kind.MINOR.value,
                f"No, only a typo, a link or style. Readers still see: {unmoved}",
            ),
        ]
