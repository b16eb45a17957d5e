"""Looks everywhere for a target, and says where it stands, in plain sentences."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import capfirst

from wagtail.models import Page, Revision

from clinic.publishing.models import PublishedVersion

from .cleaning import Cleaner, fields_to_know
from .columns import goes_as_a_whole, models_to_read, text_fields
from .registry import erasers
from .rows import read_rows
from .targets import Target

SALT = "clinic.erasure.confirmation"


@dataclass(frozen=True)
class Finding:
    """A column of a row in which the target stands, and how it is written there."""

    model: type[models.Model]
    key: Any
    field: models.Field
    spellings: tuple[str, ...]

    def as_data(self) -> list:
        return [self.model._meta.label, str(self.key), self.field.name, *self.spellings]


@dataclass(frozen=True)
class Found:
    """Everything that one look has found."""

    target: Target
    rows: list[Finding] = field(default_factory=list)
    # What other rooms found in what is no plain text: sentences.
    elsewhere: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows or self.elsewhere or self.target.media)

    @property
    def code(self) -> str:
        """Stands for these very findings and this target: with it, nothing else can be erased."""
        found = [
            list(self.target.words.phrases),
            [
                [media.label, hashlib.sha256(media.title.encode()).hexdigest()]
                for media in self.target.media
            ],
            sorted(finding.as_data() for finding in self.rows),
            sorted(self.elsewhere),
        ]
        digest = salted_hmac(SALT, json.dumps(found), algorithm="sha256").hexdigest().upper()
        return "-".join(digest[start : start + 4] for start in range(0, 12, 4))

    def is_confirmed_by(self, code: str) -> bool:
        return constant_time_compare(self.code, code.strip().upper())

    def spellings(self) -> Counter[str]:
        return Counter(spelling for finding in self.rows for spelling in finding.spellings)


def look(target: Target) -> Found:
    """Everywhere that `target` stands: every table, and what other rooms keep."""
    rows = [finding for model in models_to_read() for finding in findings_in(model, target)]
    return Found(target, rows, [line for eraser in erasers for line in eraser.find(target)])


def findings_in(model, target: Target) -> Iterator[Finding]:
    """Where `target` stands in one table, row by row."""
    fields = fields_to_look_at(model, target)
    if not fields:
        return
    cleaner = Cleaner(target)
    for key, row in read_rows(model, [*fields, *fields_to_know(model)]):
        for one in fields:
            value = row[one.name]
            if not cleaner.may_change(model, one, value):
                continue
            if cleaner.column(model, one, value, row, key) != value:
                yield Finding(model, key, one, tuple(cleaner.found))


def fields_to_look_at(model, target: Target) -> list[models.Field]:
    """The columns of text and, for images and documents, those that name one."""
    fields = text_fields(model) if target.words or target.media else []
    kinds = {media.model for media in target.media}
    named = [link for link in model._meta.local_concrete_fields if link.related_model in kinds]
    return [*fields, *named]


def in_sentences(found: Found) -> list[str]:
    """What stands where, without repeating the words themselves."""
    by_page, others, wholes = _sort(found)
    lines = []
    for page_id, findings in sorted(by_page.items()):
        lines.append(_sentence_of_page(found.target, page_id, findings))
    for (model, key), findings in others.items():
        fields = _names_of_fields(findings)
        lines.append(f"{capfirst(str(model._meta.verbose_name))} {key}: {fields}.")
    for model, count in wholes.items():
        name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
        lines.append(f"{count} {name}: removed as a whole.")
    for media in found.target.media:
        name, _ = found.target.words.redact(media.title)
        lines.append(f"The {media.label} itself, “{name}”: files: {len(media.files)}.")
    return [*lines, *found.elsewhere]


def _sort(found: Found) -> tuple[dict, dict, Counter]:
    by_page: dict[int, list[Finding]] = {}
    others: dict[tuple, list[Finding]] = {}
    wholes: Counter = Counter()
    pages_of = _pages_of_revisions(found)
    for finding in found.rows:
        if goes_as_a_whole(finding.model):
            wholes[finding.model] += 1
        elif issubclass(finding.model, Page):
            by_page.setdefault(finding.key, []).append(finding)
        elif finding.model is Revision and finding.key in pages_of:
            by_page.setdefault(pages_of[finding.key], []).append(finding)
        else:
            others.setdefault((finding.model, finding.key), []).append(finding)
    return by_page, others, wholes


def _pages_of_revisions(found: Found) -> dict[int, int]:
    keys = {finding.key for finding in found.rows if finding.model is Revision}
    rows = Revision.page_revisions.filter(pk__in=keys).values_list("pk", "object_id")
    return {pk: int(page_id) for pk, page_id in rows}


def _sentence_of_page(target: Target, page_id: int, findings: list[Finding]) -> str:
    page = Page.objects.filter(pk=page_id).first()
    title = target.words.redact(page.title)[0] if page else "a page that was deleted"
    now = [finding for finding in findings if finding.model is not Revision]
    versions = {finding.key for finding in findings if finding.model is Revision}
    parts = []
    if now:
        seen = "readers see it" if page and page.live else "not public"
        parts.append(f"as it is now ({seen}): {_names_of_fields(now)}")
    if versions:
        seen = PublishedVersion.objects.filter(revision__in=versions).values("revision").distinct()
        parts.append(f"saved versions: {len(versions)}, of which readers saw {seen.count()}")
    return f"Page “{title}” ({page_id}): {'; '.join(parts)}."


def _names_of_fields(findings: list[Finding]) -> str:
    return ", ".join(dict.fromkeys(str(finding.field.verbose_name) for finding in findings))
