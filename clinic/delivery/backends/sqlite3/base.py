"""SQLite, as Django serves it."""

from django.db.backends.sqlite3 import base

from clinic.delivery.backends.watched import WatchedConnection


class DatabaseWrapper(WatchedConnection, base.DatabaseWrapper):
    """The site's connection to SQLite."""
