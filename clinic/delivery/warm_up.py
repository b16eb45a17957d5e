"""What a new worker does before its first reader comes."""

import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Min
from django.template.loader import get_template

from wagtail.models import Page

from . import generation
from .rendering import ask

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Read the templates, and ask for one public page of each type, so that addresses and the
    database are at hand. Whatever fails here will fail again for a reader, who is told properly."""
    _read_templates()
    try:
        # Also when nothing is kept: what the release before has baked must not be sent.
        if generation.current() is None:
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


def _read_templates() -> None:
    """Those that pages are made of: of all blocks, whichever the pages asked for may have."""
    for engine in settings.TEMPLATES:
        for folder in map(Path, engine["DIRS"]):
            for file in folder.rglob("*.html"):
                get_template(str(file.relative_to(folder)))
