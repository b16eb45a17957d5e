"""A small file, mapped into the memory of every process of this host: the newest known number of
the generation, and how many writers are about to change it.

Readers look at it without asking anyone. Each process that writes holds a lock on a slot of its
own; the lock goes when the process does, so that the doubt of a killed writer is found and ended.
"""

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import Error

DOUBTS, KNOWN, SLOTS = slice(0, 8), slice(8, 16), 16
SLOT_COUNT = 1024
SIZE = SLOTS + 4 * SLOT_COUNT
NOBODY = bytes(8)


class SharedNumber:
    """The generation's number as this host knows it: believed while no writer is in doubt, and
    read from the database again after `believe_for` seconds, for what writes past Django."""

    def __init__(
        self,
        path: Path,
        *,
        believe_for: float,
        read: Callable[[], int | None],
        withdraw: Callable[[], None],
        settle: Callable[[int], None],
        forget: Callable[[], None],
    ) -> None:
        """`read` asks the database; `withdraw` takes back what is read past this number, before
        anything changes, and `settle` gives it again once the number is sure. `forget` lets go of
        all that was finished, where the number has gone back."""
        self.believe_for = believe_for
        self._read, self._withdraw, self._settle, self._forget = read, withdraw, settle, forget
        self._thread_lock = threading.Lock()
        self._slot: int | None = None
        self._believed_until = 0.0
        self._looked_for_dead_at = 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened once and never closed: whoever closes it in this process, however it was opened,
        # lets go of the process's locks (POSIX).
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
        if os.fstat(self._file).st_size < SIZE:
            os.ftruncate(self._file, SIZE)
        self._map = mmap.mmap(self._file, SIZE)

    def believed(self) -> int | None:
        """The number, or None where the database must be asked. Takes no lock."""
        # Doubt first: whoever ended it has written the number before.
        if self._map[DOUBTS] != NOBODY or time.monotonic() > self._believed_until:
            return None
        return int.from_bytes(self._map[KNOWN], "little") or None

    @property
    def in_doubt(self) -> bool:
        return self._map[DOUBTS] != NOBODY

    def ask(self) -> int | None:
        """The number as the database has it; believed from now on if nobody writes."""
        if self.in_doubt:
            self._end_the_doubt_of_the_dead()
        if self.in_doubt:
            return self._read()
        with self._alone():
            if self.in_doubt:
                return self._read()
            known = int.from_bytes(self._map[KNOWN], "little")
            try:
                return self._believe()
            except Error:
                if not known:
                    raise
                # A database that does not answer takes no change either: what is finished stays
                # true, and readers have it while the database restarts.
                self._map[KNOWN] = known.to_bytes(8, "little")
                self._believed_until = time.monotonic() + self.believe_for
                return known

    def enter(self) -> None:
        """One more writer of this process is about to change something."""
        with self._alone():
            if self._slot is None:
                self._slot = self._take_slot()
            self._count(self._slot, +1)
            self._sum_up()
            try:
                self._withdraw()
            except OSError:
                # Whoever wanted to write is refused, and so is not in doubt.
                self._leave_slot()
                self._sum_up()
                raise

    def leave(self) -> int | None:
        """A writer has committed, or given up. The last one to leave reads the number while nobody
        can enter. Returns the number; None where the database does not say."""
        with self._alone():
            self._leave_slot()
            try:
                # The number is written before the doubt ends: who sees none sees this number.
                return self._read() if any(self._map[SLOTS:]) else self._believe()
            except Error:
                # It does not answer, or has no tables yet: whoever comes next has to ask.
                return None
            finally:
                self._sum_up()

    def abandon(self) -> None:
        """A writer is gone without a word: whoever comes next has to ask."""
        with self._alone():
            self._leave_slot()
            self._map[KNOWN] = NOBODY
            self._sum_up()

    def _believe(self) -> int | None:
        # Until the answer is there, nothing is known: it may never come.
        before = int.from_bytes(self._map[KNOWN], "little")
        self._map[KNOWN] = NOBODY
        number = self._read()
        if number is not None:
            if number < before:
                # The database was put back, and will come to the same numbers with other pages.
                self._forget()
            self._map[KNOWN] = number.to_bytes(8, "little")
            self._believed_until = time.monotonic() + self.believe_for
            self._settle(number)
        return number

    def _leave_slot(self) -> None:
        # A process that was forked off amid a transaction has entered nothing itself.
        if self._slot is not None and self._counted(self._slot):
            self._count(self._slot, -1)

    def _count(self, slot: int, change: int) -> None:
        struct.pack_into("=I", self._map, SLOTS + 4 * slot, self._counted(slot) + change)

    def _counted(self, slot: int) -> int:
        return struct.unpack_from("=I", self._map, SLOTS + 4 * slot)[0]

    def _sum_up(self) -> None:
        doubts = sum(struct.unpack_from(f"={SLOT_COUNT}I", self._map, SLOTS))
        self._map[DOUBTS] = doubts.to_bytes(8, "little")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other thread, and no other process, changes the file meanwhile."""
        with self._thread_lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, SIZE)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, SIZE)

    def _take_slot(self) -> int:
        for slot in range(SLOT_COUNT):
            if self._is_free(slot):
                # Whoever had it before has died in doubt, or left nothing.
                struct.pack_into("=I", self._map, SLOTS + 4 * slot, 0)
                return slot
        raise RuntimeError(f"More than {SLOT_COUNT} processes write to this site.")

    def _is_free(self, slot: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot)
        except OSError:
            return False
        return True

    def _end_the_doubt_of_the_dead(self) -> None:
        now = time.monotonic()
        if now - self._looked_for_dead_at < 1:
            return
        self._looked_for_dead_at = now
        with self._alone():
            for slot in range(SLOT_COUNT):
                if slot != self._slot and self._counted(slot) and self._is_free(slot):
                    struct.pack_into("=I", self._map, SLOTS + 4 * slot, 0)
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, slot)
                    # It may have committed: the number from before is nobody's any more.
                    self._map[KNOWN] = NOBODY
            self._sum_up()
