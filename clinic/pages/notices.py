"""The notices kit: a starting text for each notice that a practice owes its readers.

What only the practice knows stands in the texts as a blank, such as “[name of the coordinator]”.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from django.utils.html import escape

KIT = Path(__file__).with_name("notices.toml")
BLANK = re.compile(r"\[[^\[\]]+\]")


def starting_texts() -> list[dict[str, Any]]:
    """A notice each, as fields of the page: kind, title, and body as raw stream data."""
    return tomllib.loads(KIT.read_text(encoding="utf-8"))["notices"]


def filled_in(value: Any, answers: dict[str, str]) -> Any:
    """`value` (raw stream data, however deep) with answers, by blank, in the place of blanks.
    A blank without an answer stays."""
    if isinstance(value, str):
        for blank, answer in answers.items():
            # Rich text is HTML; the plain text of other blocks is escaped by the template.
            value = value.replace(blank, escape(answer) if value.startswith("<") else answer)
        return value
    if isinstance(value, list):
        return [filled_in(item, answers) for item in value]
    if isinstance(value, dict):
        return {key: filled_in(item, answers) for key, item in value.items()}
    return value


def first_blank(text: str) -> str:
    """The first “[blank]” of a text that nobody has filled in, brackets included; or ""."""
    found = BLANK.search(text)
    return found.group() if found else ""
