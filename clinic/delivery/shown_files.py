"""The pictures and style sheets of what was served, each kept once by its content: a photo that
is replaced or deleted stays in the pages that showed it."""

import hashlib
import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.http import Http404
from django.urls import resolve

from .address import Address

logger = logging.getLogger(__name__)


class FileNotKept(Exception):
    """A file that readers see could not be written to the archive, as where its disk is full."""


def keep_files(addresses: Iterable[str]) -> dict[str, str]:
    """Address → name under which its file is kept now. What is not there is left out, as it was
    for readers. Raises FileNotKept."""
    kept = {}
    for address in addresses:
        try:
            kept[address] = _keep(address)
        except (OSError, ValueError, Http404):
            logger.info("Nothing to keep at %s", address)
    return kept


def open_kept(name: str):
    """The kept file called `name`, for reading. Raises FileNotFoundError."""
    return storages["archive"].open(_path(name))


def remove_kept(names: Iterable[str]) -> None:
    """Delete the kept files called `names`; forget that they were read."""
    for name in names:
        storages["archive"].delete(_path(name))
    for reading in (_keep_upload, _keep_static, _keep_own):
        reading.cache_clear()


def kept_sizes() -> list[int]:
    """The bytes of every kept file."""
    archive = storages["archive"]
    try:
        folders, _ = archive.listdir("")
    except FileNotFoundError:
        return []
    return [
        archive.size(f"{folder}/{name}")
        for folder in folders
        for name in archive.listdir(folder)[1]
    ]


def _keep(address: str) -> str:
    path = unquote(urlsplit(address).path)
    if path.startswith(settings.MEDIA_URL):
        name = path.removeprefix(settings.MEDIA_URL)
        modified = default_storage.get_modified_time(name)
        return _keep_upload(name, default_storage.size(name), modified)
    if path.startswith(settings.STATIC_URL):
        file = _static_file(path.removeprefix(settings.STATIC_URL))
        facts = file.stat()
        return _keep_static(file, facts.st_size, facts.st_mtime_ns)
    return _keep_own(path)


# Each file is read once in each process, however many pages show it; another size or time makes
# it another file.
@lru_cache(maxsize=10_000)
def _keep_upload(name: str, size: int, modified) -> str:
    with default_storage.open(name) as file:
        return _store(file.read(), name)


@lru_cache(maxsize=1_000)
def _keep_static(file: Path, size: int, modified: int) -> str:
    return _store(file.read_bytes(), file.name)


@lru_cache(maxsize=1_000)
def _keep_own(path: str) -> str:
    """What the site writes itself, such as the practice's colors, at an address of its content."""
    view, args, kwargs = resolve(path)
    return _store(view(Address.of_path(path).as_request(), *args, **kwargs).content, path)


def _static_file(name: str) -> Path:
    file = Path(staticfiles_storage.path(name))
    if file.exists():
        return file
    # On a machine where they are not collected.
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


def _store(content: bytes, original_name: str) -> str:
    suffix = PurePosixPath(original_name).suffix.lower()
    name = f"{hashlib.sha256(content).hexdigest()}{suffix}"
    kept, path = storages["archive"], _path(name)
    try:
        if kept.exists(path) and kept.size(path) != len(content):
            # Where a disk was full, or a process ended, a part of it was left.
            kept.delete(path)
        if not kept.exists(path):
            saved = kept.save(path, ContentFile(content))
            if saved != path:
                # Somebody else was faster, with the same content.
                kept.delete(saved)
    except OSError as error:
        raise FileNotKept(name) from error
    return name


def _path(name: str) -> str:
    return f"{name[:2]}/{name}"
