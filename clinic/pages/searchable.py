"""What search reads of a page: its names and its text."""

import re

from wagtail.models import Page
from wagtail.search import index

from .alphabet import without_accents

# How a page's other names are parted in the index, from each other and from its text, and how that
# is from what only search reads.
BETWEEN_NAMES = "; "
END_OF_NAMES = " ¶ "
END_OF_TEXT = " ⸿ "
# What counts as a word, in a page as in what a reader asks for.
WORD = re.compile(r"[^\W_]+")


class SearchablePage:
    """A page that readers find by its title, by its other names, and by what stands on it.

    Types override `search_group` and the two methods: what they return is public with the page.
    """

    # The heading under which search lists pages of this type.
    search_group = "Pages"

    search_fields = [
        *Page.search_fields,
        index.AutocompleteField("names_for_index"),
        index.AutocompleteField("names_as_typed"),
        index.SearchField("names_for_index", boost=2),
        index.SearchField("get_search_text"),
        index.SearchField("text_as_typed"),
    ]

    def get_other_names(self) -> list[str]:
        """What the page's subject is called besides its title."""
        return []

    def get_search_text(self) -> str:
        """What readers read on the page, as one line of plain text."""
        return ""

    def names_for_index(self) -> str:
        return BETWEEN_NAMES.join(self.get_other_names()) + END_OF_NAMES

    def names_as_typed(self) -> str:
        return as_typed(" ".join([self.title, *self.get_other_names()]))

    def text_as_typed(self) -> str:
        return f"{END_OF_TEXT}{self.names_as_typed()} {as_typed(self.get_search_text())}"


def as_typed(text: str) -> str:
    """What readers type for some words of `text`: without accents, and the parts of “hip/knee” by
    themselves. PostgreSQL would find neither."""
    words = []
    for written in text.split():
        plain = without_accents(written)
        parts = WORD.findall(plain.lower())
        if len(parts) > 1 or plain != written:
            words += parts
    return " ".join(words)


def names_and_text(indexed: str) -> tuple[list[str], str]:
    """A page's other names and its text, apart again, from the body that the index keeps."""
    names, _, rest = indexed.partition(END_OF_NAMES.strip())
    text, _, _ = rest.partition(END_OF_TEXT.strip())
    return [name for name in names.strip().split(BETWEEN_NAMES) if name], text.strip()
