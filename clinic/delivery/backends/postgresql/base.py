"""PostgreSQL, as Django serves it."""

from django.db.backends.postgresql import base

from clinic.delivery.backends.watched import WatchedConnection


class DatabaseWrapper(WatchedConnection, base.DatabaseWrapper):
    """The site's connection to PostgreSQL."""
