"""Finds the page behind an address."""

from dataclasses import dataclass

from django.db.models import Exists
from django.http import HttpRequest

from wagtail.models import Page, Site

from clinic.publishing.mixins import RecordedPage
from clinic.publishing.models import RecordNote
from clinic.publishing.services import is_withdrawn

from .querysets import restrictions_of_page


def find_page(url_path: str):
    """The specific page at `url_path`, live or not, in two queries whatever the depth; or None.

    Wagtail's own routing walks down the tree, two queries a step.
    """
    found = Page.objects.filter(url_path=url_path).order_by().first()
    return specific_page(found) if found is not None else None


def specific_page(found: Page):
    """The same page with all that rendering it needs, in one query; None if its type is gone, or
    none of ours, as that of Wagtail's welcome page."""
    model = found.specific_class
    if model is None or not issubclass(model, RecordedPage):
        return None
    pages = model.objects.for_reading()
    page = pages.annotate(is_restricted=Exists(restrictions_of_page())).get(pk=found.pk)
    page.is_known_public = not page.is_restricted
    return page


def find_in_site(request: HttpRequest, path: str):
    """The same for `path` below the home page of the request's site: "section/page/"; "" is the
    home page itself."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    return find_page(site.root_page.url_path + path) if path else specific_page(site.root_page)


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
