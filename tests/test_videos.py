"""A video: its words in writing, nothing loaded before a reader asks, and no half-filled form."""

import re

import pytest

from django.core.files.base import ContentFile
from django.urls import reverse

from wagtail.blocks import StructBlockValidationError
from wagtail.documents import get_document_model

from clinic.pages.blocks import BodyBlock
from clinic.publishing.services import publish_version
from tests.factories import ContentPageFactory

pytestmark = pytest.mark.django_db

VIDEO = BodyBlock().child_blocks["video"]


def document(name: str):
    return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name))


def filled(**changes):
    """The block as an editor's form gives it."""
    words = {"title": "Getting up", "length": "2 minutes", "transcript": "<p>Roll over.</p>"}
    return VIDEO.normalize(words | {"file": None, "captions": None, "link": ""} | changes)


def mistakes(**changes) -> dict[str, str]:
    """The sentence beside each field."""
    try:
        VIDEO.clean(filled(**changes))
    except StructBlockValidationError as refused:
        return {name: error.messages[0] for name, error in refused.block_errors.items()}
    return {}


def page_with(practice, client, **changes) -> str:
    page = ContentPageFactory(parent=practice.home, slug="plain", live=False)
    page.body = [("video", filled(**changes))]
    publish_version(page=page)
    html = client.get("/plain/").content.decode()
    return re.search(r'<figure class="video">.*?</figure>', html, re.S).group()


def test_a_file_with_captions_or_a_link_is_enough():
    assert mistakes(file=document("a.mp4"), captions=document("a.vtt")) == {}
    assert mistakes(file=document("a.webm"), captions=document("a.VTT")) == {}
    assert mistakes(link="https://video.example.com/1") == {}


def test_what_is_wrong_is_said_beside_the_field():
    one_of_two = "Choose a video file or fill in a link: one of the two."
    no_captions = "Choose the captions, a .vtt file: some readers cannot hear."
    assert mistakes() == {"link": one_of_two}
    both = {"file": document("a.mp4"), "captions": document("a.vtt")}
    assert mistakes(**both, link="https://video.example.com/1") == {"link": one_of_two}
    assert mistakes(file=document("a.pdf")) == {"file": "Choose an MP4 or WebM file."}
    assert mistakes(file=document("a.mp4")) == {"captions": no_captions}
    assert mistakes(file=document("a.mp4"), captions=document("a.txt")) == {"captions": no_captions}
    assert set(mistakes(link="https://video.example.com/1", transcript="")) == {"transcript"}


def test_readers_get_a_player_that_waits_with_captions_and_words(practice, client):
    file, captions = document("up.mp4"), document("up.vtt")
    html = page_with(practice, client, file=file, captions=captions)
    (player,) = re.findall(r"<video [^>]+>", html)
    assert 'preload="none"' in player
    assert not re.search("autoplay|poster", player)
    assert f'<source src="{file.file.url}" type="video/mp4">' in html
    assert f'src="{captions.file.url}" default' in html
    assert "Roll over." in html


def test_a_link_says_that_it_leaves_the_site_and_loads_nothing(practice, client):
    html = page_with(practice, client, link="https://video.example.com/1")
    assert '<a href="https://video.example.com/1" rel="noreferrer">Getting up</a>' in html
    assert "(leaves this site)" in html
    assert not re.search("<video|<iframe|src=", html)


def test_browsers_may_play_our_own_files_only(client, practice):
    policy = client.get("/")["Content-Security-Policy"]
    assert "media-src 'self'" in policy


@pytest.mark.parametrize("name", ["talk.mp4", "talk.webm", "talk.vtt"])
def test_videos_and_captions_can_be_uploaded(practice, name):
    practice.client("writers").post(
        reverse("wagtaildocs:add"), {"title": name, "file": ContentFile(b"x", name=name)}
    )
    assert get_document_model().objects.filter(title=name).exists()
