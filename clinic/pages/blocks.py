"""The blocks a body is built of."""

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from .media_blocks import VideoBlock
from .pictures import PictureBlock

INLINE_FEATURES = ["bold", "italic", "link", "document-link"]
TEXT_FEATURES = [*INLINE_FEATURES, "ol", "ul"]


class TextBlock(blocks.RichTextBlock):
    """Paragraphs, and the small headings between them."""

    class Meta:
        description = "Paragraphs and lists, where no other block fits better."
        preview_value = (
            "<p>A thin needle is placed beside the nerve. You lie on your stomach.</p>"
            "<h3>How long it takes</h3><p>Most people are here for one hour.</p>"
        )


class BulletsBlock(blocks.StructBlock):
    """A plain list: who a procedure suits, what to bring."""

    lines = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, label="Line"))

    class Meta:
        icon = "list-ul"
        label = "Bullets"
        template = "blocks/bullets.html"
        description = "A short list of things of one kind, in any order."
        preview_value = {
            "lines": ["A list of all your medicines", "Your scans, if you have them"],
        }


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
        description = "What happens, one step after the other, with numbers."
        preview_value = {
            "steps": [
                {"title": "Numbing the skin", "text": "<p>You feel a short sting.</p>"},
                {"title": "Placing the needle", "text": "<p>X-ray pictures guide it.</p>"},
            ]
        }


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
        description = "One thing a reader must not miss. For signs of danger use an urgent card."
        preview_value = {
            "kind": "important",
            "heading": "Do you take blood thinners?",
            "text": "<p>Tell us before you book. Do not stop them on your own.</p>",
        }


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
        description = "Signs for which patients call today, or 911 now. The site adds the numbers."
        preview_value = {
            "kind": "call_us",
            "heading": "",
            "signs": ["a fever of 100.4 °F or higher", "redness that spreads"],
        }


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
        description = "What can go wrong, how often, and what you do about it."
        preview_value = {
            "risks": [
                {
                    "harm": "Infection",
                    "how_often": "Fewer than 1 in 100 people",
                    "what_we_do": "We use sterile tools.",
                },
                {"harm": "Bruising", "how_often": "About 1 in 10 people", "what_we_do": ""},
            ]
        }


class FigureBlock(blocks.StructBlock):
    """A picture with the words that people who cannot see it hear."""

    image = PictureBlock()
    caption = blocks.CharBlock(max_length=250, required=False)

    class Meta:
        icon = "image"
        label = "Image"
        template = "blocks/figure.html"
        description = "A picture that explains something, with words for those who cannot see it."
        # A picture of the library cannot be known here: a drawing stands in for it.
        preview_template = "blocks/previews/figure.html"
        preview_value = {"image": None, "caption": "The needle is placed beside the nerve."}


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
        description = "Questions that patients ask, each with a short answer that opens on a click."
        preview_value = {
            "questions": [
                {"question": "Will I be awake?", "answer": "<p>Yes, and you will feel calm.</p>"},
                {"question": "When can I drive?", "answer": "<p>The next day.</p>"},
            ]
        }


class TableBlock(TypedTableBlock):
    """A table of what cannot be said in sentences."""

    class Meta:
        description = "Facts in rows and columns. Give it a caption, and keep it narrow for phones."
        preview_value = {
            "caption": "What to stop, and when",
            "columns": [
                {"type": "text", "heading": "Medicine"},
                {"type": "text", "heading": "Stop it"},
            ],
            "rows": [{"values": ["Aspirin", "7 days before"]}],
        }


class BodyBlock(blocks.StreamBlock):
    """What a section is written with."""

    text = TextBlock(features=[*TEXT_FEATURES, "h3"], icon="pilcrow", template="blocks/text.html")
    bullets = BulletsBlock()
    steps = StepsBlock()
    callout = CalloutBlock()
    urgent_card = UrgentCardBlock()
    image = FigureBlock()
    video = VideoBlock()
    questions = QuestionsBlock()
    risks = RisksBlock()
    table = TableBlock(
        [
            ("text", blocks.CharBlock(required=False)),
            ("rich_text", blocks.RichTextBlock(features=INLINE_FEATURES, required=False)),
        ],
        label="Table",
        template="blocks/table.html",
    )


class PageBodyBlock(BodyBlock):
    """A whole page's body: its headings come right below the page's own."""

    text = TextBlock(
        features=[*TEXT_FEATURES, "h2", "h3"], icon="pilcrow", template="blocks/text.html"
    )


# Migrations know it as what it is; how it is shown to editors is none of their business.
DECONSTRUCT_ALIASES = {TextBlock: "wagtail.blocks.RichTextBlock"}
