"""Names and a sentence by which patients find a page."""

from django.db import models

from clinic.pages.facets import names_in
from clinic.pages.finder import FinderPage

ALSO_CALLED_HELP = "Other names patients may look for. Separate with commas."


class AlsoCalled(models.Model):
    """Names other than the title, under which patients look for a page."""

    also_called = models.CharField(max_length=500, blank=True, help_text=ALSO_CALLED_HELP)
    summary = models.CharField(
        max_length=250, blank=True, help_text="One or two plain sentences, shown in lists."
    )

    class Meta:
        abstract = True

    def get_lead(self, practice) -> str:
        return self.summary

    def get_other_names(self) -> list[str]:
        return self.also_called_names

    @property
    def also_called_names(self) -> list[str]:
        return names_in(self.also_called)


class NamedList(FinderPage):
    """An A–Z of pages, by their titles and by what else patients call them."""

    other_names = "also_called"
    row_template = "procedures/procedure_row.html"

    class Meta:
        abstract = True
