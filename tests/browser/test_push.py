"""Any number of a listing can be pushed: by keys and by hand, and what it prints and draws follows."""

import re
import subprocess
import sys
from statistics import median

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from clock import rest
from kit import LESSONS, Site
from listing import Listing
from playwright.sync_api import Browser, Page, expect
from reader import FIRST, SECOND, opened

from scripts.html.widgets import numbers

MOVED = {  # a number, how far it is pushed, and what becomes of it
    ("0.5", 1): "0.6",
    ("0.5", 10): "1.5",
    ("0.5", 0.1): "0.51",
    ("0.51", -1): "0.50",
    ("3", -1): "2",
    ("0", -1): "-1",
    ("-0.1", 1): "0.0",
    ("10.", 1): "11.",
    ("1e-7", 1): "1e-6",
    ("1e-7", -10): "1e-17",
    ("1.5e3", 0.1): "1.51e3",
    ("99", 1): "100",
}
MOVE = "async ([text, steps]) => (await import('/javascripts/run/numbers.js')).moved(text, steps)"
PULL = """(one, [left, steps]) => {
    for (let step = 1; step <= steps; step++)
        one.dispatchEvent(new PointerEvent("pointermove", { clientX: left + 6 * step }))
}"""
PULL_ONCE = """(one) => { // and reset before what it runs has ended
    one.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp" }))
    setTimeout(() => one.closest(".listing").querySelector(".run-code--reset").click(), 5)
}"""
# How long a reader waits from a key to new text, and Python for the same run without a page, in turn, in milliseconds.
TIMED = """async (id) => {
    const { run } = await import("/javascripts/run/python.js")
    const box = document.getElementById(id), number = box.querySelector(".number[tabindex='0']")
    const printed = () => box.querySelector(".output--live samp").textContent
    const found = { key: [], run: [] }
    for (let count = 0; count < 21; count++) {
        const before = printed(), since = performance.now()
        number.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }))
        while (printed() === before) await new Promise((resolve) => setTimeout(resolve, 1))
        found.key.push(performance.now() - since)
        await new Promise((resolve) => setTimeout(resolve, 50))
        const text = box.text(), bare = performance.now()
        await run(text)
        found.run.push(performance.now() - bare)
    }
    return found
}"""


class Handles(Listing):
    """A listing whose numbers are handles."""

    def number(self, name: str):
        return self.find(f".number[aria-label^='{name}, line']").last

    @property
    def now(self) -> str:
        """The code as it stands."""
        return self.box.evaluate("box => box.text()")

    def expected(self) -> str:
        """What a Python of its own prints for that."""
        done = subprocess.run(
            [sys.executable, "-c", self.now], capture_output=True, text=True, check=True
        )
        return done.stdout

    def follows(self) -> None:
        expect(self.live.locator("samp")).to_have_text(self.expected(), use_inner_text=False)


@pytest.fixture(scope="module")
def ready(chromium: Browser, address: str):
    """A page with Python, of which each test takes a listing as it was built."""
    with opened(chromium, address, reduced_motion="reduce") as page:
        page.goto(FIRST)
        assert page.locator(".number").count() == 0  # what does nothing looks like nothing
        Listing(page).run()
        page.locator("#block-2 .number[tabindex='0']").wait_for()
        yield page


@pytest.fixture
def handles(ready: Page) -> Handles:
    listing = Handles(ready)
    if listing.button("Reset").is_visible():
        listing.press("Reset")
    return listing


def test_a_number_moves_by_its_last_written_digit_or_its_power_of_ten(ready):
    assert {way: ready.evaluate(MOVE, list(way)) for way in MOVED} == MOVED


def test_keys_push_a_number_and_the_output_follows(handles):
    x = handles.number("x")
    for key, value in {
        "ArrowUp": "3.1",
        "Shift+ArrowUp": "4.1",
        "Alt+ArrowDown": "4.09",
        "ArrowDown": "4.08",
    }.items():
        x.press(key)
        expect(x).to_have_text(value)
        expect(x).to_have_attribute("aria-valuetext", value)
        handles.follows()
    expect(handles.text("You changed this")).to_be_visible()
    x.press("Escape")
    expect(x).to_have_text("3.0")
    handles.follows()
    expect(handles.text("You changed this")).to_be_hidden()


def test_a_number_can_be_typed_and_what_is_none_is_not_taken(handles):
    x, type_ = handles.number("x"), handles.page.keyboard.type
    x.press("Enter")
    type_("-2.5")
    x.press("Enter")
    expect(x).to_have_text("-2.5")
    handles.follows()
    for word, end in {"7": "Escape", "two": "Enter", "": "Tab"}.items():
        x.focus()
        x.press("Enter")
        type_(word) if word else x.press("Delete")
        handles.page.keyboard.press(end)
        expect(x).to_have_text("-2.5")


def test_one_stop_for_tab_and_arrows_lead_to_the_numbers_that_one_sees(handles):
    at = "document.activeElement.getAttribute('aria-label')"
    assert handles.find(".number[tabindex='0']").count() == 1
    handles.find(".number[tabindex='0']").focus()
    names = [handles.page.evaluate(at)]
    for _ in range(handles.find(".number").count()):
        handles.page.keyboard.press("ArrowRight")
        names.append(handles.page.evaluate(at))
    shown = list(dict.fromkeys(names))
    hidden = handles.find(".folded .number").count()
    assert hidden  # in a guard
    assert len(shown) == handles.find(".number").count() - hidden
    assert shown[-1].startswith("h, line")


def test_while_the_hand_pulls_only_the_newest_value_is_run(handles):
    handles.page.evaluate("""() => {
        window.ran = 0
        const { postMessage } = MessagePort.prototype
        MessagePort.prototype.postMessage = function (message, ...more) {
            ran += "code" in message
            return postMessage.call(this, message, ...more)
        }
    }""")
    x = handles.number("x")
    box = x.bounding_box()
    mouse, (left, top) = handles.page.mouse, (box["x"] + 5, box["y"] + 5)
    mouse.move(left, top)
    mouse.down()
    x.evaluate(PULL, [left, 60])
    expect(x).to_have_text("9.0")
    handles.follows()
    mouse.move(left, top)
    expect(x).to_have_text("3.0")
    mouse.up()
    mouse.move(left + 60, top)
    handles.follows()
    expect(x).to_have_text("3.0")
    assert 2 <= handles.page.evaluate("ran") < 60


def test_a_finger_pulls_a_number_and_scrolls_the_page_past_it(handles):
    page, x = handles.page, handles.number("x")
    x.scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)

    def swipe(across: int, down: int) -> None:
        box = x.bounding_box()
        at = [box["x"] + 5, box["y"] + 5]
        for step in range(11):
            kind = "touchMove" if step else "touchStart"
            point = {"x": at[0] + across * step / 10, "y": at[1] + down * step / 10}
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(60, 0)
    expect(x).to_have_text("4.0")
    handles.follows()
    swipe(0, -60)
    expect(x).to_have_text("4.0")


def test_what_runs_when_one_resets_is_not_shown(handles):
    x = handles.number("x")
    x.evaluate(PULL_ONCE)
    expect(x).to_have_text("3.0")
    rest(handles.page, 1500)
    expect(handles.live).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_one_pushes(handles, width):
    page = handles.page
    page.set_viewport_size({"width": width, "height": 900})
    x, after = handles.number("x"), page.locator(".exercise").first
    place = "(one) => one.getBoundingClientRect().top + scrollY"
    before = [one.evaluate(place) for one in (x, after)]
    x.press("ArrowUp")
    handles.follows()
    moved = [one.evaluate(place) for one in (x, after)]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert moved == before


def test_what_came_of_it_is_said_once_the_hand_rests(handles):
    page = handles.page
    page.evaluate("""() => {
        window.said = []
        const look = (all) => { for (const { target } of all) said.push(target.textContent) }
        for (const one of document.querySelectorAll("#block-2 [role=status]"))
            new MutationObserver(look).observe(one, { childList: true })
    }""")
    for _ in range(8):
        handles.number("x").press("ArrowUp")
    handles.follows()
    rest(page, 1500)
    last = handles.printed.strip().split("\n")[-1]
    said = [text for text in page.evaluate("said") if "Ran in" in text]
    assert len(said) == 1
    assert said[0].endswith(last)


def test_an_error_is_shown_and_pushing_on_leads_out_of_it(handles):
    h = handles.number("h")
    h.press("Shift+ArrowDown")  # 1e-17 is lost in x
    expect(handles.live).to_contain_text("is lost in x")
    h.press("Shift+ArrowUp")
    handles.follows()


def test_a_figure_follows_too(ready):
    handles = Handles(ready, "block-1")
    handles.number("x").press("ArrowUp")
    expect(handles.figures).to_have_count(1)
    handles.follows()
    handles.press("Reset")
    expect(handles.figures).to_have_count(0)


def test_the_page_calls_a_number_as_links_do(ready, site: Site):
    wrong = []
    for listing in site.pages[FIRST].listings:
        labels = ready.locator(f"#{listing.id} .number").evaluate_all(
            "all => all.map((one) => one.getAttribute('aria-label'))"
        )
        names = {label.rsplit(", line ", 1)[0] for label in labels}
        wrong += [f"{listing}: {name}" for name in numbers(listing.text) - names]
    assert not wrong


def test_a_push_is_in_the_address_which_leads_others_to_it_and_runs_nothing(
    handles, chromium, address
):
    page = handles.page
    handles.number("x").press("ArrowUp")
    page.wait_for_url("**#block-2:x=3.1")
    with opened(chromium, address, reduced_motion="reduce") as other:
        other.goto(page.url)
        there = Handles(other)
        expect(there.number("x")).to_have_text("3.1")
        expect(there.button("Run")).to_be_focused()
        expect(there.button("Run")).to_be_in_viewport()
        assert there.live.count() == 0
        there.run()
        there.follows()
        there.press("Reset")
        other.wait_for_url("**#block-2")
        there.press("Undo reset")
        expect(there.number("x")).to_have_text("3.1")
        there.write("print(1)")
        other.reload()
        expect(there.area).to_have_value("print(1)")
        other.goto(page.url.replace("3.1", "3.2"))
        expect(there.text("You changed more than numbers here")).to_be_visible()
        expect(there.area).to_have_value("print(1)")  # which is not lost
    handles.press("Reset")


@pytest.mark.parametrize("url", [FIRST, SECOND])
def test_a_link_in_the_prose_pushes_a_number_and_stays_under_the_hand(ready, url):
    ready.goto(url)
    link = (
        ready.locator("a[href^='#block-']")
        .filter(visible=True)
        .and_(ready.locator("a[href*=':']"))
        .first
    )
    ident, name, value = re.match(r"#([\w-]+):(\w+)=(.*)", link.get_attribute("href")).groups()
    handles = Handles(ready, ident)
    handles.number(name).wait_for()  # Python is there
    ready.set_viewport_size({"width": 1280, "height": 3000})  # in which one sees both
    link.scroll_into_view_if_needed()
    before = link.bounding_box()["y"]
    link.click()
    expect(handles.number(name)).to_have_text(value)
    handles.follows()
    assert link.bounding_box()["y"] == before
    ready.set_viewport_size({"width": 1280, "height": 900})
    handles.press("Reset")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_numbers_that_are_handles(ready, scheme):
    ready.emulate_media(color_scheme=scheme)
    ready.goto(LESSONS[0])
    handles = Handles(ready)
    handles.number("x").press("ArrowUp")
    handles.follows()
    assert not problems(ready, STRUCTURE, COLOURS)
    handles.press("Reset")


def test_text_follows_a_key_as_quickly_as_python_runs(handles):
    """The page adds about a twentieth of a second to the run; on a busy machine both take their time."""
    handles.number("x").focus()
    handles.number("x").press("ArrowUp")
    handles.follows()
    found = handles.page.evaluate(TIMED, "block-2")
    key, bare = median(found["key"]), median(found["run"])
    assert key < 3 * bare + 50, f"{key:.0f} ms after a key, {bare:.0f} ms bare"
