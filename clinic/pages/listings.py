"""What the shared pages hang into the home page."""

from django.http import HttpRequest

from .contributions import Section


def locations_for_home(request: HttpRequest) -> Section:
    return Section(
        title="Locations", template="components/location_row.html", items=request.frame.offices
    )
