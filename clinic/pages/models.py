"""The pages that every practice has: home, plain pages, locations."""

from textwrap import shorten
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageManager
from wagtail.search import index
from wagtail.url_routing import RouteResult

from clinic.publishing.requirements import Requirement

from .base import BasePage
from .blocks import INLINE_FEATURES, OpeningHoursBlock, PageBodyBlock, PhoneBlock
from .contributions import home_sections
from .listing import ListingPage
from .mixins import PhotoMixin
from .querysets import ClinicPageQuerySet
from .roles import Role
from .routing import find_page, find_withdrawal
from .site_settings import PracticeSettings
from .structured_data import (
    Graph,
    add,
    office_node,
    opening_hours,
    phone_properties,
    picture_node,
    practice_id,
    words_of,
)

LONGEST_DESCRIPTION = 155
PHOTO_ALT_MISSING = "Say in a few words what the photo shows, for people who cannot see it."

__all__ = [
    "ContentPage",
    "HomePage",
    "LocationIndexPage",
    "LocationPage",
    "PracticeSettings",
    "Role",
]


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

    share_type = "website"
    prints_dates = False

    class Meta:
        verbose_name = "home page"

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Finds the page at once by its full address, instead of walking down the tree.
        An address whose page was withdrawn is answered with why, and what to read instead."""
        if not path_components:
            return super().route(request, path_components)
        page = find_page(self.url_path + "/".join(path_components) + "/")
        if page is None:
            raise Http404
        if page.live:
            return RouteResult(page)
        if withdrawal := find_withdrawal(page):
            return RouteResult(self, kwargs={"withdrawn": page, "withdrawal": withdrawal})
        raise Http404

    def serve(self, request: HttpRequest, *args, withdrawn=None, withdrawal=None, **kwargs):
        if withdrawal is None:
            return super().serve(request, *args, **kwargs)
        if withdrawn.get_view_restrictions():
            raise Http404
        context = {"page": withdrawn, "withdrawal": withdrawal}
        return TemplateResponse(request, "410.html", context, status=410)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["sections"] = home_sections.sections(request)
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        page |= {
            "name": self.headline or self.title,
            "about": {"@id": practice_id(page["url"])},
        }
        return graph

    def get_lead(self, practice: PracticeSettings) -> str:
        return practice.tagline

    def get_share_title(self, practice: PracticeSettings) -> str:
        return self.seo_title or practice.name

    def get_share_picture(self) -> tuple[Any, str] | None:
        return (self.image, "") if self.image else super().get_share_picture()


class ContentPage(BasePage):
    """A plain page: about the practice, how pages are written, what to do in an emergency."""

    page_description = "A plain page, such as “About our practice”."
    parent_page_types = ["pages.HomePage", "pages.ContentPage"]
    subpage_types = ["pages.ContentPage"]

    body = StreamField(PageBodyBlock(), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]

    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "plain page"

    def get_description(self, practice: PracticeSettings) -> str:
        opening = shorten(words_of(self.body), LONGEST_DESCRIPTION, placeholder="…")
        return super().get_description(practice) or opening


class LocationIndexPage(ListingPage):
    """Where the practice is."""

    page_description = "Lists the practice's offices."
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.LocationPage"]
    max_count = 1
    row_template = "components/location_row.html"

    class Meta:
        verbose_name = "list of locations"


class LocationQuerySet(ClinicPageQuerySet):
    """Questions asked of locations."""

    def for_reading(self):
        return self.select_related("photo")

    def for_listing(self):
        return self.order_by("title").select_related("photo")


def validate_time_zone(value: str) -> None:
    if value and value not in available_timezones():
        raise ValidationError("Write a time zone by its name, such as America/New_York.")


class LocationPage(PhotoMixin, BasePage):
    """An office that patients come to: address, phones, hours, how to get in."""

    page_description = "One office: address, phones, opening hours."
    parent_page_types = ["pages.LocationIndexPage"]
    subpage_types: list[str] = []

    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField("state", max_length=50, blank=True)
    postal_code = models.CharField("ZIP code", max_length=12, blank=True)
    phones = StreamField([("phone", PhoneBlock())], blank=True)
    hours = StreamField([("hours", OpeningHoursBlock())], blank=True)
    hours_note = models.CharField(
        max_length=200, blank=True, help_text="Such as “Closed on public holidays.”"
    )
    own_time_zone = models.CharField(
        "time zone",
        max_length=50,
        blank=True,
        validators=[validate_time_zone],
        help_text="Only if this office keeps another time than the practice.",
    )
    entrance = models.TextField(blank=True, help_text="How to find the door.")
    parking = models.TextField(blank=True)
    accessibility = models.TextField(blank=True, help_text="Steps, ramps, lifts, help on arrival.")

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("street"),
                FieldPanel("city"),
                FieldPanel("region"),
                FieldPanel("postal_code"),
            ],
            heading="Address",
        ),
        FieldPanel("phones"),
        MultiFieldPanel(
            [FieldPanel("hours"), FieldPanel("hours_note"), FieldPanel("own_time_zone")],
            heading="Opening hours",
        ),
        MultiFieldPanel(
            [FieldPanel("entrance"), FieldPanel("parking"), FieldPanel("accessibility")],
            heading="Getting in",
        ),
        PhotoMixin.photo_panel,
    ]

    search_fields = [
        *BasePage.search_fields,
        index.SearchField("street"),
        index.SearchField("city"),
    ]

    objects = PageManager.from_queryset(LocationQuerySet)()

    class Meta:
        verbose_name = "location"

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if not (self.street and self.city):
            missing.append(Requirement("street", "Fill in the street and the city."))
        if not self.phones:
            missing.append(Requirement("phones", "Add a telephone number that patients can call."))
        return missing

    def get_description(self, practice: PracticeSettings) -> str:
        place = f"{self.street}, {self.city}, {self.region} {self.postal_code}".strip(", ")
        facts = f"{self.title} of {practice.name}: {place}."
        return super().get_description(practice) or facts

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        home_url = facts["frame"].home.get_full_url(facts["request"])
        clinic = {
            **office_node(self, page["url"], home_url),
            **phone_properties(self.phones),
            "openingHoursSpecification": opening_hours(self.hours),
            "image": picture_node(self.photo, "width-1200", home_url, self.photo_alt),
        }
        page["mainEntity"] = add(graph, clinic)
        return graph

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of the opening hours: its own, or the practice's."""
        return ZoneInfo(self.own_time_zone or settings.TIME_ZONE)


LocationIndexPage.listed_model = LocationPage
