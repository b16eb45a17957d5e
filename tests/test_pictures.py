"""A picture in a text, and what is left when somebody deletes it from the collection."""

import re
from io import StringIO

import pytest

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from clinic.delivery import generation
from clinic.publishing.services import publish_version
from tests.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def needle(practice):
    """A procedure whose text shows a picture between two paragraphs."""
    image = get_image_model().objects.create(title="Needle", file=get_test_image_file())
    shown = {"image": image.pk, "decorative": False, "alt_text": "A thin needle."}
    body = [
        {"type": "text", "value": "<p>Before it.</p>", "id": "first"},
        {"type": "image", "value": {"image": shown, "caption": "From above"}, "id": "figure"},
        {"type": "text", "value": "<p>After it.</p>", "id": "last"},
    ]
    overview = {"type": "overview", "value": {"heading": "", "body": body}, "id": "overview"}
    return practice.procedure(slug="needle", sections=[overview])


@pytest.mark.parametrize("path", ["/procedures/needle/", "/procedures/needle/handout/"])
def test_a_page_whose_picture_was_deleted_is_read_without_it(practice, needle, client, path):
    before = client.get(path).content.decode()
    assert 'alt="A thin needle."' in before
    assert "From above" in before
    image = get_image_model().objects.get()
    practice.client("administrators").post(reverse("wagtailimages:delete", args=[image.pk]))
    assert not get_image_model().objects.exists()
    after = client.get(path)
    assert after.status_code == 200
    html = after.content.decode()
    assert html.index("Before it.") < html.index("After it.")
    assert "<figure" not in html
    # Words about what nobody sees.
    assert "From above" not in html


def test_its_editor_goes_on_and_publishes_without_it(practice, needle, client):
    get_image_model().objects.get().delete()
    editor = practice.client("publishers")
    address = reverse("wagtailadmin_pages:edit", args=[needle.pk])
    assert editor.get(address).status_code == 200
    page = fresh(needle)
    page.summary = "Said anew."
    publish_version(page=page, kind="major", note="Said anew.")
    html = client.get("/procedures/needle/").content.decode()
    assert "Said anew." in html
    assert "After it." in html


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_finished_pages_follow_when_all_sizes_are_made_anew(needle, client):
    def shown() -> list[str]:
        html = client.get("/procedures/needle/").content.decode()
        return re.findall(r"/media/(images/[^ \"]+)", html)

    before = shown()
    assert before
    call_command("wagtail_update_image_renditions", stdout=StringIO())
    assert shown() != before
    assert all(default_storage.exists(name) for name in shown())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_size_that_is_made_when_it_is_shown_first_is_nothing_new(needle, client):
    before = generation.current()
    client.get("/procedures/needle/")
    assert get_image_model().objects.get().renditions.exists()
    assert generation.current() == before
