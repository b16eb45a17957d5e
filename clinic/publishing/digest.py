"""What counts as a page's text, and its fingerprint.

Two revisions are compared by recomputing both with today's code, so that a field added by a
later release, empty or at its default in old revisions, makes no difference.
"""

import hashlib
import json
import re
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import get_all_child_relations
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page

# Where the page stands, who works on it and when it goes live: not what readers read.
HOUSEKEEPING = {field.name for field in Page._meta.concrete_fields} - {"title"} | {
    COMMENTS_RELATION_NAME,
    "pk",
    "page_ptr",
}
CHILD_HOUSEKEEPING = {"pk", "id", "sort_order"}
# The rich text editor marks paragraphs with keys of its own, also where nobody typed.
EDITOR_KEYS = re.compile(r' data-block-key="[^"]*"')
EMPTY = (None, "", [], {}, False)


def comparable_content(page: Page) -> dict[str, Any]:
    """The page's text as plain data: no housekeeping, no empty or default values, no ids of
    blocks or child rows. `page` is a specific page, as saved or as a revision restores it."""
    streams = _names_of(page, StreamField)
    for name in streams:
        _read_through(getattr(page, name))
    data = page.serializable_data()
    unordered = _names_of(page, ParentalManyToManyField)
    children = {
        relation.get_accessor_name(): relation for relation in get_all_child_relations(page)
    }
    unread = HOUSEKEEPING | set(page.unread_fields)
    emptied = _names_with_a_default(page)
    content = {}
    for name, value in data.items():
        if name in unread or _is_default(page, name, value):
            continue
        if name in streams:
            value = _prune(json.loads(value) if isinstance(value, str) else value)
        elif name in children:
            value = _rows(value, parent_link=children[name].field.name)
        elif name in unordered:
            value = sorted(value or [])
        elif isinstance(value, str):
            value = EDITOR_KEYS.sub("", value)
        if value not in EMPTY or name in emptied:
            content[name] = value
    return content


def content_digest(page: Page) -> str:
    """SHA-256, in hexadecimal, of the page's comparable content."""
    text = json.dumps(comparable_content(page), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _read_through(value: Any) -> None:
    """Make every block read its raw data, so that each writes it as an editor's form would:
    an imported "08:00" and a saved "08:00:00" are the same text."""
    if isinstance(value, StreamValue):
        for block in value:
            _read_through(block.value)
    elif isinstance(value, StructValue):
        for item in value.values():
            _read_through(item)
    elif isinstance(value, ListValue):
        for item in value:
            _read_through(item)


def _names_of(page: Page, kind: type) -> set[str]:
    return {field.name for field in page._meta.get_fields() if isinstance(field, kind)}


def _names_with_a_default(page: Page) -> set[str]:
    """Fields that say something before anybody writes in them: emptied, they say something else."""
    fields = (field for field in page._meta.fields if _has_default(field))
    return {field.name for field in fields if field.get_default() not in EMPTY}


def _is_default(page: Page, name: str, value: Any) -> bool:
    if name not in {field.name for field in page._meta.fields}:
        return False
    field = page._meta.get_field(name)
    return _has_default(field) and value == field.get_default()


def _has_default(field: models.Field) -> bool:
    # A stream's default is a set of empty sections, which _prune drops anyway.
    return not isinstance(field, StreamField) and field.default is not models.NOT_PROVIDED


def _rows(rows: list[dict], *, parent_link: str) -> list[dict]:
    ordered = sorted(rows or [], key=lambda row: row.get("sort_order") or 0)
    drop = CHILD_HOUSEKEEPING | {parent_link}
    return [
        {key: value for key, value in row.items() if key not in drop and value not in EMPTY}
        for row in ordered
    ]


def _prune(value: Any) -> Any:
    """A stream's data without block ids and without anything empty, all the way down."""
    if isinstance(value, str):
        return EDITOR_KEYS.sub("", value)
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            # Cells of a table: which column says nothing is part of what it says.
            return [_prune(item) for item in value] if any(value) else []
        return [kept for kept in (_prune(item) for item in value) if kept not in EMPTY]
    if isinstance(value, dict):
        is_block = "type" in value and "value" in value
        kept = {key: _prune(item) for key, item in value.items() if not (is_block and key == "id")}
        kept = {key: item for key, item in kept.items() if item not in EMPTY}
        # A block whose value is empty says nothing: a section placed but not written.
        return {} if is_block and "value" not in kept else kept
    return value
