"""Takes the README's pictures of the public site: `make pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from .demonstration import CHROMIUM, QUIET, ROOT, demonstration_server

FOLDER = ROOT / "docs" / "images"
PROCEDURE, PHYSICIAN = "/procedures/kyphoplasty/", "/physicians/everett-james-thistlewane-md/"
# Name of the file, address, width and height in CSS pixels, color scheme.
PICTURES = (
    ("home-desktop", "/", 1280, 1000, "light"),
    ("procedure-desktop", PROCEDURE, 1280, 1000, "light"),
    ("procedure-phone", PROCEDURE, 390, 844, "light"),
    ("physician-dark", PHYSICIAN, 1280, 1000, "dark"),
    ("search-phone", "/search/?q=slipped+disc", 390, 844, "dark"),
    ("procedure-print", f"{PROCEDURE}handout/", 816, 1056, "light"),
)


def take_pictures(address: str, folder: Path) -> None:
    """Saves each of PICTURES of the site at `address` in `folder`, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, path, width, height, scheme in PICTURES:
            viewport = {"width": width, "height": height}
            page = browser.new_page(viewport=viewport, color_scheme=scheme, base_url=address)
            page.goto(path, wait_until="networkidle")
            page.screenshot(path=folder / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as scratch,
        demonstration_server(Path(scratch)) as address,
    ):
        take_pictures(address, FOLDER)
