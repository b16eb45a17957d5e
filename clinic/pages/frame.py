"""What stands around a page, and every page it links to, fetched in one query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from wagtail.models import Page

from .querysets import visible_to_public
from .sites import LINK_COLUMNS, PageLink, find_site, link_to, links_above, surroundings_in

# The purposes of phones at which someone answers during the day.
BY_DAY = ("appointments", "questions")


@dataclass(frozen=True)
class Links:
    """Rows that each lead to a page to link to: `page` is the way from a row to that page, such
    as "condition__"; empty where the rows are pages themselves."""

    rows: QuerySet
    page: str = ""

    @classmethod
    def through(cls, relation, name: str) -> "Links":
        """From the rows of a page's own relation to the page in their field `name`; in a preview,
        from those that are not saved yet."""
        rows = relation.get_queryset()
        if isinstance(rows, QuerySet):
            return cls(rows, f"{name}__")
        return cls(Page.objects.filter(pk__in=rows.values_list(f"{name}_id", flat=True)))

    def read(self, role: str) -> QuerySet:
        """The role, and what a link needs of each page that the public may see."""
        columns = [F(f"{self.page}{column}") for column in LINK_COLUMNS]
        public = visible_to_public(self.rows, self.page).order_by()
        return public.values_list(Value(role), *columns)


class Frame:
    """Navigation, breadcrumb, offices and related pages of one rendered page.

    Only what the public may see is in it: a link to a draft or a private page cannot be drawn.
    `roles` names groups of related pages, each by where to find them.
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
        self._around = surroundings_in(self.site) if self.site else None

    @property
    def home(self) -> PageLink | None:
        return self._around and self._around.home

    @property
    def navigation(self) -> list[PageLink]:
        """The sections below the home page that are shown in menus, in the editor's order."""
        return self._around.navigation if self._around else []

    @property
    def offices(self) -> list[Page]:
        """Where the practice is: its locations, by title, with their addresses."""
        return self._around.offices if self._around else []

    @property
    def notices(self) -> list[PageLink]:
        """The notices linked at the foot of every page, in the editor's order."""
        return self._around.notices if self._around else []

    @cached_property
    def breadcrumb(self) -> list[PageLink]:
        """From the home page down to the parent of the page."""
        if self._around is None or self.page is None or not self.page.path:
            return []
        return links_above(self.site, self.page.path[: -Page.steplen])

    def linked(self, role: str) -> list[PageLink]:
        """The related pages of one role, by title."""
        found = {link.pk: link for name, link in self._links if name == role}
        return sorted(found.values(), key=lambda link: link.title.lower())

    @property
    def day_phones(self) -> list[tuple[str, str]]:
        """Where patients are answered by day: each office's name, and a number of it."""
        phones = ((office.title, row.value) for office in self.offices for row in office.phones)
        return [(name, phone["number"]) for name, phone in phones if phone["purpose"] in BY_DAY]

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
    def _links(self) -> list[tuple[str, PageLink]]:
        parts = [links.read(role) for role, sources in self.roles.items() for links in sources]
        if self.site is None or not parts:
            return []
        rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
        return [(role, link_to(self.site, *row)) for role, *row in rows]
