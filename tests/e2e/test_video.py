"""A reader's browser loads a video only when the reader starts it."""

import pytest

from django.core.files.base import ContentFile

from wagtail.documents import get_document_model

from clinic.publishing.services import publish_version
from tests.factories import ContentPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_film_is_not_asked_for_before_a_click(page, live_server, practice):
    files = {
        kind: get_document_model().objects.create(
            title=kind, file=ContentFile(content, name=f"up.{kind}")
        )
        for kind, content in (("mp4", b"no film"), ("vtt", b"WEBVTT\n"))
    }
    plain = ContentPageFactory(parent=practice.home, slug="plain", live=False)
    video = {"title": "Getting up", "file": files["mp4"], "captions": files["vtt"]}
    plain.body = [("video", {**video, "length": "", "link": "", "transcript": "<p>Roll.</p>"})]
    publish_version(page=plain)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/plain/")
    page.wait_for_load_state("networkidle")
    # The captions, a few lines of text, come along: they are shown unless a reader turns them off.
    assert [url for url in asked if url.endswith(".mp4")] == []
    assert {url.startswith(live_server.url) for url in asked} == {True}
    page.locator("video").evaluate("video => { video.play().catch(() => null) }")
    page.wait_for_timeout(1000)
    assert any(url.endswith(".mp4") for url in asked)
