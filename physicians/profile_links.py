"""What rooms above show on a physician's page: procedures they perform, pages credited to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ProfileLink:
    """A list of pages on a profile. `pages_of` takes the profile and gives ids, as a queryset."""

    role: str
    title: str
    pages_of: Callable[[Any], Any]


class ProfileLinks:
    """The lists, in the order in which apps added them."""

    def __init__(self) -> None:
        self._links: list[ProfileLink] = []

    def register(self, role: str, title: str, pages_of: Callable[[Any], Any]) -> None:
        self._links.append(ProfileLink(role, title, pages_of))

    def __iter__(self):
        return iter(self._links)


profile_links = ProfileLinks()
