"""Readers and publishers at the same time, in threads and processes: whoever begins to read after
a commit never gets the page before it, also when the publisher is killed midway."""

import gc
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.delivery import generation, rendering
from clinic.delivery.debts import debts
from clinic.delivery.doubt import SharedNumber
from clinic.delivery.models import Rendition
from clinic.delivery.store import store
from clinic.pages.models import PracticeSettings
from clinic.publishing.context import lock_page
from clinic.publishing.rebuild import disagreements
from clinic.publishing.services import publish_version, withdraw
from procedures.models import ProcedurePage
from tests.conftest import fresh

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NEEDLE = "/procedures/needle/"
WORDS = ("amber", "basil", "cedar", "dill")


@pytest.fixture
def page(practice):
    # Whatever an earlier test's thread has left behind.
    generation.on_request_finished()
    gc.collect()
    return practice.procedure(title="Needle", slug="needle", summary="Says amber.")


def words_read() -> str | None:
    """Which of WORDS a reader gets now; None where there is no page."""
    response = Client().get(NEEDLE)
    if response.status_code != 200:
        return None
    (word,) = (word for word in WORDS if f"Says {word}." in response.content.decode())
    return word


def publish(page_id: int, word: str) -> None:
    page = ProcedurePage.objects.get(pk=page_id)
    page.summary = f"Says {word}."
    publish_version(page=page, kind="minor")


def rename_the_tagline(number: int) -> None:
    PracticeSettings.objects.update(tagline=f"Line {number}.")


class Person:
    """Someone at work in a thread, with a database connection of their own."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)

    def begin(self, work: Callable, *args) -> Future:
        return self.pool.submit(work, *args)

    def do(self, work: Callable, *args):
        return self.begin(work, *args).result(30)

    def leave(self) -> None:
        self.do(lambda: (generation.on_request_finished(), connection.close()))
        self.pool.shutdown()


class ReadersAndPublishers(RuleBasedStateMachine):
    """One page, one publisher with a transaction that may stay open, readers in between. `true` is
    what is committed."""

    page_id: int

    def __init__(self) -> None:
        super().__init__()
        self.publisher, self.reader, self.other = Person(), Person(), Person()
        self.changes = 0
        self.open: tuple[Future, threading.Event, str, list] | None = None
        self.other.do(publish, self.page_id, "amber")
        self.true = "amber"

    @rule(word=st.sampled_from(WORDS))
    @precondition(lambda self: self.open is None)
    def publish(self, word: str) -> None:
        self.publisher.do(publish, self.page_id, word)
        self.true = word

    @rule()
    @precondition(lambda self: self.open is None)
    def withdraw(self) -> None:
        page = fresh(ProcedurePage(pk=self.page_id))
        if page.live:
            self.publisher.do(lambda: withdraw(page=page, by=None, reason="Old."))
        self.true = None

    @rule(word=st.sampled_from(WORDS), is_kept=st.booleans())
    @precondition(lambda self: self.open is None)
    def begin_to_publish(self, word: str, is_kept: bool) -> None:
        """The page is written, the transaction not yet over."""
        written, go_on = threading.Event(), threading.Event()

        def work() -> None:
            with transaction.atomic():
                publish(self.page_id, word)
                written.set()
                go_on.wait(30)
                transaction.set_rollback(not is_kept)

        future = self.publisher.begin(work)
        assert written.wait(30)
        self.open = (future, go_on, word if is_kept else self.true)

    @rule()
    @precondition(lambda self: self.open is not None)
    def end_of_publishing(self) -> None:
        future, go_on, word = self.open
        go_on.set()
        future.result(30)
        self.true, self.open = word, None

    @rule()
    def read(self) -> None:
        assert self.reader.do(words_read) == self.true

    @rule()
    def read_in_a_new_process(self) -> None:
        store.clear()
        assert self.reader.do(words_read) == self.true

    @rule(word=st.sampled_from(WORDS))
    @precondition(lambda self: self.open is None)
    def publish_while_someone_renders(self, word: str) -> None:
        """The page changes after it was rendered and before it was kept."""
        store.clear()
        make, overtaken = rendering._copy_of, []

        def overtaken_by_the_publisher(*args):
            if not overtaken:
                overtaken.append(self.publisher.do(publish, self.page_id, word))
            return make(*args)

        # Nobody has finished it yet, or nothing would be rendered.
        self.changes += 1
        self.publisher.do(rename_the_tagline, self.changes)
        rendering._copy_of = overtaken_by_the_publisher
        try:
            said = self.reader.do(words_read)
        finally:
            rendering._copy_of = make
        if overtaken:
            self.true = word
            assert said == word
        assert self.reader.do(words_read) == self.true

    @rule()
    @precondition(lambda self: self.open is None)
    def nobody_is_left_in_doubt(self) -> None:
        generation.on_request_finished()
        self.publisher.do(generation.on_request_finished)
        assert not generation.shared().in_doubt

    def teardown(self) -> None:
        if self.open:
            self.end_of_publishing()
        for person in (self.publisher, self.reader, self.other):
            person.leave()


def test_no_reader_gets_the_page_before_a_commit_whatever_the_order(page):
    class Machine(ReadersAndPublishers):
        page_id = page.pk

    run_state_machine_as_test(
        Machine,
        settings=hypothesis_settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_readers_who_hammer_never_get_a_page_older_than_the_last_publication(page):
    """Eight readers in threads; each notes what was the newest before it asked."""
    newest, old, seen, stop = [0], [], set(), threading.Event()

    def read_on() -> None:
        client = Client()
        while not stop.is_set():
            least = newest[0]
            text = client.get(NEEDLE).content.decode()
            number = int(text.partition("Number ")[2].partition(".")[0])
            seen.add(number)
            if number < least:
                old.append((number, least))
        connection.close()

    fresh_page = fresh(page)
    fresh_page.summary = "Number 0."
    publish_version(page=fresh_page, kind="minor")
    readers = [threading.Thread(target=read_on) for _ in range(8)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 31):
            again = fresh(page)
            again.summary = f"Number {number}."
            publish_version(page=again, kind="minor")
            newest[0] = number
            if number % 5 == 0:
                # On a busy machine, publishing could be over before anyone has read.
                patience = time.monotonic() + 30
                while number not in seen and time.monotonic() < patience:
                    time.sleep(0.01)
    finally:
        stop.set()
        for reader in readers:
            reader.join(30)
    assert old == []
    assert seen >= set(range(5, 31, 5))


def in_another_process(work: Callable[[], None]) -> int:
    """Do `work` in a process of its own. Returns the signal that ended it, or 0."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(statement: int, page_id: int, word: str) -> bool:
    """Publish in another process that is killed (-9) as it is about to send its n-th statement.
    Returns whether it got that far."""

    def work() -> None:
        sent = [0]

        def count(execute, sql, params, many, context):
            sent[0] += 1
            if sent[0] == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        connection.ensure_connection()
        connection.execute_wrappers.append(count)
        with transaction.atomic():
            publish(page_id, word)

    return in_another_process(work) == signal.SIGKILL


def killed_at_commit(page_id: int, word: str) -> None:
    """The same, killed when the doubt has begun and nothing is committed."""

    def work() -> None:
        connection.ensure_connection()
        connection._commit = lambda: os.kill(os.getpid(), signal.SIGKILL)
        with transaction.atomic():
            publish(page_id, word)

    assert in_another_process(work) == signal.SIGKILL


def killed_after_commit(page_id: int, word: str) -> None:
    """The same, killed when the change is committed and nobody has been told."""

    def work() -> None:
        with transaction.atomic():
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
            publish(page_id, word)

    assert in_another_process(work) == signal.SIGKILL


def what_is_true(page) -> str:
    """What the page's own row says, and its record agrees with."""
    live = fresh(page)
    newest = live.published_versions.in_order().last().revision.as_object()
    assert newest.summary == live.summary
    assert disagreements(live) == []
    return live.summary.removeprefix("Says ").removesuffix(".")


def end_the_doubt_of_the_dead() -> None:
    """As time does: nobody looks more often than once a second."""
    generation.shared()._looked_for_dead_at = 0.0


def test_a_publisher_killed_at_any_statement_leaves_the_old_page_or_the_new_one(page):
    statement, word = 1, "basil"
    while True:
        assert words_read() == what_is_true(page)
        got_there = killed_at(statement, page.pk, word)
        assert words_read() == what_is_true(page)
        end_the_doubt_of_the_dead()
        assert words_read() == what_is_true(page)
        if not got_there:
            break
        # Early statements only read; the later ones write.
        statement += 3
    assert statement > 20
    assert words_read() == word
    assert not generation.shared().in_doubt


def test_a_publisher_killed_right_before_the_commit_leaves_the_old_page(page):
    assert words_read() == "amber"
    killed_at_commit(page.pk, "basil")
    assert generation.shared().in_doubt
    assert words_read() == "amber"
    end_the_doubt_of_the_dead()
    assert words_read() == what_is_true(page) == "amber"
    assert not generation.shared().in_doubt


def test_while_somebody_writes_readers_are_answered_from_memory_until_the_commit(page):
    written, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            publish(page.pk, "basil")
            written.set()
            go_on.wait(30)

    assert words_read() == "amber"
    writer = Person()
    writing = writer.begin(write)
    try:
        assert written.wait(30)
        assert generation.shared().believed() == generation.current()
        with CaptureQueriesContext(connection) as asked:
            assert words_read() == "amber"
        assert len(asked) == 0
    finally:
        go_on.set()
        writing.result(30)
        writer.leave()
    assert words_read() == "basil"


def test_where_no_doubt_can_be_marked_nothing_is_committed(page, monkeypatch):
    def refuse(shared) -> None:
        raise PermissionError("/srv/clinic/var/delivery/baked")

    assert words_read() == "amber"
    with monkeypatch.context() as patched:
        patched.setattr(SharedNumber, "enter", refuse)
        with pytest.raises(DatabaseError, match="Nothing is committed"), transaction.atomic():
            publish(page.pk, "basil")
    assert words_read() == what_is_true(page) == "amber"
    publish(page.pk, "cedar")
    assert words_read() == what_is_true(page) == "cedar"


def test_a_publisher_killed_right_after_the_commit_leaves_the_new_page(page):
    for word in ("basil", "cedar", "dill"):
        before = words_read()
        killed_after_commit(page.pk, word)
        assert before != word
        # In doubt, and after the doubt has ended.
        assert words_read() == word
        end_the_doubt_of_the_dead()
        assert words_read() == what_is_true(page) == word
        assert not generation.shared().in_doubt


def test_a_reader_does_not_wait_for_who_writes_and_the_archive_gets_the_page_afterwards(page):
    written, go_on = threading.Event(), threading.Event()

    def hold_the_page() -> None:
        with transaction.atomic():
            lock_page(page.pk)
            written.set()
            go_on.wait(30)

    writer = Person()
    held = writer.begin(hold_the_page)
    try:
        assert written.wait(30)
        kept = Rendition.objects.filter(page=page.pk)
        assert words_read() == "amber"
        assert not held.done()
        assert not kept.exists()
        # It is finished for the next reader all the same, but for no other process.
        (copy,) = store.pages.copies.values()
        assert not copy.is_kept
        assert words_read() == "amber"
        assert list(store.pages.copies.values()) == [copy]
    finally:
        go_on.set()
        held.result(30)
        writer.leave()
    debts._tried_at = 0.0
    assert words_read() == "amber"
    assert kept.get().first_number == copy.number
    assert copy.is_kept


def test_a_thread_that_ends_in_doubt_takes_its_doubt_along(page):
    def write_and_give_up() -> None:
        with transaction.atomic():
            publish(page.pk, "basil")
            transaction.set_rollback(True)

    writer = threading.Thread(target=write_and_give_up)
    writer.start()
    writer.join()
    gc.collect()
    assert not generation.shared().in_doubt
    assert words_read() == "amber"


def test_what_another_process_publishes_is_read_here_at_once_and_the_other_way_round(page):
    for number in range(12):
        word = WORDS[number % len(WORDS)]
        assert in_another_process(lambda word=word: (publish(page.pk, word), os._exit(0))) == 0
        assert words_read() == word
        following = WORDS[(number + 1) % len(WORDS)]
        publish(page.pk, following)
        told, tell = os.pipe()
        assert in_another_process(lambda tell=tell: os.write(tell, words_read().encode())) == 0
        assert os.read(told, 100).decode() == following
