"""Questions asked of physicians."""

from wagtail.models import PageManager

from clinic.pages.querysets import ClinicPageQuerySet


class PhysicianQuerySet(ClinicPageQuerySet):
    """Profiles with what their page and their box need, in one query."""

    def for_reading(self):
        return self.select_related("photo", "specialty")

    def for_listing(self):
        return self.order_by("last_name", "first_name").select_related("photo", "specialty")


PhysicianManager = PageManager.from_queryset(PhysicianQuerySet)
