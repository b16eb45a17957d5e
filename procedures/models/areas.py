"""The areas of the body, by which patients look for procedures."""

from django.db import models

from wagtail.admin.panels import FieldPanel
from wagtail.search import index
from wagtail.snippets.models import register_snippet


@register_snippet
class BodyArea(index.Indexed, models.Model):
    """A part of the body, by which patients look for procedures."""

    name = models.CharField(max_length=60, unique=True)

    panels = [FieldPanel("name")]

    search_fields = [index.AutocompleteField("name")]

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
