"""PostgreSQL: an index of what is matched, title and body together. Without it every search, here
and in the admin, reads the whole table."""

from django.db import migrations

TABLE = "wagtailsearch_indexentry"
NAME = "search_title_and_body"


def make_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {NAME} ON {TABLE} USING gin ((title || body))")


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {NAME}")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("wagtailsearch", "0006_customise_indexentry")]

    operations = [migrations.RunPython(make_index, drop_index)]
