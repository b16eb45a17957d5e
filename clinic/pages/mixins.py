"""Slices that several types of page carry: fields, panels and what publication asks of them."""

from typing import Any

from django.db import models

from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from clinic.publishing.requirements import Requirement

PHOTO_ALT_MISSING = "Say in a few words what the photo shows, for people who cannot see it."


class PhotoMixin(models.Model):
    """A photo, and the words that people who cannot see it hear instead."""

    photo = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    photo_alt = models.CharField(
        "what the photo shows",
        max_length=250,
        blank=True,
        help_text="For people who cannot see it.",
    )

    photo_panel = MultiFieldPanel([FieldPanel("photo"), FieldPanel("photo_alt")], heading="Photo")

    class Meta:
        abstract = True

    def get_share_picture(self) -> tuple[Any, str] | None:
        return (self.photo, self.photo_alt) if self.photo else super().get_share_picture()

    def get_publication_requirements(self) -> list[Requirement]:
        missing = super().get_publication_requirements()
        if self.photo_id and not self.photo_alt:
            missing.append(Requirement("photo_alt", PHOTO_ALT_MISSING))
        return missing
