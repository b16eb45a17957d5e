"""The editors' groups of words that mean the same, kept at hand."""

from clinic.delivery.memo import kept

from .models import SynonymGroup
from .words import Phrase


@kept
def synonym_groups() -> list[list[Phrase]]:
    """Each group as a list of phrases, each a tuple of words. One query, and none while nothing
    changes."""
    return [group.phrases_as_words for group in SynonymGroup.objects.all()]
