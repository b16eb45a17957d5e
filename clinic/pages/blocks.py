"""The blocks a body is built of, and small ones for settings and locations."""

from django.core.exceptions import ValidationError

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageBlock

from .phones import validate_phone

INLINE_FEATURES = ["bold", "italic", "link", "document-link"]
TEXT_FEATURES = [*INLINE_FEATURES, "ol", "ul"]
PHONE_PURPOSES = {
    "appointments": "Appointments",
    "questions": "Questions",
    "after_hours": "After hours",
    "fax": "Fax",
}


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
    image = FigureBlock()
    questions = QuestionsBlock()
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


class PhoneBlock(blocks.StructBlock):
    """A telephone number and what it is for."""

    purpose = blocks.ChoiceBlock(
        choices=list(PHONE_PURPOSES.items()),
        default="appointments",
    )
    number = blocks.CharBlock(max_length=30, validators=[validate_phone])

    class Meta:
        icon = "mobile-alt"


class SocialLinkBlock(blocks.StructBlock):
    """A page of the practice elsewhere; a plain link, nothing is loaded from there."""

    name = blocks.CharBlock(max_length=40)
    url = blocks.URLBlock()

    class Meta:
        icon = "link"


class OpeningHoursBlock(blocks.StructBlock):
    """The hours of one or more days of the week, on the location's own clock."""

    days = blocks.MultipleChoiceBlock(
        choices=[
            ("mon", "Monday"),
            ("tue", "Tuesday"),
            ("wed", "Wednesday"),
            ("thu", "Thursday"),
            ("fri", "Friday"),
            ("sat", "Saturday"),
            ("sun", "Sunday"),
        ],
    )
    opens = blocks.TimeBlock()
    closes = blocks.TimeBlock()

    class Meta:
        icon = "time"

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["opens"] >= cleaned["closes"]:
            raise blocks.StructBlockValidationError(
                {"closes": ValidationError("The closing time must be later than the opening time.")}
            )
        return cleaned
