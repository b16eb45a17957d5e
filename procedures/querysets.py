"""Questions asked of procedures."""

from wagtail.models import PageManager

from clinic.pages.querysets import ClinicPageQuerySet


class ProcedureQuerySet(ClinicPageQuerySet):
    """Procedures with what their page needs, the credited physician's box included."""

    def for_reading(self):
        return self.select_related(
            "body_area", "credited_physician__photo", "credited_physician__specialty"
        )

    def for_listing(self):
        return super().for_listing().select_related("body_area")


ProcedureManager = PageManager.from_queryset(ProcedureQuerySet)
