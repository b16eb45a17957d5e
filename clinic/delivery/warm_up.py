"""What a new worker does before its first reader comes."""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min

from wagtail.models import Page

from . import generation
from .rendering import ask

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Ask for one public page of each type, so that addresses, templates and the database are at
    hand. Whatever fails here will fail again for a reader, who is told properly."""
    try:
        # Also when nothing is kept: what the release before has baked must not be sent.
        if generation.current() is None or not settings.DELIVERY_STORE:
            return
        firsts = Page.objects.live().order_by().values("content_type").annotate(first=Min("pk"))
        for page in Page.objects.filter(pk__in=[row["first"] for row in firsts], depth__gt=1):
            # Below the root and the home page, as readers write it.
            parts = page.url_path.split("/")[2:] if page.depth > 2 else [""]
            ask("/" + "/".join(parts))
    except DatabaseError:
        logger.warning("The database did not answer when this worker started.", exc_info=True)
    finally:
        connection.close()
