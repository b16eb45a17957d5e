"""What other rooms keep in a form that is not plain text in a column, or is not in the database:
each says here how to find a target in it, and how to remove it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .changes import Changes
from .targets import Target

Find = Callable[[Target], list[str]]
Remove = Callable[[Target, Changes], None]


@dataclass(frozen=True)
class Eraser:
    """One such place. `find` returns a sentence for each thing that has to go, the same ones each
    time; `remove` works inside the transaction of the erasure, leaves files for its commit, and
    adds the rows that it changed to the changes."""

    name: str
    find: Find
    remove: Remove


class Erasers:
    """All such places, in the order in which they were registered."""

    def __init__(self) -> None:
        self._erasers: dict[str, Eraser] = {}
        self._followers: list[Callable[[Changes], None]] = []

    def register(self, name: str, *, find: Find, remove: Remove) -> None:
        self._erasers[name] = Eraser(name, find, remove)

    def __iter__(self) -> Iterator[Eraser]:
        return iter(self._erasers.values())

    def follow(self, follower: Callable[[Changes], None]) -> None:
        """Call `follower` inside the transaction once all rows are clean: evidence about versions
        that were changed has to follow them."""
        self._followers.append(follower)

    def tell(self, changes: Changes) -> None:
        for follower in self._followers:
            follower(changes)


erasers = Erasers()
