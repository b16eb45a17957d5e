"""What physicians hang into pages of the rooms below."""

from django.http import HttpRequest

from clinic.pages.contributions import Section

ON_HOME = 6


def physicians_for_home(request: HttpRequest) -> Section:
    from .models import PhysicianPage

    physicians = PhysicianPage.objects.visible_to_public().for_listing()[:ON_HOME]
    return Section(
        title="Our physicians", template="physicians/physician_row.html", items=list(physicians)
    )
