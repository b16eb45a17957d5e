"""The record's dates, for public templates."""

from jinja2 import Environment
from jinja2.ext import Extension

from .templatetags.publishing_tags import practice_date, practice_day


class PublishingExtension(Extension):
    """Days of the practice's own calendar, for people and for machines."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters |= {"practice_date": practice_date, "practice_day": practice_day}
