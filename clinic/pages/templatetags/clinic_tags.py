"""Small things that templates ask for."""

from datetime import date

from django import template
from django.utils import timezone

from clinic.delivery.marks import fresh_until
from clinic.pages.fact_blocks import PHONE_PURPOSES, WEEKDAYS
from clinic.pages.frame import Frame
from clinic.pages.opening import hours_in_words, next_change_at, opening_now
from clinic.pages.phones import dial

register = template.Library()

register.filter("dial", dial)
register.filter("hours_in_words", hours_in_words)


@register.filter
def phone_purpose(purpose: str) -> str:
    """ "after_hours" → "After hours"."""
    return PHONE_PURPOSES.get(purpose, "Telephone")


@register.filter
def weekday(day: str) -> str:
    """ "mon" → "Monday"."""
    return WEEKDAYS[day]


@register.filter
def alerts_at(frame: Frame, location) -> list:
    """The alerts of one office, from those that the page has fetched already."""
    return frame.alerts_at(location)


@register.inclusion_tag("components/open_now.html", takes_context=True)
def open_now(context, location) -> dict:
    """Whether an office is open, in words that stay true until its next opening or closing."""
    now = timezone.now()
    if location.hours and "request" in context:
        fresh_until(context["request"], next_change_at(location, now))
    return {"opening": opening_now(location, now)}


@register.filter
def plain_date(value: date | None) -> str:
    """A calendar day as readers write it: "May 22, 2020"."""
    return f"{value:%b} {value.day}, {value.year}" if value else ""
