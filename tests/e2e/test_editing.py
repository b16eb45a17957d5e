"""The main job, in a browser: an editor changes a page, and readers see true dates."""

import re

import pytest
from playwright.sync_api import expect

from clinic.publishing.services import publish_version
from tests.conftest import fresh, kinds, wall_clock

# The server runs in a thread of its own, so each test really commits, and all is put back after.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def press_publish(page) -> None:
    """Open the menu beside "Save draft" and press Publish."""
    page.get_by_role("button", name="More actions").click()
    page.locator("button[name=action-publish]").click()


def test_an_editor_corrects_publishes_and_readers_see_the_date(
    live_server, practice, log_in, context
):
    procedure = practice.procedure(
        title="Kyphoplasty", slug="kyphoplasty", at=wall_clock(2017, 7, 20, 22, 30)
    )
    procedure.summary = "A balloon makes room for cement."
    publish_version(
        page=procedure, at=wall_clock(2020, 5, 22, 21, 30), kind="major", note="Shorter."
    )
    page = log_in("publishers")
    page.goto(f"{live_server.url}/admin/pages/{procedure.pk}/edit/")
    page.locator("#id_summary").fill("A small balloon makes room for cement.")
    press_publish(page)
    expect(
        page.get_by_text("Answer Yes or No: do readers need to know this changed?")
    ).to_be_visible()
    assert kinds(procedure) == ["first", "major"]

    expect(page.get_by_text("Readers still see: “modified on May 22, 2020”")).to_be_visible()
    page.locator("input[name=change_kind][value=minor]").check()
    press_publish(page)
    expect(page.get_by_text("Readers now see: published on Jul 20, 2017")).to_be_visible()
    assert kinds(procedure) == ["first", "major", "minor"]

    reader = context.browser.new_context(java_script_enabled=False).new_page()
    reader.goto(f"{live_server.url}/procedures/kyphoplasty/")
    expect(reader.get_by_text("A small balloon makes room for cement.")).to_be_visible()
    expect(reader.locator("main")).to_contain_text("Last updated: May 22, 2020")
    expect(reader.locator("main")).to_contain_text(
        "This page was published on Jul 20, 2017, modified on May 22, 2020 by "
        "Dr. Quillfeather, MD (Pain Management Specialist) of Elm Street Clinic"
    )
    assert reader.context.cookies() == []


def test_a_new_procedure_starts_with_its_sections_placed(live_server, practice, log_in):
    page = log_in("writers")
    page.goto(
        f"{live_server.url}/admin/pages/add/procedures/procedurepage/{practice.procedures.pk}/"
    )
    for label in ("What it is", "Procedure details", "Who it may suit", "Risks", "When to call"):
        expect(page.get_by_role("heading", name=re.compile(f"^{label}")).first).to_be_visible()
    expect(page.get_by_text("Do readers need to know this changed?")).to_have_count(0)


def test_typing_for_a_while_and_publishing_moves_the_date_once(live_server, practice, log_in):
    procedure = practice.procedure(title="Facet block", slug="facet-block")
    page = log_in("publishers")
    page.goto(f"{live_server.url}/admin/pages/{procedure.pk}/edit/")
    # The editor notices changes once it has taken note of what the form said at first.
    page.wait_for_timeout(2000)
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and answer.url.endswith("/edit/")
    ):
        page.locator("#id_summary").press_sequentially("Typed, and saved by itself.")
        page.locator("#id_summary").press("Tab")
    assert fresh(procedure).get_latest_revision_as_object().summary.startswith("Typed")
    page.locator("input[name=change_kind][value=major]").check()
    page.locator("#id_change_note").fill("Added a summary.")
    press_publish(page)
    expect(page.get_by_text("Readers now see:")).to_be_visible()
    assert kinds(procedure) == ["first", "major"]
