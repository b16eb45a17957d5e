"""What an answer of the API is made of: fields that are functions of a page, and what they need,
gathered for all pages of the answer at once."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rest_framework.fields import Field

from django.db import models
from django.db.models import F, Value
from django.utils.functional import cached_property

from wagtail.api import APIField
from wagtail.models import Page

from .querysets import public_pages
from .site_settings import PracticeSettings, practice_settings
from .sites import find_site, link_to


@dataclass(frozen=True)
class Link:
    """Rows of `model` that tie a page, in the field `of`, to another page, in the field `to`."""

    model: type[models.Model]
    of: str
    to: str

    def rows(self):
        return self.model.objects.filter(**{f"{self.to}__isnull": False}).order_by()


class Gathered:
    """The pages of one answer, with what all of them need: asked for once, not page by page."""

    def __init__(self, request, model: type[Page], pages: list, links: dict[str, list[Link]]):
        self.request = request
        self.pages = pages
        self.links = links
        model.read_records(pages)

    @cached_property
    def practice(self) -> PracticeSettings:
        return practice_settings()

    def linked(self, role: str, page) -> list[dict[str, Any]]:
        """The public pages that `page` links to in this role, by title: id, title and address."""
        found = (self._targets.get(target) for target in self._ids[role, page.pk])
        return sorted(filter(None, found), key=lambda link: (link["title"].lower(), link["id"]))

    def public(self, page_id: int | None) -> dict[str, Any] | None:
        """The page of that id as a link, if some page here links to it and the public sees it."""
        return self._targets.get(page_id)

    @cached_property
    def _ids(self) -> dict[tuple[str, int], set[int]]:
        ids = [page.pk for page in self.pages]
        parts = [
            link.rows()
            .filter(**{f"{link.of}__in": ids})
            .values_list(Value(role), F(link.of), F(link.to))
            for role, links in self.links.items()
            for link in links
        ]
        found = defaultdict(set)
        for role, page_id, target_id in parts[0].union(*parts[1:]) if parts else []:
            found[role, page_id].add(target_id)
        return found

    @cached_property
    def _targets(self) -> dict[int, dict[str, Any]]:
        ids, known, site = set().union(*self._ids.values()), public_pages(), find_site(self.request)
        links = [link_to(site, page_id, *known[page_id]) for page_id in ids if page_id in known]
        return {
            link.pk: {"id": link.pk, "title": link.title, "url": link.full_url} for link in links
        }


class Told(Field):
    """A field of an answer: what `tell`, given the page and what was gathered, says."""

    def __init__(self, tell: Callable[[Any, Gathered], Any]) -> None:
        super().__init__(source="*", read_only=True)
        self.tell = tell

    def to_representation(self, page) -> Any:
        return self.tell(page, self.context["view"].gathered)


def fields(**told: Callable[[Any, Gathered], Any]) -> list[APIField]:
    return [APIField(name, serializer=Told(tell)) for name, tell in told.items()]


def links_of(role: str) -> Callable[[Any, Gathered], list]:
    return lambda page, gathered: gathered.linked(role, page)
