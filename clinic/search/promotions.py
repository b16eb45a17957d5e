"""What editors want readers to see first, by Wagtail's own list of promoted results."""

from dataclasses import dataclass

from django.http import HttpRequest

from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page
from wagtail.search.utils import normalise_query_string

from clinic.pages.querysets import visible_to_public


@dataclass(frozen=True)
class Suggested:
    """A link that editors put above the results."""

    title: str
    url: str
    description: str


def suggested_for(query: str, request: HttpRequest) -> list[Suggested]:
    """In the editors' order; pages that the public may not see are left out. One query.

    Only looks: Wagtail's own template tag writes a row for each new query.
    """
    chosen = SearchPromotion.objects.filter(query__query_string=normalise_query_string(query))
    public = visible_to_public(Page.objects).values("pk")
    chosen = chosen.filter(page__in=public) | chosen.filter(page=None)
    return [
        Suggested(row.title, row.page.get_url(request) if row.page else row.link, row.description)
        for row in chosen.select_related("page").order_by("sort_order", "pk")
    ]
