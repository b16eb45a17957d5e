"""/sitemap.xml: every page that search engines may show, with the day of its last real change."""

from collections.abc import Iterable
from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wagtail.models import Site

from clinic.delivery.marks import deliver
from clinic.delivery.memo import kept
from clinic.pages.contributions import kept_from_search
from clinic.pages.querysets import public_pages
from clinic.pages.sites import find_site, link_to
from clinic.publishing.models import PublishedVersion

# Each file stays small, however many pages there are.
PER_SECTION = 1000


def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages in one file; with more than a thousand, an index of files (?section= number)."""
    site = find_site(request)
    sections = Paginator(_addresses(site) if site else [], PER_SECTION)
    if sections.num_pages > 1 and "section" not in request.GET:
        address = request.build_absolute_uri(reverse("sitemap"))
        found = [{"location": f"{address}?section={number}"} for number in sections.page_range]
        return _xml(request, "sitemap_index.xml", {"sitemaps": found})
    shown = sections.get_page(request.GET.get("section")).object_list
    changed = _last_changes(page_id for page_id, _ in shown)
    found = [{"location": url, "lastmod": changed.get(page_id)} for page_id, url in shown]
    return _xml(request, "sitemap.xml", {"urlset": found})


def _xml(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml")
    return deliver(response, parameters=("section",))


@kept
def _addresses(site: Site) -> list[tuple[int, str]]:
    """Ids and addresses of the public pages of the site, in the order of the tree."""
    hidden = set().union(*(ids() for ids in kept_from_search))
    found = [
        link_to(site, page_id, *known)
        for page_id, known in public_pages().items()
        if page_id not in hidden
    ]
    below = [link for link in found if link.path.startswith(site.root_page.path)]
    return [(link.pk, link.full_url) for link in sorted(below, key=lambda link: link.path)]


def _last_changes(ids: Iterable[int]) -> dict[int, datetime]:
    """When each page last changed in a way that readers were told about."""
    versions = PublishedVersion.objects.counted().filter(page__in=list(ids)).in_order()
    return dict(versions.values_list("page", "published_at"))
