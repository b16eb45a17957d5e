"""A page's history for its readers, and feeds of updates: of the site, and of each section."""

import re

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from wagtail.models import Page

from clinic.delivery.marks import deliver
from clinic.pages.described import described_view
from clinic.pages.frame import Frame
from clinic.pages.latest import newest_updates, newest_versions
from clinic.pages.routing import find_public
from clinic.pages.site_settings import practice_settings
from clinic.publishing.history import sentence_of, updates_of
from clinic.publishing.models import PublishedVersion

from .versions import readable_versions

NEWEST = 50
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def page_updates(request: HttpRequest, path: str) -> HttpResponse:
    """/…/updates/: when the page was published, changed, withdrawn and published again."""
    page = find_public(request, path)
    if page is None:
        raise Http404
    frame = Frame(request, page=page)
    context = described_view(
        request,
        frame,
        title=f"Updates of {page.title}",
        description=f"When “{page.title}” was published and what was changed since, newest first.",
        above=[*frame.breadcrumb, page],
    )
    readable = readable_versions(page) if practice_settings().show_earlier_versions else {}
    context |= {
        "page": page,
        "updates": updates_of(page),
        "readable_versions": readable,
        "noindex": True,
    }
    return deliver(TemplateResponse(request, "updates.html", context))


def site_updates(request: HttpRequest) -> HttpResponse:
    """/updates/: the newest changes of the whole site that readers needed to know."""
    home = find_public(request, "")
    if home is None:
        raise Http404
    context = described_view(
        request,
        Frame(request, page=home),
        title="Latest updates",
        description="What was published or changed on this site, newest first, in plain words.",
        above=[home],
    )
    context |= {"updates": newest_updates(home, NEWEST), "noindex": True}
    return deliver(TemplateResponse(request, "site_updates.html", context))


class UpdatesFeed(Feed):
    """/…/feed/: the newest updates of the site or of one section, for people who follow it."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return deliver(super().__call__(request, *args, **kwargs))

    def get_object(self, request: HttpRequest, path: str = "") -> Page:
        section = find_public(request, path)
        if section is None:
            raise Http404
        return section

    def title(self, section: Page) -> str:
        name = practice_settings().name
        title = f"{name}: updates" if section.depth == 2 else f"{section.title}: updates – {name}"
        return _writable(title)

    def subtitle(self, section: Page) -> str:
        return "What was published or changed, in the words of its editors."

    def link(self, section: Page) -> str:
        return section.full_url

    def author_name(self, section: Page) -> str:
        return _writable(practice_settings().name)

    def items(self, section: Page) -> list[PublishedVersion]:
        return newest_versions(section, NEWEST)

    def item_title(self, version: PublishedVersion) -> str:
        return _writable(version.page.title)

    def item_description(self, version: PublishedVersion) -> str:
        # Django tells readers of the feed that this is HTML.
        return escape(_writable(sentence_of(version)))

    def item_link(self, version: PublishedVersion) -> str:
        return version.page.full_url

    def item_guid(self, version: PublishedVersion) -> str:
        return f"{version.page.full_url}#version-{version.pk}"

    def item_pubdate(self, version: PublishedVersion):
        return version.published_at

    def item_updateddate(self, version: PublishedVersion):
        return version.published_at

    def item_author_name(self, version: PublishedVersion) -> str:
        return _writable(version.credit)


def _writable(text: str) -> str:
    """Without what XML cannot say, such as the line breaks of slides that somebody pasted."""
    return NOT_IN_XML.sub("", text)
