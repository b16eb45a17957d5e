"""A question that every page asks has its SQL put together once after each change: by the ORM that
takes longer than the answer."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from .memo import kept


class Argument(Expression):
    """Stands in a question for the value that each asker brings, wherever a lookup takes an
    expression. Where Django needs the value itself it fails, and the question cannot be prepared.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        return "%s", [self]


def prepared(question: Callable[..., QuerySet]) -> Callable[..., list]:
    """Decorates a function that returns a queryset: of instances, with what select_related() and
    annotate() add, or of values_list(). Called, it returns a list of the answers.

    Its keyword-only arguments are values that the rows are compared with; in the function each is
    an `Argument`. The others are hashable and part of the question: each has SQL of its own.
    """
    parameters = inspect.signature(question).parameters.values()
    names = {one.name for one in parameters if one.kind == one.KEYWORD_ONLY}

    @kept
    def statement(*subject: Any) -> Statement:
        return Statement(question(*subject, **{name: Argument(name) for name in names}))

    @functools.wraps(question)
    def ask(*subject: Any, **values: Any) -> list:
        if values.keys() != names:
            raise TypeError(f"{question.__name__}() takes by name: {', '.join(names)}.")
        return statement(*subject).ask(values)

    return ask


class Statement:
    """The SQL of a queryset, and how its rows become what the queryset would give."""

    def __init__(self, queryset: QuerySet) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        columns = compiler.select[: compiler.col_count]
        self.converters = compiler.get_converters([column for column, *_ in columns])
        # None where values are asked for.
        self.model = None
        if issubclass(queryset._iterable_class, ModelIterable):
            self._make_instances(compiler)

    def _make_instances(self, compiler) -> None:
        """What ModelIterable learns from a compiler."""
        self.model = compiler.klass_info["model"]
        own = compiler.klass_info["select_fields"]
        self.own = slice(own[0], own[-1] + 1)
        self.names = [column.target.attname for column, *_ in compiler.select[self.own]]
        self.annotations = compiler.annotation_col_map
        self.related = get_related_populators(
            compiler.klass_info, compiler.select, connection.alias
        )

    def ask(self, values: dict[str, Any]) -> list:
        if not self.sql:
            return []
        params = [values[one.name] if isinstance(one, Argument) else one for one in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if self.converters:
            rows = [self._converted(row) for row in rows]
        return rows if self.model is None else [self._instance(row) for row in rows]

    def _converted(self, row: tuple) -> list:
        row = list(row)
        for column, (converters, expression) in self.converters.items():
            for converter in converters:
                row[column] = converter(row[column], expression, connection)
        return row

    def _instance(self, row):
        instance = self.model.from_db(connection.alias, self.names, row[self.own])
        for related in self.related:
            related.populate(row, instance)
        for name, column in self.annotations.items():
            setattr(instance, name, row[column])
        return instance
