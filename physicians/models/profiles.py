"""Profiles, and the list of them."""

from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import get_text_for_indexing

from clinic.pages.base import BasePage
from clinic.pages.blocks import TEXT_FEATURES
from clinic.pages.facets import Facet, names_in
from clinic.pages.finder import FinderPage
from clinic.pages.frame import Links
from clinic.pages.mixins import PhotoMixin
from clinic.pages.structured_data import Graph
from clinic.publishing.panels import MissingPanel, publish_question_panel
from clinic.publishing.requirements import Requirement
from physicians import directory
from physicians.blocks import CredentialsBlock
from physicians.credentials import Credentials, credentials_on
from physicians.npi import validate_npi
from physicians.permissions import ProfilePermissionTester
from physicians.profile_links import profile_links
from physicians.querysets import PhysicianManager
from physicians.signers import practice_today
from physicians.structured_data import add_profile

from .specialties import Specialty


class PhysicianIndexPage(FinderPage):
    """Who works here."""

    page_description = "Lists the practice's physicians."
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["physicians.PhysicianPage"]
    max_count = 1
    row_template = "physicians/physician_row.html"
    sorted_by = Concat("last_name", Value(" "), "first_name")

    class Meta:
        verbose_name = "list of physicians"

    def get_facets(self) -> list[Facet]:
        return directory.facets()


class PhysicianPage(PhotoMixin, BasePage):
    """A physician's profile: the one source of their name, credentials and box everywhere."""

    page_description = "A physician: name, degree and licence, training, offices."
    parent_page_types = ["physicians.PhysicianIndexPage"]
    subpage_types: list[str] = []
    schema_type = "ProfilePage"
    share_type = "profile"
    handout_template = "physicians/physician_handout.html"
    search_group = "Physicians"

    name_prefix = models.CharField(
        "title before the name", max_length=20, default="Dr.", blank=True
    )
    first_name = models.CharField(max_length=60, blank=True)
    middle_name = models.CharField("middle name or initial", max_length=60, blank=True)
    last_name = models.CharField(max_length=60, blank=True)
    degrees = models.CharField(
        max_length=60, blank=True, help_text="As printed after the name: “MD”, or “DO, PhD”."
    )
    licence_type = models.CharField(
        "license", max_length=100, blank=True, help_text="Such as “Physician and surgeon”."
    )
    licence_region = models.CharField("state that issued it", max_length=60, blank=True)
    licence_valid_until = models.DateField("license valid until", null=True, blank=True)
    npi = models.CharField(
        "NPI", max_length=10, blank=True, validators=[validate_npi], help_text="Ten digits."
    )
    specialty = models.ForeignKey(
        Specialty, null=True, blank=True, on_delete=models.SET_NULL, related_name="physicians"
    )
    own_label = models.CharField(
        "called",
        max_length=100,
        blank=True,
        help_text="Only if it should differ from what the specialty says, such as “Spine Surgeon”.",
    )
    tagline = models.CharField(max_length=120, blank=True, help_text="One line under the name.")
    biography = RichTextField(blank=True, features=TEXT_FEATURES)
    credentials = StreamField(CredentialsBlock(), blank=True)
    languages = models.CharField(
        max_length=200, blank=True, help_text="Separate with commas: English, Spanish."
    )
    accepting_new_patients = models.BooleanField(default=False)
    offers_telehealth = models.BooleanField("sees patients by video", default=False)
    availability_confirmed_on = models.DateField(
        "confirmed on", null=True, blank=True, help_text="The day someone last asked."
    )
    booking_link = models.URLField(blank=True)

    content_panels = [
        MissingPanel(),
        publish_question_panel,
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name_prefix"), FieldPanel("first_name")]),
                FieldRowPanel([FieldPanel("middle_name"), FieldPanel("last_name")]),
                FieldRowPanel([FieldPanel("degrees"), FieldPanel("npi")]),
            ],
            heading="Name",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("licence_type"), FieldPanel("licence_region")]),
                FieldPanel("licence_valid_until"),
            ],
            heading="License",
        ),
        MultiFieldPanel(
            [FieldPanel("specialty"), FieldPanel("own_label"), FieldPanel("tagline")],
            heading="What they do",
        ),
        PhotoMixin.photo_panel,
        FieldPanel("biography"),
        FieldPanel("credentials"),
        MultipleChooserPanel("locations", label="Location", chooser_field_name="location"),
        MultiFieldPanel(
            [
                FieldPanel("languages"),
                FieldRowPanel(
                    [
                        FieldPanel("accepting_new_patients"),
                        FieldPanel("offers_telehealth"),
                    ]
                ),
                FieldPanel("availability_confirmed_on"),
                FieldPanel("booking_link"),
            ],
            heading="Seeing patients",
        ),
    ]

    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("seo_title"), FieldPanel("search_description")],
            heading="For search engines",
        )
    ]

    objects = PhysicianManager()

    class Meta:
        verbose_name = "physician"

    def full_clean(self, *args, **kwargs) -> None:
        self._take_title_from_name()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self) -> None:
        self._take_title_from_name()
        super().minimal_clean()

    def _take_title_from_name(self) -> None:
        # The title is the name as it must be printed, so that no list can omit the degree.
        self.title = self.name_with_degrees or "Unnamed physician"
        if self.first_published_at is None:
            # The address follows the name while it is being typed, and is fixed once public.
            self.slug = ""

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        frame = context["frame"]
        places = {link.pk for link in frame.linked("offices")}
        offices = [office for office in frame.offices if office.pk in places]
        context |= {"offices": offices, "offices_of": {self.pk: offices}}
        context["profile_sections"] = profile_links.sections(frame)
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        person = add_profile(graph, self, facts)
        # Search engines want the name beside the reference.
        named = {"@type": "Person", **person, "name": self.title}
        graph[self.webpage_id(facts["request"])]["mainEntity"] = named
        return graph

    def get_lead(self, practice) -> str:
        return self.tagline

    def get_other_names(self) -> list[str]:
        return list(filter(None, [self.label, self.specialty.name if self.specialty else ""]))

    def get_search_text(self) -> str:
        tagline = f"{self.tagline.rstrip('.')}." if self.tagline else ""
        speaks = f"Speaks {self.languages}." if self.languages else ""
        told = [tagline, get_text_for_indexing(self.biography), speaks]
        return " ".join(" ".join(told).split())

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Links]]:
        offices = {"offices": [Links.through(cls.locations, page, "location")]}
        return super().get_linked_pages(page) | offices | profile_links.sources(page)

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        for field, sentence in REQUIRED_TO_PUBLISH.items():
            if not getattr(self, field):
                missing.append(Requirement(field, sentence))
        if not self.label:
            missing.append(Requirement("specialty", "Choose the specialty."))
        offers = self.accepting_new_patients or self.offers_telehealth
        if offers and not self.availability_confirmed_on:
            missing.append(Requirement("availability_confirmed_on", CONFIRMATION_MISSING))
        return missing

    def get_withdrawal_form_class(self):
        from physicians.departure_form import DepartureForm

        return DepartureForm

    def after_withdrawal(self, *, by, answers: dict[str, Any]) -> list[str]:
        from physicians.departures import hand_over

        return hand_over(profile=self, successor=answers.get("successor"), by=by)

    def permissions_for_user(self, user) -> ProfilePermissionTester:
        return ProfilePermissionTester(user, self)

    @property
    def name_with_degrees(self) -> str:
        """“Everett J. Thistle, MD”: how the name stands in lists and links."""
        name = " ".join(filter(None, [self.first_name, self.middle_name, self.last_name]))
        return ", ".join(filter(None, [name, self.degrees]))

    @property
    def formal_name(self) -> str:
        """“Dr. Everett J. Thistle, MD”."""
        return " ".join(filter(None, [self.name_prefix, self.name_with_degrees]))

    @property
    def label(self) -> str:
        """What they are called: “Pain Management Specialist”."""
        return self.own_label or (self.specialty.practitioner_label if self.specialty else "")

    @property
    def licence(self) -> str:
        """“Physician and surgeon, New Jersey”."""
        return ", ".join(filter(None, [self.licence_type, self.licence_region]))

    @property
    def language_list(self) -> list[str]:
        return names_in(self.languages)

    @property
    def availability(self) -> list[str]:
        """What is known since `availability_confirmed_on`, in words; nothing without that day."""
        if not self.availability_confirmed_on:
            return []
        accepting = "Accepting new patients" if self.accepting_new_patients else NOT_ACCEPTING
        return [accepting, *(["Sees patients by video"] if self.offers_telehealth else [])]

    @property
    def credentials_today(self) -> Credentials:
        """What may be claimed on the practice's calendar day."""
        return credentials_on(practice_today(), self.credentials)

    def byline(self, practice: str) -> str:
        """“Dr. Thistle, MD (Pain Management Specialist) of PRACTICE”."""
        name = ", ".join(filter(None, [self.last_name, self.degrees]))
        name = " ".join(filter(None, [self.name_prefix, name]))
        return f"{name} ({self.label}) of {practice}" if self.label else f"{name} of {practice}"


PhysicianIndexPage.listed_model = PhysicianPage

NOT_ACCEPTING = "Not accepting new patients now"
CONFIRMATION_MISSING = (
    "Say on which day it was confirmed that new patients, or patients by video, are seen."
)
REQUIRED_TO_PUBLISH = {
    "first_name": "Fill in the first name.",
    "last_name": "Fill in the last name.",
    "degrees": "Fill in the degree, such as MD: no physician is named without it.",
    "licence_type": "Fill in the kind of license, such as “Physician and surgeon”.",
}
