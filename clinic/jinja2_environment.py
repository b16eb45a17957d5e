"""The language of what patients read: Jinja2, with the few words of Django that it lacks."""

from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment, StrictUndefined

from django.template.defaultfilters import capfirst, pluralize
from django.templatetags.static import static
from django.urls import reverse


class PublicEnvironment(Environment):
    """Where the templates of what patients read are kept."""

    def make_globals(self, own: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        # Jinja2 puts a chain around them even where a template has none of its own, and each
        # render and each include copies it name by name.
        return super().make_globals(own) if own else self.globals


def environment(**options: Any) -> Environment:
    """What Django's backend reads the templates with. A name that nobody gives is an error, not an
    empty place in a page."""
    options |= {"undefined": StrictUndefined, "keep_trailing_newline": True}
    made = PublicEnvironment(**options)
    made.globals |= {"static": static, "url": reverse}
    made.filters |= {"capfirst": capfirst, "pluralize": pluralize}
    return made
