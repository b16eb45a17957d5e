"""What the body of a notice has besides the usual blocks: lines in other languages."""

from wagtail import blocks

from .blocks import PageBodyBlock

# Languages of people who need help with English, by code: the name that editors choose by.
LANGUAGES = {
    "ar": "Arabic",
    "hy": "Armenian",
    "bn": "Bengali",
    "zh-Hans": "Chinese, simplified",
    "zh-Hant": "Chinese, traditional",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "gu": "Gujarati",
    "ht": "Haitian Creole",
    "he": "Hebrew",
    "hi": "Hindi",
    "hmn": "Hmong",
    "it": "Italian",
    "ja": "Japanese",
    "km": "Khmer",
    "ko": "Korean",
    "lo": "Lao",
    "fa": "Persian",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ru": "Russian",
    "es": "Spanish",
    "tl": "Tagalog",
    "th": "Thai",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "yi": "Yiddish",
}
WRITTEN_FROM_THE_RIGHT = {"ar", "fa", "he", "ur", "yi"}


class LanguageLineValue(blocks.StructValue):
    """A line that knows which way it is written."""

    @property
    def direction(self) -> str:
        """For the HTML attribute: "rtl" or "ltr"."""
        return "rtl" if self["language"] in WRITTEN_FROM_THE_RIGHT else "ltr"


class LanguageLineBlock(blocks.StructBlock):
    """A sentence in another language, which screen readers then speak in that language."""

    language = blocks.ChoiceBlock(choices=list(LANGUAGES.items()))
    text = blocks.CharBlock(max_length=300)

    class Meta:
        value_class = LanguageLineValue


class LanguageLinesBlock(blocks.StructBlock):
    """Where to get help, said in the languages that patients speak."""

    lines = blocks.ListBlock(LanguageLineBlock(label="Line"))

    class Meta:
        icon = "globe"
        label = "Lines in other languages"
        template = "blocks/language_lines.html"
        description = "Where to get help, in the languages that your patients speak."
        preview_value = {
            "lines": [
                {"language": "es", "text": "Ofrecemos ayuda gratuita en su idioma."},
                {"language": "ar", "text": "نقدم مساعدة مجانية بلغتك."},
            ]
        }


class NoticeBodyBlock(PageBodyBlock):
    """The body of a notice."""

    language_lines = LanguageLinesBlock()
