"""Places where a room above hangs something into a page of a room below.

The home page does not know what a procedure is; procedures add their section to it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.http import HttpRequest


@dataclass(frozen=True)
class Section:
    """A titled list on someone else's page."""

    title: str
    template: str
    items: list[Any]
    # Where all of it is, and what that link says.
    more_url: str = ""
    more_text: str = ""


def url_of_list(page, request: HttpRequest) -> str:
    """The address of the list that `page` (read `with_list`) stands in, at no query; "" where
    readers may not see it."""
    return urljoin(page.get_url(request), "..") if page.has_public_list else ""


class Contributions:
    """A list of functions that each make one section, or None where there is nothing to show.
    They stand by `order`: low numbers first, whichever app starts first."""

    def __init__(self) -> None:
        self._makers: list[tuple[int, Callable[..., Section | None]]] = []

    def register(self, maker: Callable[..., Section | None], order: int = 500) -> None:
        self._makers.append((order, maker))
        self._makers.sort(key=lambda row: row[0])

    def sections(self, *args: Any) -> Iterator[Section]:
        for _, maker in self._makers:
            section = maker(*args)
            if section is not None and section.items:
                yield section


# Called with the request; its page's links are in request.frame.
home_sections = Contributions()

# Each returns ids of public pages that search engines are not to show.
kept_from_search: list[Callable[[], set[int]]] = []

# What apps make ready when roles are set up. Each does nothing the second time, and returns what
# it did as sentences.
set_up_steps: list[Callable[[], list[str]]] = []
