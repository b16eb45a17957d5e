"""An erasure, for what search has learned from the pages."""

from clinic.erasure.changes import Changes
from clinic.erasure.targets import Target

from .services import count_words


def find(target: Target) -> list[str]:
    """Nothing of its own: the index and the words come from the pages."""
    return []


def remove(target: Target, changes: Changes) -> None:
    """Learn the words again from what is left: one part of a name is suggested no more."""
    count_words()
