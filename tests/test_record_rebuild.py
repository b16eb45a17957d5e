"""The record can be rebuilt from Wagtail's own log, and checked against it."""

from io import StringIO

import pytest

from django.core.management import CommandError, call_command
from django.db import connection

from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import publish_version
from tests.admin import edit, procedure_data, withdraw
from tests.conftest import fresh, kinds, wall_clock

pytestmark = pytest.mark.django_db


def lives(practice):
    """A page imported with its history, one edited here, one withdrawn and restored, a copy."""
    old = practice.procedure(title="Old", at=wall_clock(2017, 7, 20, 22, 30))
    old.summary = "Changed."
    publish_version(page=old, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="Changed.")
    publisher = practice.client("publishers")
    edited = practice.procedure(title="Edited")
    edit(
        publisher,
        edited,
        procedure_data(edited, action="publish", summary="A typo less.", change_kind="minor"),
    )
    withdraw(publisher, edited)
    edit(publisher, edited, procedure_data(fresh(edited), action="publish"))
    fresh(edited).copy(
        to=practice.procedures, update_attrs={"slug": "the-copy", "title": "The copy"}
    )
    return old, edited


def rows() -> list[tuple]:
    values = ("page_id", "revision_id", "kind", "change_note", "digest", "credit")
    return list(PublishedVersion.objects.order_by("page_id", "pk").values_list(*values))


def notes() -> list[tuple]:
    return list(RecordNote.objects.order_by("version__page", "pk").values_list("kind", "noted_by"))


def forget_the_record() -> None:
    """As on a site that Wagtail ran before the record was installed."""
    with connection.cursor() as cursor:
        for model in (RecordNote, PublishedVersion):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def test_the_check_agrees_with_what_was_recorded(practice):
    lives(practice)
    out = StringIO()
    call_command("rebuild_record", check=True, stdout=out)
    assert "agrees with Wagtail's log and revisions" in out.getvalue()


def test_a_rebuilt_record_equals_the_one_that_was_lost(practice):
    old, edited = lives(practice)
    before, notes_before = rows(), notes()
    assert [kind for kind, _ in notes_before] == ["withdrawn", "restored"]
    dates = fresh(old).publication.published_at, fresh(old).publication.modified_at
    forget_the_record()
    call_command("rebuild_record", stdout=StringIO())
    assert rows() == before
    assert notes() == notes_before
    assert (
        fresh(old).publication.published_at,
        fresh(old).publication.modified_at,
    ) == dates
    assert kinds(edited) == ["first", "minor", "same"]
    call_command("rebuild_record", stdout=StringIO())
    assert rows() == before, "a second rebuild adds nothing"


def test_the_check_finds_text_changed_past_the_editor(practice):
    page = practice.procedure(title="Tampered")
    page.summary = "Nobody published this."
    page.save()
    with pytest.raises(CommandError, match=r"“Tampered”.*was changed past the editor"):
        call_command("rebuild_record", check=True)


def test_the_check_finds_a_row_that_is_missing(practice):
    practice.procedure(title="Lost")
    forget_the_record()
    with pytest.raises(CommandError, match=r"“Lost”.*the record has none"):
        call_command("rebuild_record", check=True)
