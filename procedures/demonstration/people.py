"""The fields of the demonstration's physicians."""

from collections.abc import Callable
from typing import Any

from clinic.pages.models import LocationPage
from physicians.models import PhysicianLocation, Specialty

from .blocks import credential_rows

PLAIN_FIELDS = (
    *("first_name", "middle_name", "last_name", "licence_type", "licence_region"),
    *("tagline", "biography", "booking_link", "photo_alt"),
    *("accepting_new_patients", "offers_telehealth", "availability_confirmed_on"),
)


def physician_fields(row: dict, image: Callable[[str, str], Any]) -> dict[str, Any]:
    """A row of physicians.toml as fields of its page; `image` finds a picture by name and alt."""
    offices = [LocationPage.objects.get(slug=key) for key in row["locations"]]
    return {
        **{name: row[name] for name in PLAIN_FIELDS},
        "degrees": ", ".join(row["degrees"]),
        "specialty": Specialty.objects.get(name=row["specialty"]),
        "languages": ", ".join(row["languages"]),
        "photo": image(row["photo"], row["photo_alt"]),
        "credentials": credential_rows(row["credentials"]),
        "locations": [PhysicianLocation(location=office) for office in offices],
    }
