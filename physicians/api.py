"""Physicians as JSON, and what programs are told of a medical review."""

from typing import Any

from wagtail.rich_text import RichText

from clinic.pages.api import PublicPagesAPI
from clinic.pages.api_fields import Gathered, Link, fields, links_of
from clinic.pages.structured_data import plain
from clinic.publishing.templatetags.publishing_tags import practice_day

from .models import PhysicianLocation, PhysicianPage, Review


def tell_review(page, gathered: Gathered) -> dict[str, Any]:
    """What the line “Medically reviewed by …” says. Without such a line, nothing but nulls:
    readers are not told whether a review was never made, or is of an older text."""
    status = page.review_status
    signature = status.review if status else None
    if signature is None:
        return dict.fromkeys(("state", "reviewed_by", "reviewer", "reviewed_on", "next_due"))
    shown = page.review_settings.shows_next_review
    return {
        "state": "reviewed",
        "reviewed_by": signature.name,
        "reviewer": gathered.public(signature.signer_id),
        "reviewed_on": practice_day(signature.signed_at),
        "next_due": status.next_due.isoformat() if shown else None,
    }


class ReviewedPagesAPI(PublicPagesAPI):
    """Public pages of a type that physicians sign."""

    links = {"signers": [Link(Review, "page", "signer")]}
    body_fields = [
        field for field in PublicPagesAPI.body_fields if getattr(field, "name", "") != "review"
    ] + fields(review=tell_review)


def tell_name(page, gathered: Gathered) -> dict[str, str]:
    return {
        "prefix": page.name_prefix,
        "first": page.first_name,
        "middle": page.middle_name,
        "last": page.last_name,
        "degrees": page.degrees,
    }


def tell_availability(page, gathered: Gathered) -> dict[str, Any] | None:
    """Said only together with the day on which it was confirmed."""
    if page.availability_confirmed_on is None:
        return None
    return {
        "accepting_new_patients": page.accepting_new_patients,
        "telehealth": page.offers_telehealth,
        "confirmed_on": page.availability_confirmed_on.isoformat(),
    }


class PhysiciansAPI(PublicPagesAPI):
    """The physicians: names with degrees, license, what they may claim today, where they are."""

    name = "physicians"
    model = PhysicianPage
    filters = ("slug", "locations")
    links = {"locations": [Link(PhysicianLocation, "physician", "location")]}
    body_fields = [
        *PublicPagesAPI.body_fields,
        *fields(
            formal_name=lambda page, gathered: page.formal_name,
            name=tell_name,
            license=lambda page, gathered: page.licence,
            label=lambda page, gathered: page.label,
            specialty=lambda page, gathered: page.specialty.name if page.specialty else None,
        ),
        "tagline",
        "npi",
        *fields(
            biography=lambda page, gathered: plain(RichText(page.biography)),
            credentials=lambda page, gathered: vars(page.credentials_today),
            languages=lambda page, gathered: page.language_list,
            availability=tell_availability,
        ),
        "booking_link",
        *fields(locations=links_of("locations")),
    ]
    listed_fields = (*PublicPagesAPI.listed_fields, "formal_name", "label", "availability")
