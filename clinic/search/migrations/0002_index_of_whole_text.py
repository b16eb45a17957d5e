"""PostgreSQL: an index of what is matched, title and body together. Without it every search, here
and in the admin, reads the whole table. Kept in order at each write (fastupdate is off): there are
few, and what waits to be put in order makes the database read the table after all."""

from django.db import migrations

NAME = "search_title_and_body"
MAKE_INDEX = f"""
    CREATE INDEX {NAME} ON wagtailsearch_indexentry
    USING gin ((title || body)) WITH (fastupdate = off)
"""


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE_INDEX)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("wagtailsearch", "0006_customise_indexentry")]

    operations = [migrations.RunPython(make_index, drop_index)]
