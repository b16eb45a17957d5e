"""What readers are told about a page's past: each change they needed to know, and each time the
page was away. Read from the record, corrections of wording included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from .models import PublishedVersion, RecordNote

FIRST_PUBLISHED = "First published."
WITHDRAWN = "Withdrawn."
RESTORED = "Published again."


@dataclass(frozen=True)
class Update:
    """One line of a page's history. `at` is aware, in UTC. `earlier` is the number of the version,
    counted from 1 in the page's record, where readers were since told of a newer one."""

    at: datetime
    sentence: str
    earlier: int | None = None


def updates_of(page) -> list[Update]:
    """Every update of `page` that readers are told about, newest first. Two queries."""
    versions = with_wording(page.published_versions.in_order()).prefetch_related("notes")
    counted = [number for number, version in enumerate(versions, 1) if version.is_counted]
    updates = [
        update
        for number, version in enumerate(versions, 1)
        for update in _updates(version, number if number in counted[:-1] else None)
    ]
    return sorted(updates, key=lambda update: update.at, reverse=True)


def with_wording(versions):
    """Annotate a queryset of versions with the newest correction of each one's note."""
    corrections = RecordNote.objects.filter(
        version=OuterRef("pk"), kind=RecordNote.Kind.NOTE_CORRECTED
    )
    return versions.annotate(
        newest_wording=Subquery(corrections.order_by("-pk").values("text")[:1])
    )


def sentence_of(version: PublishedVersion) -> str:
    """What readers are told of a version that counts: its note, in its newest wording.
    `version` comes from `with_wording`."""
    return version.newest_wording or version.change_note or FIRST_PUBLISHED


def _updates(version: PublishedVersion, earlier: int | None) -> Iterable[Update]:
    if version.is_counted:
        yield Update(version.published_at, sentence_of(version), earlier)
    for note in version.notes.all():
        if note.kind == RecordNote.Kind.WITHDRAWN:
            yield Update(note.noted_at, f"{WITHDRAWN} {note.text}".strip())
        elif note.kind == RecordNote.Kind.RESTORED and not version.is_counted:
            yield Update(note.noted_at, RESTORED)
