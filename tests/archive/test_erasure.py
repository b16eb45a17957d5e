"""What was served is kept, and still lets go of what should never have been served."""

import os
from uuid import uuid4

import pytest

from django.core.files.base import ContentFile
from django.db import OperationalError

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from clinic.delivery import archive
from clinic.delivery.debts import debts
from clinic.delivery.models import Piece, Rendition
from clinic.delivery.pieces import digest_of, digest_of_page
from clinic.delivery.shown_files import kept_sizes, open_kept
from clinic.erasure.findings import look
from clinic.pages.models import PracticeSettings
from clinic.publishing.models import RecordNote
from clinic.publishing.services import publish_version
from tests.archive.conftest import change, later, read, rows
from tests.conftest import fresh
from tests.erasing import NAME, erase_it, target_of
from tests.test_delivery_races import in_another_process
from tests.test_erasure_media import figure, with_blocks

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def is_sound(rendition: Rendition) -> bool:
    pieces = Piece.objects.all()
    named = all(piece.pk == digest_of(piece.text) for piece in pieces)
    rendition.refresh_from_db()
    return named and rendition.digest == digest_of_page(rendition.html, rendition.files)


def test_a_page_that_was_owed_to_the_archive_does_not_bring_the_name_back(
    clock, practice, needle, monkeypatch
):
    later(clock, minutes=1)
    change(needle, f"Told by {NAME}.")
    with monkeypatch.context() as busy:
        busy.setattr(archive, "keep", refuse)
        assert NAME in read()
        later(clock, minutes=1)
        change(needle, "Told by a patient.")
        read()
        later(clock, minutes=1)
        erase_it(practice, NAME)
    assert len(debts._owed) == 2
    monkeypatch.setattr(debts, "_tried_at", 0.0)
    debts.settle()
    assert not debts._owed
    assert not any(NAME in row.html for row in rows(needle))
    # What is finished from then on is kept as ever.
    later(clock, minutes=1)
    change(needle, "Told by somebody else.")
    read()
    assert "somebody else" in rows(needle)[-1].html


def refuse(**page):
    raise OperationalError("database is locked")


def test_a_name_leaves_every_piece_and_the_rest_is_what_was_served(clock, practice, needle):
    later(clock, minutes=1)
    change(needle, f"Told by {NAME}, in 2026.")
    assert NAME in read()
    later(clock, minutes=1)
    change(needle, "Told by a patient.")
    before = read()
    old = set(Piece.objects.values_list("pk", flat=True))
    with_name, without = rows(needle)
    served = with_name.html
    digests = (with_name.digest, without.digest)
    found = erase_it(practice, NAME)
    assert "Pieces of pages that were served: 2." in found.elsewhere
    with_name, without = rows(needle)
    assert with_name.html == served.replace(NAME, "[removed]")
    assert without.html == before
    assert all(map(is_sound, (with_name, without)))
    assert (with_name.digest == digests[0], without.digest == digests[1]) == (False, True)
    assert not any(target_of(NAME).words.stand_in(piece.text) for piece in Piece.objects.all())
    assert len(old - set(Piece.objects.values_list("pk", flat=True))) == 2
    notes = RecordNote.objects.filter(kind=RecordNote.Kind.ERASED)
    assert [note.version_id for note in notes] == [with_name.version_id]


def test_a_page_that_only_printed_the_name_of_another_gets_a_tombstone(clock, practice, needle):
    profile = practice.physician
    profile.last_name = "Vantongeren"
    later(clock, minutes=1)
    publish_version(page=profile)
    assert "Ida Vantongeren" in read()
    later(clock, minutes=1)
    erase_it(practice, "Ida Vantongeren")
    noted = set(
        RecordNote.objects.filter(kind=RecordNote.Kind.ERASED).values_list(
            "version__page", flat=True
        )
    )
    assert needle.pk in noted
    assert not any("Ida Vantongeren" in row.html for row in rows(needle))


def test_a_picture_leaves_what_was_served_and_the_kept_files(clock, practice):
    image = get_image_model().objects.create(title="A", file=get_test_image_file("smile.png"))
    page = practice.procedure(title="Needle", slug="needle", sections=[with_blocks(figure(image))])
    later(clock, minutes=1)
    assert "smile" in read()
    kept = len(kept_sizes())
    (row,) = rows(page)
    assert any("smile" in address for address in row.files)
    found = erase_it(practice, images=[image.pk])
    assert any("Pictures of pages that were served" in line for line in found.elsewhere)
    (row,) = rows(page)
    assert is_sound(row)
    assert "smile." not in row.html
    assert not any("smile" in address for address in row.files)
    assert len(kept_sizes()) < kept
    later(clock, minutes=1)
    assert "smile." not in read()
    assert fresh(page).live


def test_a_picture_with_the_name_in_its_address_can_still_be_looked_at(clock, practice):
    image = get_image_model().objects.create(
        title="A", file=get_test_image_file("Zuleika_Q_Vantongeren.png")
    )
    page = practice.procedure(title="Needle", slug="needle", sections=[with_blocks(figure(image))])
    later(clock, minutes=1)
    read()
    kept = sorted(kept_sizes())
    erase_it(practice, NAME)
    (row,) = rows(page)
    assert is_sound(row)
    assert "antongeren" not in row.html
    shown = [address for address in row.files if "/images/" in address]
    assert shown
    assert all(address in row.html for address in shown)
    assert sorted(kept_sizes()) == kept


def test_a_process_that_runs_on_shows_nothing_that_another_has_erased(clock, practice):
    image = picture("Zuleika_Q_Vantongeren.png")
    practice.procedure(title="Needle", slug="needle", sections=[with_blocks(figure(image))])
    later(clock, minutes=1)
    assert "antongeren" in read()

    def erase_and_leave() -> None:
        erase_it(practice, NAME)
        os._exit(0)

    in_another_process(erase_and_leave)
    later(clock, minutes=1)
    assert "antongeren" not in read()
    assert not look(target_of(NAME)).elsewhere


def picture(name: str, **looks):
    file = get_test_image_file(name, **looks)
    return get_image_model().objects.create(title="Somebody", file=file)


def document(name: str):
    file = ContentFile(b"A letter.", name=name)
    return get_document_model().objects.create(title="A letter", file=file)


@pytest.mark.parametrize(
    "make",
    [
        lambda logo: {"images": [picture("clinic.png").pk]},
        lambda logo: {"documents": [document("clinic.pdf").pk]},
        lambda logo: {"documents": [document(f"{logo}.pdf").pk]},
        lambda logo: {"images": [picture(f"{logo}.png", colour="red").pk]},
    ],
    ids=["picture-style-sheet", "document-style-sheet", "document-picture", "picture-picture"],
)
def test_what_only_has_a_name_in_common_stays(clock, practice, needle, make):
    logo = f"logo{uuid4().hex}"
    settings = PracticeSettings.load()
    settings.logo = picture(f"{logo}.jpg")
    settings.save()
    later(clock, minutes=1)
    page = read()
    shown = rows(needle)[-1].files
    names = {address.rpartition("/")[2].partition(".")[0] for address in shown}
    assert {"clinic", logo} <= names
    erase_it(practice, **make(logo))
    row = rows(needle)[-1]
    assert (row.files, row.html) == (shown, page)
    later(clock, minutes=1)
    change(needle, "Other words.")
    read()
    for name in {*shown.values(), *rows(needle)[-1].files.values()}:
        open_kept(name).close()
