"""Where a physician sees patients: kept on the profile, drawn on both pages."""

from django.db import models

from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable


class PhysicianLocation(Orderable):
    """This physician sees patients at that office."""

    physician = ParentalKey(
        "physicians.PhysicianPage", on_delete=models.CASCADE, related_name="locations"
    )
    location = models.ForeignKey("pages.LocationPage", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("location")]
