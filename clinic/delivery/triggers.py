"""Makes the database raise the generation itself, inside the transaction that changes something:
no code, no command and no console can forget to."""

from collections.abc import Iterator

from django.db import connections, transaction
from django.db.models import Max

from .exempt import is_unseen_at_first, seen_columns, seen_models
from .models import Generation, Moment

PREFIX = "delivery_"
RAISE = "UPDATE delivery_generation SET number = number + 1"
# By hand: the tables are as they were before the migration, the models as they will be after it.
KEEP_THE_NUMBER = """
INSERT INTO delivery_moment (number, at, why)
SELECT number, CURRENT_TIMESTAMP, '' FROM delivery_generation WHERE true ON CONFLICT DO NOTHING
"""

# Deferred, so that the row is locked at the very end of a transaction and writers do not wait for
# each other; and once in each transaction, however many rows it changes.
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION delivery_raise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('delivery.raised_in', true) IS DISTINCT FROM txid_current()::text THEN
        {RAISE};
        PERFORM set_config('delivery.raised_in', txid_current()::text, true);
    END IF;
    RETURN NULL;
END $$
"""


def install(using: str) -> None:
    """Make the triggers of every table that readers see something of, and raise the generation
    once: what a migration did is not known."""
    connection = connections[using]
    tables = _tables(connection)
    if Generation._meta.db_table not in tables:
        return
    statements = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}[connection.vendor]
    with transaction.atomic(using), connection.cursor() as cursor:
        _drop_all(connection)
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for model in seen_models():
            if model._meta.db_table in tables:
                for statement in statements(model, connection.ops.quote_name):
                    cursor.execute(statement)
        # Never a number that stood for other pages.
        highest = Moment.objects.using(using).aggregate(highest=Max("number"))["highest"]
        first = {"number": highest} if highest else {}
        Generation.objects.using(using).get_or_create(pk=Generation.ONLY, defaults=first)
        cursor.execute(RAISE)


def remove(using: str) -> None:
    """Drop every trigger that install() made: migrations move tables under them. Until they are
    there again, also after a migration that failed, nobody raises the number; so there is none,
    and no page is kept."""
    connection = connections[using]
    if {Generation._meta.db_table, Moment._meta.db_table} <= _tables(connection):
        with transaction.atomic(using), connection.cursor() as cursor:
            cursor.execute(KEEP_THE_NUMBER)
            cursor.execute("DELETE FROM delivery_generation")
    _drop_all(connection)


def _drop_all(connection) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'delivery~_%%'"
                " ESCAPE '~'"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {quote(name)}")
        else:
            cursor.execute(
                "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
                " WHERE NOT tgisinternal AND tgname LIKE 'delivery~_%%' ESCAPE '~'"
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {quote(name)} ON {quote(table)}")


def _tables(connection) -> set[str]:
    """The tables that can carry triggers. SQLite's search index cannot: it is written together
    with the rows it is made of, which can."""
    tables = set(connection.introspection.table_names())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
            tables -= {name for (name,) in cursor.fetchall()}
    return tables


def _for_sqlite(model, quote) -> Iterator[str]:
    table = model._meta.db_table
    changed = " OR ".join(
        f"OLD.{quote(column)} IS NOT NEW.{quote(column)}" for column in seen_columns(model)
    )
    for event, when in (("INSERT", ""), ("DELETE", ""), ("UPDATE", f" WHEN {changed}")):
        if event == "INSERT" and is_unseen_at_first(model):
            continue
        name = quote(f"{PREFIX}{event.lower()}_{table}")
        yield f"CREATE TRIGGER {name} AFTER {event} ON {quote(table)}{when} BEGIN {RAISE}; END"


def _for_postgresql(model, quote) -> Iterator[str]:
    table = model._meta.db_table
    changed = " OR ".join(
        f"OLD.{quote(column)} IS DISTINCT FROM NEW.{quote(column)}"
        for column in seen_columns(model)
    )
    comes_or_goes = "DELETE" if is_unseen_at_first(model) else "INSERT OR DELETE"
    for event, when in ((comes_or_goes, ""), ("UPDATE", f" WHEN ({changed})")):
        # PostgreSQL cuts names at 63 bytes; within one table, short ones do not collide.
        name = quote(f"{PREFIX}{event.split()[-1].lower()}")
        yield (
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON {quote(table)}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when} EXECUTE FUNCTION delivery_raise()"
        )
