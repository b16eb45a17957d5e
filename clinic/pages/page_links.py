"""Lists of pages that rooms above show on a page of a room below: a title, and whose pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .frame import Frame, Links


@dataclass(frozen=True)
class LinkedList:
    """A list of pages on another page. `pages_of` takes that page's id, or what stands for it, and
    says where they are."""

    role: str
    title: str
    pages_of: Callable[[Any], Links]


class LinkedLists:
    """The lists, in the order in which apps added them. They join the page's one query of links."""

    def __init__(self) -> None:
        self._lists: list[LinkedList] = []

    def register(self, role: str, title: str, pages_of: Callable[[Any], Links]) -> None:
        self._lists.append(LinkedList(role, title, pages_of))

    def sources(self, page: Any) -> dict[str, list[Links]]:
        """What `page` (its id) links to, for its frame."""
        return {one.role: [one.pages_of(page)] for one in self._lists}

    def sections(self, frame: Frame) -> list[tuple[str, list[Any]]]:
        """The title of each list and the pages on it, by title, from the page's frame."""
        return [(one.title, frame.linked(one.role)) for one in self._lists]


# On a location's page. An app registers its list when it starts.
location_links = LinkedLists()
