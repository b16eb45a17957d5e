"""No column is forgotten: a rare word is planted in every one that holds text, of every model."""

import json

import brotli
import pytest

from django.db import connection, models
from django.utils import timezone

from wagtail.models import Revision

from clinic.delivery.models import Piece
from clinic.erasure.columns import CODES, DERIVED, SHADOWS, WHOLE_ROWS, models_to_read, text_fields
from clinic.erasure.findings import look
from clinic.erasure.rows import read_rows, write_row
from tests.erasing import erase_it, target_of

pytestmark = pytest.mark.django_db

RARE = "Zuleika Vantongeren"
# What fits where the whole name does not.
SHORT = "Zulei"
# Columns of text that are no words, beyond those named in columns.py: a test must say why.
NUMBERS_AS_TEXT = {"object_id", "parent_object_id", "to_object_id"}
READ_BY_ERASERS = {"delivery.Piece.packed": "clinic.delivery.archive_erasing"}
FINGERPRINTS = {"hash", "file_hash", "content_path_hash", "digest", "key_hash"}
SECRETS = {"secret_hash", "code_hash", "pass_hash"}


def is_text(field) -> bool:
    kind = (field.db_type(connection) or "").split("(")[0]
    return kind in ("varchar", "char", "text", "json", "jsonb", "citext") and not isinstance(
        field, models.UUIDField
    )


def all_text_fields():
    for model in models_to_read():
        for field in model._meta.local_concrete_fields:
            if is_text(field) and field.remote_field is None:
                yield model, field


def test_what_is_not_read_is_named_with_a_reason():
    unread = {
        f"{model._meta.label}.{field.name}"
        for model, field in all_text_fields()
        if field not in text_fields(model)
    }
    by_name = {
        name
        for name in unread
        if name.rpartition(".")[2] in NUMBERS_AS_TEXT | FINGERPRINTS | SECRETS
    }
    assert unread - by_name == CODES | DERIVED
    assert len(by_name) > 10


def test_what_holds_anything_but_text_numbers_and_dates_is_none_of_ours():
    """A column of bytes would have to be read by an eraser of its own."""
    bytes_ = {
        f"{model._meta.label}.{field.name}"
        for model in models_to_read()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert bytes_ == READ_BY_ERASERS.keys()


def test_models_named_here_exist():
    known = {model._meta.label for model in models_to_read()}
    assert set(WHOLE_ROWS) <= known
    assert {name.rpartition(".")[0] for name in CODES | DERIVED} <= known
    assert SHADOWS.isdisjoint(known)


def planted(model, field, before=None) -> str:
    """The name in the form that the column can hold; JSON as text."""
    if model is Revision and field.name == "content":
        content = json.loads(before) if before else {"pk": 1}
        return json.dumps({**content, "title": RARE, "a field of an older release": [RARE]})
    if field.default is dict:
        return json.dumps({f"/media/{RARE}.jpg": RARE})
    if field.get_internal_type() == "JSONField":
        return json.dumps([{"type": "text", "value": RARE, "id": "1"}])
    if field.max_length and field.max_length < len(RARE):
        return SHORT[: field.max_length]
    is_address = isinstance(field, models.SlugField) or field.name == "hostname"
    return RARE.replace(" ", "-").lower() if is_address else RARE


def insert(model) -> None:
    """A row with the name in every column, past everything that would check it."""
    values = {}
    for field in model._meta.local_concrete_fields:
        if field in text_fields(model):
            values[field] = planted(model, field)
        elif field.remote_field is not None:
            values[field] = _linked(field)
        elif not isinstance(field, models.AutoField):
            values[field] = field.get_db_prep_save(_filler(field), connection)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})",  # noqa: S608
            list(values.values()),
        )


def _linked(field):
    if field.null:
        return None
    first = models.QuerySet(field.related_model).order_by("pk").values_list("pk", flat=True).first()
    assert first is not None, field
    return first


def _filler(field):
    if field.null:
        return None
    if isinstance(field, models.BinaryField):
        return brotli.compress(RARE.encode())
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.CharField | models.TextField):
        return "1"
    if isinstance(field, models.DateTimeField | models.DateField):
        return timezone.now()
    return not isinstance(field, models.BooleanField)


def plant_everywhere() -> None:
    """Write the name into the first row of every table, or add one."""
    for model in models_to_read():
        fields = text_fields(model)
        if not fields and not issubclass(model, Piece):
            continue
        rows = list(read_rows(model, fields))
        if rows:
            key, row = rows[0]
            values = {field.name: planted(model, field, row[field.name]) for field in fields}
            write_row(model, key, values)
        else:
            insert(model)


@pytest.fixture
def furnished(practice):
    """So that most tables have a row, and pages of every kind a version."""
    practice.procedure(title="Needle")
    return practice


def test_a_name_in_every_column_of_every_model_is_gone_afterwards(furnished):
    plant_everywhere()
    found = look(target_of(RARE, SHORT)).rows
    columns = {(row.model, row.field) for row in found}
    every = {(model, field) for model in models_to_read() for field in text_fields(model)}
    assert every - columns == set()
    assert len(columns) > 150
    assert len(raw_rows_with("ulei")) > 150
    erase_it(furnished, RARE, SHORT)
    assert look(target_of(RARE, SHORT)).rows == []
    assert raw_rows_with("ulei") == set()
    assert [piece.text for piece in Piece.objects.all()] == ["[removed]"]


def raw_rows_with(letters: str) -> set[str]:
    """Past everything: tables of the database in which the letters stand, as the database says."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            for column in columns:
                name = connection.ops.quote_name(column.name)
                cursor.execute(
                    f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}"  # noqa: S608
                    f" WHERE LOWER(CAST({name} AS TEXT)) LIKE %s",
                    [f"%{letters}%"],
                )
                if cursor.fetchone()[0]:
                    found.add(f"{table}.{column.name}")
    return found
