"""Small things that procedures' templates ask for."""

import re

from jinja2 import Environment
from jinja2.ext import Extension

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# "[2]" or "[1, 3]" in the text, and not inside an element's attributes.
CITATION = re.compile(r"\[(\d{1,2}(?:, ?\d{1,2})*)\](?![^<>]*>)")


def cited(html: str, references: int) -> SafeString:
    """Rendered HTML in which "[2]" leads to the second of so many references. Numbers that no
    reference has stay as they were typed."""

    def links(match: re.Match) -> str:
        numbers = [int(number) for number in match[1].split(",")]
        if not all(1 <= number <= references for number in numbers):
            return match[0]
        anchor = '<a href="#reference-{0}" aria-label="Reference {0}">{0}</a>'
        rows = ((number,) for number in numbers)
        return format_html('<sup class="cited">[{}]</sup>', format_html_join(", ", anchor, rows))

    return mark_safe(CITATION.sub(links, html))


class ProceduresExtension(Extension):
    """What templates of pages with references may call."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["cited"] = cited
