"""What rooms above add to the answer of the archive."""

from collections.abc import Callable
from datetime import datetime

from clinic.publishing.models import PublishedVersion

# Each is called with a version and a moment (aware), and returns label and sentence of what was
# true then: who had reviewed it, for instance.
Fact = tuple[str, str]
archive_facts: list[Callable[[PublishedVersion, datetime], list[Fact]]] = []


def facts_of(version: PublishedVersion, at: datetime) -> list[Fact]:
    return [fact for make in archive_facts for fact in make(version, at)]
