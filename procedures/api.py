"""Procedures and conditions as JSON."""

from typing import Any

from clinic.pages.api_fields import Gathered, Link, fields, links_of
from clinic.pages.structured_data import words_of
from physicians.api import ReviewedPagesAPI

from .models import (
    ConditionPage,
    ProcedureCondition,
    ProcedurePage,
    ProcedurePhysician,
    ProcedureRelation,
)


def tell_sections(page, gathered: Gathered) -> list[dict[str, str]]:
    """The written sections, in the page's order, as plain text."""
    return [
        {"kind": section.kind, "heading": section.heading, "text": words_of(section.body)}
        for section in page.written_sections
    ]


def tell_references(page, gathered: Gathered) -> list[dict[str, Any]]:
    sources = [block.value for block in page.references]
    return [
        {
            "title": source["title"],
            "publisher": source["publisher"],
            "year": source["year"],
            "link": source["link"],
            "checked_on": source["checked_on"].isoformat() if source["checked_on"] else None,
        }
        for source in sources
    ]


class NamedPagesAPI(ReviewedPagesAPI):
    """Pages with other names, and a sentence that sums them up."""

    body_fields = [
        *ReviewedPagesAPI.body_fields,
        *fields(also_called=lambda page, gathered: page.also_called_names),
        "summary",
    ]
    listed_fields = (*ReviewedPagesAPI.listed_fields, "also_called", "summary")


class ProceduresAPI(NamedPagesAPI):
    """The procedures: facts at a glance, named sections, sources, what belongs to them."""

    name = "procedures"
    model = ProcedurePage
    filters = ("slug", "conditions", "physicians", "credited_physician")
    links = {
        **NamedPagesAPI.links,
        "conditions": [Link(ProcedureCondition, "procedure", "condition")],
        "physicians": [Link(ProcedurePhysician, "procedure", "physician")],
        "related": [
            Link(ProcedureRelation, "procedure", "related"),
            Link(ProcedureRelation, "related", "procedure"),
        ],
        "credited_physician": [Link(ProcedurePage, "pk", "credited_physician")],
    }
    body_fields = [
        *NamedPagesAPI.body_fields,
        *fields(
            credited_physician=lambda page, gathered: gathered.public(page.credited_physician_id),
            body_area=lambda page, gathered: page.body_area.name if page.body_area else None,
            at_a_glance=lambda page, gathered: [
                {"label": label, "value": value} for label, value in page.facts
            ],
            sections=tell_sections,
            references=tell_references,
            conditions=links_of("conditions"),
            physicians=links_of("physicians"),
            related=links_of("related"),
        ),
    ]
    listed_fields = (*NamedPagesAPI.listed_fields, "body_area", "credited_physician")


class ConditionsAPI(NamedPagesAPI):
    """The conditions: what each is, and the treatments offered here."""

    name = "conditions"
    model = ConditionPage
    filters = ("slug", "treatments")
    links = {
        **NamedPagesAPI.links,
        "treatments": [Link(ProcedureCondition, "condition", "procedure")],
    }
    body_fields = [
        *NamedPagesAPI.body_fields,
        *fields(
            text=lambda page, gathered: words_of(page.body),
            treatments=links_of("treatments"),
        ),
    ]
