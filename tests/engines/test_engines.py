"""Each kind of thing that a reader does, once in Firefox and once in WebKit. All its cases, tests/browser tries in Chromium."""

import pytest
from driver import Browser, until
from kit import LESSONS
from server import served

from scripts.html.widgets import WIDGETS

FIRST, SECOND, *_ = LESSONS
SAME = "the same as when the site was built."
ELEMENT = "document.querySelector(given[0])"
NUMBER, CHOICE, GUESS = "the-slope-of-one-secant", "staying-level", "a-line-that-is-too-high"
CODE = "nudge-it-yourself"  # the four kinds of exercises
WIDE, NARROW = 1280, 360


@pytest.fixture
def first(browser: Browser, address: str) -> Browser:
    """The first lesson is open, and nothing is kept of what was done before."""
    browser.open(address)
    browser.js("localStorage.clear(); sessionStorage.clear()")
    browser.open(address + FIRST)
    browser.see("run-code button")
    return browser


# --- by keys alone ----------------------------------------------------------------------------------------------------

# The next place of the focus: what it is, and whether it is one more, once more, or out of the page.
STEP = """const at = document.activeElement
    window.visited ??= new Set()
    const again = at === document.body || visited.has(at)
    visited.add(at)
    return [at.outerHTML.slice(0, 90), again]"""
LEFT = """return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.tabIndex >= 0 && !one.disabled
        && !one.matches(".md-top") && !visited.has(one) && !visited.has(document.querySelector(`[name="${one.name}"]:checked`)))
    .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_keys_lead_through_the_page_and_out_at_its_end(browser, address, key, width):
    browser.open(f"{address}contact/", width)
    stops = []
    while not stops or not stops[-1][1]:
        browser.press(key)
        stops.append(browser.js(STEP))
    assert len(stops) > 10
    assert stops[-1][0].startswith("<body") or stops[-1][0] == stops[0][0], (
        f"{key} comes back to {stops[-1][0]}"
    )
    assert browser.js(LEFT) == []


def test_tab_leaves_the_search_its_results_and_the_editor_for_what_comes_next(first):
    after = "given[0].compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING"
    field = first.get("document.querySelector('.md-search__input')")
    for keys in ([], ["Down"]):
        first.press("Control+k", "Control+a", *"gradient")
        first.see(".md-search-result__link")
        first.press(*keys, "Tab")
        assert not first.get("document.querySelector('#__search').checked")
        assert first.get(f"{after} && document.activeElement.matches('.md-tabs a')", field)
    first.click("#block-2 .run-code--edit")
    first.see("#block-2 textarea:focus")
    area = first.get("document.activeElement")
    first.press("Escape")
    assert not first.get("document.activeElement === given[0]", area)
    first.press("Tab")
    assert first.get(f"{after} && !document.activeElement.closest('.md-header')", area)
    first.press("Shift+Tab")
    assert first.get("document.activeElement === given[0]", area)


def test_enter_opens_a_fold_and_the_colours_switch_and_are_kept(first):
    first.js("document.querySelector('summary').focus()")
    first.press("Enter")
    assert first.get("document.querySelector('summary').parentElement.open")
    back = "getComputedStyle(document.body).backgroundColor"
    colours = {first.get(back)}
    first.js("document.querySelector('.md-option').focus()")
    for _ in range(2):
        first.press("Right")
        colours.add(first.get(back))
    assert len(colours) == 2, "light and dark are one"
    last = first.get(back)
    first.js("location.reload()")
    first.until("document.readyState === 'complete'")
    assert first.get(back) == last


def test_search_finds_by_keys(first):
    first.press("Control+k", *"learning rate")
    first.see(".md-search-result__link")
    first.press("Enter")
    assert (
        first.until("location.search && document.querySelector('mark')?.textContent").lower()
        in "learning rate"
    )


# --- listings ---------------------------------------------------------------------------------------------------------

WRITE = """const area = document.activeElement
    area.select()
    document.execCommand("insertText", false, given[0])
    return area.value"""


def ended(browser: Browser, block: str) -> str:
    """How the run of a block ended."""
    return browser.until(
        "document.querySelector(given[0])?.textContent",
        f"#{block} .output--live[data-result] .output__verdict",
    )


def write(browser: Browser, field: str, text: str) -> None:
    """Put this in the place of all that stands in an editor."""
    browser.js(f"{ELEMENT}.focus()", field)
    assert browser.js(WRITE, text) == text


def test_python_runs_listings_figures_and_exercises_and_what_is_changed_is_kept(first, site):
    """In one visit: each begins with fetching Python."""
    run, area, printed = (
        "#block-2 .run-code--run",
        "#block-2 textarea",
        "#block-2 .output--live samp",
    )
    first.click(run)
    assert ended(first, "block-2").endswith(SAME)
    first.js(
        "for (let at = document.querySelector('#block-1 .listing'); at; at = at.parentElement) at.open = true"
    )
    first.click("#block-1 .run-code--run")
    assert SAME in ended(first, "block-1")
    first.until(f"{ELEMENT}.getBoundingClientRect().width > 200", "#block-1 .plot--live")

    exercise = f"#{CODE}"
    first.click(f"{exercise} textarea")
    first.see(f"{exercise} .pce-textarea:focus")
    first.press("Control+End", *" (", "Control+Enter")
    first.until(f"{ELEMENT}.textContent.startsWith('✗ Not yet.')", f"{exercise} .exercise__said")
    solution = site.pages[FIRST].soup.find(id=CODE).select_one(".exercise__solution")
    write(first, f"{exercise} textarea", site.pages[FIRST].code(solution))
    first.click(f"{exercise} [type=submit]")
    first.until(f"{ELEMENT}.textContent.startsWith('✓ Right.')", f"{exercise} .exercise__said")

    first.click("#block-2 .run-code--edit")
    first.see(f"{area}:focus")
    first.press("Control+a", *"print(6 * 7)", "Control+Enter")
    first.until(f"{ELEMENT}.textContent === '42\\n'", printed)
    assert ended(first, "block-2").startswith("Ran in")
    write(first, area, "print('begun', flush=True)\nwhile True: pass\n")
    first.click(run)
    first.until(f"{ELEMENT}.textContent.includes('begun')", printed)
    first.click(run)
    assert ended(first, "block-2") == "Stopped."
    write(first, area, "kept = 1")
    first.click("#block-2 copy-code button")
    first.until(f"{ELEMENT}.textContent === 'Copied'", "#block-2 copy-code button")
    first.js("document.querySelector('.exercise__field input').focus()")
    first.press("Control+v")
    first.until("document.activeElement.value === 'kept = 1'")
    first.js("location.reload()")
    first.until(f"{ELEMENT}?.value === 'kept = 1'", area)


# --- figures by hand --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WIDGETS)
def test_a_figure_is_moved_by_keys_and_by_the_mouse(browser, address, name):
    def state() -> str:
        return browser.get("JSON.stringify(document.querySelector(given[0]).state)", name)

    browser.open(f"{address}about/figures/")
    browser.js(f"{ELEMENT}.scrollIntoView({{ block: 'center' }})", name)
    browser.see(f"{name}.widget--live")
    for part, key in ((f"{name} .handle", "Left"), (f"{name} [type=range]", "Right")):
        if browser.get(f"{ELEMENT} !== null", part):
            seen = [state()]
            browser.js(f"{ELEMENT}.focus()", part)
            browser.press(key)
            seen.append(state())
            browser.drag(part, -40, -20)
            seen.append(state())
            assert len(set(seen)) == 3, (part, seen)
    browser.until(f"{ELEMENT}.textContent", f"{name} .widget__status")
    browser.until("location.hash.startsWith(given[0])", f"#{name}")
    states = set()
    for number in range(
        browser.get("document.querySelectorAll(given[0]).length", f"{name} button")
    ):
        browser.js(
            "document.querySelectorAll(given[0])[given[1]].focus()", f"{name} button", number
        )
        browser.press("Enter")
        states.add(state())
    assert len(states) != 1, states


# --- exercises --------------------------------------------------------------------------------------------------------


def test_a_number_a_choice_and_a_guess_are_judged_and_kept(first):
    said = "document.getElementById(given[0]).querySelector('.exercise__said').textContent"
    for ident, keys in (
        (NUMBER, [*"6,5", "Enter"]),
        (CHOICE, ["Down", "Enter"]),
        (GUESS, ["Down", "Enter"]),
    ):
        first.js(f"{ELEMENT}.scrollIntoView()", f"#{ident}")
        first.until(f"{ELEMENT}.matches('.exercise--live')", f"#{ident}")  # its script comes now
        first.js("document.getElementById(given[0]).querySelector('input').focus()", ident)
        first.press(*keys)
        assert first.get(said, ident)[0] in "✓✗"
    assert first.get(said, NUMBER).startswith("✓ Right.")
    assert first.get("document.activeElement.textContent") == "What happens"
    told = first.get(said, GUESS)
    first.js("location.reload()")
    first.until(f"{said} === given[1]", GUESS, told)


# --- taken along ------------------------------------------------------------------------------------------------------


def test_a_lesson_is_taken_along(browser, address, site):
    browser.open(address + SECOND)
    browser.js("document.querySelector('details.take').open = true")
    for link in ("ipynb", "py"):
        name = f"{SECOND.split('/')[-2]}.{link}"
        browser.click(f"details.take a[href$='{name}']")
        until(
            lambda name=name: [
                f for f in browser.folder.rglob(name) if f.read_bytes() == site.files[SECOND + name]
            ]
        )


def test_the_site_is_read_without_a_network(browser, site):
    with served(site.folder) as address:
        browser.open(address + FIRST)
        browser.until("navigator.serviceWorker.controller?.state === 'activated'")
    browser.click(f"a.beside__link[href*='{SECOND.split('/')[-2]}']")
    title = site.pages[SECOND].soup.h1.get_text()
    browser.until("document.querySelector('h1')?.textContent === given[0]", title)
    assert browser.get(
        "[...document.fonts].some((font) => font.family.startsWith('KaTeX') && font.status === 'loaded')"
    )
    assert browser.until("document.querySelector('.plot').getBoundingClientRect().width > 200")


AS_ON_PAPER = """const paper = (kind) => kind === "print" ? "all" : "not all"
    const turn = ({ cssRules, media }) => {
        if (media) media.mediaText = media.mediaText.replace(/screen|print/g, paper)
        for (const rule of cssRules ?? []) turn(rule)
    }
    for (const sheet of document.styleSheets) turn(sheet)
    dispatchEvent(new Event("beforeprint"))
    return [".exercise__solution .output", ".printed-from", ".md-header", "run-code"].map(
        (part) => document.querySelector(part).checkVisibility())"""


def test_on_paper_are_the_solutions_and_the_address_and_no_buttons(first):
    """By the rules for paper: WebKit's driver prints nothing."""
    assert first.js(AS_ON_PAPER) == [True, True, False, False]
