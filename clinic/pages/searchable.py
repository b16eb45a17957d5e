"""What search reads of a page: its names and its text."""

from wagtail.models import Page
from wagtail.search import index

# How a page's other names are parted in the index, from each other and from its text.
BETWEEN_NAMES = "; "
END_OF_NAMES = " ¶ "


class SearchablePage:
    """A page that readers find by its title, by its other names, and by what stands on it.

    Types override `search_group` and the two methods: what they return is public with the page.
    """

    # The heading under which search lists pages of this type.
    search_group = "Pages"

    search_fields = [
        *Page.search_fields,
        index.AutocompleteField("names_for_index"),
        index.SearchField("names_for_index", boost=2),
        index.SearchField("get_search_text"),
    ]

    def get_other_names(self) -> list[str]:
        """What the page's subject is called besides its title."""
        return []

    def get_search_text(self) -> str:
        """What readers read on the page, as one line of plain text."""
        return ""

    def names_for_index(self) -> str:
        return BETWEEN_NAMES.join(self.get_other_names()) + END_OF_NAMES


def names_and_text(indexed: str) -> tuple[list[str], str]:
    """A page's other names and its text, apart again, from the body that the index keeps."""
    names, _, text = indexed.partition(END_OF_NAMES.strip())
    return [name for name in names.strip().split(BETWEEN_NAMES) if name], text.strip()
