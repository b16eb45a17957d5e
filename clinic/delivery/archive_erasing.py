"""An erasure, for the archive: what was served is kept in compressed pieces, named by their
content, and with the pictures that it showed."""

import json
from collections.abc import Iterable
from html import escape, unescape
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from wagtail.images import get_image_model

from clinic.erasure.changes import Changes
from clinic.erasure.rows import delete_row, write_row
from clinic.erasure.targets import Media, Target

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
    files, addresses = _files_to_go(target), _addresses_to_go(target)
    addresses |= {address for address, name in _kept_files() if name in files}
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
    transaction.on_commit(lambda: remove_kept(files), robust=True)


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
    fingerprints = {print_ for media in target.media for print_ in media.fingerprints}
    addresses = _addresses_to_go(target)
    return {
        name
        for address, name in _kept_files()
        if PurePosixPath(name).stem in fingerprints or address in addresses
    }


def _addresses_to_go(target: Target) -> set[str]:
    """Where readers found the media, also in sizes that were deleted since. Another image whose
    file had the same name but for its ending keeps the sizes that it has now."""
    if not target.media:
        return set()
    uploads = {
        address: unquote(urlsplit(address).path).removeprefix(settings.MEDIA_URL)
        for address, _ in _kept_files()
        if address.startswith(settings.MEDIA_URL)
    }
    own = {name for media in target.media for _, name in media.files}
    stems = tuple(f"{PurePosixPath(media.files[0][1]).stem}." for media in _images_in(target))
    others = _files_of_other_images(target)
    return {
        address
        for address, name in uploads.items()
        if name in own or (PurePosixPath(name).name.startswith(stems) and name not in others)
    }


def _kept_files() -> Iterable[tuple[str, str]]:
    """Address and name of every kept file, as the rows have them."""
    for files in Rendition.objects.exclude(files={}).values_list("files", flat=True):
        yield from files.items()


def _images_in(target: Target) -> list[Media]:
    return [media for media in target.media if media.model is get_image_model()]


def _files_of_other_images(target: Target) -> set[str]:
    own = [media.pk for media in _images_in(target)]
    others = get_image_model().objects.exclude(pk__in=own)
    return {name for pair in others.values_list("file", "renditions__file") for name in pair}
