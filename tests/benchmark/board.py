"""What has been published so far, where every process of the benchmark sees it at once."""

import mmap
import re
from pathlib import Path

# A text by the publishing service, a profile (seen in its physician's procedures), and a text by
# the admin's own form. Each publication writes its number, such as A000123, into what it publishes.
KINDS = "ABC"
NUMBER = re.compile(rb"\b([ABC])(\d{6})\b")


class Board:
    """The newest number of each kind whose publisher has had its answer. A reader who looks here
    first, and asks for a page then, must be given no older one."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        if new:
            path.write_bytes(bytes(8 * len(KINDS)))
        self.path = path
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8 * len(KINDS))

    def __getitem__(self, kind: str) -> int:
        start = KINDS.index(kind) * 8
        return int.from_bytes(self._map[start : start + 8], "little")

    def __setitem__(self, kind: str, number: int) -> None:
        start = KINDS.index(kind) * 8
        self._map[start : start + 8] = number.to_bytes(8, "little")

    def now(self) -> dict[str, int]:
        return {kind: self[kind] for kind in KINDS}


def written(kind: str, number: int) -> str:
    return f"{kind}{number:06}"


def numbers_in(page: bytes) -> dict[str, int]:
    """The oldest number of each kind that stands in the page: one old place makes it old."""
    found: dict[str, int] = {}
    for kind, digits in NUMBER.findall(page):
        name, number = kind.decode(), int(digits)
        found[name] = min(number, found.get(name, number))
    return found
