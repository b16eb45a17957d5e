"""What a reader takes home: pages and handouts printed from the browser."""

import re
from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from .public_pages import PAGES

pytestmark = pytest.mark.browser

# With the day that the page on the screen says: the demonstration counts back to it from today.
REVIEWED = re.compile(r"Medically reviewed by Dr. Everett James Thistlewane, MD, on \w+ \d+, \d{4}")
# Address, most sheets, what stands on them, and what does not.
PRINTED = {
    "a procedure's handout": (
        PAGES["handout"],
        3,
        [
            "Larkspur Spine & Pain Center",
            "Version 3",
            "published on Jul 20, 2017, modified on May 22, 2020 by Dr. Thistlewane, MD (Pain",
            REVIEWED,
            "/procedures/kyphoplasty/",
            "5. Risk of new vertebral fracture",
            "Will I be awake? You may be sleepy or fully asleep.",
        ],
        ["Search", "Our physicians", "Ctrl"],
    ),
    "a physician's profile": (
        PAGES["physician"],
        2,
        [
            "Larkspur Spine & Pain Center",
            "Dr. Everett James Thistlewane, MD",
            "Physician and surgeon, New Jersey",
            "This page was published on Dec 2, 2024",
        ],
        ["Search", "Print a handout", "Ask for an appointment"],
    ),
    "a location": (
        PAGES["location"],
        2,
        [
            "Larkspur Spine & Pain Center",
            "100 Larkspur Lane, Suite 2",
            "(201) 555-0110",
            "Opening hours",
            "Friday 8 am to 1 pm",
        ],
        ["Search", "Get directions", "Open now", "Closed now"],
    ),
}


def together(text: str) -> str:
    """Its letters alone: a PDF has ligatures, and spaces where letters stand apart."""
    return "".join(normalize("NFKC", text).split())


def shown(wanted: re.Pattern, page) -> str:
    """What the screen says of it."""
    found = wanted.search(" ".join(page.inner_text("body").split()))
    assert found, wanted.pattern
    return found[0]


@pytest.mark.parametrize("name", PRINTED)
def test_paper_says_what_the_page_says_on_few_sheets(page, name, site):
    address, most_sheets, said, unsaid = PRINTED[name]
    page.goto(address, wait_until="networkidle")
    said = [shown(words, page) if isinstance(words, re.Pattern) else words for words in said]
    pdf = PdfReader(BytesIO(page.pdf(format="Letter", tagged=True)))
    text = together("".join(sheet.extract_text() for sheet in pdf.pages))
    assert 1 <= len(pdf.pages) <= most_sheets
    assert [words for words in said if together(words) not in text] == []
    assert [words for words in unsaid if together(words) in text] == []
    assert all(sheet.extract_text().strip() for sheet in pdf.pages), "no sheet is empty"
