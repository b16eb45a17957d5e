"""What has to go: words, images, documents."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import Storage

from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from .words import Words

NOT_THERE = "There is no {kind} {pk}."


@dataclass(frozen=True)
class Media:
    """An image or a document that has to go, with every file made of it."""

    kind: str
    model: type
    pk: int
    title: str
    # Storages and names, the original first; and SHA-256, in hexadecimal, of what is in those that
    # are there: copies are known by it.
    files: tuple[tuple[Storage, str], ...]
    fingerprints: frozenset[str]

    @property
    def label(self) -> str:
        return f"{self.kind} {self.pk}"


@dataclass(frozen=True)
class Target:
    """All that one erasure removes."""

    words: Words = field(default_factory=lambda: Words([]))
    media: tuple[Media, ...] = ()

    def names(self, model: type, pk: Any) -> bool:
        """Whether `pk` of `model`, as a database or JSON has it, is one of the media."""
        return any(media.model is model and str(media.pk) == str(pk) for media in self.media if pk)

    def in_words(self) -> str:
        named = [f"“{phrase}”" for phrase in self.words.phrases]
        return ", ".join([*named, *(media.label for media in self.media)])


def find_target(
    *, texts: Iterable[str], images: Iterable[int] = (), documents: Iterable[int] = ()
) -> Target:
    """Raises ValueError, with a sentence, for what cannot be erased."""
    media = [_find(get_image_model(), "image", pk) for pk in images]
    media += [_find(get_document_model(), "document", pk) for pk in documents]
    return Target(Words(texts), tuple(media))


def _find(model, kind: str, pk: int) -> Media:
    found = model.objects.filter(pk=pk).first()
    if found is None:
        raise ValueError(NOT_THERE.format(kind=kind, pk=pk))
    files = [found.file]
    if kind == "image":
        files += [rendition.file for rendition in found.renditions.all()]
    names = tuple((file.storage, file.name) for file in files)
    prints = frozenset(
        hashlib.sha256(content).hexdigest() for content in map(_read, names) if content is not None
    )
    return Media(kind, model, found.pk, found.title, names, prints)


def _read(file: tuple[Storage, str]) -> bytes | None:
    storage, name = file
    if not storage.exists(name):
        return None
    with storage.open(name) as opened:
        return opened.read()
