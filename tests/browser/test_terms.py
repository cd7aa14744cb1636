"""A term's meaning appears beside it, for the pointer, the keyboard and the finger."""

import pytest
from clock import rest

LESSON = "tutorials/calculus-for-optimization/gradient-descent/"
MEANS = "The vector of all partial derivatives."
PREVIEW = "#term-preview"
INSIDE = """() => {
    const box = document.querySelector("#term-preview").getBoundingClientRect()
    const { clientWidth, clientHeight } = document.documentElement
    return box.left >= 0 && box.right <= clientWidth && box.top >= 0 && box.bottom <= clientHeight
}"""


@pytest.fixture
def visit(chromium, address):
    """Opens the lesson in a new window, of some kind."""
    contexts = []

    def visit(url: str = LESSON, **kind):
        contexts.append(chromium.new_context(base_url=address, service_workers="block", **kind))
        page = contexts[-1].new_page()
        page.goto(url)
        return page, page.locator("a.term", has_text="gradient").first

    yield visit
    for context in contexts:
        context.close()


def test_the_pointer_opens_the_preview_and_may_move_onto_it(visit):
    page, link = visit()
    assert link.get_attribute("title").startswith(MEANS)  # without the script the browser shows it
    link.hover()
    preview = page.get_by_role("tooltip")
    preview.wait_for()
    assert preview.text_content().startswith(MEANS)
    assert "In code: grad." in preview.text_content()
    assert link.get_attribute("title") is None  # or it would be shown twice
    assert link.get_attribute("aria-describedby") == preview.get_attribute("id")
    preview.hover()
    rest(page, 400)
    assert preview.is_visible()
    page.mouse.move(0, 0)
    preview.wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None


def test_the_keyboard_opens_the_preview_and_escape_closes_it(visit):
    page, link = visit()
    link.evaluate("link => link.focus({ focusVisible: true })")
    page.get_by_role("tooltip").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(PREVIEW).is_visible()
    assert page.evaluate("document.activeElement.matches('a.term')")  # the focus stays
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.get_by_role("tooltip").wait_for()
    page.keyboard.press("Tab")
    assert not page.locator(PREVIEW).is_visible()


def test_the_first_tap_opens_the_preview_and_the_second_follows_the_link(visit):
    page, link = visit(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    link.tap()
    preview = page.get_by_role("tooltip")
    preview.wait_for()
    assert preview.text_content().endswith("Tap again for the glossary.")
    assert page.evaluate(INSIDE)
    page.locator("h1").tap()
    assert not page.locator(PREVIEW).is_visible()
    link.tap()
    link.tap()
    page.wait_for_url("**/glossary/#gradient")


@pytest.mark.parametrize("width", [320, 1280])
def test_every_preview_lies_within_the_window(visit, width):
    page, _ = visit(viewport={"width": width, "height": 500})
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    links = page.locator("a.term")
    assert links.count() >= 5
    for at in range(links.count()):
        links.nth(at).evaluate("link => link.focus({ focusVisible: true })")
        page.get_by_role("tooltip").wait_for()
        assert page.evaluate(INSIDE), links.nth(at).text_content()


def test_a_term_leads_to_its_row_of_the_glossary(visit):
    page, link = visit()
    link.click()
    page.wait_for_url("**/glossary/#gradient")
    row = page.locator("tr:has(:target)")
    assert "gradient" in row.inner_text()
    row.get_by_role("link").click()
    page.wait_for_url("**/derivatives-and-gradients/#the-gradient")
