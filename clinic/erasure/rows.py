"""Reads and writes rows as the database has them, past every model: the one place in which rows of
the record are changed. Nothing but an erasure may use it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection, models

AT_A_TIME = 200


def read_rows(model, fields: Sequence[models.Field]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Each row's key and the named fields, in the order of the keys: text and JSON as text."""
    after = None
    while True:
        rows = _select(model, fields, after=after)
        yield from rows
        if len(rows) < AT_A_TIME:
            return
        after = rows[-1][0]


def read_row(model, fields: Sequence[models.Field], key: Any) -> dict[str, Any] | None:
    """One row, kept for us until the transaction ends; None if it has gone."""
    rows = _select(model, fields, key=key)
    return rows[0][1] if rows else None


def write_row(model, key: Any, values: dict[str, Any]) -> None:
    """Change one row's fields. JSON is given as text."""
    quote = connection.ops.quote_name
    fields = [model._meta.get_field(name) for name in values]
    changes = ", ".join(f"{quote(field.column)} = {_placeholder(field)}" for field in fields)
    _execute(
        f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE {_key(model)} = %s",  # noqa: S608
        [*values.values(), key],
    )


def delete_row(model, key: Any) -> None:
    """Remove one row to which nothing else refers."""
    table = connection.ops.quote_name(model._meta.db_table)
    _execute(f"DELETE FROM {table} WHERE {_key(model)} = %s", [key])  # noqa: S608


def _select(model, fields, *, after: Any = None, key: Any = None) -> list[tuple[Any, dict]]:
    quote = connection.ops.quote_name
    columns = ", ".join([_key(model), *(quote(field.column) for field in fields)])
    condition, parameters = "", []
    if key is not None:
        condition, parameters = f" WHERE {_key(model)} = %s", [key]
    elif after is not None:
        condition, parameters = f" WHERE {_key(model)} > %s", [after]
    lock = " FOR UPDATE" if key is not None and connection.features.has_select_for_update else ""
    rows = _execute(
        f"SELECT {columns} FROM {quote(model._meta.db_table)}{condition}"  # noqa: S608
        f" ORDER BY {_key(model)} LIMIT {AT_A_TIME}{lock}",
        parameters,
    )
    names = [field.name for field in fields]
    return [(row[0], dict(zip(names, row[1:], strict=True))) for row in rows]


def _execute(statement: str, parameters: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def _key(model) -> str:
    return connection.ops.quote_name(model._meta.pk.column)


def _placeholder(field: models.Field) -> str:
    is_jsonb = connection.vendor == "postgresql" and field.db_type(connection) == "jsonb"
    return "%s::jsonb" if is_jsonb else "%s"
