"""Questions asked of procedures and conditions."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

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


class ConditionQuerySet(ClinicPageQuerySet):
    """Conditions, in lists with `treatment_count`: how many treatments are offered here."""

    def for_listing(self):
        from .directory import treatments

        of_condition = treatments().filter(condition=OuterRef("pk")).order_by()
        counted = of_condition.values("condition").annotate(n=Count("procedure", distinct=True))
        count = Coalesce(Subquery(counted.values("n")), 0)
        return super().for_listing().annotate(treatment_count=count)


ProcedureManager = PageManager.from_queryset(ProcedureQuerySet)
ConditionManager = PageManager.from_queryset(ConditionQuerySet)
