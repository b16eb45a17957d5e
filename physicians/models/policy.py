"""What the practice asks of medical reviews."""

from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import StreamField

from clinic.delivery.memo import kept
from physicians.kinds import reviewable_kinds

DEFAULT_MONTHS = 24
LONGEST_MONTHS = 36
QUESTIONS = (
    "Are the risks stated, with numbers where they are known?",
    "Are alternatives named, including no treatment?",
    "Are the references current, and do they say what the page says?",
    "Would a patient understand it and know when to call us?",
)


class KindPolicyBlock(blocks.StructBlock):
    """What is asked of one kind of page."""

    kind = blocks.ChoiceBlock(choices=reviewable_kinds, label="Pages of this kind")
    required = blocks.BooleanBlock(
        required=False,
        label="go live only when a physician has signed the text",
        help_text="Typos, links and style need no signature.",
    )
    months = blocks.IntegerBlock(
        min_value=1,
        max_value=LONGEST_MONTHS,
        default=DEFAULT_MONTHS,
        label="Months until the next review",
    )

    class Meta:
        icon = "doc-full"
        label = "Kind of page"


@dataclass(frozen=True)
class Policy:
    """Whether a kind of page needs a signature to go live, and for how many months one lasts."""

    required: bool
    months: int


def default_questions() -> list[dict]:
    return [{"type": "question", "value": question} for question in QUESTIONS]


@register_setting(icon="doc-full-inverse")
class ReviewSettings(BaseGenericSetting):
    """The practice's policy: what needs a physician's signature, how often, and what is asked."""

    kinds = StreamField(
        [("kind", KindPolicyBlock())],
        blank=True,
        help_text="A kind that is not listed here keeps the usual policy: procedures need a "
        "signature, conditions do not; both are due after 24 months.",
    )
    checklist = StreamField(
        [("question", blocks.CharBlock(max_length=200))],
        blank=True,
        default=default_questions,
        help_text="What a physician answers when signing. Answers are kept with the signature.",
    )
    due_soon_days = models.PositiveSmallIntegerField(
        "a review is “due soon” this many days before",
        default=60,
        validators=[MaxValueValidator(365)],
    )
    small_change_words = models.PositiveSmallIntegerField(
        "words that a small change may touch",
        default=20,
        help_text="An editor who calls a larger change “only a typo, a link or style” is asked "
        "to confirm it, and physicians see it in their list.",
    )
    shows_next_review = models.BooleanField(
        "tell readers when the next review is due", default=False
    )
    hides_unreviewed = models.BooleanField(
        "keep procedures that no physician has reviewed out of search engines", default=False
    )
    link_days = models.PositiveSmallIntegerField(
        "days for which a private link works",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )

    panels = [
        FieldPanel("kinds", heading="Which pages need a signature"),
        FieldPanel("checklist"),
        MultiFieldPanel(
            [FieldPanel("due_soon_days"), FieldPanel("small_change_words")],
            heading="When someone is told",
        ),
        MultiFieldPanel(
            [FieldPanel("shows_next_review"), FieldPanel("hides_unreviewed")],
            heading="What the public sees",
        ),
        FieldPanel("link_days", heading="Private links"),
    ]

    class Meta:
        verbose_name = "medical review"

    def policy_for(self, model: type[models.Model]) -> Policy:
        """The policy for pages of `model`, a reviewable kind: as listed, or the usual one."""
        for row in self.kinds:
            if row.value["kind"] == model._meta.label_lower:
                return Policy(row.value["required"], row.value["months"])
        return Policy(model.review_required_by_default, DEFAULT_MONTHS)

    @property
    def questions(self) -> list[str]:
        return [row.value for row in self.checklist]


@kept
def review_settings() -> ReviewSettings:
    """The policy as it stands. Whoever changes it loads it anew."""
    return ReviewSettings.load()
