"""Search over everything the public may see."""

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.models import Page

from clinic.pages.querysets import visible_to_public

PER_PAGE = 20
LONGEST_QUERY = 100


@transaction.non_atomic_requests
def search(request: HttpRequest) -> HttpResponse:
    """?q= words, ?page= number. Nonsense finds nothing or shows the first page; never an error."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    results = visible_to_public(Page.objects.filter(depth__gt=1)).search(query) if query else []
    listing = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "listing": listing}
    return TemplateResponse(request, "search/results.html", context)
