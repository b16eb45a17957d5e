"""An erasure, for the notebook of addresses that readers asked for in vain."""

from pathlib import Path

from django.db import transaction

from clinic.erasure.changes import Changes
from clinic.erasure.targets import Target

from .notebook import notebooks


def find(target: Target) -> list[str]:
    count = sum(len(_lines(path, target, stay=False)) for path in notebooks())
    return [f"Noted addresses at which readers found no page: {count}."] if count else []


def remove(target: Target, changes: Changes) -> None:
    transaction.on_commit(lambda: _rewrite(target), robust=True)


def _rewrite(target: Target) -> None:
    for path in notebooks():
        path.write_bytes(b"".join(_lines(path, target, stay=True)))


def _lines(path: Path, target: Target, *, stay: bool) -> list[bytes]:
    """The file's lines without the words, or (`stay` is False) those with them."""
    lines = path.read_bytes().splitlines(keepends=True)
    return [line for line in lines if target.words.stand_in(line.decode(errors="ignore")) != stay]
