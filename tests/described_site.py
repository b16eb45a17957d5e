"""A small practice that has something to tell machines, and how to read what it tells."""

import json
import re
from datetime import date, time

from clinic.publishing.services import publish_version
from procedures.models import ProcedureCondition, ProcedurePhysician
from tests.conftest import fresh, wall_clock
from tests.factories import ConditionFactory, LocationFactory, section

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
SITE = "http://localhost"
NEEDLE, IDA = f"{SITE}/procedures/needle/", f"{SITE}/physicians/ida-quillfeather-md/"
KNEE, ELM = f"{SITE}/conditions/sore-knee/", f"{SITE}/locations/elm/"


def graph_of(client, path: str) -> dict[str, dict]:
    """The nodes of the page at `path`, by their `@id`: each stands once."""
    (text,) = SCRIPT.findall(client.get(path).content.decode())
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    graph = {node["@id"]: node for node in data["@graph"]}
    assert len(graph) == len(data["@graph"])
    return graph


def credential(name: str, /, **value) -> tuple[str, dict]:
    return name, {"start": None, "end": None, **value}


def make_site(practice):
    """An office, a physician with credentials old and new, and a procedure with its condition."""
    phone, fax = {"purpose": "appointments", "number": "(201) 555-0100"}, "(201) 555-0101"
    until_noon = {"end": date(2026, 12, 31), "opens": time(8), "closes": time(12)}
    office = LocationFactory(
        parent=practice.locations,
        live=False,
        title="Elm office",
        slug="elm",
        region="NJ",
        postal_code="07099",
        phones=[("phone", phone), ("phone", {"purpose": "fax", "number": fax})],
        hours=[
            ("hours", {"days": ["mon", "fri"], "opens": time(8, 30), "closes": time(12)}),
            ("hours", {"days": ["mon"], "opens": time(13), "closes": time(17)}),
        ],
        special_hours=[
            ("special", {"start": date(2026, 11, 26), "reason": "Thanksgiving"}),
            ("special", {"start": date(2026, 12, 24), **until_noon, "reason": "Christmas"}),
            ("special", {"start": date(2027, 11, 25), "reason": "The next Thanksgiving"}),
        ],
        hours_confirmed_on=date(2019, 1, 2),
    )
    publish_version(page=office, at=wall_clock(2019, 1, 2, 23, 0))
    physician = practice.physician
    certified = {"board": "Board of Pain", "specialty": "Pain medicine"}
    past = {"board": "Old Board", "specialty": "Nerves", "end": date(2010, 1, 1)}
    trained = {"kind": "Residency", "programme": "Surgery", "institution": "Hill Hospital"}
    physician.credentials = [
        credential("certification", **certified),
        credential("certification", **past),
        credential("training", **trained),
        credential("membership", organisation="Pain Society"),
        credential("membership", organisation="Left Society", end=date(2015, 1, 1)),
        ("award", {"issuer": "City", "name": "Golden Needle", "year": 2018}),
    ]
    physician.languages, physician.npi = "English, Spanish", "1234567893"
    physician.biography = "<p>Ida &amp; her <b>needles</b>.</p>"
    publish_version(page=physician, kind="major", note="Credentials.")
    knee = {"title": "Sore knee", "slug": "sore-knee"}
    condition = ConditionFactory(parent=practice.conditions, live=False, **knee)
    publish_version(page=condition)
    asked = {"question": "Does it hurt?", "answer": "<p>A little.</p>"}
    questions = {"type": "questions", "value": {"questions": [asked]}}
    source = {"title": "Needles", "publisher": "Press", "link": "https://example.com/n"}
    page = practice.procedure(
        live=False,
        title="Needle",
        slug="needle",
        also_called="Pin, Prick",
        sections=[
            section("overview", "A thin needle &amp; <b>no</b> knife."),
            section("who_it_does_not_suit", "Children."),
            section("risks", "About 1 in 100 bleed."),
            {"type": "questions", "value": {"heading": "", "body": [questions]}},
        ],
        references=[("reference", {"year": 2011, "checked_on": None, **source})],
    )
    page.treated_conditions.add(ProcedureCondition(condition=condition))
    page.performing_physicians.add(ProcedurePhysician(physician=physician))
    publish_version(page=page, at=wall_clock(2017, 7, 20, 22, 30))
    page = fresh(page)
    page.summary = "A thin needle for a sore knee."
    publish_version(page=page, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="Thin.")
    practice.needle, practice.office = fresh(page), office
    return practice
