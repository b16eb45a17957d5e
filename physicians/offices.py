"""Where physicians see patients, for pages that name several of them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet


def with_offices(pages: QuerySet) -> QuerySet:
    """`pages` of any kind, the physicians among them with their profile, once for each office."""
    profiles = pages.select_related("physicianpage__specialty")
    unread = ("physicianpage__biography", "physicianpage__credentials")
    return profiles.defer(*unread).annotate(office_id=F("physicianpage__locations__location"))


def physicians_in(pages: Iterable[Any], offices: Iterable[Any]) -> list[Any]:
    """The profiles of `pages` (read `with_offices`) by last name, each with `offices`: those of
    the given ones, which are public, where they see patients."""
    found, seen_at = {}, defaultdict(set)
    for page in pages:
        found[page.pk] = page.physicianpage
        seen_at[page.pk].add(page.office_id)
    for profile in found.values():
        profile.offices = [office for office in offices if office.pk in seen_at[profile.pk]]
    return sorted(found.values(), key=lambda one: (one.last_name.lower(), one.first_name.lower()))
