"""Everything works without a mouse, and one sees where one is."""

import string

import pytest
from accessibility import STRUCTURE, problems
from clock import rest
from kit import LIMIT, Site
from playwright.sync_api import Browser, Page, expect

LESSON = "tutorials/calculus-for-optimization/derivatives-and-gradients/"
GRADIENT_DESCENT = "tutorials/calculus-for-optimization/gradient-descent/"
GRADIENTS = "tutorials/calculus-for-optimization/derivatives-and-gradients/"

# Where the focus is: what it is, where that belongs, and whether one sees it.
FOCUSED = """async () => {
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame) // for the theme's scripts
    const element = document.activeElement
    if (element === document.body) return null
    const seen = element.matches(".md-option") ? element.nextElementSibling
        : element.closest(".prism-code-editor") ?? element // the outline is the whole editor's
    const style = getComputedStyle(seen)
    const [box] = seen.getClientRects() // of a link that is broken, the first line
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2
    const parts = {
        skip: ".md-skip", header: ".md-header", tabs: ".md-tabs", menu: ".md-sidebar--primary",
        contents: ".md-sidebar--secondary", article: "article", footer: ".md-footer",
    }
    window.visited ??= new Map()
    if (!window.visited.has(element)) window.visited.set(element, window.visited.size)
    return {
        what: element.outerHTML.slice(0, 90),
        number: window.visited.get(element),
        place: Object.keys(parts).find((name) => element.closest(parts[name])),
        outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        opacity: parseFloat(style.opacity),
        uncovered: seen.contains(document.elementFromPoint(x, y)),
    }
}"""


@pytest.fixture
def visit(chromium: Browser, address: str):
    """Open a page; `visit("about/", 360)`."""
    context = chromium.new_context(reduced_motion="reduce")

    def open_page(url: str, width: int = 1280) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(address + url)
        page.wait_for_load_state("networkidle")  # a slow page is idle before it is loaded
        return page

    yield open_page
    context.close()


def walk(page: Page, key: str, limit: int = 300) -> list[dict]:
    """Each element that `key` leads to, until the focus leaves the page."""
    stops = []
    for _ in range(limit):
        page.keyboard.press(key)
        if not (stop := page.evaluate(FOCUSED)):
            return stops
        stops.append(stop)
    raise AssertionError(f"{key} does not lead out of the page: {stops[-1]}")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("url", ["", LESSON, "contact/"])
def test_one_sees_the_focus_at_every_step_and_comes_out_at_the_end(visit, url, width, key):
    stops = walk(visit(url, width), key)
    assert 10 < len(stops) < 190
    assert not [stop for stop in stops if stop["outline"] < 2 or stop["opacity"] < 1]
    assert not [stop for stop in stops if not stop["uncovered"]]
    assert [stop["number"] for stop in stops] == [*range(len(stops))], "an element comes twice"
    places = [stop["place"] for stop in stops]
    order = list(dict.fromkeys(places))
    assert places == sorted(places, key=order.index), "the focus comes back to a part of the page"
    wanted = ["skip", "header", "tabs", "menu", "contents", "article", "footer"]
    if key == "Shift+Tab":
        wanted.reverse()
    assert order == [place for place in wanted if place in order]


@pytest.mark.parametrize("width", [1280, 360])
def test_one_sees_the_focus_in_the_editor_that_takes_the_place_of_a_text_area(visit, width):
    page = visit(LESSON, width)
    area = page.get_by_label("Your code").first
    area.evaluate("area => area.scrollIntoView({ block: 'center' })")
    area.focus()
    page.locator(".pce-textarea:focus").wait_for()
    stop = page.evaluate(FOCUSED)
    assert "pce-textarea" in stop["what"]
    assert stop["outline"] == 2
    assert stop["uncovered"]


def test_the_skip_link_leads_to_the_heading_of_every_page(site: Site):
    for page in site.pages.values():
        links = page.soup.select(".md-skip")
        assert [link["href"] for link in links] == ["#" + page.soup.h1["id"]], page.url


def test_the_skip_link_skips(visit):
    page = visit(LESSON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('h1').getBoundingClientRect().top") < 200
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["place"] == "article"


def test_enter_and_space_open_and_close_a_fold(visit):
    page = visit(LESSON)
    folds = page.locator("details:not(details details)")
    for number in range(folds.count()):
        fold = folds.nth(number)
        fold.locator("> summary").focus()
        states = [fold.get_attribute("open")]
        for key in ("Enter", "Space"):
            page.keyboard.press(key)
            states.append(fold.get_attribute("open"))
        assert states == [None, "", None]


@pytest.mark.parametrize("key", ["Control+k", "Meta+k"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_search_opens_finds_and_closes_by_keys(visit, width, key):
    page = visit(LESSON, width)
    field = page.get_by_role("textbox", name="Search")
    page.keyboard.press(key)
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("central difference")
    page.locator(".md-search-result__link").first.wait_for()
    for _ in range(
        20 * LIMIT
    ):  # each letter is a new search, whose results replace the ones before
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)
        if page.evaluate("document.activeElement.closest('.md-search-result__list') !== null"):
            break
    else:
        raise AssertionError("the arrow keys do not lead to the results")
    page.keyboard.press("Escape")
    expect(page.locator("#__search")).not_to_be_checked()
    expect(page.locator(".md-search-result__link").first).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 360])
def test_no_letter_alone_does_anything(visit, width):
    """WCAG 2.1.4: who speaks to the computer, or hits a key by chance, must not be led elsewhere."""
    page = visit(LESSON, width)
    before = page.evaluate("[location.href, scrollY]")
    for key in string.printable.strip():
        page.keyboard.press(key)
    rest(page, 300)
    assert page.evaluate("[location.href, scrollY]") == before
    assert page.evaluate("document.activeElement === document.body")
    assert not page.locator("#__search").is_checked()


def test_the_menu_of_a_narrow_screen_opens_and_closes_by_keys(visit):
    page = visit(LESSON, 360)
    button, menu = page.get_by_role("button", name="Menu"), page.locator(".menu")
    is_focused = "(button) => button === document.activeElement"
    for key in ("Enter", "Space"):
        assert not menu.is_visible()
        assert button.get_attribute("aria-expanded") == "false"
        button.focus()
        page.keyboard.press(key)
        assert menu.is_visible()
        assert button.get_attribute("aria-expanded") == "true"
        stop = page.evaluate(FOCUSED)
        assert stop["place"] == "menu"
        assert stop["uncovered"]
        page.keyboard.press("Escape")
        assert not menu.is_visible()
        assert button.evaluate(is_focused)
    page.keyboard.press("Enter")
    links = menu.get_by_role("link").all()
    assert {"Home", "Contact", "The gradient"} <= {link.inner_text() for link in links}
    links[-1].focus()
    page.keyboard.press("Tab")
    assert not menu.is_visible(), "the menu covers what has the focus"


def test_the_colours_switch_by_keys(visit):
    page = visit("")
    scheme = "document.body.dataset.mdColorScheme"
    page.locator(".md-option").first.focus()
    seen = set()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        seen.add(page.evaluate(scheme))
    assert seen == {"default", "slate"}


# A long formula goes on in the next line, where it can; one that cannot is scrolled.
IN_ONE_LINE = "document.querySelectorAll('.formula .katex').forEach((one) => { one.style.whiteSpace = 'nowrap' })"


def test_what_is_too_wide_is_scrolled_by_the_arrow_keys(visit):
    page = visit(LESSON, 360)
    page.evaluate(IN_ONE_LINE)
    wide = "(box) => box.checkVisibility() && box.scrollWidth > box.clientWidth"
    for kind in ("pre > code", ".output pre", ".formula"):
        boxes = [box for box in page.locator(kind).all() if box.evaluate(wide)]
        assert boxes, f"no {kind} is too wide here"
        for box in boxes:
            box.scroll_into_view_if_needed()
            expect(box).to_have_attribute("tabindex", "0")
        boxes[0].focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(box) => box.scrollLeft > 0", arg=boxes[0].element_handle())


def test_a_long_output_scrolls_in_its_box_and_is_printed_whole(visit):
    page = visit(GRADIENT_DESCENT, 360)
    box = page.locator(".output pre:visible").first
    box.evaluate("box => box.firstChild.textContent = 'a line\\n'.repeat(1500)")
    page.wait_for_function("box => box.tabIndex === 0", arg=box.element_handle())
    assert box.bounding_box()["height"] < page.viewport_size["height"]
    assert not problems(page, STRUCTURE)
    box.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("box => box.scrollTop > 0", arg=box.element_handle())
    page.emulate_media(media="print")
    assert box.evaluate("box => box.scrollHeight === box.clientHeight")


def test_what_a_late_font_widens_is_scrolled_too(chromium, address):
    with chromium.new_context(
        viewport={"width": 360, "height": 800}, service_workers="block"
    ) as context:
        held = []  # requests that wait until they are continued
        context.route("**/*.woff2", lambda route: held.append(route))
        page = context.new_page()
        page.goto(address + GRADIENTS, wait_until="domcontentloaded")
        page.evaluate(IN_ONE_LINE)
        wide = """() => [...document.querySelectorAll(".formula")]
            .map((box) => box.scrollWidth > box.clientWidth).join()"""
        reached = """() => [...document.querySelectorAll(".formula")]
            .every((box) => (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
                === (box.tabIndex === 0))"""
        page.wait_for_function(reached)
        before = page.evaluate(wide)
        page.wait_for_function("() => document.fonts.status === 'loading'")
        while page.evaluate("document.fonts.status") == "loading":
            while held:
                held.pop().continue_()
        assert page.evaluate(wide) != before, "here no font widens a formula"
        page.wait_for_function(reached)
