"""Ways to find a procedure, and a physician by the procedures they perform."""

from django.db.models import QuerySet

from clinic.pages.facets import Facet

area_facet = Facet("area", "Body area", label="body_area__name")


def facets() -> list[Facet]:
    """The facets of the list of procedures, in the order shown."""
    return [
        area_facet,
        Facet(
            "condition",
            "Condition",
            label="condition__title",
            value="condition__slug",
            page="procedure",
            source=lambda pages: treated(),
        ),
    ]


def treated() -> QuerySet:
    """Which procedure is for which public condition."""
    from .models import ConditionPage, ProcedureCondition

    conditions = ConditionPage.objects.visible_to_public()
    return ProcedureCondition.objects.filter(condition__in=conditions)


def treatments() -> QuerySet:
    """Which public procedure is for which condition."""
    from .models import ProcedureCondition, ProcedurePage

    procedures = ProcedurePage.objects.visible_to_public()
    return ProcedureCondition.objects.filter(procedure__in=procedures)


def performed() -> QuerySet:
    """Who performs which public procedure."""
    from .models import ProcedurePage, ProcedurePhysician

    procedures = ProcedurePage.objects.visible_to_public()
    return ProcedurePhysician.objects.filter(procedure__in=procedures)


procedure_facet = Facet(
    "procedure",
    "Procedure",
    label="procedure__title",
    value="procedure__slug",
    page="physician",
    source=lambda physicians: performed(),
)
