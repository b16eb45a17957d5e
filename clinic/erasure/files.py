"""Files: those with the words in their names get other names; what is left is looked for."""

import gzip
import hashlib
import logging
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import brotli

from django.conf import settings
from django.core.files.storage import Storage
from django.db import connection

from .targets import Target

logger = logging.getLogger(__name__)

UNPACK = {".gz": gzip.decompress, ".br": brotli.decompress}
UNREADABLE = (OSError, EOFError, zlib.error, brotli.error)
# A file that is bigger is named as one that was not looked into.
BIGGEST_READ = 200 * 1024 * 1024


@dataclass
class FileMoves:
    """Files under new names: copied before the commit, so that the old ones are there if it fails;
    the old ones go after it."""

    _copies: list[tuple[Storage, str]] = field(default_factory=list)
    _originals: list[tuple[Storage, str]] = field(default_factory=list)

    def move(self, storage: Storage, old: str, new: str) -> str:
        """Returns the name that the file got, which is `new` where that was free."""
        if not storage.exists(old):
            return new
        with storage.open(old) as content:
            name = storage.save(new, content)
        self._copies.append((storage, name))
        self._originals.append((storage, old))
        return name

    def finish(self) -> None:
        """Delete the old ones. From now on the new names are the true ones, whatever fails."""
        self._copies.clear()
        for storage, name in self._originals:
            try:
                storage.delete(name)
            except Exception as error:
                # Neither the name nor the error's own words, which have it.
                logger.error("The old file of an erasure stays: %s.", type(error).__name__)

    def undo(self) -> None:
        for storage, name in self._copies:
            storage.delete(name)


def compact_database() -> None:
    """Make the database give up the bytes of rows that are gone: they stay in its files otherwise.
    Not inside a transaction. Raises DatabaseError where the database does not allow it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO wagtailsearch_indexentry_fts(wagtailsearch_indexentry_fts)"
                " VALUES('rebuild')"
            )
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        elif connection.vendor == "postgresql":
            cursor.execute("VACUUM (FULL)")


def left_in_files(target: Target) -> list[str]:
    """Sentences on the files of this site in which the target still stands, or that could not be
    looked into."""
    return [sentence for path in _files() for sentence in _sentences_on(path, target)]


def _files() -> Iterator[Path]:
    named = (settings.VAR_DIR, settings.MEDIA_ROOT, settings.ARCHIVE_ROOT, settings.DELIVERY_DIR)
    folders = {Path(folder).resolve() for folder in named}
    for folder in sorted(folders):
        if any(other in folder.parents for other in folders):
            continue
        for path in sorted(folder.rglob("*")):
            # Two numbers, and locks of this process, which it would lose by closing the file.
            is_ours = path == Path(settings.DELIVERY_DIR).resolve() / "generation"
            if path.is_file() and not path.is_symlink() and not is_ours:
                yield path


def _sentences_on(path: Path, target: Target) -> Iterator[str]:
    shown = target.words.redact(str(path))[0]
    if shown != str(path):
        yield f"The words stand in the name of the file {shown}."
    try:
        if path.stat().st_size > BIGGEST_READ:
            yield f"The file {shown} is too big to be looked into."
            return
        content = _unpacked(path)
    except OSError:
        yield f"The file {shown} could not be read."
        return
    if target.words.stand_in(content.decode(errors="ignore")):
        yield f"The words stand inside the file {shown}."
    fingerprint = hashlib.sha256(content).hexdigest()
    for media in target.media:
        if fingerprint in media.fingerprints:
            yield f"The file {shown} is a copy of the {media.label}."


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    with suppress(*UNREADABLE):
        return UNPACK.get(path.suffix, bytes)(content)
    return content
