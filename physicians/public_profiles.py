"""Physicians as other pages name them, kept until anything changes: few people, many pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clinic.delivery.memo import kept
from clinic.pages.sites import PageLink

from .models import PhysicianLocation, PhysicianPage


@dataclass(frozen=True)
class PhysicianAt:
    """A physician on another page: a link to the profile, what it says, and those of the
    practice's public offices where the physician sees patients."""

    link: PageLink
    profile: PhysicianPage
    offices: list[Any]


@kept
def public_profiles(*ids: int) -> dict[int, PhysicianPage]:
    """Those of the profiles that the public may see, by id. Not to be changed."""
    pages = PhysicianPage.objects.visible_to_public().for_reading().order_by()
    return pages.in_bulk(ids)


@kept
def _places(*ids: int) -> frozenset[tuple[int, int]]:
    """(physician's id, office's id) wherever one of the physicians sees patients."""
    places = PhysicianLocation.objects.filter(physician__in=ids).order_by()
    return frozenset(places.values_list("physician", "location"))


def physicians_at(links: Iterable[PageLink], offices: Iterable[Any]) -> list[PhysicianAt]:
    """The physicians behind `links`, by last name, with those of `offices` where they are."""
    links = {link.pk: link for link in links}
    profiles, places = public_profiles(*links), _places(*links)
    found = [
        PhysicianAt(
            link,
            profiles[pk],
            [office for office in offices if (pk, office.pk) in places],
        )
        for pk, link in links.items()
        if pk in profiles
    ]
    return sorted(
        found, key=lambda one: (one.profile.last_name.lower(), one.profile.first_name.lower())
    )
