"""An erasure, for finished pages: copies of before are never given to anyone again, but they lie
in files."""

import shutil

from django.conf import settings
from django.db import transaction

from clinic.erasure.changes import Changes
from clinic.erasure.targets import Target

from .baked import withdraw_baked
from .store import store


def find(target: Target) -> list[str]:
    """Nothing of its own: every copy is made of what the database has."""
    return []


def remove(target: Target, changes: Changes) -> None:
    transaction.on_commit(_remove_every_copy, robust=True)


def _remove_every_copy() -> None:
    store.clear()
    withdraw_baked()
    for folder in ("copies", "baked"):
        shutil.rmtree(settings.DELIVERY_DIR / folder, ignore_errors=True)
