"""The practice's front door."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import PageManager
from wagtail.rich_text import get_text_for_indexing

from clinic.pages.base import BasePage
from clinic.pages.blocks import INLINE_FEATURES
from clinic.pages.contributions import home_sections
from clinic.pages.querysets import ClinicPageQuerySet
from clinic.pages.site_settings import PracticeSettings
from clinic.pages.structured_data import Graph, practice_id


class HomeQuerySet(ClinicPageQuerySet):
    """The front page with its picture."""

    def for_reading(self):
        return self.select_related("image")


class HomePage(BasePage):
    """The practice's front door."""

    page_description = "The front page of the site. There is one."
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    headline = models.CharField(
        max_length=120, blank=True, help_text="What you help with, in one line."
    )
    introduction = RichTextField(blank=True, features=INLINE_FEATURES)
    image = models.ForeignKey(
        "wagtailimages.Image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Decorative: it is not described to people who cannot see it.",
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("image"),
    ]

    objects = PageManager.from_queryset(HomeQuerySet)()

    share_type = "website"
    prints_dates = False

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = list(home_sections.sections(request))
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        page |= {
            "name": self.headline or self.title,
            "about": {"@id": practice_id(page["url"])},
        }
        return graph

    def get_search_text(self) -> str:
        return " ".join(f"{self.headline} {get_text_for_indexing(self.introduction)}".split())

    def get_lead(self, practice: PracticeSettings) -> str:
        return practice.tagline

    def get_share_title(self, practice: PracticeSettings) -> str:
        return self.seo_title or practice.name

    def get_share_picture(self) -> tuple[Any, str] | None:
        return (self.image, "") if self.image else super().get_share_picture()
