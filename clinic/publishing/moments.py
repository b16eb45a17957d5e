"""Moments that editors choose."""

from datetime import datetime

from django.core.exceptions import ValidationError

LAST_YEAR = 2199
TOO_FAR = f"Choose a year up to {LAST_YEAR}."


def is_too_far(moment: datetime | None) -> bool:
    """Whether an aware `moment` is of a year that nobody plans for. What is typed for "never", such
    as the end of 9999, cannot be told on every clock of the world."""
    return moment is not None and moment.year > LAST_YEAR


def refuse_if_too_far(moment: datetime | None) -> None:
    """Raise ValidationError, with a sentence, where `moment` is too far."""
    if is_too_far(moment):
        raise ValidationError(TOO_FAR)
