"""Timed work around finished pages."""

import time

from . import baked, generation
from .store import remove_old_copies

DAYS_KEPT = 30


def tidy_up() -> str:
    """Remove the files of generations, periods and addresses gone by. A job."""
    number = generation.current()
    if number is not None:
        baked.sweep_baked(number, time.time())
    removed = remove_old_copies(DAYS_KEPT)
    return f"Files of addresses nobody asked for removed: {removed}."
