"""manage.py erase: two steps, a named administrator, a reason; everything or nothing."""

import gzip
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Revision

from clinic.erasure import services
from clinic.publishing.models import PublishedVersion, RecordNote
from clinic.publishing.services import publish_version
from tests.conftest import fresh
from tests.erasing import NAME, REASON, places
from tests.factories import section

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def run(**options) -> str:
    out = StringIO()
    call_command("erase", stdout=out, **options)
    return out.getvalue()


def code_in(report: str) -> str:
    return re.search(r"--confirm (\S+)", report).group(1)


@pytest.fixture
def told(practice):
    sections = [section("overview", f"We thank {NAME}.")]
    page = practice.procedure(title="Needle", slug="zuleika-q-vantongeren", sections=sections)
    page.summary = "Other words."
    publish_version(page=page, kind="minor")
    return fresh(page)


@pytest.fixture
def no_files():
    """Other tests leave files of images that their database has forgotten."""
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def snapshot() -> list:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Page, Revision, PublishedVersion, RecordNote, get_image_model())
    ]


def test_the_first_step_says_where_it_stands_and_changes_nothing(practice, told):
    before = snapshot()
    report = run(text=[NAME])
    assert snapshot() == before
    for sentence in (
        f"Looked for “{NAME}”. It stands in:",
        f"- Page “Needle” ({told.pk}): as it is now (readers see it): sections, slug; "
        "saved versions: 2, of which readers saw 2.",
        "index entry: removed as a whole.",
        "Written as:\n- “",
        "- “Zuleika Q. Vantongeren”:",
        "- “zuleika-q-vantongeren”:",
    ):
        assert sentence in report
    assert re.fullmatch("[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", code_in(report))


def test_what_is_nowhere_needs_no_second_step(practice):
    assert run(text=["Nobody Whatsoever"]).startswith("Nothing.")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"by": "publishers"}, "publishers may not erase"),
        ({"by": "writers"}, "writers may not erase"),
        ({"by": "physicians"}, "physicians may not erase"),
        ({"by": "nobody"}, "There is no account nobody"),
        ({"by": ""}, "give all three"),
        ({"reason": ""}, "give all three"),
        ({"reason": "   "}, "Give the reason"),
        ({"reason": f"{NAME} asked us."}, "must not have the words"),
        ({"confirm": ""}, "give all three"),
        ({"confirm": "0000-0000-0000"}, "not the code"),
        ({"text": ["Zuleika Q."]}, "not the code"),
        ({"text": [NAME, "Other Words"]}, "not the code"),
        ({"text": ["Al"]}, "too short"),
        ({"text": []}, "Say what has to go"),
        ({"image": [4711]}, "There is no image 4711"),
        ({"document": [4711]}, "There is no document 4711"),
    ],
)
def test_what_is_refused_changes_nothing(practice, told, changed, sentence):
    code = code_in(run(text=[NAME]))
    before = snapshot()
    options = {"text": [NAME], "confirm": code, "by": "administrators", "reason": REASON}
    with pytest.raises(CommandError, match=sentence):
        run(**{**options, **changed})
    assert snapshot() == before


def test_an_administrator_whose_account_was_closed_may_not(practice, told):
    code = code_in(run(text=[NAME]))
    administrator = practice.users["administrators"]
    administrator.is_active = False
    administrator.save()
    with pytest.raises(CommandError, match="administrators may not erase"):
        run(text=[NAME], confirm=code, by="administrators", reason=REASON)


@pytest.mark.parametrize("summary", [f"And {NAME}.", f"{NAME}, and {NAME}."])
def test_a_code_is_good_only_for_what_was_found(practice, told, summary):
    code = code_in(run(text=[NAME]))
    told.summary = summary
    told.save_revision()
    with pytest.raises(CommandError, match="Look again"):
        run(text=[NAME], confirm=code, by="administrators", reason=REASON)
    assert places(NAME)


@pytest.mark.parametrize(
    "step",
    [
        "follow_with_record",
        "leave_tombstones",
        "index_again",
        "prove_whole",
        "_put_addresses_together",
    ],
)
def test_a_crash_midway_leaves_everything_as_it_was(
    practice, told, step, monkeypatch, django_capture_on_commit_callbacks
):
    image = get_image_model().objects.create(
        title=NAME, file=get_test_image_file("Zuleika_Q_Vantongeren.png")
    )
    storage, folder = image.file.storage, Path(image.file.path).parent
    code, before = code_in(run(text=[NAME])), snapshot()
    files = sorted(folder.iterdir())

    def crash(*args, **kwargs):
        raise RuntimeError("The server loses its power.")

    monkeypatch.setattr(services, step, crash)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        run(text=[NAME], confirm=code, by="administrators", reason=REASON)
    assert snapshot() == before
    assert storage.exists(image.file.name)
    assert sorted(folder.iterdir()) == files


def test_a_text_that_could_not_be_shown_any_more_stops_it(practice, told, monkeypatch):
    code, before = code_in(run(text=[NAME])), snapshot()
    serve = type(told).serve

    def serve_only_with_the_name(self, request, *args, **kwargs):
        if "zuleika" not in self.slug:
            raise ValueError("Nothing to show.")
        return serve(self, request, *args, **kwargs)

    monkeypatch.setattr(type(told), "serve", serve_only_with_the_name)
    with pytest.raises(CommandError, match=r"“Needle” .* could not be shown any more"):
        run(text=[NAME], confirm=code, by="administrators", reason=REASON)
    assert snapshot() == before


def test_afterwards_it_looks_again_in_files_too_and_says_what_it_cannot_reach(
    practice, told, no_files, client
):
    cache.set("handout", f"A sheet for {NAME}")
    assert NAME in client.get(told.url).content.decode()
    copies = settings.DELIVERY_DIR / "copies"
    assert any(file.is_file() for file in copies.rglob("*"))
    folder = Path(settings.VAR_DIR) / "exports"
    folder.mkdir(exist_ok=True)
    left = folder / "list.csv"
    left.write_text(f"7,{NAME}\n")
    (folder / "zuleika-q-vantongeren.txt").write_text("Nothing inside.")
    (folder / "list.csv.gz").write_bytes(gzip.compress(NAME.encode()))
    out = StringIO()
    options = {"text": [NAME], "by": "administrators", "reason": REASON}
    with pytest.raises(CommandError, match="Something is still there"):
        call_command("erase", stdout=out, confirm=code_in(run(text=[NAME])), **options)
    said = out.getvalue()
    assert "Rows changed or removed:" in said
    for sentence in (
        f"The words stand inside the file {left}.",
        f"The words stand in the name of the file {folder}/removed.txt.",
        f"The words stand inside the file {folder}/list.csv.gz.",
    ):
        assert sentence in said
    assert said.count("The words stand") == 3, said
    for reach in ("Backups", "restart them", "CDN", "Search engines", "printed", "history of this"):
        assert reach in said
    assert cache.get("handout") is None
    assert not copies.exists()
    assert NAME not in client.get(fresh(told).url).content.decode()
    assert places(NAME) == set()
    for file in folder.iterdir():
        file.unlink()
    assert "Still there" not in run(text=["Something Else"])


def test_the_database_gives_up_the_bytes_of_what_is_gone(practice, told, no_files):
    if connection.vendor != "sqlite":
        pytest.skip("Files of other databases are not ours to read.")
    file = Path(connection.settings_dict["NAME"])
    code = code_in(run(text=[NAME]))
    run(text=[NAME], confirm=code, by="root", reason=REASON)
    for path in file.parent.glob(f"{file.name}*"):
        assert b"antongeren" not in path.read_bytes(), path


def test_a_file_that_cannot_be_deleted_is_named_and_no_other_is_lost(
    practice, no_files, monkeypatch
):
    documents = get_document_model().objects
    for number in (1, 2):
        film = ContentFile(b"A film.", name=f"zuleika_q_vantongeren_{number}.mp4")
        documents.create(title=f"{NAME} {number}", file=film)
    first, second = (document.file.name for document in documents.order_by("pk"))
    code = code_in(run(text=[NAME]))
    delete = FileSystemStorage.delete

    def refuse(storage, name):
        if name == first:
            raise PermissionError(13, "Permission denied", name)
        delete(storage, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    with pytest.raises(CommandError, match="Something is still there"):
        run(text=[NAME], confirm=code, by="administrators", reason=REASON)
    assert not places(NAME)
    assert [document.file.read() for document in documents.all()] == [b"A film.", b"A film."]
    assert [default_storage.exists(name) for name in (first, second)] == [True, False]
