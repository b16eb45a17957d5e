"""Small things that the demonstration's files need."""

from datetime import datetime
from typing import Any

from django.utils import timezone


def wall_clock(moment: datetime) -> datetime:
    """A local time of the practice, as the files write it, as an aware datetime."""
    return timezone.make_aware(moment, timezone.get_default_timezone())


def reworded(value: Any, wording: dict[str, str]) -> Any:
    """`value` (data of blocks, however deep) with each of the old words replaced by the new."""
    if isinstance(value, str):
        for old, new in wording.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [reworded(item, wording) for item in value]
    if isinstance(value, dict):
        return {key: reworded(item, wording) for key, item in value.items()}
    return value
