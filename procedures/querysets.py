"""Questions asked of procedures."""

from django.db.models import Count, Window
from django.db.models.functions import RowNumber

from wagtail.models import PageManager

from clinic.pages.querysets import ClinicPageQuerySet


class ProcedureQuerySet(ClinicPageQuerySet):
    """Procedures with what their page needs; whoever answers for them is asked for apart."""

    def for_reading(self):
        return self.select_related("body_area")

    def for_listing(self):
        return super().for_listing().select_related("body_area")

    def first_of_areas(self, most: int):
        """The first by title, at most so many, of each area of the body; each with
        `count_in_area`: how many there are."""
        area = {"partition_by": "body_area"}
        return (
            self.order_by()
            .annotate(
                count_in_area=Window(Count("pk"), **area),
                place_in_area=Window(RowNumber(), **area, order_by=["title", "pk"]),
            )
            .filter(place_in_area__lte=most)
        )

    def in_order_of_areas(self):
        return self.order_by("body_area__name", "title", "pk")


ProcedureManager = PageManager.from_queryset(ProcedureQuerySet)
