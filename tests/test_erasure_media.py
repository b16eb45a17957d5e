"""An image or a document leaves every page and every version, and what is left is whole."""

import json

import pytest

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ReferenceIndex, Revision

from clinic.erasure.findings import look
from clinic.erasure.streams import GONE, without_media
from clinic.erasure.twins import twins_of
from clinic.pages.models import PracticeSettings
from clinic.publishing.models import RecordNote
from clinic.publishing.services import publish_version
from tests import factories
from tests.conftest import fresh
from tests.erasing import erase_it, target_of
from tests.factories import section
from tests.test_erasure_record import check

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(practice):
    found = get_image_model().objects.create(title="A photo", file=get_test_image_file("smile.png"))
    found.get_rendition("width-20")
    return found


@pytest.fixture
def document(practice):
    return get_document_model().objects.create(
        title="A file", file=ContentFile(b"a film", name="film.mp4")
    )


def with_blocks(*blocks: dict) -> dict:
    overview = section("overview", "A thin needle is used.")
    overview["value"]["body"] += [{"id": str(n), **block} for n, block in enumerate(blocks)]
    return overview


def figure(image) -> dict:
    value = {"image": image.pk, "decorative": False, "alt_text": "Someone smiles."}
    return {"type": "image", "value": {"image": value, "caption": "After a week"}}


def video(document, **others) -> dict:
    captions = get_document_model().objects.create(
        title="Captions", file=ContentFile(b"WEBVTT", name="words.vtt")
    )
    value = {"title": "How to get up", "length": "", "file": document.pk, "captions": captions.pk}
    return {"type": "video", "value": {**value, "link": "", "transcript": "<p>Up.</p>", **others}}


def text(html: str) -> dict:
    return {"type": "text", "value": html}


def on_a_page_as_its_photo(practice, image, document):
    page = factories.LocationFactory(parent=practice.locations, live=False, photo=image)
    page.photo_alt = "Someone smiles."
    publish_version(page=page)
    return page


def on_the_home_page(practice, image, document):
    practice.home.image = image
    publish_version(page=practice.home, kind="minor")
    return practice.home


def in_the_settings(practice, image, document):
    settings = PracticeSettings.load()
    settings.logo = image
    settings.save()
    return practice.home


def in_a_figure(practice, image, document):
    return practice.procedure(sections=[with_blocks(figure(image))])


def in_a_video(practice, image, document):
    return practice.procedure(sections=[with_blocks(video(document))])


def in_rich_text(practice, image, document):
    link = f'<p>Read <a linktype="document" id="{document.pk}">this sheet</a>.</p>'
    picture = f'<embed embedtype="image" format="left" id="{image.pk}" alt="x"/>'
    return practice.procedure(sections=[with_blocks(text(link + picture))])


def in_a_draft(practice, image, document):
    return practice.procedure(sections=[with_blocks(figure(image))], live=False)


def in_an_older_version(practice, image, document):
    page = practice.procedure(sections=[with_blocks(figure(image), video(document))])
    page.sections = [section("overview", "A thin needle is used.")]
    publish_version(page=page, kind="major", note="No pictures.")
    return page


PLACES = [
    on_a_page_as_its_photo,
    on_the_home_page,
    in_the_settings,
    in_a_figure,
    in_a_video,
    in_rich_text,
    in_a_draft,
    in_an_older_version,
]


def named_by_versions(model) -> set[str]:
    """Wagtail's own account of which of these objects the saved versions name."""
    kind = ContentType.objects.get_for_model(model).pk
    return {
        str(object_id)
        for revision in Revision.objects.all()
        for kind_id, object_id, *_ in ReferenceIndex._extract_references_from_object(
            revision.as_object()
        )
        if kind_id == kind
    }


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_media_leave_every_page_and_version(practice, client, image, document, place):
    page = place(practice, image, document)
    erase_it(practice, images=[image.pk], documents=[document.pk])
    assert not get_image_model().objects.exists()
    assert not get_document_model().objects.filter(pk=document.pk).exists()
    assert named_by_versions(get_image_model()) == set()
    assert str(document.pk) not in named_by_versions(get_document_model())
    assert not ReferenceIndex.objects.filter(
        to_object_id=str(image.pk), to_content_type__model="image"
    )
    page = fresh(page)
    if page.live:
        html = client.get(page.url).content.decode()
        assert "<figure" not in html
        assert image.file.name.rpartition("/")[2].partition(".")[0] not in html
        # What is left could be saved again as it is.
        page.full_clean()
        assert "agrees" in check()


def test_the_rest_of_the_text_stays(practice, client, image, document):
    page = practice.procedure(
        sections=[
            with_blocks(
                text("<p>Before.</p>"),
                figure(image),
                text(f'<p>See <a linktype="document" id="{document.pk}">the <b>sheet</b></a>.</p>'),
            )
        ]
    )
    erase_it(practice, images=[image.pk], documents=[document.pk])
    html = client.get(page.url).content.decode()
    assert "Before." in html
    assert "See the <b>sheet</b>." in html


def test_another_image_with_the_same_digits_in_its_number_stays(practice, image):
    other = get_image_model().objects.create(
        pk=image.pk * 10 + 1, title="Other", file=get_test_image_file("b.png")
    )
    page = practice.procedure(sections=[with_blocks(figure(image), figure(other))])
    erase_it(practice, images=[image.pk])
    assert named_by_versions(get_image_model()) == {str(other.pk)}
    assert json.dumps(fresh(page).sections.get_prep_value()).count("After a week") == 1


def test_files_go_after_the_commit(practice, image, django_capture_on_commit_callbacks):
    storage = image.file.storage
    names = [image.file.name, image.renditions.get().file.name]
    with django_capture_on_commit_callbacks(execute=True):
        erase_it(practice, images=[image.pk])
        assert all(storage.exists(name) for name in names)
    assert not any(storage.exists(name) for name in names)


def test_versions_with_the_image_get_tombstones_and_keep_their_kinds(practice, image):
    page = practice.procedure(sections=[with_blocks(figure(image))])
    page.sections = [with_blocks()]
    publish_version(page=page, kind="major", note="No picture.")
    erase_it(practice, images=[image.pk])
    (note,) = RecordNote.objects.all()
    assert note.version == page.published_versions.in_order().first()
    # What the two versions differed by has gone.
    assert "agrees" in check()


def test_the_same_picture_uploaded_twice_is_pointed_out(practice, image):
    twin = get_image_model().objects.create(title="Twin", file=get_test_image_file("c.png"))
    for one in (image, twin):
        one._set_file_hash()
        one.save()
    (sentence,) = twins_of(target_of(images=[image.pk]))
    assert sentence.endswith(f"to erase both, add --image {twin.pk}.")
    assert twins_of(target_of(images=[image.pk, twin.pk])) == []


def test_a_name_beside_the_image_goes_in_the_same_step(practice, image):
    practice.procedure(summary="With Zuleika Vantongeren.", sections=[with_blocks(figure(image))])
    erase_it(practice, "Zuleika Vantongeren", images=[image.pk])
    assert not look(target_of("Zuleika Vantongeren")).rows
    assert not get_image_model().objects.exists()


def test_a_block_without_which_the_rest_makes_no_sense_goes_as_a_whole(practice, image, document):
    block = practice.procedure()._meta.get_field("sections").stream_block
    body = block.child_blocks["overview"].child_blocks["body"]
    target = target_of(images=[image.pk], documents=[document.pk])
    linked = video(document, file=None, link="https://video.example.com/a", captions=document.pk)
    for raw, left in (
        (figure(image)["value"], GONE),
        (video(document)["value"], GONE),
        (linked["value"], {**linked["value"], "captions": None}),
    ):
        child = body.child_blocks["image" if "caption" in raw else "video"]
        assert without_media(child, raw, target) == left
