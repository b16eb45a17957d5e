"""What a new worker does before its first reader comes."""

import logging
import time

from django.db import DatabaseError, connection
from django.db.models import Min
from django.template import engines

from wagtail.models import Page

from . import generation
from .rendering import ask

logger = logging.getLogger(__name__)

# How long a worker that starts may keep its first reader waiting, and for how many pages.
MOST_SECONDS = 1
MOST_PAGES = 200


def warm_up() -> None:
    """Read the templates, and render one public page of each type, so that addresses and the
    database are at hand; then, while there is time, ask for what stands at the top of the site.
    Whatever fails here will fail again for a reader, who is told properly."""
    ends = time.monotonic() + MOST_SECONDS
    _read_templates()
    try:
        # Also when nothing is kept: what the release before has baked must not be sent.
        if generation.current() is None:
            return
        pages = Page.objects.live().filter(depth__gt=1)
        firsts = pages.order_by().values("content_type").annotate(first=Min("pk")).values("first")
        for page in pages.filter(pk__in=firsts):
            # Also where all are finished already: after the next change they are not.
            ask(_path(page), anew=True)
        for page in pages.order_by("depth", "path")[:MOST_PAGES]:
            if time.monotonic() > ends:
                break
            ask(_path(page))
    except DatabaseError:
        logger.warning("The database did not answer when this worker started.", exc_info=True)
    finally:
        connection.close()


def _path(page: Page) -> str:
    """Below the root and the home page, as readers write it."""
    return "/" + "/".join(page.url_path.split("/")[2:])


def _read_templates() -> None:
    """Those that pages are made of: of all blocks, whichever the pages asked for may have."""
    engine = engines["jinja2"]
    for name in engine.env.list_templates(extensions=["html"]):
        engine.get_template(name)
