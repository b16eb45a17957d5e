"""Prints the record's dates: always days of the practice's own calendar."""

from datetime import datetime

from django import template
from django.conf import settings
from django.utils import formats, timezone, translation

register = template.Library()

DAY = "M j, Y"


@register.filter
def practice_date(moment: datetime | None, date_format: str = DAY) -> str:
    """An aware datetime as a day in settings.TIME_ZONE, whoever is looking: "May 22, 2020"."""
    if moment is None:
        return ""
    # An editor's preview runs in the editor's zone and language; readers' pages do not.
    local = timezone.localtime(moment, timezone.get_default_timezone())
    if date_format == DAY:
        # As the line below has it, at a tenth of the cost: a page says four of them.
        return f"{local:%b} {local.day}, {local.year}"
    if translation.get_language() == settings.LANGUAGE_CODE:
        return formats.date_format(local, date_format)
    with translation.override(settings.LANGUAGE_CODE):
        return formats.date_format(local, date_format)


@register.filter
def practice_day(moment: datetime | None) -> str:
    """The same day for machines: "2020-05-22"."""
    if moment is None:
        return ""
    return timezone.localtime(moment, timezone.get_default_timezone()).date().isoformat()
