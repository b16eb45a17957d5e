"""Ways to find a physician; rooms above add theirs."""

from django.db.models import Q, QuerySet, Value

from clinic.pages.facets import Facet
from clinic.pages.querysets import visible_to_public

# What rooms above add: shown after the specialty.
more_facets: list[Facet] = []


def facets() -> list[Facet]:
    """The facets of the list of physicians, in the order shown."""
    return [
        Facet("specialty", "Specialty", label="specialty__name"),
        *more_facets,
        Facet(
            "location",
            "Office",
            label="location__title",
            value="location__slug",
            page="physician",
            source=lambda pages: places(),
        ),
        Facet("language", "Language", label="languages", splits=True),
        Facet(
            "new-patients",
            "New patients",
            label=Value("Accepting new patients"),
            value=Value("yes"),
            source=lambda pages: confirmed(pages, accepting_new_patients=True),
        ),
        Facet(
            "video",
            "Telehealth",
            label=Value("Sees patients by video"),
            value=Value("yes"),
            source=lambda pages: confirmed(pages, offers_telehealth=True),
        ),
    ]


def places() -> QuerySet:
    """Who sees patients at which public office."""
    from .models import PhysicianLocation

    return visible_to_public(PhysicianLocation.objects.all(), "location__")


def confirmed(pages: QuerySet, **facts: bool) -> QuerySet:
    """Those of whom `facts` are true, and known since some day."""
    return pages.filter(Q(**facts), availability_confirmed_on__isnull=False)
