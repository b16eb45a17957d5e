"""What the practice treats."""

from typing import Any

from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from clinic.pages.base import BasePage
from clinic.pages.blocks import BodyBlock
from clinic.pages.frame import Links
from clinic.pages.structured_data import Graph, questions_of, words_of
from clinic.publishing.requirements import Requirement
from physicians.mixins import ReviewablePage, ReviewSection
from physicians.panels import review_state_panel, small_change_panel
from procedures import directory, listings
from procedures.structured_data import add_condition

from .naming import AlsoCalled, NamedList
from .relations import ProcedureCondition


class ConditionIndexPage(NamedList):
    """What the practice treats."""

    page_description = "Lists the conditions that are treated here."
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["procedures.ConditionPage"]
    max_count = 1

    class Meta:
        verbose_name = "list of conditions"


class ConditionPage(ReviewablePage, AlsoCalled, BasePage):
    """A condition, and the procedures offered for it here."""

    page_description = "A condition patients have, with the treatments offered here."
    parent_page_types = ["procedures.ConditionIndexPage"]
    subpage_types: list[str] = []
    handout_template = "procedures/condition_handout.html"
    search_group = "Conditions"

    body = StreamField(BodyBlock(), blank=True)

    content_panels = [
        *BasePage.content_panels,
        review_state_panel,
        small_change_panel,
        FieldPanel("also_called"),
        FieldPanel("summary"),
        FieldPanel("body"),
    ]

    settings_panels = [*BasePage.settings_panels, ReviewablePage.review_panel]

    class Meta:
        verbose_name = "condition"

    def get_context(self, request, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        for role in ("treatments", "physicians"):
            context[role] = context["frame"].linked(role)
        return context

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        page = graph[self.webpage_id(facts["request"])]
        page["about"] = add_condition(graph, self, facts)
        if questions := questions_of(self.body):
            page["hasPart"] = questions
        return graph

    @classmethod
    def get_linked_pages(cls, page) -> dict[str, list[Links]]:
        return super().get_linked_pages(page) | {
            "treatments": [Links(ProcedureCondition.objects.filter(condition=page), "procedure")],
            "physicians": [listings.physicians_who_treat(page)],
        }

    def get_search_text(self) -> str:
        return f"{self.summary} {words_of(self.body)}"

    def get_review_sections(self) -> list[ReviewSection]:
        return [ReviewSection("body", "About this condition", list(self.body))]

    def get_review_facts(self) -> list[tuple[str, str]]:
        return [
            *super().get_review_facts(),
            ("Also called", self.also_called),
            ("Summary", self.summary),
        ]

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if not self.summary:
            missing.append(Requirement("summary", "Say in a sentence what the condition is."))
        return missing

    @property
    def treatment_count(self) -> int:
        """How many treatments are offered here, as lists say."""
        return directory.treatment_counts().get(self.pk, 0)


ConditionIndexPage.listed_model = ConditionPage
