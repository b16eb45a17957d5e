"""A version from before the archive: its text of then, drawn with the templates of today.

Never more than a reconstruction: lists, navigation and the people on it are those of now.
"""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone, translation

from clinic.publishing.models import PublishedVersion

from .address import Address
from .pieces import still


def reconstruct(version: PublishedVersion, at: datetime) -> str:
    """The HTML of `version` with the dates it had at `at` (aware). "" where its type of page is
    gone from the site."""
    try:
        page = version.revision.as_object()
    except (ObjectDoesNotExist, AttributeError):
        return ""
    page.read_as_of(version, at)
    page.live = page.is_known_public = True
    parts = page.get_url_parts()
    request = Address.of_path(parts[2] if parts and parts[2] else "/").as_request()
    # As readers get it, also where the editor who looks has another zone or language.
    with timezone.override(None), translation.override(settings.LANGUAGE_CODE):
        response = page.serve(request)
        if hasattr(response, "render"):
            response.render()
    return still(response.content.decode())
