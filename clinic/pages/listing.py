"""The one listing page: every section's index is one of these."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest

from wagtail.admin.panels import FieldPanel

from .alphabet import OtherName
from .base import BasePage
from .facets import NOT_NARROWED
from .structured_data import Graph, add, list_items

PER_PAGE = 50


class ListingPage(BasePage):
    """A section's front page: a few words, then its pages, a page of fifty at a time."""

    introduction = models.TextField(
        blank=True, help_text="One or two sentences on what readers find here."
    )

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    schema_type = "CollectionPage"
    share_type = "website"
    prints_dates = False
    query_parameters = ("page",)

    # The template of one row, and the model of the pages listed.
    row_template = "components/page_row.html"
    listed_model: type[BasePage]

    class Meta:
        abstract = True

    def get_template(self, request: HttpRequest, *args, **kwargs) -> str:
        # Wagtail gives each type a template name of its own; all listings share one.
        return "pages/listing_page.html"

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context |= {"narrowed": NOT_NARROWED, "found": "", "letters": [], "further_lists": []}
        context |= self.get_list(request)
        part = context["listing"].number
        if part > 1 and not context["narrowed"]:
            # Another part of the list is another page, with other links; a number beyond the last
            # one leads to the last.
            context["canonical"] = f"{self.get_full_url(request)}?page={part}"
        return context

    def get_lead(self, practice) -> str:
        return self.introduction

    def get_search_text(self) -> str:
        return self.introduction

    def get_structured_data(self, facts: dict[str, Any]) -> Graph:
        graph = super().get_structured_data(facts)
        request, listing = facts["request"], facts["listing"]
        # The rows as the template will draw them: kept by the paginator, asked for once.
        # What only sends to a row is none.
        pages = [row for row in listing if not isinstance(row, OtherName)]
        rows = [(page.title, page.get_full_url(request)) for page in pages]
        if rows:
            items = list_items(rows, start=facts["first_place"])
            page = graph[self.webpage_id(request)]
            listed = {"@type": "ItemList", "@id": f"{page['url']}#list"}
            page["mainEntity"] = add(graph, listed | items)
        return graph

    def get_list(self, request: HttpRequest) -> dict[str, Any]:
        """For the template: `listing`, the part of the list that the request asks for, and
        `first_place`, the place of its first page in the whole list."""
        # get_page answers nonsense with the first or last page: never an error.
        listing = Paginator(self.get_listing(), PER_PAGE).get_page(request.GET.get("page"))
        return {"listing": listing, "first_place": listing.start_index()}

    def get_listing(self):
        """What is listed: the section's own pages that the public may see."""
        pages = self.listed_model.objects.child_of(self)
        return pages.visible_to_public().for_listing()
