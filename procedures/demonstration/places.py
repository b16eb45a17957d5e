"""The fields of the demonstration's offices."""

from collections.abc import Callable
from typing import Any

PLAIN_FIELDS = (
    *("title", "street", "city", "region", "postal_code"),
    *("entrance", "parking", "accessibility", "hours_note", "hours_confirmed_on"),
    *("photo_alt", "map_alt"),
)
STREAMS = {"phones": "phone", "hours": "hours", "special_hours": "special"}


def location_fields(row: dict, image: Callable[[str, str], Any]) -> dict[str, Any]:
    """A row of locations.toml as fields of its page; `image` finds a picture by name and alt."""
    return {
        **{name: row[name] for name in PLAIN_FIELDS},
        **{name: [(kind, block) for block in row[name]] for name, kind in STREAMS.items()},
        "photo": image(row["photo"], row["photo_alt"]),
        "map_image": image(row["map"], row["map_alt"]),
    }
