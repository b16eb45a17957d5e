"""Everyone can use the public site: by keyboard, without script, enlarged, in forced colors."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .public_pages import DESK, PAGES, PHONE

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
every_page = pytest.mark.parametrize("name", PAGES)

# Whether the element in focus can be seen: some point of it is not covered by anything else.
IS_SEEN = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return "nothing";
    for (const box of focused.getClientRects()) {
        for (const [x, y] of [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5]]) {
            const place = [box.left + x * box.width, box.top + y * box.height];
            const at = document.elementFromPoint(...place);
            if (at && (focused.contains(at) || at.contains(focused))) return "seen";
        }
    }
    return "hidden";
}"""
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"
# The width of the outline or border by which the element in focus is told from others.
OUTLINE = "() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
UNFOLD = "document.querySelectorAll('details').forEach((folded) => { folded.open = true; })"
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
# Elements that hold words of their own and cut them off, or push them out of the window.
CLIPPED = """() => [...document.querySelectorAll("h1, h2, h3, p, li, dd, dt, a, button, label")]
    .filter((element) => {
        const style = getComputedStyle(element);
        const cuts = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        const box = element.getBoundingClientRect();
        const swiped = element.closest(".site-nav, .table-scroll, .skip-link");
        return !swiped && (cuts || box.right > innerWidth + 1) && box.width > 0;
    }).map((element) => element.outerHTML.slice(0, 120))"""


@every_page
def test_axe_finds_nothing_on_phone_and_desk_in_light_and_dark(new_context, name, site):
    found = {}
    for viewport, scheme in LOOKS:
        page = new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True).new_page()
        page.goto(PAGES[name])
        page.evaluate(UNFOLD)
        options = {
            "runOnly": {"type": "tag", "values": RULES},
            # Off unless asked for: what is pressed is 24 pixels wide and high, or stands apart.
            "rules": {"target-size": {"enabled": True}},
            "resultTypes": ["violations"],
        }
        for violation in Axe().run(page, options=options).response["violations"]:
            nodes = [" ".join(node["target"]) for node in violation["nodes"]]
            found[f"{violation['id']} {viewport['width']} {scheme}"] = nodes
    assert found == {}


@every_page
def test_nothing_scrolls_sideways_at_320_pixels(new_context, name, site):
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(PAGES[name])
    page.evaluate(UNFOLD)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(CLIPPED) == []


@pytest.fixture(scope="session")
def large_text(browser_type, browser_type_launch_args):
    """A browser whose reader has set text twice as large."""
    args = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


@every_page
def test_with_text_twice_as_large_nothing_is_cut_off(large_text, name, site):
    for width in (640, 1280):
        page = large_text.new_page(viewport={"width": width, "height": 900}, base_url=site)
        page.goto(PAGES[name])
        assert (
            page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
        )
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(CLIPPED) == []
        page.close()


@every_page
def test_the_keyboard_reaches_everything_and_focus_is_always_seen(new_context, name, site):
    page = new_context(viewport=DESK).new_page()
    page.goto(PAGES[name])
    seen = 0
    expected = page.evaluate(
        "(all) => [...document.querySelectorAll(all)].filter(e => e.checkVisibility()).length",
        FOCUSABLE,
    )
    for _ in range(expected):
        page.keyboard.press("Tab")
        state = page.evaluate(IS_SEEN)
        if state == "nothing":
            break
        assert state == "seen", page.evaluate("document.activeElement.outerHTML")
        assert page.evaluate(OUTLINE) >= 2, page.evaluate("document.activeElement.outerHTML")
        seen += 1
    assert seen >= expected - 1
    # A handout is for paper: telephones, its own address, references.
    assert seen > (3 if "handout" in name else 10)


def test_the_skip_link_is_first_and_leads_past_the_navigation(page, site):
    page.goto(PAGES["procedure"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("section", ["preparation", "risks", "questions"])
def test_the_contents_lead_to_the_section_that_was_chosen(new_context, section, site):
    page = new_context(viewport=DESK).new_page()
    page.goto(PAGES["procedure"])
    heading = page.locator(f"h2#{section}")
    expect(heading).not_to_be_in_viewport()
    page.locator(f".contents a[href='#{section}']").click()
    expect(heading).to_be_in_viewport()


@pytest.mark.parametrize("name", ["home", "procedure"])
def test_who_wants_no_motion_gets_none(new_context, name, site):
    page = new_context(reduced_motion="reduce").new_page()
    page.goto(PAGES[name])
    moving = page.evaluate(
        """() => [document.documentElement, ...document.querySelectorAll("body *")]
            .map((element) => getComputedStyle(element))
            .filter((style) => style.scrollBehavior === "smooth"
                || parseFloat(style.animationDuration) > 0
                || parseFloat(style.transitionDuration) > 0).length"""
    )
    assert moving == 0


@pytest.mark.parametrize("name", ["home", "procedure", "physicians", "location"])
def test_in_forced_colors_buttons_fields_and_warnings_keep_an_edge(new_context, name, site):
    page = new_context(forced_colors="active").new_page()
    page.goto(PAGES[name])
    edgeless = page.evaluate(
        """() => [...document.querySelectorAll(
                "button, .button, input, .urgent-card, .callout, .site-nav a[aria-current]")]
            .filter((element) => {
                const style = getComputedStyle(element);
                return !["Top", "Right", "Bottom", "Left"].some(
                    (side) => parseFloat(style[`border${side}Width`]) > 0);
            }).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert edgeless == []
    assert page.locator("input").count() + page.locator("a[aria-current]").count() > 0
