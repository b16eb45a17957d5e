"""Takes an image or a document out of stream data and rich text, so that what is left is whole."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock

from .targets import Target

EMBEDDED_IMAGE = re.compile(r'<embed\b[^>]*\bembedtype="image"[^>]*/?>')
DOCUMENT_LINK = re.compile(r'<a\b([^>]*\blinktype="document"[^>]*)>(.*?)</a>', re.DOTALL)
ID = re.compile(r'\bid="(\d+)"')


class _Gone:
    """Stands for a value without which what is around it makes no sense."""


GONE = _Gone()


def without_media(block: blocks.Block, value: Any, target: Target) -> Any:
    """`value`, raw data of `block`, without the target's media; GONE if nothing whole is left.

    A list loses the item, a stream the block that had it; what was optional is empty.
    """
    match block:
        case blocks.ChooserBlock():
            if not target.names(block.model_class, value):
                return value
            return GONE if block.required else None
        case blocks.StreamBlock() if isinstance(value, list):
            return _each(value, lambda child: block.child_blocks.get(child["type"]), target)
        case blocks.ListBlock() if isinstance(value, list):
            return _each(value, lambda child: block.child_block, target)
        case BaseTypedTableBlock() if isinstance(value, dict):
            return _table(block, value, target)
        case blocks.BaseStructBlock() if isinstance(value, dict):
            return _struct(block, value, target)
        case blocks.BaseStructBlock():
            # An image block also reads the bare number of an older one.
            chooser = block.child_blocks.get("image")
            return without_media(chooser, value, target) if chooser else value
    return value


def without_embeds(text: str, target: Target) -> str:
    """Rich text without the target's pictures, and without links to its documents; the words of
    such a link stay."""

    def image(embed: re.Match) -> str:
        return "" if _is_of(target, "image", embed.group()) else embed.group()

    def document(link: re.Match) -> str:
        return link.group(2) if _is_of(target, "document", link.group(1)) else link.group()

    if "embedtype=" in text:
        text = EMBEDDED_IMAGE.sub(image, text)
    return DOCUMENT_LINK.sub(document, text) if "linktype=" in text else text


def _is_of(target: Target, kind: str, tag: str) -> bool:
    found = ID.search(tag)
    return found is not None and any(
        media.kind == kind and media.pk == int(found.group(1)) for media in target.media
    )


def _each(children: list, block_of, target: Target) -> list:
    kept = []
    for child in children:
        # Lists of an older release have no ids, and stand bare.
        is_wrapped = isinstance(child, dict) and "type" in child and "value" in child
        block = block_of(child if is_wrapped else {"type": ""})
        if block is None:
            kept.append(child)
            continue
        value = without_media(block, child["value"] if is_wrapped else child, target)
        if value is not GONE:
            kept.append({**child, "value": value} if is_wrapped else value)
    return kept


def _struct(block, value: dict, target: Target) -> Any:
    cleaned = {
        name: without_media(block.child_blocks[name], item, target)
        if name in block.child_blocks
        else item
        for name, item in value.items()
    }
    if cleaned == value:
        return value
    if GONE in cleaned.values():
        return GONE
    # What an editor could not have saved like this, as a video without its file, goes too.
    return GONE if _is_whole(block, value) and not _is_whole(block, cleaned) else cleaned


def _is_whole(block, value: dict) -> bool:
    try:
        block.clean(block.to_python(value))
    except ValidationError:
        return False
    return True


def _table(block, value: dict, target: Target) -> dict:
    columns = [block.child_blocks.get(column["type"]) for column in value.get("columns", [])]
    rows = []
    for row in value.get("rows", []):
        cells = [
            without_media(column, cell, target) if column else cell
            for column, cell in zip(columns, row["values"], strict=False)
        ]
        rows.append({**row, "values": [None if cell is GONE else cell for cell in cells]})
    return {**value, "rows": rows}
