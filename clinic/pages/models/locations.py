"""Where the practice is, and when someone is there."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager

from clinic.pages.base import BasePage
from clinic.pages.fact_blocks import OpeningHoursBlock, PhoneBlock, SpecialHoursBlock
from clinic.pages.listing import ListingPage
from clinic.pages.mixins import PhotoMixin
from clinic.pages.opening import (
    coming_special_periods,
    today_at,
    week,
)
from clinic.pages.page_links import location_links
from clinic.pages.querysets import ClinicPageQuerySet
from clinic.pages.site_settings import PracticeSettings
from clinic.pages.structured_data import (
    Graph,
    add,
    map_node,
    office_node,
    opening_hours,
    phone_properties,
    picture_node,
    special_opening_hours,
)
from clinic.publishing.requirements import Requirement

CONFIRMATION_MISSING = "Say on which day someone last checked that these hours are right."
MAP_ALT_MISSING = "Say in a few words what the map shows, for people who cannot see it."
DIRECTIONS = "https://www.google.com/maps/dir/?"


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
        return self.select_related("photo", "map_image")

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
    search_group = "Locations"

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
    special_hours = StreamField(
        [("special", SpecialHoursBlock())],
        blank=True,
        help_text="Holidays and days with other hours. They win over the usual hours.",
    )
    hours_confirmed_on = models.DateField(
        "hours confirmed on", null=True, blank=True, help_text="The day someone last checked them."
    )
    map_image = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    map_alt = models.CharField(
        "what the map shows",
        max_length=250,
        blank=True,
        help_text="For people who cannot see it: between which streets, next to what.",
    )

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
            [
                FieldPanel("hours"),
                FieldPanel("special_hours"),
                FieldPanel("hours_note"),
                FieldPanel("hours_confirmed_on"),
                FieldPanel("own_time_zone"),
            ],
            heading="Opening hours",
        ),
        MultiFieldPanel(
            [FieldPanel("entrance"), FieldPanel("parking"), FieldPanel("accessibility")],
            heading="Getting in",
        ),
        PhotoMixin.photo_panel,
        MultiFieldPanel([FieldPanel("map_image"), FieldPanel("map_alt")], heading="Map"),
    ]

    objects = PageManager.from_queryset(LocationQuerySet)()

    class Meta:
        verbose_name = "location"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        # One moment for all of it, also at midnight.
        now = timezone.now()
        today = today_at(self, now)
        context["week"] = week(self, today)
        context["special_periods"] = coming_special_periods(self, today)
        context["linked_lists"] = location_links.sections(context["frame"])
        return context

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Any]]:
        return super().get_linked_pages(page) | location_links.sources(page)

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if not (self.street and self.city):
            missing.append(Requirement("street", "Fill in the street and the city."))
        if not self.phones:
            missing.append(Requirement("phones", "Add a telephone number that patients can call."))
        if self.hours and not self.hours_confirmed_on:
            missing.append(Requirement("hours_confirmed_on", CONFIRMATION_MISSING))
        if self.map_image_id and not self.map_alt:
            missing.append(Requirement("map_alt", MAP_ALT_MISSING))
        return missing

    def get_search_text(self) -> str:
        told = [f"{self.address}.", self.entrance, self.parking, self.accessibility]
        return " ".join(" ".join(told).split())

    def get_description(self, practice: PracticeSettings) -> str:
        facts = f"{self.title} of {practice.name}: {self.address}."
        return super().get_description(practice) or facts

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        home_url = facts["frame"].home.full_url
        clinic = {
            **office_node(self, page["url"], home_url),
            **phone_properties(self.phones),
            "openingHoursSpecification": opening_hours(facts["week"]),
            "specialOpeningHoursSpecification": special_opening_hours(facts["special_periods"]),
            "image": picture_node(self.photo, "width-960|format-jpeg", home_url, self.photo_alt),
            "hasMap": map_node(self.map_image, "width-960|format-png", home_url, self.map_alt),
        }
        page["mainEntity"] = add(graph, clinic)
        return graph

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of the opening hours: its own, or the practice's."""
        return ZoneInfo(self.own_time_zone or settings.TIME_ZONE)

    @property
    def address(self) -> str:
        """“100 Larkspur Lane, Maple Hollow, NJ 07099”."""
        return f"{self.street}, {self.city}, {self.region} {self.postal_code}".strip(", ")

    @property
    def directions_url(self) -> str:
        """Where another site shows the way to the address."""
        return DIRECTIONS + urlencode({"api": 1, "destination": self.address})


LocationIndexPage.listed_model = LocationPage
