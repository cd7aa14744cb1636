"""Whoever reads, and on whatever: axe-core finds nothing, and nothing is lost in the reader's own settings."""

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from playwright.sync_api import Browser, Page
from sweep import OPEN_FOLDS, SCHEMES, in_scheme

from scripts.proofs.machine import find_chromium

LESSON = "tutorials/calculus-for-optimization/gradient-descent/"


def visit(browser: Browser, address: str, width: int = 1280, **settings) -> Page:
    settings = {"reduced_motion": "reduce", "service_workers": "block"} | settings
    page = browser.new_page(viewport={"width": width, "height": 800}, **settings)
    page.goto(address)
    page.wait_for_load_state("networkidle")  # a slow page is idle before it is loaded
    return page


def in_both(page: Page) -> list[str]:
    """What axe-core finds in the light and in the dark."""
    found = problems(page, STRUCTURE)
    for scheme in SCHEMES:
        in_scheme(page, scheme)
        found += problems(page, COLOURS)
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_with_the_menu_or_the_search_open(address: str, chromium, width):
    page = visit(chromium, address + "tutorials/", width)
    found = []
    if width == 360:
        page.get_by_role("button", name="Menu").click()
        assert page.get_by_role("navigation", name="Navigation").is_visible()
        found = in_both(page)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("gradient")
    page.locator(".md-search-result__link").first.wait_for()
    found += in_both(page)
    page.close()
    assert not found


MOVING = """() => [...document.querySelectorAll("*")].flatMap((element) =>
    [null, "::before", "::after"].flatMap((part) => {
        const style = getComputedStyle(element, part)
        const moves = style.transitionProperty !== "none" && /[1-9]/.test(style.transitionDuration)
        const name = `${element.tagName} ${element.className} ${part ?? ""}`
        return moves || style.animationName !== "none" ? [name] : []
    }))"""


def test_nothing_moves_for_a_reader_who_asks_for_that(address: str, chromium: Browser):
    page = visit(chromium, address + LESSON, 360)
    still = page.evaluate(MOVING)
    page.get_by_role("button", name="Menu").click()
    running = page.evaluate("document.getAnimations().length")
    page.close()
    lively = visit(chromium, address + LESSON, 360, reduced_motion="no-preference")
    moving = lively.evaluate(MOVING)
    lively.close()
    assert moving, "this test looks for the wrong thing"
    assert not still
    assert running == 0


# Text that its box cuts off.
CUT = """() => [...document.querySelectorAll("body *")]
    .filter((box) => box.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter((box) => !box.closest(".visually-hidden, .katex, svg, .md-search"))
    .filter((box) => [...box.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((box) => {
        const style = getComputedStyle(box), frame = box.getBoundingClientRect()
        const hides = (axis) => ["hidden", "clip"].includes(style[`overflow${axis}`])
        const words = document.createRange()
        words.selectNodeContents(box)
        const {right, bottom} = words.getBoundingClientRect()
        return (hides("X") && right > frame.right + 1) || (hides("Y") && bottom > frame.bottom + 1)
    })
    .map((box) => box.outerHTML.slice(0, 100))"""


def test_text_at_twice_its_size_is_neither_cut_off_nor_wider_than_the_window(
    address: str, chromium: Browser, overflowing
):
    found, sizes = [], set()
    setting = ["--no-sandbox", "--disable-gpu", "--blink-settings=defaultFontSize=32"]  # from 16
    with chromium.browser_type.launch(executable_path=find_chromium(), args=setting) as browser:
        for url in ["", "tutorials/", LESSON, "blog/", "contact/", "404.html"]:
            page = visit(browser, address + url)
            page.evaluate(OPEN_FOLDS)
            sizes.add(page.evaluate("getComputedStyle(document.documentElement).fontSize"))
            found += [(url, what) for what in overflowing(page) + page.evaluate(CUT)]
    assert sizes == {"40px"}, "this test does not enlarge the text"
    assert not found


# The colours that a figure, the progress bar and the page have, when the reader's own replace them.
FORCED = """() => {
    const shown = (selector, property) =>
        [...document.querySelectorAll(selector)].map((element) => getComputedStyle(element)[property])
    return {
        page: getComputedStyle(document.body).backgroundColor,
        lines: shown(".plot [class*='s-']", "stroke"),
        words: shown(".plot text", "fill"),
        bars: shown(".progress progress", "borderTopStyle"),
        buttons: shown(".copy-code, .done-button", "borderTopStyle"),
    }
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_bars_buttons_and_folds_show_in_forced_colours(address, chromium: Browser, scheme):
    page = visit(chromium, address + LESSON, forced_colors="active", color_scheme=scheme)
    other = "slate" if scheme == "light" else "default"  # the site's switch may disagree
    page.evaluate(f"document.body.dataset.mdColorScheme = {other!r}")
    seen = page.evaluate(FORCED)
    colour = "([selector, part]) => getComputedStyle(document.querySelector(selector), part).backgroundColor"
    track = page.evaluate(colour, [".progress progress", None])
    sign = page.evaluate(colour, [".figure__fold > summary", "::after"])
    page.close()
    assert len(seen["lines"]) > 20
    assert len(seen["words"]) > 20
    assert seen["page"] not in seen["lines"] + seen["words"]
    ink, empty, marked = {
        "light": ("rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgb(0, 0, 159)"),
        "dark": ("rgb(255, 255, 255)", "rgb(0, 0, 0)", "rgb(255, 255, 0)"),
    }[scheme]
    assert {*seen["lines"], *seen["words"]} <= {ink, marked}
    assert (track, sign) == (empty, ink), "the bar looks full, or the fold has no sign"
    assert set(seen["bars"] + seen["buttons"]) == {"solid"}
