"""What procedures hang into pages of the rooms below."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest

from clinic.delivery.memo import kept
from clinic.pages.contributions import Section, url_of_list
from clinic.pages.frame import Links

from . import directory

# How many procedures of each area of the body the home page names.
OF_AREA = 3


@dataclass(frozen=True)
class AreaOfBody:
    """An area of the body on the home page, with the first of its procedures; the one without a
    name has those of no area."""

    name: str
    procedures: list[Any]
    list_url: str

    @property
    def count(self) -> int:
        return self.procedures[0].count_in_area

    @property
    def url(self) -> str:
        """The list of procedures, narrowed down to this area; "" where there is no such list."""
        if not (self.list_url and self.name):
            return self.list_url
        return directory.area_facet.url(self.list_url, self.name)


def procedures_for_home(request: HttpRequest) -> Section:
    procedures = _first_of_areas()
    url = url_of_list(procedures[0], request) if procedures else ""
    areas = [
        AreaOfBody(area, list(found), url) for area, found in groupby(procedures, _name_of_area)
    ]
    areas.sort(key=lambda area: (not area.name, area.name))
    return Section(
        title="Find a procedure",
        template="procedures/area_card.html",
        items=areas,
        more_url=url,
        more_text="All procedures, from A to Z",
    )


@kept
def _first_of_areas() -> list[Any]:
    """The first few public procedures of each area of the body, which know how many there are."""
    from .models import ProcedurePage

    public = ProcedurePage.objects.visible_to_public()
    first = public.first_of_areas(OF_AREA)
    counts = dict(first.values_list("pk", "count_in_area"))
    found = list(public.for_listing().with_list().filter(pk__in=counts).in_order_of_areas())
    for procedure in found:
        procedure.count_in_area = counts[procedure.pk]
    return found


def _name_of_area(procedure) -> str:
    return procedure.body_area.name if procedure.body_area else ""


def physicians_who_treat(condition) -> Links:
    """The physicians who perform a public treatment of `condition`."""
    treatments = directory.treatments().filter(condition=condition)
    performed = directory.performed().filter(procedure__in=treatments.values("procedure"))
    return Links(performed, "physician")


def performed_by(physician) -> Links:
    """The procedures that `physician` performs."""
    from .models import ProcedurePhysician

    return Links(ProcedurePhysician.objects.filter(physician=physician), "procedure")


def credited_to(physician) -> Links:
    """The procedures whose text is credited to `physician`."""
    from .models import ProcedurePage

    return Links(ProcedurePage.objects.filter(credited_physician=physician))


def pages_credited_to(physician):
    """The procedures whose text is credited to `physician`, public or not, as a queryset."""
    from .models import ProcedurePage

    return ProcedurePage.objects.filter(credited_physician=physician).order_by("title")
