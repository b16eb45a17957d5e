"""Names and a sentence by which patients find a page."""

from django.db import models

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
        return [name.strip() for name in self.also_called.split(",") if name.strip()]
