"""What stands around a page, and every page it links to, whose ids are found in one query."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.models import Page

from .querysets import public_pages
from .sites import PageLink, find_site, link_to, links_above, surroundings_in


@dataclass(frozen=True)
class Links:
    """Rows that each lead to a page to link to, whose id is in their field `to`."""

    rows: QuerySet
    to: str = "pk"

    @classmethod
    def through(cls, relation, to: str) -> "Links":
        """From the rows of a page's own relation to the page in their field `to`; in a preview,
        from those that are not saved yet."""
        rows = relation.get_queryset()
        if isinstance(rows, QuerySet):
            return cls(rows, to)
        return cls(Page.objects.filter(pk__in=rows.values_list(f"{to}_id", flat=True)))

    def read(self, role: str) -> QuerySet:
        """The role, and the id of each page."""
        return self.rows.order_by().values_list(Value(role), F(self.to))


class Frame:
    """Navigation, breadcrumb, offices and related pages of one rendered page.

    Only what the public may see is in it: a link to a draft or a private page cannot be drawn.
    `home`, `navigation`, `offices` and `notices` are as sites.Surroundings has them. `roles` names
    groups of related pages, each by where to find them.
    """

    def __init__(
        self,
        request: HttpRequest,
        page: Page | None = None,
        roles: Mapping[str, Iterable[Links]] | None = None,
    ) -> None:
        self.page = page
        self.roles = roles or {}
        self.site = find_site(request)
        around = surroundings_in(self.site)
        self.home, self.navigation = around.home, around.navigation
        self.offices, self.notices = around.offices, around.notices

    @cached_property
    def breadcrumb(self) -> list[PageLink]:
        """From the home page down to the parent of the page."""
        if self.site is None or self.page is None or not self.page.path:
            return []
        return links_above(self.site, self.page.path[: -Page.steplen])

    def linked(self, role: str) -> list[PageLink]:
        """The related pages of one role, by title."""
        known = public_pages()
        links = [
            link_to(self.site, page_id, *known[page_id])
            for page_id in self._ids[role]
            if page_id in known
        ]
        return sorted(links, key=lambda link: link.title.lower())

    @property
    def place(self) -> tuple[int | None, str]:
        """The id of the section that the page stands in, and what the section is to a reader of
        the page, as aria-current has it: "page" itself, or "true"."""
        here = self.page.pk if self.page is not None else None
        above = {link.pk for link in self.breadcrumb}
        for section in self.navigation:
            if section.pk == here:
                return here, "page"
            if section.pk in above:
                return section.pk, "true"
        return None, ""

    @property
    def alerts(self) -> list[Any]:
        """What readers of every page must be told now, the loudest first."""
        return [alert for alert in self._alerts if alert.location_id is None]

    def alerts_at(self, location: Page) -> list[Any]:
        """What readers must be told of one office now, the loudest first; [] before it is saved."""
        return [alert for alert in self._alerts if location.pk and alert.location_id == location.pk]

    @cached_property
    def _alerts(self) -> list[Any]:
        from .models.alerts import alerts_at_any_time

        now = timezone.now()
        return [alert for alert in alerts_at_any_time() if alert.is_shown_at(now)]

    @cached_property
    def _ids(self) -> dict[str, set[int]]:
        """The ids of all related pages, by role, in one query."""
        found = defaultdict(set)
        parts = [links.read(role) for role, sources in self.roles.items() for links in sources]
        if self.site is not None and parts:
            for role, page_id in parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]:
                found[role].add(page_id)
        return found
