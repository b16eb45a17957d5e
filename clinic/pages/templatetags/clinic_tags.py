"""Small things that templates in the admin ask for; see jinja2tags.py for those of public pages."""

from datetime import date

from django import template

from clinic.pages.fact_blocks import PHONE_PURPOSES, WEEKDAYS
from clinic.pages.phones import dial

register = template.Library()

register.filter("dial", dial)


@register.filter
def phone_purpose(purpose: str) -> str:
    """ "after_hours" → "After hours"."""
    return PHONE_PURPOSES.get(purpose, "Telephone")


@register.filter
def weekday(day: str) -> str:
    """ "mon" → "Monday"."""
    return WEEKDAYS[day]


@register.filter
def plain_date(value: date | None) -> str:
    """A calendar day as readers write it: "May 22, 2020"."""
    return f"{value:%b} {value.day}, {value.year}" if value else ""
