"""Two texts that readers were given, side by side, with the differences marked."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from clinic.publishing.wording import lines_of, marked, written_out

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# Lines of unchanged text shown before and after a difference.
AROUND = 2


@dataclass(frozen=True)
class Row:
    """Lines of both texts, as HTML: the same, or differing, or so many left out."""

    before: str = ""
    after: str = ""
    is_changed: bool = False
    left_out: int = 0


def compare_pages(before: str, after: str) -> list[Row]:
    """The rows of two pages' main parts, given as HTML, in the order of reading."""
    old, new = (lines_of(_main(html)) for html in (before, after))
    return list(_rows(old, new))


def differ_around(before: str, after: str) -> bool:
    """Whether what stands above and below the main parts of two pages, given as HTML, reads
    differently: an alert, a phone number."""
    return lines_of(_around(before)) != lines_of(_around(after))


def _around(html: str) -> str:
    return MAIN.sub("", html[html.find("<body") :])


def _main(html: str) -> str:
    found = MAIN.search(html)
    return found.group() if found else html


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            yield from _same(old[start:end])
        else:
            before, after = "\n".join(old[start:end]), "\n".join(new[new_start:new_end])
            yield Row(*marked(before, after), is_changed=True)


def _same(lines: list[str]) -> Iterator[Row]:
    left_out = len(lines) - 2 * AROUND
    shown = [lines] if left_out < 2 else [lines[:AROUND], lines[-AROUND:]]
    for number, part in enumerate(shown):
        if number:
            yield Row(left_out=left_out)
        text = written_out("\n".join(part))
        yield Row(text, text)
