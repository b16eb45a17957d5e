"""Finished pages as files, for a web server to send by itself.

`baked/current` is a link to the folder of one generation. It is taken away before any change is
committed, so that the server finds nothing and asks the application; and put back afterwards. Below
it, pages lie in a folder for each period of time, so that what ends with the clock ends by itself:

    baked/current/PERIOD/HOST/procedures/kyphoplasty/index.html  (.br and .gz beside it)
"""

import logging
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http.request import split_domain_port

from .address import Address
from .release import release

logger = logging.getLogger(__name__)

# A server cuts the period out of its clock, as all but the last three digits of the seconds.
PERIOD_SECONDS = 1000


def delivers() -> bool:
    """Whether readers get finished pages."""
    return settings.DELIVERY_STORE and not settings.MAINTENANCE


def bakes() -> bool:
    """Whether this site lets a web server send pages by itself. Not before a CDN: it is asked for
    the tags of the application, and told for how long it may keep a page."""
    asks_the_site = settings.DELIVERY_SEVERAL_HOSTS or settings.CDN_SECONDS
    return settings.DELIVERY_BAKES and delivers() and not asks_the_site


def withdraw_baked() -> None:
    """From now on no baked page is sent."""
    with suppress(FileNotFoundError):
        _link().unlink()


def settle_baked(number: int) -> None:
    """From now on the pages baked under `number` are sent, if there are any."""
    link, is_on = _link(), bakes()
    with suppress(OSError):
        if is_on and str(link.readlink()) == _name_of(number):
            return
    # Also what was baked before the site was restarted with other settings.
    withdraw_baked()
    if not is_on:
        return
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(_name_of(number))
    except OSError as error:
        # What was published is public, and the server asks the application.
        logger.warning("No page can be laid out for the web server: %s", error)


def bake(
    number: int, address: Address, files: dict[str, bytes], *, now: float, modified: int
) -> None:
    """Write `files`, by suffix, as the page at `address` in the period of `now`. Times are in
    seconds since 1970. Harmless if `number` has passed meanwhile: nobody looks there."""
    period = str(int(now) // PERIOD_SECONDS)
    host, _ = split_domain_port(address.host)
    folder = _folder() / _name_of(number) / period / host / address.path.strip("/")
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in files.items():
        _write(folder / f"index.html{suffix}", content, modified)


def end_of_period(now: float) -> float:
    return (int(now) // PERIOD_SECONDS + 1) * PERIOD_SECONDS


def sweep_baked(number: int, now: float) -> None:
    """Remove what no server looks for any more: other generations, and periods gone by."""
    for generation in _entries(_folder()):
        if generation.is_symlink():
            continue
        if generation.name != _name_of(number):
            shutil.rmtree(generation, ignore_errors=True)
            continue
        for period in _entries(generation):
            if int(period.name) < int(now) // PERIOD_SECONDS:
                shutil.rmtree(period, ignore_errors=True)


def _folder() -> Path:
    return settings.DELIVERY_DIR / "baked"


def _name_of(number: int) -> str:
    """What is baked is of one generation, and of one release of the code."""
    return f"{number}-{release()}"


def _link() -> Path:
    return _folder() / "current"


def _entries(folder: Path) -> list[Path]:
    with suppress(FileNotFoundError):
        return list(folder.iterdir())
    return []


def _write(target: Path, content: bytes, modified: int) -> None:
    """Whole or not at all: a server may be reading."""
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    os.utime(name, (modified, modified))
    Path(name).rename(target)
