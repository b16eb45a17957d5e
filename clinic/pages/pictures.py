"""Pictures, and their resized copies, kept until any picture changes."""

from copy import copy
from urllib.parse import urljoin

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.shortcuts import get_rendition_or_not_found

from clinic.delivery.memo import kept


@kept
def pictures(*ids: int) -> dict[int, AbstractImage]:
    """The pictures of these ids, by id. Not to be changed."""
    return get_image_model().objects.in_bulk(ids)


@kept
def resized(image: AbstractImage, size: str) -> AbstractRendition:
    """A picture in a `size` of Wagtail's notation."""
    return get_rendition_or_not_found(image, size)


@kept
def full_url(rendition: AbstractRendition, home_url: str) -> str:
    """Where a resized picture is, for whoever reads it elsewhere."""
    return urljoin(home_url, rendition.url)


@kept
def picture(image: AbstractImage, use: str, alt: str) -> SafeString:
    """The element that shows a picture in one `use`: the name of a template in pictures/."""
    return mark_safe(render_to_string(f"pictures/{use}.html", {"image": image, "alt": alt}))


def alt_text(image: AbstractImage) -> str:
    """What people who cannot see a picture of a PictureBlock hear there."""
    return "" if image.decorative else image.contextual_alt_text or image.default_alt_text


class PictureChooserBlock(ImageChooserBlock):
    """A picture; those of a whole text are known at once, and not asked for again."""

    def bulk_to_python(self, values):
        known = pictures(*sorted({value for value in values if value is not None}))
        # A copy for each place, which may have its own words for it.
        return [copy(known.get(value)) for value in values]


class PictureBlock(ImageBlock):
    """A picture with the words that people who cannot see it hear."""

    def __init__(self, required=True, **kwargs):
        super().__init__(required=required, **kwargs)
        chooser = PictureChooserBlock(required=required)
        chooser.set_name("image")
        self.child_blocks["image"] = chooser
