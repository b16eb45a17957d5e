"""Names in the order in which readers look for them."""

import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

OTHERS = "Other"


@dataclass
class OtherName:
    """A line of an A–Z that sends from a name that patients use to the page that has it."""

    title: str
    page: Any
    letter: str

    is_other_name = True


def without_accents(text: str) -> str:
    """“José” → "Jose"; ligatures and wide letters as the plain ones."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def folded(name: str) -> str:
    """`name` for comparing: no accents, no capitals, no marks before the first letter."""
    plain = without_accents(name.casefold())
    first = next((place for place, sign in enumerate(plain) if sign.isalnum()), 0)
    return plain[first:]


def letter_of(folded_name: str) -> str:
    """The letter under which a name stands: "A" to "Z", or OTHERS."""
    first = folded_name[:1].upper()
    return first if first and first in string.ascii_uppercase else OTHERS


def first_places(letters: Iterable[str]) -> dict[str, int]:
    """The place (from 0) of the first line of each letter; `letters` are those of all lines."""
    places: dict[str, int] = {}
    for place, letter in enumerate(letters):
        places.setdefault(letter, place)
    return places


def by_letter(rows: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Rows in the order given, under their letters; under "" where a list has none."""
    return [(letter, list(found)) for letter, found in groupby(rows, _letter)]


def _letter(row) -> str:
    return getattr(row, "letter", "")


def letter_bar(places: Mapping[str, int], *, per_page: int, shown: int, query: str):
    """Letters, each with the address of its first line, or "" where no line begins with it.

    `places` are what `first_places` gives, `shown` is the number of the page shown, `query` the
    beginning of the addresses' query string.
    """
    addresses: dict[str, str] = {}
    for letter, place in places.items():
        number = place // per_page + 1
        page = "" if number == shown else f"?{query}page={number}"
        addresses[letter] = f"{page}#letter-{letter.lower()}"
    known = [*string.ascii_uppercase, *([OTHERS] if OTHERS in addresses else [])]
    return [(letter, addresses.get(letter, "")) for letter in known]
