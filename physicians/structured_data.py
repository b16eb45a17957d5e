"""What pages tell machines about physicians.

To schema.org a physician is two things: a Person, with a degree, training and honors, and an
IndividualPhysician, the organization that patients come to. Both are always named together.
"""

from datetime import date
from typing import Any

from wagtail.rich_text import RichText

from clinic.delivery.memo import kept
from clinic.pages.structured_data import (
    Graph,
    Node,
    add,
    address_of,
    filled_in,
    office_id,
    picture_node,
    plain,
    practice_id,
)
from clinic.publishing.templatetags.publishing_tags import practice_day

from .credentials import credentials_on
from .signers import practice_today


def person_id(url: str) -> str:
    return f"{url}#person"


def physician_id(url: str) -> str:
    return f"{url}#physician"


def add_named_physician(graph: Graph, page, facts: dict[str, Any]) -> tuple[Node, Node]:
    """A physician of whom the page says no more than the name: `page` is any public profile.
    Returns references to the person and to the organization."""
    home_url = facts["frame"].home.full_url
    url = page.get_full_url(facts["request"])
    practice = {"@id": practice_id(home_url)}
    # Where this physician sees patients, on pages that say so; else wherever the practice is.
    offices = facts.get("offices_of", {}).get(page.pk) or []
    person = {
        "@type": "Person",
        "@id": person_id(url),
        "name": page.title,
        "url": url,
        "worksFor": practice,
    }
    organization = {
        "@type": "IndividualPhysician",
        "@id": physician_id(url),
        "name": page.title,
        "url": url,
        "employee": {"@id": person["@id"]},
        "practicesAt": [{"@id": office_id(office.link.full_url)} for office in offices] or practice,
        # A physician's official address; every page's foot prints it.
        "address": [address_of(office) for office in offices or facts["frame"].offices],
    }
    return add(graph, person), add(graph, organization)


def add_physician_box(graph: Graph, profile, facts: dict[str, Any]) -> Node:
    """What the box of the public `profile` says on another page. Returns a reference to the
    person."""
    person, organization = add_named_physician(graph, profile, facts)
    of_person, of_organization = _told_in_box(
        profile, facts["frame"].home.full_url, practice_today()
    )
    graph[person["@id"]] |= of_person
    graph[organization["@id"]] |= of_organization
    return person


@kept
def _told_in_box(profile, home_url: str, today: date) -> tuple[Node, Node]:
    # The box itself is kept like this: it is the same on all its pages that day.
    return _told(profile, "fill-320x400|format-jpeg", home_url, today)


def _told(profile, picture: str, home_url: str, today: date) -> tuple[Node, Node]:
    """What box and profile both say of the person and of the organization; `picture` is the size
    of the photo there."""
    image = picture_node(profile.photo, picture, home_url, profile.photo_alt)
    person = {
        "honorificPrefix": profile.name_prefix,
        "givenName": profile.first_name,
        "additionalName": profile.middle_name,
        "familyName": profile.last_name,
        "honorificSuffix": profile.degrees,
        "jobTitle": profile.label,
        "image": image,
        **credential_properties(profile, today),
    }
    organization = {
        "occupationalCategory": profile.label,
        "slogan": profile.tagline,
        "image": image,
    }
    return filled_in(person), filled_in(organization)


def add_profile(graph: Graph, profile, facts: dict[str, Any]) -> Node:
    """What the profile's own page says. Returns a reference to the person."""
    person, organization = add_named_physician(graph, profile, facts)
    of_person, of_organization = _told(
        profile, "fill-480x600|format-jpeg", facts["frame"].home.full_url, practice_today()
    )
    graph[person["@id"]] |= of_person | filled_in(
        {
            "description": plain(RichText(profile.biography)),
            "knowsLanguage": profile.language_list,
        }
    )
    # Said only together with the day on which it was confirmed.
    accepting = profile.accepting_new_patients if profile.availability_confirmed_on else None
    graph[organization["@id"]] |= of_organization | filled_in(
        {"usNPI": profile.npi, "isAcceptingNewPatients": accepting}
    )
    return person


def credential_properties(profile, today: date) -> Node:
    """The license, and what may be claimed on the practice's calendar day, as a Person's."""
    held: list[Node] = [
        filled_in(
            {
                "@type": "EducationalOccupationalCredential",
                "credentialCategory": "License",
                "name": profile.licence_type,
                "validIn": _named("AdministrativeArea", profile.licence_region),
            }
        )
    ]
    schools, societies, awards = [], [], []
    for row in profile.credentials:
        # One row at a time, so that the rule of what may be said has one home.
        said = credentials_on(today, [row])
        awards += said.awards
        if said.certifications:
            held.append(
                {
                    "@type": "EducationalOccupationalCredential",
                    "credentialCategory": "Board certification",
                    "name": row.value["specialty"],
                    "recognizedBy": _named("Organization", row.value["board"]),
                }
            )
        if said.training:
            schools.append(row.value["institution"])
        if said.memberships:
            societies.append(row.value["organisation"])
    return {
        "hasCredential": held,
        "alumniOf": [_named("Organization", name) for name in dict.fromkeys(schools)],
        "memberOf": [_named("Organization", name) for name in dict.fromkeys(societies)],
        "award": awards,
    }


def review_properties(graph: Graph, signature, signer, facts: dict[str, Any]) -> Node:
    """The line “Medically reviewed by …” as a page's properties. `signer` is the profile while
    it is public, else None: then the printed name stands alone, as in the line."""
    reviewer = _named("Person", signature.name)
    if signer is not None:
        reviewer, _ = add_named_physician(graph, signer, facts)
        if signer.title not in signature.name:
            # Called otherwise since: the line keeps the name of the day of the signature.
            graph[reviewer["@id"]]["name"] = signature.name
    return {"reviewedBy": reviewer, "lastReviewed": practice_day(signature.signed_at)}


def _named(kind: str, name: str) -> Node | None:
    return {"@type": kind, "name": name} if name else None
