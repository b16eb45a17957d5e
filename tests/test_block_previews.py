"""Whoever chooses a block sees beforehand what it looks like and when to use it."""

import re
from html import unescape

import pytest

from django.apps import apps
from django.urls import reverse

from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField

from clinic.pages.base import BasePage

pytestmark = pytest.mark.django_db


def choices(block) -> dict[str, object]:
    """The blocks that choosers within `block` offer, by name of the stream and of the block.
    The same stream in two places offers the same."""
    found = {}
    for name, child in getattr(block, "child_blocks", {}).items():
        if isinstance(block, StreamBlock):
            found[f"{type(block).__name__}.{name}"] = child
        found |= choices(child)
    return found


def offered() -> dict[str, object]:
    pages = [model for model in apps.get_models() if issubclass(model, BasePage)]
    found = {}
    for model in pages:
        for field in model._meta.get_fields():
            if isinstance(field, StreamField):
                for name, block in choices(field.stream_block).items():
                    key = name if not name.startswith("StreamBlock.") else f"{field.name}.{name}"
                    found[key] = block
    return found


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


OFFERED = offered()


def test_the_search_for_blocks_finds_them():
    assert {"BodyBlock.text", "SectionsBlock.overview", "CredentialsBlock.award"} <= set(OFFERED)
    assert {"PageBodyBlock.table", "NoticeBodyBlock.language_lines"} <= set(OFFERED)
    assert len(OFFERED) > 50


@pytest.mark.parametrize("name", OFFERED)
def test_a_block_can_be_seen_before_it_is_chosen(practice, name):
    block = OFFERED[name]
    assert block.is_previewable
    assert re.fullmatch(r"[A-Z].{15,200}[.”]", block.get_description()), block.get_description()
    response = practice.client("writers").get(
        reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix}
    )
    html = response.content.decode()
    said = block.get_searchable_content(block.get_preview_value()) or [
        "Monday, Tuesday, Wednesday, Thursday, Friday"
    ]
    assert response.status_code == 200
    assert words(max(said, key=len)) in words(html)
    assert "clinic/clinic.css" in html
