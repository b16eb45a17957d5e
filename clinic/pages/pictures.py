"""Pictures with the addresses of their resized copies, kept until any picture changes."""

from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage

from clinic.delivery.memo import kept


@kept
def pictures(*ids: int) -> dict[int, AbstractImage]:
    """The pictures of these ids, by id, each with every resized copy that was ever made of it.
    Not to be changed."""
    return get_image_model().objects.prefetch_renditions().in_bulk(ids)
