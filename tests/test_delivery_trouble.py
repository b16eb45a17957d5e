"""Disks that are full, backups that are put back, publishers that are killed while the database is
away, and a restart with other settings: readers get a true page, or none."""

import errno
import gc
import hashlib
import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError, connection
from django.test import Client

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from clinic.delivery import baked, generation, store, triggers
from clinic.delivery.debts import debts
from clinic.delivery.memo import forget_everything
from clinic.delivery.models import Rendition
from clinic.delivery.release import release
from clinic.delivery.rendering import ask
from clinic.delivery.shown_files import open_kept
from clinic.pages.models import PracticeSettings
from tests.test_delivery_races import (
    NEEDLE,
    killed_after_commit,
    publish,
    rename_the_tagline,
    words_read,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def page(practice):
    # Whatever an earlier test's thread has left behind.
    generation.on_request_finished()
    gc.collect()
    return practice.procedure(title="Needle", slug="needle", summary="Says amber.")


def restart() -> None:
    """What a new process knows is in files."""
    store.store.clear()
    debts.forget()
    forget_everything()
    release.cache_clear()
    generation._open.cache_clear()


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_readers_get_their_page_where_no_file_can_be_written(page, settings, monkeypatch):
    settings.DELIVERY_BAKES = True
    monkeypatch.setattr(store.tempfile, "mkstemp", full)
    for word in ("amber", "basil"):
        publish(page.pk, word)
        assert [words_read(), words_read()] == [word, word]


def test_while_a_migration_runs_or_after_it_failed_no_old_page_is_served(page, client):
    assert words_read() == "amber"
    before = generation.current()
    triggers.remove("default")
    try:
        publish(page.pk, "basil")
        assert (generation.current(), words_read()) == (None, "basil")
        assert client.get("/health/").status_code == 503
    finally:
        triggers.install("default")
    assert generation.current() > before
    publish(page.pk, "cedar")
    assert words_read() == "cedar"


def test_a_copy_that_was_cut_off_or_is_another_users_is_rendered_anew(page, monkeypatch):
    assert words_read() == "amber"
    (file,) = [
        file
        for file in (store.settings.DELIVERY_DIR / "copies").glob("*/*")
        if b"Says amber." in file.read_bytes()
    ]
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    store.store.clear()
    assert words_read() == "amber"
    assert len(file.read_bytes()) == len(whole)
    with monkeypatch.context() as locked:
        locked.setattr(Path, "read_bytes", full)
        store.store.clear()
        assert words_read() == "amber"


def test_neither_readers_nor_publishers_are_stopped_where_not_even_a_name_can_be_written(
    page, settings, monkeypatch
):
    settings.DELIVERY_BAKES = True
    shutil.rmtree(settings.DELIVERY_DIR / "locks", ignore_errors=True)
    monkeypatch.setattr(Path, "symlink_to", full)
    monkeypatch.setattr(Path, "mkdir", full)
    publish(page.pk, "basil")
    assert words_read() == "basil"


def test_a_page_is_given_though_its_folder_is_tidied_up_as_it_is_baked(page, settings, monkeypatch):
    settings.DELIVERY_BAKES = True
    monkeypatch.setattr(baked, "end_of_period", lambda now: 0)
    write, tidied = baked._write, []

    def tidy_up_and_write(*args):
        if not tidied:
            rename_the_tagline(len(tidied))
            baked.sweep_baked(generation.current(), 0)
            tidied.append(True)
        write(*args)

    monkeypatch.setattr(baked, "_write", tidy_up_and_write)
    assert ask(NEEDLE).status_code == 200
    assert tidied


@pytest.mark.parametrize("written", [0, 20])
def test_the_archive_gets_a_picture_later_where_its_disk_is_full(page, monkeypatch, written):
    settings = PracticeSettings.load()
    # One that no earlier test has kept.
    file = get_test_image_file(colour=f"#{uuid4().hex[:6]}")
    settings.logo = get_image_model().objects.create(title="Logo", file=file)
    settings.save()
    with monkeypatch.context() as disk:
        save = FileSystemStorage._save

        def save_a_part(storage, name, content):
            if "archive" not in str(storage.location):
                return save(storage, name, content)
            if written:
                save(storage, name, ContentFile(content.read()[:written]))
            full()

        disk.setattr(FileSystemStorage, "_save", save_a_part)
        assert words_read() == "amber"
        assert not Rendition.objects.of(page).exists()
    debts._tried_at = 0.0
    debts.settle()
    (row,) = Rendition.objects.of(page)
    (name,) = (name for address, name in row.files.items() if address.endswith(".png"))
    with open_kept(name) as kept:
        assert name == f"{hashlib.sha256(kept.read()).hexdigest()}.png"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file is put back")
def test_after_a_backup_was_put_back_nobody_gets_a_page_that_was_lost_with_it(page, tmp_path):
    database, backup = Path(connection.settings_dict["NAME"]), tmp_path / "backup.sqlite3"

    def copy(source: Path, target: Path) -> None:
        generation.on_request_finished()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{database}{suffix}").unlink(missing_ok=True)
        shutil.copy(source, target)

    words_read()
    copy(database, backup)
    before = generation.current()
    publish(page.pk, "basil")
    assert words_read() == "basil"
    lost = generation.current()
    copy(backup, database)
    restart()
    assert generation.current() == before
    publish(page.pk, "cedar")
    # The same number stands for another page.
    assert generation.current() == lost
    assert words_read() == "cedar"


def test_a_publisher_killed_right_after_the_commit_leaves_no_belief_in_the_page_before(
    page, monkeypatch
):
    assert words_read() == "amber"
    killed_after_commit(page.pk, "basil")
    shared = generation.shared()
    shared._looked_for_dead_at = 0.0

    def away():
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as database:
        database.setattr(shared, "_read", away)
        client = Client(raise_request_exception=False)
        assert b"Says amber." not in client.get(NEEDLE).content
    assert words_read() == "basil"


@pytest.mark.parametrize(
    "closed",
    [
        {"MAINTENANCE": True},
        {"DELIVERY_BAKES": False},
        {"DELIVERY_STORE": False},
        {"DELIVERY_SEVERAL_HOSTS": True},
        {"CDN_SECONDS": 60},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_restart_with_other_settings_withdraws_what_was_baked(page, settings, closed):
    settings.DELIVERY_BAKES = True
    restart()
    generation.current()
    link = settings.DELIVERY_DIR / "baked" / "current"
    assert link.is_symlink()
    for name, value in closed.items():
        setattr(settings, name, value)
    restart()
    generation.shared().ask()
    assert not link.is_symlink()


def test_after_a_restart_nobody_is_told_how_long_a_cdn_of_before_might_keep_a_page(page, settings):
    settings.CDN_SECONDS = 3600
    restart()
    assert "s-maxage=3600" in Client().get(NEEDLE)["Cache-Control"]
    settings.CDN_SECONDS = 0
    restart()
    assert Client().get(NEEDLE)["Cache-Control"] == "no-cache"
