"""Keeps what readers were given."""

from datetime import datetime


def keep(*, page, html: bytes, number: int, at: datetime) -> None:
    """Remember that `html` is what readers of `page` get since generation `number`."""
