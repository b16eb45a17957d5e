"""/sitemap.xml: every page that search engines may show, with the day of its last real change."""

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wagtail.models import Page

from clinic.delivery.marks import deliver
from clinic.pages.contributions import kept_from_search
from clinic.pages.querysets import visible_to_public
from clinic.pages.sites import find_site
from clinic.publishing.models import PublishedVersion

PER_SECTION = 10_000


@transaction.non_atomic_requests
def sitemap(request: HttpRequest) -> HttpResponse:
    """All pages in one file; with more than ten thousand, an index of files (?section= number).
    The number of queries does not depend on the number of pages."""
    sections = Paginator(_pages(request), PER_SECTION)
    if sections.num_pages > 1 and "section" not in request.GET:
        address = request.build_absolute_uri(reverse("sitemap"))
        found = [{"location": f"{address}?section={number}"} for number in sections.page_range]
        return _xml(request, "sitemap_index.xml", {"sitemaps": found})
    found = [
        {"location": page.get_full_url(request), "lastmod": page.updated_at}
        for page in sections.get_page(request.GET.get("section"))
    ]
    return _xml(request, "sitemap.xml", {"urlset": found})


def _xml(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    response = render(request, template, context, content_type="application/xml")
    return deliver(response, parameters=("section",))


def _pages(request: HttpRequest):
    """Public pages of the site in the order of the tree, each with the moment of its newest
    change that readers were told about; None where nothing is recorded."""
    site = find_site(request)
    if site is None:
        return Page.objects.none()
    counted = PublishedVersion.objects.counted().filter(page=OuterRef("pk")).order_by("-pk")
    pages = visible_to_public(Page.objects.descendant_of(site.root_page, inclusive=True))
    hidden = set().union(*(ids() for ids in kept_from_search))
    if hidden:
        pages = pages.exclude(pk__in=hidden)
    return pages.annotate(updated_at=Subquery(counted.values("published_at")[:1])).order_by("path")
