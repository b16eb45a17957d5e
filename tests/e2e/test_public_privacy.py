"""A reader's visit stays between the reader and the practice."""

import re
from urllib.parse import urlsplit

import pytest

from .public_pages import DESK, PAGES

pytestmark = pytest.mark.browser

STORED = "() => localStorage.length + sessionStorage.length"
DATABASES = "async () => (await indexedDB.databases()).length + (await caches.keys()).length"


def test_no_page_asks_another_host_keeps_anything_or_breaks_a_rule(new_context, site):
    """Every address of the sitemap, and one of every other kind of answer."""
    context = new_context(viewport=DESK)
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    listed = re.findall("<loc>(.*?)</loc>", context.request.get("/sitemap.xml").text())
    paths = {*PAGES.values(), *(urlsplit(address).path for address in listed)}
    assert len(paths) >= 35
    for path in sorted(paths):
        answer = page.goto(path, wait_until="load")
        assert "set-cookie" not in answer.all_headers(), path
        assert page.evaluate(STORED) == 0, path
        assert page.evaluate(DATABASES) == 0, path
    assert context.cookies() == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    # The browser itself says that a page was not found.
    assert [words for words in complaints if "404 (Not Found)" not in words] == []
