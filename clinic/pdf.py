"""Turns a handout into a PDF. Imported only where WeasyPrint is installed."""

import mimetypes
from urllib.parse import unquote

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage


class SiteFiles(URLFetcher):
    """Reads the site's own style sheets and pictures from its storage, and nothing from a network.

    WeasyPrint leaves out what cannot be had.
    """

    def __init__(self, site_url: str) -> None:
        super().__init__(allowed_protocols=[])
        self.site_url = site_url

    def fetch(self, url: str, headers=None) -> URLFetcherResponse:
        """Raises ValueError for an address that is none of ours."""
        if not url.startswith(self.site_url):
            raise ValueError("A handout shows only what the site itself has.")
        path = "/" + unquote(url.removeprefix(self.site_url).partition("?")[0])
        if path.startswith(settings.STATIC_URL):
            file = _open_static(path.removeprefix(settings.STATIC_URL))
        elif path.startswith(settings.MEDIA_URL):
            file = default_storage.open(path.removeprefix(settings.MEDIA_URL))
        else:
            raise ValueError("A handout shows only style sheets and pictures.")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return URLFetcherResponse(url, file, {"Content-Type": kind})


def _open_static(name: str):
    """From where static files are served: collected or, on one's own machine, as written."""
    if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
        return staticfiles_storage.open(name)
    found = finders.find(name)
    if found is None:
        raise ValueError("There is no such static file.")
    return open(found, "rb")  # noqa: PTH123 (WeasyPrint closes it)


# The foot of each sheet, in what only WeasyPrint understands.
FOOT = """
h1 { string-set: title content() }
@page {
    @bottom-left { content: string(title); font: 8.5pt sans-serif; color: #48585f }
    @bottom-right {
        content: "Page " counter(page) " of " counter(pages);
        font: 8.5pt sans-serif;
        color: #48585f;
    }
}
"""


def make_pdf(html: str, *, site_url: str) -> bytes:
    """`html`, a whole page whose addresses are below `site_url` ("https://…/"), as a tagged PDF."""
    document = HTML(string=html, base_url=site_url, url_fetcher=SiteFiles(site_url))
    return document.write_pdf(stylesheets=[CSS(string=FOOT)], pdf_variant="pdf/ua-1")
