"""The twenty questions of docs/patient-questions.md, answered from the home page in at most three
steps, by keyboard alone and without script."""

import re
from pathlib import Path

import pytest

from .public_pages import DESK

pytestmark = pytest.mark.browser

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "patient-questions.md"
MOST_STEPS, MOST_TABS = 3, 150
FOCUSED = """() => {
    const focused = document.activeElement;
    return (focused.getAttribute("aria-label") || focused.innerText || "").trim();
}"""
WORDS = "() => document.body.innerText.replace(/\\s+/g, ' ')"

KYPHOPLASTY = [("search", "kyphoplasty"), ("follow", "Kyphoplasty")]
THISTLEWANE = [("follow", "Our physicians"), ("follow", "Everett James Thistlewane, MD")]
FERNBROOK = [("follow", "Locations"), ("follow", "Fernbrook office")]
# Number of the question: the steps, and words of the answer.
WALKS = {
    1: (KYPHOPLASTY, "Stop eating and drinking at the time we give you."),
    2: ([("follow", "Our physicians"), ("follow", "Spanish")], "Everett James Thistlewane, MD"),
    3: ([], "After hours: (201) 555-0112"),
    4: ([], re.compile(r"Maple Hollow office.{0,200}(Open|Closed) (now|today)")),
    5: (FERNBROOK, "Park in the garage behind the building."),
    6: (FERNBROOK, "open to wheelchairs and walkers"),
    7: (KYPHOPLASTY, re.compile("Cement leaks out of the bone.{0,30}About 1 in 10 treated bones")),
    8: (KYPHOPLASTY, "No treatment: many of these fractures heal by themselves"),
    9: (KYPHOPLASTY, "Will I be awake?"),
    10: ([("search", "slipped disc"), ("follow", "Herniated disc")], "Epidural steroid injection"),
    11: (
        [("follow", "Our physicians"), ("follow", "Marisol Anne Quennerly, DO")],
        re.compile(r"Accepting new patients.{0,40}Confirmed on \w+ \d+, 2026"),
    ),
    12: (
        [("follow", "Procedures"), ("follow", "Epidural steroid injection")],
        re.compile("Call 911 now if you have.{0,40}new weakness"),
    ),
    13: (
        [("search", "radiofrequency"), ("follow", "Radiofrequency ablation")],
        "How long 30 to 60 minutes",
    ),
    14: (
        KYPHOPLASTY,
        # The demonstration signs it so many days before today.
        re.compile(r"Medically reviewed by Dr. Everett James Thistlewane, MD, on \w+ \d+, \d{4}"),
    ),
    15: (
        [*KYPHOPLASTY, ("follow", "See all updates")],
        "May 22, 2020 We added sections on the risks",
    ),
    16: ([("search", "kifoplasty"), ("follow", "Kyphoplasty")], "What is Kyphoplasty?"),
    17: ([("follow", "Procedures"), ("follow", "Knee")], "Genicular nerve block"),
    18: ([("follow", re.compile("privacy", re.I))], re.compile("no cookies", re.I)),
    19: (
        [("follow", re.compile("nondiscrimination|rights", re.I))],
        re.compile("interpreter", re.I),
    ),
    20: (THISTLEWANE, "Pain Medicine, American Board of Anesthesiology"),
}


def follow(page, name: str | re.Pattern) -> None:
    """Moves to the link that starts with these words, by Tab alone, and presses Enter."""
    wanted = name if isinstance(name, re.Pattern) else re.compile(rf"{re.escape(name)}\b")
    seen = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        words = page.evaluate(FOCUSED)
        if wanted.search(words) if isinstance(name, re.Pattern) else wanted.match(words):
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        seen.append(words)
    pytest.fail(f"No link “{name}” on {page.url}, only {seen}")


def search(page, words: str) -> None:
    """Moves to the search field by Tab alone, types and presses Enter."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            page.keyboard.type(words)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    pytest.fail(f"No search field on {page.url}")


STEPS = {"follow": follow, "search": search}


@pytest.mark.parametrize("number", WALKS)
def test_the_answer_is_three_steps_away_at_most(new_context, number, site):
    steps, answer = WALKS[number]
    assert len(steps) <= MOST_STEPS
    page = new_context(viewport=DESK, java_script_enabled=False).new_page()
    page.goto("/")
    for step, words in steps:
        STEPS[step](page, words)
    said = page.evaluate(WORDS)
    found = answer.search(said) if isinstance(answer, re.Pattern) else answer in said
    assert found, f"{page.url}: {said}"


def test_every_question_that_was_written_down_is_walked():
    rows = re.findall(r"^\| (\d+) \| .+? \| .+? \|$", DOCUMENT.read_text(), re.M)
    assert [int(number) for number in rows] == list(WALKS) == list(range(1, 21))
