"""Search over everything the public may see."""

import re

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from wagtail.models import Page

PER_PAGE = 20
LONGEST_QUERY = 100
NOT_IN_WORDS = re.compile(r"[^\w\s-]")


@transaction.non_atomic_requests
def search(request: HttpRequest) -> HttpResponse:
    """?q= words, ?page= number. Nonsense finds nothing or shows the first page; never an error."""
    # Words only: quotes and operators mean something to the databases' own query languages.
    query = NOT_IN_WORDS.sub(" ", request.GET.get("q", "")).strip()[:LONGEST_QUERY]
    # Before the search, never after it: drafts and private pages stand in the index too.
    # (The search backend cannot read visible_to_public's condition; public() means the same.)
    visible = Page.objects.live().public().filter(depth__gt=1)
    results = visible.search(query) if query else []
    listing = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
    context = {"query": query, "listing": listing}
    return TemplateResponse(request, "search/results.html", context)
