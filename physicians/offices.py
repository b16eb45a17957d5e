"""Where physicians see patients, for pages that name several of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F


def physicians_with_offices(ids: Iterable[int], offices: Iterable[Any]) -> list[Any]:
    """The physicians of these ids by last name, each with `offices`: those of the given
    ones where they see patients, in their order. One query, none if there are no ids."""
    from .models import PhysicianPage

    if not ids:
        return []
    rows = PhysicianPage.objects.filter(pk__in=ids).for_listing()
    found, at = {}, {}
    # One row for each physician and office.
    for row in rows.annotate(office_id=F("locations__location")):
        found.setdefault(row.pk, row)
        at.setdefault(row.pk, set()).add(row.office_id)
    for physician in found.values():
        physician.offices = [office for office in offices if office.pk in at[physician.pk]]
    return list(found.values())
