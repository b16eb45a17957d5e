"""A procedure page's sections and references, as blocks."""

from datetime import date

from wagtail import blocks

from clinic.pages.blocks import BodyBlock

from .sections import SECTION_KINDS, SectionKind


class SectionBlock(blocks.StructBlock):
    """One named section: its kind gives the heading readers see, unless the editor writes one."""

    heading = blocks.CharBlock(
        required=False, max_length=150, help_text="Leave empty for the usual heading."
    )
    body = BodyBlock(required=False)

    class Meta:
        icon = "title"
        preview_template = "procedures/section_preview.html"
        preview_value = {
            "heading": "",
            "body": [("text", "<p>Two or three plain sentences, then lists or steps.</p>")],
        }

    def get_description(self) -> str:
        # What the section is for is said once: where it is written, and where it is chosen.
        return self.meta.help_text


def section_block(kind: SectionKind) -> SectionBlock:
    usual = kind.heading.replace("{title}", "…")
    return SectionBlock(label=kind.label, help_text=f"{kind.hint} Usual heading: “{usual}”")


class SectionsBlock(blocks.StreamBlock):
    """The sections of a procedure page, each at most once, in the order the page shows them."""

    class Meta:
        block_counts = {kind.name: {"max_num": 1} for kind in SECTION_KINDS}


def sections_block() -> SectionsBlock:
    return SectionsBlock([(kind.name, section_block(kind)) for kind in SECTION_KINDS])


def placed_sections() -> list[dict]:
    """What a new page starts with: its usual sections, in order, still to be written."""
    return [
        {"type": kind.name, "value": {"heading": "", "body": []}}
        for kind in SECTION_KINDS
        if kind.placed
    ]


class ReferenceBlock(blocks.StructBlock):
    """A source, with the day someone last checked that it says what the page says."""

    title = blocks.CharBlock(max_length=300)
    publisher = blocks.CharBlock(max_length=150, required=False)
    year = blocks.IntegerBlock(min_value=1800, max_value=2100, required=False)
    link = blocks.URLBlock(required=False)
    checked_on = blocks.DateBlock(label="Date checked", required=False)

    class Meta:
        icon = "link-external"
        label = "Reference"
        description = "A source of what the page says, with the day someone last checked it."
        preview_template = "blocks/previews/facts.html"
        preview_value = {
            "title": "Needles beside nerves: a review",
            "publisher": "A made-up journal",
            "year": 2024,
            "link": "https://example.com/review",
            "checked_on": date(2026, 1, 5),
        }


def reference_in_words(value) -> str:
    """“Title, Publisher, 2019, https://…, checked on 2026-01-05”."""
    checked = f"checked on {value['checked_on']}" if value["checked_on"] else ""
    parts = [value["title"], value["publisher"], value["year"], value["link"], checked]
    return ", ".join(str(part) for part in parts if part)
