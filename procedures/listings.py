"""What procedures hang into pages of the rooms below."""

from django.http import HttpRequest

from clinic.pages.contributions import Section

from . import directory

ON_HOME = 8


def procedures_for_home(request: HttpRequest) -> Section:
    from .models import ProcedurePage

    procedures = ProcedurePage.objects.visible_to_public().for_listing()[:ON_HOME]
    return Section(
        title="Procedures", template="procedures/procedure_row.html", items=list(procedures)
    )


def physicians_who_treat(condition):
    """Ids of the physicians who perform a public treatment of `condition`, as a queryset."""
    treatments = directory.treatments().filter(condition=condition)
    return (
        directory.performed()
        .filter(procedure__in=treatments.values("procedure"))
        .values("physician")
    )


def performed_by(physician):
    """Ids of the procedures that `physician` performs, as a queryset."""
    from .models import ProcedurePhysician

    return ProcedurePhysician.objects.filter(physician=physician).values("procedure")


def credited_to(physician):
    """Ids of the procedures whose text is credited to `physician`, as a queryset."""
    from .models import ProcedurePage

    return ProcedurePage.objects.filter(credited_physician=physician).values("pk")


def pages_credited_to(physician):
    """The procedures whose text is credited to `physician`, public or not, as a queryset."""
    from .models import ProcedurePage

    return ProcedurePage.objects.filter(credited_physician=physician).order_by("title")
