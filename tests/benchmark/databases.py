"""Databases of the benchmark's own, on SQLite and, where one answers, on PostgreSQL."""

import os
from pathlib import Path

import psycopg

SERVER = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def url(kind: str, name: str, folder: Path) -> str:
    """The DATABASE_URL of the database `name`."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/clinic.sqlite3"
    return f"{SERVER.rpartition('/')[0]}/{name}"


def available() -> list[str]:
    """The kinds of database that can be measured here."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return ["sqlite"]
    return ["sqlite", "postgresql"]


def make(kind: str, name: str) -> None:
    """An empty database in the place of the one of that name. SQLite makes its own."""
    if kind == "sqlite":
        return
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')


def backends(name: str) -> list[int]:
    """Process ids of the server's processes that work for the database `name`."""
    with psycopg.connect(SERVER) as connection:
        rows = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
        return [pid for (pid,) in rows]
