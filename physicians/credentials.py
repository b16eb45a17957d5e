"""Turns dated credentials into what may be said today."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Credentials:
    """What a physician may claim on one day, in lines for readers."""

    certifications: list[str] = field(default_factory=list)
    training: list[str] = field(default_factory=list)
    memberships: list[str] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)
    awards: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())


def credentials_on(today: date, rows: Iterable) -> Credentials:
    """Read `rows` (blocks of CredentialsBlock) as of `today`, the practice's calendar day.

    A certificate or membership that has ended, and anything that has not begun, is not said.
    An office that has ended becomes a past office.
    """
    said = Credentials()
    for row in rows:
        value = row.value
        if value.get("start") and value["start"] > today:
            continue
        ended = bool(value.get("end") and value["end"] < today)
        if row.block_type == "certification" and not ended:
            said.certifications.append(
                f"{value['specialty']}, {value['board']}{_since(value['start'])}"
            )
        elif row.block_type == "training":
            said.training.append(_training(value))
        elif row.block_type == "membership" and not ended:
            said.memberships.append(value["organisation"])
        elif row.block_type == "office":
            said.offices.append(_office(value, ended))
        elif row.block_type == "award":
            said.awards.append(f"{value['name']}, {value['issuer']}, {value['year']}")
    return said


def _since(start: date | None) -> str:
    return f" (since {start.year})" if start else ""


def _years(start: date | None, end: date | None) -> str:
    years = [str(day.year) for day in (start, end) if day]
    return f" ({'–'.join(dict.fromkeys(years))})" if years else ""


def _training(value) -> str:
    place = ", ".join(filter(None, [value["programme"], value["institution"]]))
    return f"{value['kind']}: {place}{_years(value['start'], value['end'])}"


def _office(value, ended: bool) -> str:
    place = f"{value['office']}, {value['organisation']}"
    if ended:
        return f"Past {place}{_years(value['start'], value['end'])}"
    return f"{place}{_since(value['start'])}"
