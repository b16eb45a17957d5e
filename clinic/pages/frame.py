"""Every page that a rendered page links to, fetched in one query."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from wagtail.models import Page, Site

from .querysets import visible_to_public

# The purposes of phones at which someone answers during the day.
BY_DAY = ("appointments", "questions")


class Frame:
    """Navigation, breadcrumb, offices and related pages of one rendered page.

    Only what the public may see is in it: a link to a draft or a private page cannot be drawn.
    `roles` names groups of related pages, each by one or more sources: ids, or a queryset of them.
    `join` takes the query of all linked pages and may join more of them to it.
    """

    def __init__(
        self,
        request: HttpRequest,
        page: Page | None = None,
        roles: Mapping[str, Iterable[Any]] | None = None,
        join: Callable[[QuerySet], QuerySet] = lambda pages: pages,
    ) -> None:
        self.page = page
        self.join = join
        self.roles = {
            name: reduce(or_, (Q(pk__in=ids) for ids in sources))
            for name, sources in (roles or {}).items()
        }
        site = Site.find_for_request(request)
        self.home = site.root_page if site else None

    @property
    def navigation(self) -> list[Page]:
        """The sections below the home page that are shown in menus, in the editor's order."""
        return [
            page
            for page in self._rows
            if page.show_in_menus and self.home and page.depth == self.home.depth + 1
        ]

    @property
    def breadcrumb(self) -> list[Page]:
        """From the home page down to the parent of the page."""
        if self.page is None or self.home is None:
            return []
        return [
            page
            for page in self._rows
            if self.page.path.startswith(page.path) and page.path != self.page.path
        ]

    def linked(self, role: str) -> list[Page]:
        """The related pages of one role, by title."""
        pages = (page for page in self._rows if getattr(page, f"is_{role}"))
        return sorted(pages, key=lambda page: page.title.lower())

    @cached_property
    def offices(self) -> list[Page]:
        """Where the practice is: its locations, by title, with their addresses."""
        pages = (getattr(page, "locationpage", None) for page in self._rows)
        return sorted(filter(None, pages), key=lambda office: office.title.lower())

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
        from .models import Alert

        return list(Alert.objects.current())

    @property
    def notices(self) -> list[Page]:
        """The notices linked at the foot of every page, in the editor's order."""
        from .models import NoticePage

        notice = ContentType.objects.get_for_model(NoticePage)
        return [page for page in self._rows if page.content_type_id == notice.pk]

    @cached_property
    def _rows(self) -> list[Page]:
        if self.home is None:
            return []
        in_menu = Q(depth=self.home.depth + 1, show_in_menus=True, path__startswith=self.home.path)
        above = Q(path__in=self._ancestor_paths())
        is_office = Q(locationpage__isnull=False, path__startswith=self.home.path)
        is_notice = Q(noticepage__isnull=False, path__startswith=self.home.path)
        wanted = in_menu | above | is_office | is_notice
        for condition in self.roles.values():
            wanted |= condition
        flags = {
            f"is_{name}": ExpressionWrapper(condition, output_field=BooleanField())
            for name, condition in self.roles.items()
        }
        pages = visible_to_public(Page.objects.filter(wanted)).annotate(**flags)
        return list(self.join(pages.select_related("locationpage")).order_by("path"))

    def _ancestor_paths(self) -> list[str]:
        if self.page is None or not self.page.path:
            return [self.home.path]
        step = Page.steplen
        path = self.page.path
        return [
            path[:end]
            for end in range(step, len(path), step)
            if len(path[:end]) >= len(self.home.path)
        ]
