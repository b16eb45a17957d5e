"""Ways to find a procedure, and a physician by the procedures they perform."""

from django.db.models import Count, QuerySet

from clinic.delivery.memo import kept
from clinic.pages.facets import Facet
from clinic.pages.querysets import visible_to_public

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
    from .models import ProcedureCondition

    return visible_to_public(ProcedureCondition.objects.all(), "condition__")


def treatments() -> QuerySet:
    """Which public procedure is for which condition."""
    from .models import ProcedureCondition

    return visible_to_public(ProcedureCondition.objects.all(), "procedure__")


@kept
def treatment_counts() -> dict[int, int]:
    """How many public treatments each condition has here, by the condition's id."""
    counted = treatments().order_by().values_list("condition")
    return dict(counted.annotate(n=Count("procedure", distinct=True)))


def performed() -> QuerySet:
    """Who performs which public procedure."""
    from .models import ProcedurePhysician

    return visible_to_public(ProcedurePhysician.objects.all(), "procedure__")


procedure_facet = Facet(
    "procedure",
    "Procedure",
    label="procedure__title",
    value="procedure__slug",
    page="physician",
    source=lambda physicians: performed(),
)
