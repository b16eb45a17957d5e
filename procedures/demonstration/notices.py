"""The made-up practice's notices: the kit's texts, with its own answers in the blanks."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clinic.pages.notices import filled_in, starting_texts

ANSWERS = Path(__file__).with_name("notices.toml")


def filled_notices(practice: dict) -> Iterator[dict[str, Any]]:
    """A notice each: kind, title, slug (or None), published (a local time), checked_on, body."""
    texts = {text["kind"]: text for text in starting_texts()}
    known = {
        "[name of the practice]": practice["name"],
        "[telephone]": practice["phones"][0]["number"],
    }
    for row in tomllib.loads(ANSWERS.read_text(encoding="utf-8"))["notices"]:
        answers = known | row.pop("answers")
        yield {"slug": None} | row | filled_in(texts[row["kind"]], answers)
