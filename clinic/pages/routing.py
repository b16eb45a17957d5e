"""Finds the page behind an address."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from wagtail.models import Page, Site

from clinic.delivery.prepared import prepared
from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import RecordNote
from clinic.publishing.services import is_withdrawn

from .querysets import is_private
from .sites import find_site, know_addresses, listed_types


def find_in_site(request: HttpRequest, path: str):
    """The specific page at `path` below the home page of the request's site, live or not, with
    all that rendering it needs; None if there is none. "section/page/"; "" is the home page.

    In one query for the home page, and where it stands in a list, which knows the type of its
    pages; else in two. Wagtail's own routing walks down the tree, two queries a step.
    """
    site = find_site(request)
    return find_page(site, site.root_page.url_path + path) if site is not None else None


def find_public(request: HttpRequest, path: str):
    """The live page at `path` ("section/page"; "" is the home page) that everyone may read; or
    None."""
    page = find_in_site(request, f"{path}/" if path else "")
    return page if page is not None and page.live and page.is_known_public else None


def find_page(site: Site, url_path: str):
    """The same by the address in the tree."""
    above, slug = _split(url_path)
    is_home = url_path == site.root_page.url_path
    known = site.root_page.specific_class if is_home else listed_types(site).get(above)
    if known and (page := _page_of_type(known, slug, url_path)):
        return page
    for found in _at(Page, slug=slug, url_path=url_path):
        return _page_of_type(found.specific_class, slug, url_path)
    return None


def _page_of_type(model: type[Page] | None, slug: str, url_path: str):
    # None of ours: its type is gone, or it is Wagtail's welcome page.
    if model is None or not issubclass(model, RecordedPage):
        return None
    for page in _at(model, slug=slug, url_path=url_path):
        page.is_known_public, page.is_as_saved = not is_private(page.path), True
        know_addresses(page)
        return page
    return None


@prepared
def _at(model: type[Page], *, slug: str, url_path: str) -> QuerySet:
    # The slug is indexed, the whole address is not. Not first(), which orders by every column.
    pages = model.objects.all() if model is Page else model.objects.for_reading()
    return pages.filter(slug=slug, url_path=url_path).order_by()[:1]


def _split(url_path: str) -> tuple[str, str]:
    """The address of the page above, and the page's own slug."""
    above, _, slug = url_path.rstrip("/").rpartition("/")
    return f"{above}/", slug


@dataclass(frozen=True)
class Withdrawal:
    """Why a page is gone, and what to read instead."""

    reason: str
    replacement: Page | None


def find_withdrawal(page) -> Withdrawal | None:
    """What the record says of a page that was public and is no longer; else None."""
    if page.live or not is_withdrawn(page):
        return None
    note = RecordNote.objects.filter(
        version__page_id=page.pk, kind=RecordNote.Kind.WITHDRAWN
    ).latest("pk")
    replacement = note.replacement
    if replacement is not None:
        replacement = replacement.specific
        if not replacement.live or replacement.get_view_restrictions():
            replacement = None
    return Withdrawal(note.text, replacement)
