"""Small things that templates ask for."""

from datetime import date, time

from django import template

from clinic.pages.fact_blocks import PHONE_PURPOSES, WEEKDAYS
from clinic.pages.phones import dial

register = template.Library()

register.filter("dial", dial)

DAY_ORDER = list(WEEKDAYS)


@register.filter
def days_in_words(days: list[str]) -> str:
    """["mon", "tue", "wed"] → "Monday to Wednesday"; ["mon", "fri"] → "Monday and Friday"."""
    numbers = sorted(DAY_ORDER.index(day) for day in days)
    names = [WEEKDAYS[DAY_ORDER[number]] for number in numbers]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1] if names else ""]))


@register.filter
def phone_purpose(purpose: str) -> str:
    """ "after_hours" → "After hours"."""
    return PHONE_PURPOSES.get(purpose, "Telephone")


@register.filter
def clock(value: time) -> str:
    """17:00 → "5 pm", 8:30 → "8:30 am"."""
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes} {'am' if value.hour < 12 else 'pm'}"


@register.filter
def plain_date(value: date | None) -> str:
    """A calendar day as readers write it: "May 22, 2020"."""
    return f"{value:%b} {value.day}, {value.year}" if value else ""
