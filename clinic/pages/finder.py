"""A listing page that helps to find: facets, and an A–Z with other names."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest

from clinic.delivery.memo import kept

from .alphabet import OtherName, first_places, folded, letter_bar, letter_of
from .described import LONGEST_DESCRIPTION
from .facets import Facet, Narrowed, Said, names_in, read
from .listing import PER_PAGE, ListingPage

# What is read of every listed page, beside what facets say of it.
TITLE, OTHER_NAMES = "title", "other_names"


@dataclass(slots=True)
class Line:
    """One line of the whole list, before its page is fetched."""

    title: str
    page_id: int
    # The title, or what else the list is sorted by, for comparing.
    key: str
    is_other_name: bool = False
    # How many pages stand in the list before this line.
    before: int = 0

    @property
    def letter(self) -> str:
        return letter_of(self.key)


@dataclass(frozen=True)
class Catalogue:
    """A whole list: its lines in order, other names among them, and what facets say of it."""

    lines: list[Line]
    said: Said
    letters: dict[str, int]


class FinderPage(ListingPage):
    """A list that readers narrow down by links and, where it has other names, by letter.

    The whole list is read once after each change, as plain values; then the pages that are shown
    in one query, whatever its size.
    """

    # The column of names beside the title. Lists that have one are an A–Z.
    other_names = ""
    # What a list without letters is sorted by.
    sorted_by: Any = F("title")

    class Meta:
        abstract = True

    @property
    def query_parameters(self) -> tuple[str, ...]:
        return (*super().query_parameters, *(facet.name for facet in self.get_facets()))

    def get_facets(self) -> list[Facet]:
        """The ways to narrow this list down, in the order shown."""
        return []

    def get_list(self, request: HttpRequest) -> dict[str, Any]:
        # Of a list that is being made, and only previewed, nothing is kept.
        catalogue = catalogue_of(self) if self.pk else self.read_catalogue()
        narrowed = Narrowed(catalogue.said, query=request.GET, url=self.get_url(request) or "")
        lines, letters = catalogue.lines, catalogue.letters
        if narrowed:
            lines = [
                line for line in lines if line.page_id in narrowed.pages and not line.is_other_name
            ]
            letters = first_places(line.letter for line in lines)
        listing = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
        place = listing.start_index()
        context = {
            "listing": listing,
            "first_place": place if narrowed or not lines else 1 + lines[place - 1].before,
            "narrowed": narrowed,
            "found": self._found(narrowed),
            "noindex": bool(narrowed),
        }
        if chosen := ", ".join(choice.label for choice in narrowed.choices):
            words = f"{chosen}. {self.introduction}"
            context["description"] = shorten(words, LONGEST_DESCRIPTION, placeholder="…")
        if self.other_names and lines:
            where = {"per_page": PER_PAGE, "shown": listing.number, "query": narrowed.kept}
            context["letters"] = letter_bar(letters, **where)
        listing.object_list = self._rows(listing.object_list, catalogue.said)
        return context

    def read_catalogue(self) -> Catalogue:
        """The whole list as it is now, in one query."""
        facets = self.get_facets()
        rows = read(self.get_listing(), [*self._names(), *facets])
        titles = {pk: (key, title) for pk, key, title in rows[TITLE]}
        lines = _in_order(titles, rows[OTHER_NAMES])
        letters = first_places(line.letter for line in lines)
        return Catalogue(lines, Said(facets, rows, titles), letters)

    def _names(self) -> list[Facet]:
        names = [Facet(TITLE, "", label="title", value=self.sorted_by)]
        if self.other_names:
            names.append(Facet(OTHER_NAMES, "", label=self.other_names))
        return names

    def _rows(self, lines: list[Line], said: Said) -> list[Any]:
        """The pages of `lines`, each with its letter and with what facets say of it."""
        fetched = self.get_listing().in_bulk({line.page_id for line in lines})
        rows = []
        for line in lines:
            letter = line.letter if self.other_names else ""
            row = fetched.get(line.page_id)
            if row is None:
                # Withdrawn between the two queries.
                continue
            if line.is_other_name:
                row = OtherName(line.title, row, letter)
            else:
                row.letter, row.said = letter, said.of(row.pk)
            rows.append(row)
        return rows

    def _found(self, narrowed: Narrowed) -> str:
        """How many pages the choices lead to, in words."""
        count, meta = len(narrowed.pages), self.listed_model._meta
        if not count:
            return f"No {meta.verbose_name} matches."
        if count == 1:
            return f"1 {meta.verbose_name} matches."
        return f"{count} {meta.verbose_name_plural} match."


def _in_order(titles: dict[int, tuple[str, str]], other_names: Iterable) -> list[Line]:
    """Lines by name. `titles` is what each page is sorted by, and its title, by its id."""
    lines = [Line(title, pk, folded(key)) for pk, (key, title) in titles.items()]
    for pk, _, text in other_names:
        names = {folded(name): name for name in names_in(text)}
        names.pop(folded(titles[pk][1]), None)
        lines += [Line(name, pk, key, is_other_name=True) for key, name in names.items()]
    lines.sort(key=lambda line: (line.key, line.is_other_name, line.page_id))
    before = 0
    for line in lines:
        line.before = before
        before += not line.is_other_name
    return lines


@kept
def catalogue_of(page: FinderPage) -> Catalogue:
    return page.read_catalogue()
