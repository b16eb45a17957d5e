"""What a reader's first view of a procedure costs: little, also on a slow line."""

import pytest

from .public_pages import PAGES, PHONE

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_SCRIPT = 15 * 1024, 5 * 1024
# What travelled, headers left out: "encodedBodySize" of the page and of all it asked for.
TRAVELLED = """() => [
    ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource"),
].map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize])"""


@pytest.mark.parametrize("name", ["home", "procedures", "procedure", "physician", "results"])
def test_the_first_view_without_pictures_fits_in_fifteen_kilobytes(new_context, name, site):
    page = new_context(viewport=PHONE).new_page()
    page.goto(PAGES[name], wait_until="networkidle")
    sizes = {path: size for path, size in page.evaluate(TRAVELLED) if "/media/" not in path}
    # The page, and what it is set in: neither came from a cache.
    sheets = [size for path, size in sizes.items() if path.endswith(".css")]
    assert len(sizes) >= 2 and sheets and min(sheets) > 0
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert sum(size for path, size in sizes.items() if path.endswith(".js")) <= MOST_SCRIPT


def test_a_procedure_comes_without_any_script(new_context, site):
    page = new_context(viewport=PHONE).new_page()
    page.goto(PAGES["procedure"], wait_until="networkidle")
    assert not [path for path, _ in page.evaluate(TRAVELLED) if path.endswith(".js")]
    assert page.locator("script[src]").count() == 0


@pytest.mark.parametrize("name", ["home", "procedure", "physician", "location"])
def test_nothing_moves_while_a_page_loads(new_context, name, site):
    page = new_context(viewport=PHONE).new_page()
    page.goto(PAGES[name], wait_until="networkidle")
    shift = page.evaluate(
        """() => new Promise((done) => {
            let moved = 0;
            new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) moved += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => done(moved), 300);
        })"""
    )
    assert shift == 0
    sized = page.evaluate(
        "[...document.images].every((image) => image.width && image.hasAttribute('height'))"
    )
    assert sized
