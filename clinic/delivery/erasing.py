"""An erasure, for finished pages: copies of before are never given to anyone again, but they lie
in files."""

from django.db import transaction

from clinic.erasure.changes import Changes
from clinic.erasure.targets import Target

from .store import remove_every_copy


def find(target: Target) -> list[str]:
    """Nothing of its own: every copy is made of what the database has."""
    return []


def remove(target: Target, changes: Changes) -> None:
    transaction.on_commit(remove_every_copy, robust=True)
