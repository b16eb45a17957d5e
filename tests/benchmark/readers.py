"""Readers who ask again and again, and look at what they get: each a process of its own."""

import http.client
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from .board import Board, numbers_in

# Between two requests of one reader: eight of them leave the publisher a share of the cores.
PAUSE_SECONDS = 0.004


@dataclass
class Seen:
    """What all readers together have seen."""

    answers: Synchronized
    old: Synchronized
    failed: Synchronized

    def add(self, answers: int, old: int, failed: int) -> None:
        for counter, more in ((self.answers, answers), (self.old, old), (self.failed, failed)):
            with counter.get_lock():
                counter.value += more


@contextmanager
def hammering(port: int, paths: Sequence[str], board: Path, *, count: int) -> Iterator[Seen]:
    """`count` readers read the pages at `paths`, in turns, until the block ends."""
    context = multiprocessing.get_context("spawn")
    seen = Seen(*(context.Value("q", 0) for _ in range(3)))
    stop = context.Event()
    readers = [
        context.Process(target=_read, args=(port, paths, board, stop, seen)) for _ in range(count)
    ]
    for reader in readers:
        reader.start()
    try:
        time.sleep(1)
        yield seen
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)


def _read(port: int, paths: Sequence[str], board_file: Path, stop, seen: Seen) -> None:
    board = Board(board_file)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answers = old = failed = 0
    turn = 0
    while not stop.is_set():
        turn += 1
        newest = board.now()
        try:
            connection.request("GET", paths[turn % len(paths)])
            response = connection.getresponse()
            page = response.read()
        except (OSError, http.client.HTTPException):
            # A server may close a connection that it has kept long enough; the next one is new.
            connection.close()
            with suppress(OSError, http.client.HTTPException):
                failed += not _answers(connection, paths[0])
            continue
        answers += 1
        failed += response.status != 200
        old += is_old(page, newest)
        time.sleep(PAUSE_SECONDS)
    seen.add(answers, old, failed)


def _answers(connection: http.client.HTTPConnection, path: str) -> bool:
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    return response.status == 200


def is_old(page: bytes, newest: dict[str, int]) -> bool:
    """Whether the page shows a number below one that was published before it was asked for."""
    return any(number < newest[kind] for kind, number in numbers_in(page).items())
