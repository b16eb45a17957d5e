"""The language of what patients read: Jinja2, with the few words of Django that it lacks."""

from typing import Any

from jinja2 import Environment, StrictUndefined

from django.template.defaultfilters import capfirst, pluralize
from django.templatetags.static import static
from django.urls import reverse


def environment(**options: Any) -> Environment:
    """What Django's backend reads the templates with. A name that nobody gives is an error, not an
    empty place in a page."""
    options |= {"undefined": StrictUndefined, "keep_trailing_newline": True}
    made = Environment(**options)  # noqa: S701 (Django asks for escaping)
    made.globals |= {"static": static, "url": reverse}
    made.filters |= {"capfirst": capfirst, "pluralize": pluralize}
    return made
