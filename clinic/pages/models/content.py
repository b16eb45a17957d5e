"""Pages of plain text: about the practice, and the notices at the foot of every page."""

from textwrap import shorten

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from clinic.pages.base import BasePage
from clinic.pages.blocks import PageBodyBlock
from clinic.pages.described import LONGEST_DESCRIPTION
from clinic.pages.notice_blocks import NoticeBodyBlock
from clinic.pages.notices import first_blank
from clinic.pages.site_settings import PracticeSettings
from clinic.pages.structured_data import words_of
from clinic.publishing.requirements import Requirement

CHECK_MISSING = "Say on which day someone last checked that this notice is right."
BLANK_LEFT = "Fill in {blank} in the text, or take it out: readers must not meet a blank."


class TextPage(BasePage):
    """A page that is a body of text and little else."""

    body = StreamField(PageBodyBlock(), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        abstract = True

    def get_search_text(self) -> str:
        return words_of(self.body)

    def get_description(self, practice: PracticeSettings) -> str:
        opening = shorten(words_of(self.body), LONGEST_DESCRIPTION, placeholder="…")
        return super().get_description(practice) or opening


class ContentPage(TextPage):
    """A plain page: about the practice, what to do in an emergency."""

    page_description = "A plain page, such as “About our practice”."
    parent_page_types = ["pages.HomePage", "pages.ContentPage"]
    subpage_types = ["pages.ContentPage"]

    class Meta:
        verbose_name = "plain page"


class NoticePage(TextPage):
    """What the practice has to say, or promises: linked at the foot of every page."""

    class NoticeKind(models.TextChoices):
        """What the notice is about; the kit has one page ready for each but the last."""

        NONDISCRIMINATION = (
            "nondiscrimination",
            "Nondiscrimination and language help (Section 1557)",
        )
        NO_SURPRISES = "no_surprises", "No surprise bills (No Surprises Act)"
        ACCESSIBILITY = "accessibility", "Accessibility statement"
        PRIVACY = "privacy", "Privacy of this website"
        EDITORIAL = "editorial", "How pages are written and checked"
        OTHER = "other", "Another notice"

    page_description = "A notice linked at the foot of every page: privacy, accessibility, rights."
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []

    kind = models.CharField(max_length=20, choices=NoticeKind.choices, default=NoticeKind.OTHER)
    checked_on = models.DateField(
        "last checked on",
        null=True,
        blank=True,
        help_text="The day someone last checked that every word of it is right. Readers see it.",
    )

    body = StreamField(NoticeBodyBlock(), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("kind"),
        FieldPanel("checked_on"),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "notice"

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if not self.checked_on:
            missing.append(Requirement("checked_on", CHECK_MISSING))
        if blank := first_blank(words_of(self.body)):
            missing.append(Requirement("body", BLANK_LEFT.format(blank=blank)))
        return missing
