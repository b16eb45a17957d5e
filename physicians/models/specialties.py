"""The specialties that physicians belong to."""

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.search import index
from wagtail.snippets.models import register_snippet


@register_snippet
class Specialty(index.Indexed, models.Model):
    """A field of medicine, and what its physicians are called."""

    name = models.CharField(max_length=100, unique=True, help_text="Such as “Pain medicine”.")
    practitioner_label = models.CharField(
        max_length=100, help_text="Such as “Pain Management Specialist”, as bylines print it."
    )
    description = models.TextField(blank=True)

    panels = [FieldPanel("name"), FieldPanel("practitioner_label"), FieldPanel("description")]

    search_fields = [index.AutocompleteField("name")]

    class Meta:
        verbose_name_plural = "specialties"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
