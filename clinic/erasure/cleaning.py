"""Cleans one value: a column of a row, or a field of a saved version. Both are cleaned alike, so
that the page readers see stays the version that was recorded."""

import json
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import Revision

from .columns import is_unique
from .streams import GONE, without_embeds, without_media
from .targets import Target

REVISION_CONTENT = "wagtailcore.Revision.content"
SESSION_DATA = "sessions.Session.session_data"


class Cleaner:
    """Takes a target out of values, and remembers how it was written in the last one."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.found: list[str] = []

    def may_change(self, model, field: models.Field, value: Any) -> bool:
        """A quick look at a column's value, as the database has it."""
        if value is None:
            return False
        if f"{model._meta.label}.{field.name}" == SESSION_DATA:
            return True
        if isinstance(value, str) and self.target.words.may_stand_in(value):
            return True
        return any(str(media.pk) in str(value) for media in self.target.media)

    def column(self, model, field: models.Field, value: Any, row: dict[str, Any], key: Any) -> Any:
        """The value that a row should have, JSON as text; GONE if the row cannot be without it.
        `row` has the fields that tell what the value is about."""
        self.found = []
        name = f"{model._meta.label}.{field.name}"
        if name == REVISION_CONTENT:
            return self._revision(value, row["content_type"])
        if name == SESSION_DATA:
            return self._session(value)
        return self._field(model, field, value, key)

    def _field(self, model, field: models.Field | None, value: Any, key: Any) -> Any:
        if value is None or value == "":
            return value
        if field is not None and field.remote_field is not None:
            return self._link(field, value)
        if isinstance(field, StreamField):
            return self._json(value, lambda data: self._stream(field, data))
        if not isinstance(value, str) or isinstance(field, models.JSONField):
            return self._json(value, self._data)
        return self._text(model, field, value, key)

    def _link(self, field: models.Field, value: Any) -> Any:
        if not self.target.names(field.related_model, value):
            return value
        self._note_media(field.related_model, value)
        return None if field.null else GONE

    def _text(self, model, field: models.Field | None, value: str, key: Any) -> str:
        if field is not None and value in dict(field.flatchoices):
            return value
        unique = field is not None and is_unique(model, field)
        cleaned = self._words(value, replacement=f"removed-{key}" if unique else "")
        longest = getattr(field, "max_length", None)
        return cleaned[:longest] if cleaned != value and longest else cleaned

    def _words(self, text: str, *, replacement: str = "") -> str:
        stripped = without_embeds(text, self.target)
        if stripped != text:
            self.found += [media.label for media in self.target.media]
        cleaned, spellings = self.target.words.redact(stripped, replacement=replacement)
        self.found += spellings
        return cleaned

    def _stream(self, field: StreamField, data: Any) -> Any:
        if self.target.media:
            kept = without_media(field.stream_block, data, self.target)
            if kept != data:
                self.found += [media.label for media in self.target.media]
            data = kept
        return self._data(data)

    def _data(self, data: Any) -> Any:
        """Plain data without the words; what names the kind of a block is no word."""
        match data:
            case str():
                return self._json(data, self._data) if data[:1] in "[{" else self._words(data)
            case list():
                return [self._data(item) for item in data]
            case dict():
                return {
                    key if key.isidentifier() else self._words(key): item
                    if key == "type"
                    else self._data(item)
                    for key, item in data.items()
                }
        return data

    def _json(self, value: Any, clean) -> Any:
        """`value`, data or JSON as text, cleaned, in the form that it came in."""
        if not isinstance(value, str):
            return clean(value)
        try:
            data = json.loads(value)
        except ValueError:
            return self._words(value)
        cleaned = clean(data)
        return value if cleaned == data else json.dumps(cleaned, cls=DjangoJSONEncoder)

    def _revision(self, value: str, content_type_id: int) -> str:
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        return self._json(value, lambda content: self._object(model, content))

    def _object(self, model, content: dict[str, Any]) -> dict[str, Any]:
        """A whole object as a version has it, with the rows that belong to it."""
        if model is None or not isinstance(content, dict):
            return self._data(content)
        children = {
            relation.get_accessor_name(): relation.related_model
            for relation in get_all_child_relations(model)
        }
        cleaned = {}
        for name, value in content.items():
            if name in children and isinstance(value, list):
                rows = [self._child(children[name], row) for row in value]
                cleaned[name] = [row for row in rows if row is not GONE]
            else:
                item = self._field(model, _field_of(model, name), value, content.get("pk"))
                cleaned[name] = None if item is GONE else item
        return cleaned

    def _child(self, model, row: dict[str, Any]) -> Any:
        cleaned = {
            name: self._field(model, _field_of(model, name), value, row.get("pk"))
            for name, value in row.items()
        }
        return GONE if GONE in cleaned.values() else cleaned

    def _session(self, value: str) -> str:
        data = json.dumps(SessionStore().decode(value))
        return GONE if self._words(value) != value or self._words(data) != data else value

    def _note_media(self, model, pk: Any) -> None:
        self.found += [
            media.label
            for media in self.target.media
            if media.model is model and str(media.pk) == str(pk)
        ]


def _field_of(model, name: str) -> models.Field | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if field.concrete else None


def fields_to_know(model) -> list[models.Field]:
    """What has to be read beside a row's text, to understand it."""
    return [model._meta.get_field("content_type")] if model is Revision else []
