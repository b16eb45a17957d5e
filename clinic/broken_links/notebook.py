"""The file in which a reader's request notes, in one short line, that it found no page.

A reader's request never writes to the database; a timed job reads the file into it.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from wagtail.contrib.redirects.models import Redirect

from clinic.logs import SECRET_ADDRESS

from .models import LONGEST

BIGGEST_FILE = 1_000_000
# What programs that look for weak sites ask for, and what is no page of ours.
NOT_A_PAGE = re.compile(
    r"\.(php\d?|aspx?|jsp|cgi|env|ini|sql|bak|ya?ml|json|xml|js|css|map|ico|png|jpe?g|gif|webp)$"
    r"|/\.|/wp-|/cgi-bin|/(admin|review|documents|static|media|api)(/|$)|@",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Miss:
    """One request that found no page. `at` is in seconds since 1970, UTC."""

    path: str
    referrer: str
    at: int


def note_miss(*, path: str, referrer: str) -> None:
    """Add a line for `path`, reached from `referrer`, both as the browser sent them. Noise and
    secrets are left out; a file that is full, or cannot be written, is left alone."""
    if NOT_A_PAGE.search(path) or len(path) > LONGEST:
        return
    # The reader's answer matters more than the note. (ValueError: what is no address at all.)
    with suppress(OSError, ValueError):
        path = Redirect.normalise_path(_printable(path))
        miss = Miss(path, _page_of(referrer), int(time.time()))
        _append(f"{json.dumps(asdict(miss))}\n".encode("ascii"))


def take_notes() -> Path | None:
    """Put the file aside, so that readers begin a new one; returns where it is, or None if nothing
    was noted. One that an earlier job could not finish comes first."""
    taken = _file().with_suffix(".taken")
    if not taken.exists():
        try:
            _file().rename(taken)
        except FileNotFoundError:
            return None
    return taken


def read_notes(taken: Path) -> Iterator[Miss]:
    """The notes in the file; a line that is torn or foreign is skipped."""
    for line in taken.read_bytes().splitlines():
        try:
            row = json.loads(line)
            miss = Miss(str(row["path"]), str(row["referrer"]), int(row["at"]))
        except (ValueError, TypeError, KeyError):
            continue
        yield miss


def notebooks() -> list[Path]:
    """The file, and one that was put aside: those that are there."""
    return [path for path in (_file(), _file().with_suffix(".taken")) if path.exists()]


def _append(line: bytes) -> None:
    # A few kilobytes at most, in one write: lines of several processes do not mix.
    file = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        if os.fstat(file).st_size < BIGGEST_FILE:
            os.write(file, line)
    finally:
        os.close(file)


def _file() -> Path:
    return Path(settings.VAR_DIR) / "missed-addresses.log"


def _page_of(referrer: str) -> str:
    """The page's address without what was searched for there; "" if it must not be kept."""
    parts = urlsplit(_printable(referrer))
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return "" if SECRET_ADDRESS.search(address) else address[:LONGEST]


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
