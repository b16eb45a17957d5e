"""Which generation of the site readers see, and the watch over whoever is about to change it."""

import functools
import logging
import os
import re
import weakref

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error, connection, transaction
from django.utils import timezone

from wagtail.models import Site

from .baked import settle_baked, withdraw_baked
from .doubt import SharedNumber
from .exempt import unseen_tables
from .models import Generation, Moment
from .store import remove_every_copy

logger = logging.getLogger(__name__)

WRITES = re.compile(
    # SQLite ignores what is there already by INSERT OR IGNORE.
    r'\s*(INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?',
    re.IGNORECASE,
)
# PostgreSQL's unions stand in brackets.
READS = re.compile(
    r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|PRAGMA|EXPLAIN|SHOW|SET|DECLARE|FETCH"
    r"|CLOSE)\b",
    re.IGNORECASE,
)
NUMBER = "SELECT number FROM delivery_generation"


def current() -> int | None:
    """The number of what is committed now: a page finished under it is up to date.

    None in a transaction that has written something itself: what it sees, nobody else does.
    """
    watch = watch_over(connection)
    if watch is not None and watch.has_written:
        return None
    # What another host writes, this one's memory does not know.
    is_alone = not settings.DELIVERY_SEVERAL_HOSTS
    number = (shared().believed() or shared().ask()) if is_alone else _read()
    _forget_what_wagtail_kept(number)
    return number


def current_if_known() -> int | None:
    """The same; None, too, where the database does not answer. Whoever answers the request finds
    that out as well, and says so."""
    try:
        return current()
    except Error:
        return None


def shared() -> SharedNumber:
    """What this host knows of the number; opened anew in each process."""
    return _open(os.getpid())


@functools.lru_cache(maxsize=1)
def _forget_what_wagtail_kept(number: int | None) -> None:
    """Wagtail keeps the addresses of sites in this process, and forgets them only in the process
    that changes one. Called with the same number again, this does nothing."""
    Site.clear_site_root_paths_cache()


@functools.lru_cache(maxsize=1)
def _open(pid: int) -> SharedNumber:
    return SharedNumber(
        settings.DELIVERY_DIR / "generation",
        believe_for=settings.DELIVERY_BELIEVE_SECONDS,
        read=_read,
        withdraw=withdraw_baked,
        settle=settle_baked,
        forget=forget_all,
    )


def forget_all() -> None:
    """For a database that was put back: it comes to the same numbers again, with other pages."""
    from .debts import debts
    from .memo import forget_everything

    remove_every_copy()
    forget_everything()
    debts.forget()


def _read() -> int | None:
    """The row's number; None before there is one, and before there is its table, as amid the first
    migrations. Raises a database error where none answers."""
    try:
        # By hand: every reader asks while somebody writes, and putting a query together would take
        # longer than its answer.
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            row = cursor.fetchone()
        return row[0] if row else None
    except DatabaseError:
        if Generation._meta.db_table in connection.introspection.table_names():
            raise
        return None


def note_moment(number: int, why: str = "") -> None:
    """Remember that `number` became current by now; only the first note of a number counts."""
    Moment.objects.bulk_create(
        [Moment(number=number, at=timezone.now(), why=why)], ignore_conflicts=True
    )


class Watch:
    """Sees every statement of one connection, and marks doubt before what it wrote can be seen:
    before a transaction that may change what readers see is committed, or a statement outside of
    one. The doubt ends after the commit."""

    def __init__(self, connection) -> None:
        # Weakly: a thread that ends takes its connection along, and the doubt it may have left.
        self._connection = weakref.ref(connection)
        weakref.finalize(connection, self._abandon)
        self.in_doubt = False
        # What was written and is not settled yet.
        self.tables: set[str] = set()
        self._told: set[tuple] = set()

    @property
    def connection(self):
        return self._connection()

    def __call__(self, execute, sql, params, many, context):
        if self.tables and not self.connection.in_atomic_block:
            # The transaction that wrote is over, one way or the other.
            self.settle()
        table = written_table(sql)
        if table is not None:
            self._before_writing(table)
        return execute(sql, params, many, context)

    @property
    def has_written(self) -> bool:
        """Whether the transaction now open has changed something, or may have."""
        return bool(self.tables) and self.connection.in_atomic_block

    def before_commit(self) -> None:
        """Whatever was written can be seen at the next moment. Raises DatabaseError where no doubt
        can be marked: for nothing else would Django give the transaction up."""
        if not self.tables:
            return
        try:
            self._doubt()
        except OSError as error:
            raise DatabaseError("Nothing is committed: readers could not be kept safe.") from error

    def settle(self) -> None:
        """End this connection's doubt and note when the number moved; of a transaction that was
        given up, nothing is to be settled. Safe to call again."""
        self._told.clear()
        why, self.tables = self.tables, set()
        if not self.in_doubt:
            return
        self.in_doubt = False
        number = shared().leave()
        if number is not None and not Moment.objects.filter(number=number).exists():
            note_moment(number, _in_words(why))

    def _abandon(self) -> None:
        """The connection is gone with its transaction, and nobody can ask it any more."""
        if self.in_doubt:
            self.in_doubt = False
            shared().abandon()

    def _before_writing(self, table: str) -> None:
        self.tables.add(table)
        if not self.connection.in_atomic_block:
            self._doubt()
            return
        # Django forgets what was asked of it inside a savepoint that is rolled back.
        savepoints = tuple(self.connection.savepoint_ids)
        if savepoints not in self._told:
            self._told.add(savepoints)
            transaction.on_commit(self.settle, using=self.connection.alias, robust=True)

    def _doubt(self) -> None:
        if not self.in_doubt:
            shared().enter()
            self.in_doubt = True


def written_table(sql) -> str | None:
    """The table that a statement may change for readers; "" where that is not known, None where
    it changes nothing they see."""
    if not isinstance(sql, str):
        return ""
    if READS.match(sql):
        return None
    found = WRITES.match(sql)
    if found is None:
        is_query = sql.lstrip()[:4].upper() == "WITH"
        return (
            None if is_query and not re.search("INSERT|UPDATE|DELETE", sql, re.IGNORECASE) else ""
        )
    statement, table = found.groups()
    written, added_to = _unseen()
    is_unseen = table in (added_to if statement[:6].upper() == "INSERT" else written)
    return None if is_unseen or table == "django_migrations" else table


@functools.cache
def _unseen() -> tuple[frozenset[str], frozenset[str]]:
    return unseen_tables()


def watch_over(connection) -> Watch | None:
    """The watch of this thread's connection, if it has been opened."""
    for wrapper in connection.execute_wrappers:
        if isinstance(wrapper, Watch):
            return wrapper
    return None


def on_connection_created(*, connection, **kwargs) -> None:
    """A connection to the site's database gets its watch before its first statement."""
    if connection.alias == DEFAULT_DB_ALIAS and watch_over(connection) is None:
        connection.execute_wrappers.append(Watch(connection))


def on_request_finished(**kwargs) -> None:
    """What a request wrote and gave up leaves no doubt behind it."""
    watch = watch_over(connection)
    if watch is not None and not connection.in_atomic_block:
        watch.settle()


def _in_words(tables: set[str]) -> str:
    """What was written, as editors call it: "location, opening hours"."""
    from django.apps import apps

    names = {
        str(model._meta.verbose_name)
        for model in apps.get_models()
        if model._meta.db_table in tables
    }
    return ", ".join(sorted(names))
