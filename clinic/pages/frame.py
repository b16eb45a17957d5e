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

from clinic.delivery.prepared import prepared

from .querysets import public_pages
from .sites import PageLink, find_site, link_to, links_above, surroundings_in


@dataclass(frozen=True)
class Links:
    """Rows that each lead to a page to link to, whose id is in their field `to`."""

    rows: QuerySet
    to: str = "pk"
    # The page's own relation that has these rows, where there is one: not all may be saved yet.
    relation: str = ""

    @classmethod
    def through(cls, relation, page, to: str) -> "Links":
        """From the rows that `page` (its id) has in `relation`, as its class has it, to the page in
        their field `to`."""
        found = relation.rel
        rows = found.related_model.objects.filter(**{found.field.name: page})
        return cls(rows, to, found.get_accessor_name())

    def read(self, role: str) -> QuerySet:
        """The role, and the id of each page."""
        return self.rows.order_by().values_list(Value(role), F(self.to))

    def held_by(self, page: Page) -> list[int] | None:
        """The ids where `page` holds rows in memory, as in a preview; else None."""
        rows = getattr(page, self.relation).get_queryset() if self.relation else None
        if rows is None or isinstance(rows, QuerySet):
            return None
        return rows.values_list(f"{self.to}_id", flat=True)


def _each(roles: Mapping[str, Iterable[Links]]) -> list[tuple[str, Links]]:
    return [(role, links) for role, sources in roles.items() for links in sources]


@prepared
def _linked_from(model: type[Page], *, page: int) -> QuerySet:
    """(role, id) of every page that a saved page of this type links to."""
    return _read(_each(model.get_linked_pages(page)))


def _read(links: Iterable[tuple[str, Links]]) -> QuerySet:
    # A union with nothing is a queryset of nothing, too.
    nothing = Page.objects.none().values_list(Value(""), F("pk"))
    return nothing.union(*(one.read(role) for role, one in links), all=True)


class Frame:
    """Navigation, breadcrumb, offices and related pages of one rendered page.

    Only what the public may see is in it: a link to a draft or a private page cannot be drawn.
    `home`, `navigation`, `offices` and `notices` are as sites.Surroundings has them.
    """

    def __init__(self, request: HttpRequest, page: Page | None = None) -> None:
        self.page = page
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
        for role, page_id in self._rows() if self.site is not None else []:
            found[role].add(page_id)
        return found

    def _rows(self) -> Iterable[tuple[str, int]]:
        page = self.page
        if page.is_as_saved:
            return _linked_from(type(page), page=page.pk)
        found, saved = [], []
        # No row leads to 0: nothing that is saved belongs to a page that is not.
        for role, links in _each(page.get_linked_pages(page.pk or 0)):
            held = links.held_by(page)
            if held is None:
                saved.append((role, links))
            else:
                found += [(role, pk) for pk in held]
        return [*found, *_read(saved)]
