"""An erasure, for the archive: what was served is kept in compressed pieces, named by their
content, and with the pictures that it showed."""

import json
from collections.abc import Iterable
from html import escape, unescape
from pathlib import PurePosixPath

from django.db import transaction

from clinic.erasure.changes import Changes
from clinic.erasure.rows import delete_row, write_row
from clinic.erasure.targets import Target

from .models import Piece, Rendition
from .pieces import PARTS, SHOWN, digest_of, digest_of_page, pack
from .shown_files import remove_kept


def find(target: Target) -> list[str]:
    pieces = sum(1 for piece in _pieces() if _cleaned(piece.text, target, ()) != piece.text)
    files = _files_to_go(target)
    lines = []
    if pieces:
        lines.append(f"Pieces of pages that were served: {pieces}.")
    if files:
        lines.append(f"Pictures of pages that were served: {len(files)}.")
    return lines


def remove(target: Target, changes: Changes) -> None:
    """Pieces with the words, or that show the pictures, give way to others; whatever was served
    with them shows those. Digests follow, and the old ones go."""
    files = _files_to_go(target)
    addresses = {
        address
        for rendition in Rendition.objects.exclude(files={})
        for address, name in rendition.files.items()
        if name in files or _names(target, address)
    }
    replaced = {}
    for piece in _pieces():
        text = _cleaned(piece.text, target, addresses)
        if text != piece.text:
            replaced[piece.pk] = digest_of(text)
            new = Piece(digest=digest_of(text), packed=pack(text), size=len(text.encode()))
            Piece.objects.bulk_create([new], ignore_conflicts=True)
    for rendition in Rendition.objects.iterator():
        if rendition.pk in changes.rows[Rendition] or _shows(rendition, replaced, addresses):
            _mend(rendition, replaced, files)
            changes.rows[Rendition].add(rendition.pk)
    for digest in replaced:
        delete_row(Piece, digest)
    transaction.on_commit(lambda: remove_kept(files))


def _pieces() -> Iterable[Piece]:
    return Piece.objects.iterator(chunk_size=200)


def _cleaned(text: str, target: Target, addresses: Iterable[str]) -> str:
    """A piece without the words, and without the tags that show one of the addresses."""
    gone = set(addresses)
    text = SHOWN.sub(lambda tag: "" if _shows_any(tag.group(), gone) else tag.group(), text)
    for tag in SHOWN.findall(text):
        # As in the table of its files: what reads it there must find it.
        for address in _addresses_with_words(tag, target):
            cleaned = target.words.redact(address)[0]
            text = text.replace(escape(address), escape(cleaned))
    return target.words.redact(text)[0]


def _shows_any(tag: str, addresses: set[str]) -> bool:
    return any(address in unescape(tag) for address in addresses)


def _addresses_with_words(tag: str, target: Target) -> set[str]:
    parts = unescape(tag).replace('"', " ").replace(",", " ").split()
    return {part for part in parts if "/" in part and target.words.stand_in(part)}


def _shows(rendition: Rendition, replaced: dict[str, str], addresses: set[str]) -> bool:
    pieces = {getattr(rendition, f"{part}_id") for part in PARTS}
    return bool(pieces & replaced.keys() or addresses & rendition.files.keys())


def _mend(rendition: Rendition, replaced: dict[str, str], files: set[str]) -> None:
    """`rendition` is as it was found; the table of its files may have been cleaned since."""
    row = Rendition.objects.get(pk=rendition.pk)
    parts = {part: getattr(row, f"{part}_id") for part in PARTS}
    parts = {part: replaced.get(digest, digest) for part, digest in parts.items()}
    kept = {address: name for address, name in row.files.items() if name not in files}
    texts = Piece.objects.in_bulk(set(parts.values()))
    html = "".join(texts[parts[part]].text for part in PARTS)
    write_row(
        Rendition,
        row.pk,
        {**parts, "files": json.dumps(kept), "digest": digest_of_page(html, kept)},
    )


def _files_to_go(target: Target) -> set[str]:
    """The names of kept files that are one of the target's media, in whatever size."""
    if not target.media:
        return set()
    return {
        name
        for files in Rendition.objects.exclude(files={}).values_list("files", flat=True)
        for address, name in files.items()
        if PurePosixPath(name).stem in _fingerprints(target) or _names(target, address)
    }


def _fingerprints(target: Target) -> set[str]:
    return {fingerprint for media in target.media for fingerprint in media.fingerprints}


def _names(target: Target, address: str) -> bool:
    """Whether the address is that of one of the media, also in a size that was deleted since."""
    stems = {PurePosixPath(media.files[0][1]).stem for media in target.media}
    name = PurePosixPath(address).name
    return any(name.startswith(f"{stem}.") for stem in stems)
