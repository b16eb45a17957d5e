"""Readers' search: a page of results, and suggestions while they type."""

from dataclasses import dataclass
from itertools import islice
from textwrap import shorten
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.text import slugify

from clinic.delivery.marks import deliver
from clinic.pages.described import described_view
from clinic.pages.frame import Frame

from .answers import Answer, answer, suggestions
from .excerpts import Part, excerpt, marked
from .index import Entry
from .promotions import suggested_for
from .words import Term

LONGEST_QUERY = 100
LONGEST_TITLE = 30
PER_GROUP = 5
PER_PAGE = 20
# Suggestions may be kept this long: no longer than anyone minds that a page has left since.
SECONDS_KEPT = 60


class Row:
    """One page as the results show it."""

    def __init__(self, entry: Entry, terms: list[Term]) -> None:
        self.page = entry.page
        self.excerpt: list[Part] = excerpt(entry.text, terms)
        names = (marked(name, terms) for name in entry.names)
        self.names = [name for name in names if any(is_match for _, is_match in name)]


@dataclass(frozen=True)
class Group:
    """The pages found of one kind, best first."""

    title: str
    entries: list[Entry]
    terms: list[Term]

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def first_rows(self) -> list[Row]:
        return [Row(entry, self.terms) for entry in self.entries[:PER_GROUP]]

    @property
    def has_more(self) -> bool:
        return len(self.entries) > PER_GROUP


def search(request: HttpRequest) -> HttpResponse:
    """?q= words, ?kind= a group's slug, ?page= number. Nonsense finds nothing, or shows the first
    page; never an error."""
    query = _query(request)
    nothing = {"groups": [], "kind": None, "suggested": []}
    context = _described(request, query) | nothing | {"query": query, "noindex": True}
    if query:
        found = answer(query)
        groups = _groups(found)
        kind = next((g for g in groups if g.slug == request.GET.get("kind")), None)
        context |= {"answer": found, "groups": groups, "kind": kind}
        if kind:
            listing = Paginator(kind.entries, PER_PAGE).get_page(request.GET.get("page"))
            context |= {
                "listing": listing,
                "rows": [Row(entry, found.terms) for entry in listing],
            }
        else:
            context["suggested"] = suggested_for(query, request)
    response = TemplateResponse(request, "search/results.html", context)
    return deliver(response, parameters=("q", "kind", "page"))


def _described(request: HttpRequest, query: str) -> dict[str, Any]:
    shown = shorten(query, LONGEST_TITLE, placeholder="…")
    return described_view(
        request,
        Frame(request),
        title=f"Search results for “{shown}”" if query else "Search",
        description=f"What this site says about “{shown}”, with the words marked, best pages first."
        if query
        else "Look through this site by the words you have for it, lay words and names included.",
        schema_type="SearchResultsPage" if query else "WebPage",
    )


def suggest(request: HttpRequest) -> HttpResponse:
    """?q= what is typed so far → {"suggestions": [{"title", "name", "url", "kind"}]}, at most 8.

    "name" is the other name by which the page was found, or ""."""
    found = suggestions(_query(request))
    rows = [
        {
            "title": entry.title,
            "name": _other_name(entry, found.terms),
            "url": entry.page.url,
            "kind": entry.group,
        }
        for entry in found.entries
    ]
    response = JsonResponse({"suggestions": rows})
    patch_cache_control(response, public=True, max_age=SECONDS_KEPT)
    return deliver(response, parameters=("q",))


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:LONGEST_QUERY].strip()


def _groups(found: Answer) -> list[Group]:
    """The groups in the order of their best pages."""
    entries_of: dict[str, list[Entry]] = {}
    for entry in found.entries:
        entries_of.setdefault(entry.group, []).append(entry)
    return [Group(title, entries, found.terms) for title, entries in entries_of.items()]


def _other_name(entry: Entry, terms: list[Term]) -> str:
    if any(is_match for _, is_match in marked(entry.title, terms)):
        return ""
    matches = (name for name in entry.names if any(m for _, m in marked(name, terms)))
    return next(islice(matches, 1), "")
