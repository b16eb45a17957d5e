"""A finished page taken apart, so that what many pages share is kept once, and put together
again, byte by byte."""

import hashlib
import json
import re
from collections.abc import Callable
from html import escape, unescape

import brotli

from django.conf import settings

from .copies import BROTLI_QUALITY

PARTS = ("head", "header", "main", "footer")
# Head; the body's frame up to the breadcrumb; the page's own text; the frame below it.
SHAPE = re.compile(r"(.*?)(<body\b.*?</header>)(.*</main>)(.*)", re.DOTALL)
# What moves with the clock ("open now") is no change of the page. No element of the same name
# stands inside one.
VOLATILE = re.compile(r"<(\w+)\b[^>]*\bdata-volatile\b[^>]*>.*?</\1>", re.DOTALL)
SHOWN = re.compile(r"<(?:img|source|video|link)\b[^>]*>")
ADDRESSES = re.compile(r'\b(src|srcset|poster|href)="([^"]+)"')
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
CANONICAL = re.compile(r'(<link rel="canonical" href=")[^"]*')

MOVED_WITH_THE_CLOCK = "What stood here moved with the clock: it was read from the opening hours."


def still(html: str) -> str:
    """The page with nothing in it that moves with the clock."""
    return VOLATILE.sub(r"<\1 data-volatile></\1>", html)


def split(html: str) -> list[str]:
    """The page's PARTS; joined they are the page."""
    found = SHAPE.fullmatch(html)
    return list(found.groups()) if found else ["", "", html, ""]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_page(html: str, files: dict[str, str]) -> str:
    """The fingerprint of what readers see: a still page, and the files it shows by content."""
    return digest_of(html + json.dumps(files, sort_keys=True))


def pack(text: str) -> bytes:
    return brotli.compress(text.encode(), quality=BROTLI_QUALITY)


def unpack(packed: bytes) -> str:
    return brotli.decompress(bytes(packed)).decode()


def shown_addresses(html: str) -> set[str]:
    """The addresses of pictures, videos' pictures and style sheets that a browser draws the page
    with, of this site only."""
    own = (settings.MEDIA_URL, settings.STATIC_URL)
    found = set()
    for tag in SHOWN.findall(html):
        is_style = 'rel="stylesheet"' in tag
        for name, value in ADDRESSES.findall(tag):
            for address in _addresses(name, value):
                if address.startswith(own) or (is_style and re.match("/(?!/)", address)):
                    found.add(address)
    return found


def with_addresses(html: str, replaced: dict[str, str]) -> str:
    """The page drawn with other files: address → the address to read instead."""

    def in_tag(tag: re.Match) -> str:
        return ADDRESSES.sub(in_attribute, tag.group())

    def in_attribute(attribute: re.Match) -> str:
        name, value = attribute.groups()
        for address in _addresses(name, value):
            if address in replaced:
                value = value.replace(escape(address), escape(replaced[address]))
        return f'{name}="{value}"'

    return SHOWN.sub(in_tag, html)


def readable(html: str, find_file: Callable[[str], str], files: dict[str, str]) -> str:
    """The page for looking at: kept files instead of today's, no script, and a sentence where
    something moved with the clock. `find_file` makes the address of a kept file of its name."""
    html = with_addresses(html, {address: find_file(name) for address, name in files.items()})
    moved = rf'<\1 data-volatile class="moved-with-the-clock">{MOVED_WITH_THE_CLOCK}</\1>'
    return VOLATILE.sub(moved, SCRIPT.sub("", html))


def with_canonical(html: str, address: str) -> str:
    """The page, naming `address` as the one that counts."""
    return CANONICAL.sub(lambda found: found.group(1) + escape(address), html)


def _addresses(name: str, value: str) -> list[str]:
    """What one attribute names; a srcset names several, each with a width."""
    value = unescape(value)
    if name != "srcset":
        return [value]
    return [part.split()[0] for part in value.split(",") if part.strip()]
