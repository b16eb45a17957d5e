"""What is done here."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import StreamField

from clinic.pages.base import BasePage
from clinic.pages.facets import Facet
from clinic.pages.frame import Links
from clinic.pages.site_settings import practice_settings
from clinic.pages.structured_data import Graph, filled_in, words_of
from clinic.publishing.requirements import Requirement
from physicians.mixins import ReviewablePage, ReviewSection
from physicians.models import PhysicianPage
from physicians.panels import review_state_panel, small_change_panel
from physicians.public_profiles import physicians_at, public_profiles
from physicians.structured_data import add_physician_box
from procedures import directory
from procedures.blocks import (
    ReferenceBlock,
    placed_sections,
    reference_in_words,
    sections_block,
)
from procedures.querysets import ProcedureManager
from procedures.sections import BY_NAME
from procedures.structured_data import add_procedure, citations, questions_in

from .areas import BodyArea
from .conditions import ConditionPage
from .naming import AlsoCalled, NamedList
from .relations import ProcedureRelation

OVERVIEW_MISSING = "Write the section “What it is”: readers must learn what the procedure is."
# Beyond this many, readers go on to the list of conditions.
MOST_CONDITIONS = 60
CREDIT_MISSING = "Choose the physician this page is credited to."
CREDIT_NOT_PUBLIC = (
    "The credited physician's profile is not public. Publish the profile first, or credit "
    "another physician."
)


class ProcedureIndexPage(NamedList):
    """What is done here."""

    page_description = "Lists the procedures that are done here."
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["procedures.ProcedurePage"]
    max_count = 1

    class Meta:
        verbose_name = "list of procedures"

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        conditions = context["frame"].linked("conditions")
        context["further_lists"] = [("Read about a condition", conditions)]
        return context

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Links]]:
        first = ConditionPage.objects.visible_to_public().order_by("title")[:MOST_CONDITIONS]
        return super().get_linked_pages(page) | {
            "conditions": [Links(ConditionPage.objects.filter(pk__in=first.values("pk")))]
        }

    def get_facets(self) -> list[Facet]:
        return directory.facets()


@dataclass(frozen=True)
class WrittenSection:
    """A section that has something to say, as the page shows it."""

    kind: str
    heading: str
    anchor: str
    body: Any


class ProcedurePage(ReviewablePage, AlsoCalled, BasePage):
    """A procedure: what it is, what happens, who it may suit, its risks, and who answers for it."""

    page_description = "A procedure, in named sections, credited to a physician."
    parent_page_types = ["procedures.ProcedureIndexPage"]
    subpage_types: list[str] = []
    search_group = "Procedures"

    anaesthesia = models.CharField("anesthesia", max_length=120, blank=True)
    setting = models.CharField(
        max_length=120, blank=True, help_text="Such as “Surgery center, home the same day”."
    )
    length = models.CharField(max_length=120, blank=True, help_text="Such as “About 1 hour”.")
    recovery = models.CharField(max_length=120, blank=True)
    body_area = models.ForeignKey(
        BodyArea, null=True, blank=True, on_delete=models.SET_NULL, related_name="procedures"
    )
    sections = StreamField(sections_block(), blank=True, default=placed_sections)
    references = StreamField([("reference", ReferenceBlock())], blank=True)
    credited_physician = models.ForeignKey(
        PhysicianPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Whose name stands under the text. Readers are always told when it changes.",
    )
    credited_to_practice = models.BooleanField(
        "credited to the practice as a whole",
        default=False,
        help_text="Only where no physician answers for the text, such as after one has left.",
    )

    review_required_by_default = True
    handout_template = "procedures/procedure_handout.html"
    credit_fields = ("credited_physician_id", "credited_to_practice")

    content_panels = [
        *BasePage.content_panels,
        review_state_panel,
        small_change_panel,
        FieldPanel("also_called"),
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("credited_physician"), FieldPanel("credited_to_practice")],
            heading="Who answers for it",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("anaesthesia"), FieldPanel("setting")]),
                FieldRowPanel([FieldPanel("length"), FieldPanel("recovery")]),
                FieldPanel("body_area"),
            ],
            heading="At a glance",
        ),
        FieldPanel("sections"),
        MultipleChooserPanel(
            "treated_conditions", label="Condition", chooser_field_name="condition"
        ),
        MultipleChooserPanel(
            "performing_physicians", label="Physician", chooser_field_name="physician"
        ),
        MultipleChooserPanel(
            "related_procedures", label="Related procedure", chooser_field_name="related"
        ),
        FieldPanel("references"),
    ]

    settings_panels = [*BasePage.settings_panels, ReviewablePage.review_panel]

    objects = ProcedureManager()

    class Meta:
        verbose_name = "procedure"

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        frame = context["frame"]
        context["sections"] = self.written_sections
        for role in ("conditions", "related"):
            context[role] = frame.linked(role)
        context["performers"] = performers = physicians_at(
            frame.linked("performers"), frame.offices
        )
        context["offices_of"] = {one.link.pk: one.offices for one in performers}
        # The box is drawn only for a profile that the public may see now.
        credited = self.credited_physician_id
        context["credited_physician"] = credited and public_profiles(credited).get(credited)
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        page |= filled_in(
            {
                "about": add_procedure(graph, self, facts),
                "hasPart": questions_in(facts["sections"]),
                "citation": citations(self.references),
            }
        )
        if physician := facts["credited_physician"]:
            page["author"] = add_physician_box(graph, physician, facts)
        return graph

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Links]]:
        return super().get_linked_pages(page) | {
            "conditions": [Links.through(cls.treated_conditions, page, "condition")],
            "performers": [Links.through(cls.performing_physicians, page, "physician")],
            "related": [
                Links.through(cls.related_procedures, page, "related"),
                Links(ProcedureRelation.objects.filter(related=page), "procedure"),
            ],
        }

    def get_search_text(self) -> str:
        told = [self.summary]
        for section in self.written_sections:
            told += [section.heading, words_of(section.body)]
        return " ".join([*told, *(f"{label}: {value}." for label, value in self.facts)])

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if "overview" not in {section.kind for section in self.written_sections}:
            missing.append(Requirement("sections", OVERVIEW_MISSING))
        if self.credited_to_practice and self.credited_physician is None:
            return missing
        if self.credited_physician is None:
            missing.append(Requirement("credited_physician", CREDIT_MISSING))
        elif not self.credited_physician.live:
            missing.append(Requirement("credited_physician", CREDIT_NOT_PUBLIC))
        return missing

    def publication_credit(self) -> str:
        practice = practice_settings().name
        physician = self.credited_physician
        return physician.byline(practice) if physician else practice

    def get_reviewer(self) -> PhysicianPage | None:
        return self.credited_physician

    def credit_to(self, profile: PhysicianPage | None) -> None:
        self.credited_physician = profile
        self.credited_to_practice = profile is None

    def get_review_sections(self) -> list[ReviewSection]:
        # Each kind of section stands at most once, so the kind tells what belongs together.
        return [
            ReviewSection(section.kind, section.heading, list(section.body))
            for section in self.written_sections
        ]

    def get_review_facts(self) -> list[tuple[str, str]]:
        listed = {
            "Conditions treated": [row.condition for row in self.treated_conditions.all()],
            "Performed by": [row.physician for row in self.performing_physicians.all()],
            "Related procedures": [row.related for row in self.related_procedures.all()],
            "References": [reference_in_words(row.value) for row in self.references],
        }
        return [
            *super().get_review_facts(),
            ("Also called", self.also_called),
            ("Summary", self.summary),
            ("Credited to", self.publication_credit()),
            *self.facts,
            *((label, "\n".join(map(str, rows))) for label, rows in listed.items() if rows),
        ]

    @property
    def written_sections(self) -> list[WrittenSection]:
        """The sections that have a body, in the page's order; those still empty are left out."""
        return [
            WrittenSection(
                kind=section.block_type,
                heading=section.value["heading"]
                or BY_NAME[section.block_type].heading.format(title=self.title),
                anchor=section.block_type.replace("_", "-"),
                body=section.value["body"],
            )
            for section in self.sections
            if len(section.value["body"])
        ]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """At a glance: label and value of what is filled in."""
        facts = [
            ("Anesthesia", self.anaesthesia),
            ("Where", self.setting),
            ("How long", self.length),
            ("Recovery", self.recovery),
            ("Body area", str(self.body_area) if self.body_area else ""),
        ]
        return [(label, value) for label, value in facts if value]


ProcedureIndexPage.listed_model = ProcedurePage
