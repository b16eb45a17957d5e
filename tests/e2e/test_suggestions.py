"""Suggestions while a reader types, in a browser: by keyboard, aloud, and not needed."""

import pytest
from playwright.sync_api import expect

# The server runs in a thread of its own, so each test really commits, and all is put back after.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def clinic(practice):
    practice.procedure(title="Kyphoplasty", slug="kyphoplasty", also_called="Balloon mending")
    practice.procedure(title="Kyphosis brace", slug="brace")
    return practice


def test_a_reader_chooses_a_suggestion_with_the_keyboard(live_server, clinic, page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server.url}/search/")
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    height = page.evaluate("document.documentElement.scrollHeight")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("kyph")
    expect(options).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("Suggestions: 2")
    assert page.evaluate("document.documentElement.scrollHeight") == height
    field.press("ArrowDown")
    field.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("kyph")
    field.press("o")
    expect(options.first).to_be_visible()
    field.press("ArrowUp")
    field.press("ArrowDown")
    field.press("ArrowDown")
    chosen = options.and_(page.locator("[aria-selected=true]")).inner_text()
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen.split(" Procedures")[0])
    assert complaints == []


def test_enter_searches_where_no_suggestion_is_chosen(live_server, clinic, page):
    page.goto(f"{live_server.url}/search/")
    field = page.get_by_role("combobox")
    field.press_sequentially("balloon")
    expect(page.get_by_role("option")).to_have_text("Kyphoplasty (Balloon mending) Procedures")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results for “balloon”")


def test_search_works_without_a_script(live_server, clinic, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/search/")
    page.get_by_label("Search this site").fill("balloon")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Kyphoplasty")).to_be_visible()
    page.context.close()
