"""A video in a text."""

from django.core.exceptions import ValidationError

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

VIDEO_TYPES = ("mp4", "webm")
FEATURES = ["bold", "italic", "link", "ol", "ul"]


class VideoBlock(blocks.StructBlock):
    """A video that is loaded only when a reader starts it, with its words in writing."""

    title = blocks.CharBlock(max_length=150)
    length = blocks.CharBlock(max_length=40, required=False, help_text="Such as “2 minutes”.")
    file = DocumentChooserBlock(
        required=False, label="Video file", help_text="An MP4 or WebM file of your own."
    )
    captions = DocumentChooserBlock(
        required=False, help_text="A WebVTT file (.vtt). Needed with a video file."
    )
    link = blocks.URLBlock(
        required=False,
        label="Or a link to another site",
        help_text="Readers are told that they leave this site.",
    )
    transcript = blocks.RichTextBlock(
        features=FEATURES, help_text="All that is said and shown, for people who read it."
    )

    class Meta:
        icon = "media"
        label = "Video"
        template = "blocks/video.html"
        description = "A video, with its words in writing. It loads when a reader starts it."
        preview_value = {
            "title": "How to get up after the procedure",
            "length": "2 minutes",
            "file": None,
            "captions": None,
            "link": "https://video.example.com/getting-up",
            "transcript": "<p>A nurse shows how to roll to the side, and then sit up.</p>",
        }

    def clean(self, value):
        cleaned = super().clean(value)
        errors = video_errors(cleaned)
        if errors:
            raise blocks.StructBlockValidationError(
                {name: ValidationError(sentence) for name, sentence in errors.items()}
            )
        return cleaned


def video_errors(value) -> dict[str, str]:
    """What is wrong with a video: name of the field, and a sentence for the editor."""
    file, captions = value["file"], value["captions"]
    if bool(file) == bool(value["link"]):
        return {"link": "Choose a video file or fill in a link: one of the two."}
    if not file:
        return {}
    if file.file_extension.lower() not in VIDEO_TYPES:
        return {"file": "Choose an MP4 or WebM file."}
    if captions is None or captions.file_extension.lower() != "vtt":
        return {"captions": "Choose the captions, a .vtt file: some readers cannot hear."}
    return {}
