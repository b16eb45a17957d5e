"""The editors' groups of words that mean the same, kept at hand."""

from django.core.cache import cache

from .models import SynonymGroup
from .words import Phrase

KEY = "search-synonyms"
# Where each process has a cache of its own, the others learn of a change after this.
SECONDS = 60


def synonym_groups() -> list[list[Phrase]]:
    """Each group as a list of phrases, each a tuple of words. A query a minute."""
    return cache.get_or_set(
        KEY, lambda: [group.phrases_as_words for group in SynonymGroup.objects.all()], SECONDS
    )


def forget_groups() -> None:
    cache.delete(KEY)
