"""The blocks a body is built of."""

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageBlock

from .media_blocks import VideoBlock

INLINE_FEATURES = ["bold", "italic", "link", "document-link"]
TEXT_FEATURES = [*INLINE_FEATURES, "ol", "ul"]


class BulletsBlock(blocks.StructBlock):
    """A plain list: who a procedure suits, what to bring."""

    lines = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, label="Line"))

    class Meta:
        icon = "list-ul"
        label = "Bullets"
        template = "blocks/bullets.html"


class StepBlock(blocks.StructBlock):
    """One thing that happens."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=INLINE_FEATURES, required=False)


class StepsBlock(blocks.StructBlock):
    """What happens, in order."""

    steps = blocks.ListBlock(StepBlock(label="Step"))

    class Meta:
        icon = "list-ol"
        label = "Steps"
        template = "blocks/steps.html"


class CalloutBlock(blocks.StructBlock):
    """Something a reader must not miss."""

    kind = blocks.ChoiceBlock(
        choices=[
            ("note", "Note"),
            ("important", "Important"),
            ("urgent", "Urgent: call us or 911"),
        ],
        default="note",
    )
    heading = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(features=TEXT_FEATURES)

    class Meta:
        icon = "warning"
        label = "Callout"
        template = "blocks/callout.html"


class UrgentCardBlock(blocks.StructBlock):
    """Signs that need a call today, or 911 now. The numbers are those of the offices."""

    kind = blocks.ChoiceBlock(
        choices=[("call_us", "Call us today"), ("call_911", "Call 911 now")], default="call_us"
    )
    heading = blocks.CharBlock(
        max_length=120,
        required=False,
        help_text="Goes on after “Call us” or “Call 911”. Leave empty for “today if you have:”.",
    )
    signs = blocks.ListBlock(
        blocks.RichTextBlock(features=INLINE_FEATURES, label="Sign"),
        help_text="One sign a line. Do not type telephone numbers: they are added by the site.",
    )

    class Meta:
        icon = "mobile-alt"
        label = "Urgent card"
        template = "blocks/urgent_card.html"


class RiskBlock(blocks.StructBlock):
    """Something that can go wrong, and how often it does."""

    harm = blocks.CharBlock(label="What can happen", max_length=200)
    how_often = blocks.CharBlock(
        max_length=250, help_text="In plain numbers: “about 1 in 100 people”."
    )
    what_we_do = blocks.CharBlock(label="What we do about it", max_length=250, required=False)


class RisksBlock(blocks.StructBlock):
    """Risks in plain numbers, as a table that also reads well on a phone."""

    risks = blocks.ListBlock(RiskBlock(label="Risk"))

    class Meta:
        icon = "warning"
        label = "Table of risks"
        template = "blocks/risks.html"


class FigureBlock(blocks.StructBlock):
    """A picture with the words that people who cannot see it hear."""

    image = ImageBlock()
    caption = blocks.CharBlock(max_length=250, required=False)

    class Meta:
        icon = "image"
        label = "Image"
        template = "blocks/figure.html"


class QuestionBlock(blocks.StructBlock):
    """A question patients ask, and its answer."""

    question = blocks.CharBlock(max_length=200)
    answer = blocks.RichTextBlock(features=TEXT_FEATURES)


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers."""

    questions = blocks.ListBlock(QuestionBlock(label="Question"))

    class Meta:
        icon = "help"
        label = "Questions and answers"
        template = "blocks/questions.html"


class BodyBlock(blocks.StreamBlock):
    """What a section is written with."""

    text = blocks.RichTextBlock(
        features=[*TEXT_FEATURES, "h3"], icon="pilcrow", template="blocks/text.html"
    )
    bullets = BulletsBlock()
    steps = StepsBlock()
    callout = CalloutBlock()
    urgent_card = UrgentCardBlock()
    image = FigureBlock()
    video = VideoBlock()
    questions = QuestionsBlock()
    risks = RisksBlock()
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(required=False)),
            ("rich_text", blocks.RichTextBlock(features=INLINE_FEATURES, required=False)),
        ],
        label="Table",
        template="blocks/table.html",
    )


class PageBodyBlock(BodyBlock):
    """A whole page's body: its headings come right below the page's own."""

    text = blocks.RichTextBlock(
        features=[*TEXT_FEATURES, "h2", "h3"], icon="pilcrow", template="blocks/text.html"
    )
