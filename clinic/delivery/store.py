"""Where finished pages are kept: in the memory of each process, and in files that all processes of
the host share and that outlive them."""

import fcntl
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from operator import attrgetter
from pathlib import Path

from django.conf import settings

from . import baked
from .address import Address
from .copies import Copy
from .release import release

logger = logging.getLogger(__name__)

# What visitors can ask for by inventing queries has a room of its own, which never takes from
# the pages'.
MOST_QUERIES = 2000
SHARE_OF_QUERIES = 4
LOCKS = 256


class Shelf:
    """A bounded part of memory: what was put there first leaves first."""

    def __init__(self, most_bytes: int, most_copies: int | None = None) -> None:
        self.copies: dict[str, Copy] = {}
        self.most_bytes, self.most_copies = most_bytes, most_copies
        self.bytes = 0
        self._lock = threading.Lock()

    def put(self, key: str, copy: Copy) -> None:
        with self._lock:
            self._drop(key)
            self.copies[key] = copy
            self.bytes += copy.size
            while self.bytes > self.most_bytes or len(self.copies) > (self.most_copies or 1e9):
                self._drop(next(iter(self.copies)))

    def clear(self) -> None:
        with self._lock:
            self.copies.clear()
            self.bytes = 0

    def _drop(self, key: str) -> None:
        copy = self.copies.pop(key, None)
        if copy is not None:
            self.bytes -= copy.size


class Store:
    """Finished copies by address. A copy is given only for the generation that it was made in."""

    def __init__(self) -> None:
        self.pages = Shelf(settings.DELIVERY_MEMORY)
        self.queries = Shelf(settings.DELIVERY_MEMORY // SHARE_OF_QUERIES, MOST_QUERIES)

    def find(self, address: Address, number: int) -> Copy | None:
        """The copy that is true now, from memory or from another process; else None."""
        now = time.time()
        copy = self._shelf(address).copies.get(address.key)
        if not _is_true(copy, number, now) and not address.query:
            copy = self._read(address)
            if _is_true(copy, number, now):
                self.pages.put(address.key, copy)
        if not _is_true(copy, number, now):
            return None
        self._bake(address, copy, now)
        return copy

    def last(self, address: Address) -> Copy | None:
        """The newest copy, true or not."""
        copy = self._shelf(address).copies.get(address.key)
        # Another process may have finished a newer one.
        found = [copy, None if address.query else self._read(address)]
        return max(filter(None, found), key=attrgetter("modified"), default=None)

    def put(self, address: Address, copy: Copy) -> None:
        self._shelf(address).put(address.key, copy)
        if not address.query and copy.is_kept:
            with _or_only_in_memory():
                _write(self._file(address), copy.to_bytes(release()))
            self._bake(address, copy, time.time())

    def clear(self) -> None:
        """Forget what this process has in memory."""
        self.pages.clear()
        self.queries.clear()

    @contextmanager
    def the_only_one(self, address: Address) -> Iterator[None]:
        """Of all threads and processes that want to finish this address, one at a time. Where the
        disk takes no file more, each by itself: better twice than not at all."""
        folder = settings.DELIVERY_DIR / "locks"
        number = int(hashlib.sha256(address.key.encode()).hexdigest()[:8], 16) % LOCKS
        with ExitStack() as held:
            with suppress(OSError):
                folder.mkdir(parents=True, exist_ok=True)
                file = held.enter_context((folder / str(number)).open("w"))
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _shelf(self, address: Address) -> Shelf:
        return self.queries if address.query else self.pages

    def _bake(self, address: Address, copy: Copy, now: float) -> None:
        """Lay the page out for the web server, for this period of the clock."""
        period = int(now) // baked.PERIOD_SECONDS
        is_bare = not address.query and copy.is_kept
        if not baked.bakes() or not is_bare or copy.baked == period:
            return
        # A server sends all that lies there as HTML, which a feed is not.
        is_page = address.path.endswith("/") and copy.is_html
        lasts = copy.expires >= baked.end_of_period(now)
        if is_page and lasts and address == Address.of_path(address.path):
            files = {"": copy.bodies[""], ".br": copy.bodies["br"], ".gz": copy.bodies["gzip"]}
            with _or_only_in_memory():
                baked.bake(copy.number, address, files, now=now, modified=copy.modified)
        copy.baked = period

    def _read(self, address: Address) -> Copy | None:
        # A file that is damaged, or another user's, is as good as none.
        with suppress(OSError, ValueError, KeyError, TypeError):
            return Copy.from_bytes(self._file(address).read_bytes(), release())
        return None

    def _file(self, address: Address) -> Path:
        name = hashlib.sha256(address.key.encode()).hexdigest()
        return settings.DELIVERY_DIR / "copies" / name[:2] / name


def remove_old_copies(days: int) -> int:
    """Delete the files of addresses that nobody has asked for in so many days. Returns how many."""
    too_old, removed = time.time() - days * 24 * 60 * 60, 0
    for file in (settings.DELIVERY_DIR / "copies").glob("*/*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < too_old:
                file.unlink()
                removed += 1
    return removed


def remove_every_copy() -> None:
    """From this host: from its files, and from the memory of this process."""
    store.clear()
    baked.withdraw_baked()
    for folder in ("copies", "baked"):
        shutil.rmtree(settings.DELIVERY_DIR / folder, ignore_errors=True)


def _is_true(copy: Copy | None, number: int, now: float) -> bool:
    return copy is not None and copy.number == number and now < copy.expires


@contextmanager
def _or_only_in_memory() -> Iterator[None]:
    """Readers get their page also where it cannot be written to a file: the disk is full, or the
    folder of a generation gone by was just tidied up."""
    try:
        yield
    except OSError as error:
        logger.warning("A finished page is kept in memory only: %s", error)


def _write(target: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(target)


store = Store()
