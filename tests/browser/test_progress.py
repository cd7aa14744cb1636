"""What a learner has done is kept, shown everywhere, and taken along, and never said wrongly."""

import json

import kit
import pytest
from accessibility import COLOURS, STRUCTURE, problems
from clock import rest

KEY = "calculus-for-optimization"
TRACK = f"tutorials/{KEY}/"
LESSONS = [url.removeprefix("tutorials/").rstrip("/") for url in kit.LESSONS]
FIRST, SECOND, *_ = LESSONS
DAY = "2026-01-31"
LISTS = ("", "tutorials/", TRACK, "progress/")  # the pages that list lessons
NO_STORAGE = """Object.defineProperty(window, "localStorage", {
    get() { throw new Error("Access is denied") }
})"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
SHIFTS = """window.shifts = "" // what moved, and how far
new PerformanceObserver((list) => {
    const at = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`
    for (const { value, sources } of list.getEntries())
        window.shifts += `${value}: ` + sources.map(({ node, previousRect, currentRect }) =>
            `${node?.outerHTML ?? node?.data} from ${at(previousRect)} to ${at(currentRect)}`)
}).observe({ type: "layout-shift", buffered: true })"""


def marked(count: int) -> str:
    """What a page says of the track when so many of its lessons are done."""
    return f"{count} of {len(LESSONS)} lessons · {int(100 * count / len(LESSONS) + 0.5)} %"


@pytest.fixture
def context(chromium, address):
    """A learner who has never been here."""
    with chromium.new_context(base_url=address, service_workers="block") as context:
        yield context


@pytest.fixture
def page(context):
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(error.stack))
    yield page
    assert not [error for error in errors if "__md_get" not in error]  # the theme has one


def remember(context, kept) -> None:
    """What an earlier visit has left in the browser."""
    text = kept if isinstance(kept, str) else json.dumps(kept)
    once = f"sessionStorage.seen ??= localStorage.setItem({KEY!r}, {text!r}) ?? 'yes'"
    context.add_init_script(once)


def stored(page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))


def percent(page) -> str:
    return page.locator(".progress__text").first.text_content()


def file(content, name: str = "marks.json") -> dict:
    text = content if isinstance(content, str) else json.dumps(content)
    return {"name": name, "mimeType": "application/json", "buffer": text.encode()}


def export(page) -> dict:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    return json.loads(download.value.path().read_text("utf-8"))


def choose(page, content, name: str = "marks.json"):
    """Choose a file to import; what the page then shows of it."""
    chooser = page.get_by_label("Import a file")
    chooser.focus()
    chooser.set_input_files(file(content, name))
    return page.get_by_role("dialog", name=f"Import {name}?")


def take(page, content) -> None:
    choose(page, content).get_by_role("button", name="Import").click()
    page.get_by_text("marks.json is imported.").wait_for()


def status(page) -> str:
    return page.locator("my-progress [role=status]").text_content()


def test_a_mark_shows_on_every_page_that_lists_the_lesson(context, page):
    page.goto(f"tutorials/{FIRST}/")
    assert percent(page) == marked(0)
    page.get_by_role("button", name="Mark this lesson as done").click()
    for url in (f"tutorials/{FIRST}/", TRACK, "tutorials/", "progress/"):
        page.goto(url)
        assert percent(page) == marked(1), url
        assert page.locator(f"done-mark[data-lesson='{FIRST}']").first.text_content() == "✓", url
        assert page.locator(f"done-mark[data-lesson='{SECOND}']").first.text_content() == "", url
    page.goto(f"tutorials/{FIRST}/")
    page.get_by_role("button", name="Mark as not done").click()
    assert percent(page) == marked(0)


def test_the_lesson_where_one_left_is_offered(page, site):
    def offered() -> set[str]:
        found = set()
        for url in LISTS:
            page.goto(url)
            found.add(page.locator("continue-lesson").text_content())
        return found

    titles = [
        lesson.soup.select_one("h1").get_text().rstrip("#").strip() for lesson in site.lessons
    ]
    assert offered() == {""}
    page.goto(f"tutorials/{FIRST}/")
    for lesson, title in zip(LESSONS, titles, strict=True):
        assert offered() == {f"Continue: {title}"}
        page.locator("continue-lesson a").click()
        page.wait_for_url(f"**/tutorials/{lesson}/")
        page.get_by_role("button", name="Mark this lesson as done").click()
    assert offered() == {""}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_progress_appears(context, page, width):
    results = {f"{FIRST}#the-slope-of-one-secant": {"result": "shown"}}
    remember(context, {"done": {FIRST: DAY}, "last": FIRST, "exercises": results})
    context.add_init_script(SHIFTS)
    page.set_viewport_size({"width": width, "height": 800})
    slow = {"rate": 20}  # so that the page is seen before all of it is read
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", slow)
    for url in (*LISTS, f"tutorials/{FIRST}/"):
        page.goto(url)
        if url in LISTS:
            assert page.locator("continue-lesson").text_content().startswith("Continue: ")
        else:
            assert percent(page) == marked(1)
        rest(page, 200)
        assert page.evaluate("window.shifts") == "", url


def test_another_tab_follows(context, page):
    other = context.new_page()
    other.goto(TRACK)
    page.goto(f"tutorials/{FIRST}/")
    page.get_by_role("button", name="Mark this lesson as done").click()
    other.get_by_text(marked(1)).wait_for()
    page.goto("progress/")
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Forget them").click()
    other.get_by_text(marked(0)).wait_for()


def test_reset_asks_first_and_then_forgets_everything(context, page):
    remember(context, {"done": {FIRST: DAY}, "last": FIRST})
    page.goto("progress/")
    question = page.get_by_role("group", name="Forget every mark")
    assert not question.is_visible()
    reset = page.get_by_role("button", name="Reset")
    for leave in (lambda: page.keyboard.press("Escape"), lambda: page.keyboard.press("Enter")):
        reset.focus()
        page.keyboard.press("Enter")
        assert question.is_visible()
        assert page.evaluate("document.activeElement.textContent") == "Keep them"
        leave()
        assert not question.is_visible()
        assert page.evaluate("document.activeElement.textContent") == "Reset …"
        assert stored(page)["done"] == {FIRST: DAY}
    reset.click()
    page.get_by_role("button", name="Forget them").click()
    assert page.evaluate(f"localStorage.getItem({KEY!r})") is None
    assert percent(page) == marked(0)
    assert status(page) == "Everything is forgotten."


def test_an_exported_file_brings_the_marks_to_another_browser(context, page, chromium, address):
    remember(context, {"done": {FIRST: DAY, "gone/lesson": DAY}, "last": FIRST})
    page.goto("progress/")
    saved = export(page)
    done = {FIRST: DAY, "gone/lesson": DAY}
    assert saved == {"site": KEY, "done": done, "last": FIRST, "exercises": {}}

    with chromium.new_context(base_url=address) as elsewhere:
        there = elsewhere.new_page()
        there.goto("progress/")
        take(there, saved)
        assert percent(there) == marked(1)
        assert "Gradient Descent" in there.locator("continue-lesson").text_content()


def test_an_import_adds_marks_and_removes_none(context, page):
    remember(context, {"done": {FIRST: DAY}, "last": FIRST})
    page.goto("progress/")
    take(page, {"site": KEY, "done": {FIRST: "2020-02-02", SECOND: DAY}, "last": SECOND, "odd": 1})
    done = {FIRST: DAY, SECOND: DAY}
    assert stored(page) == {"done": done, "last": FIRST, "exercises": {}}
    choose(page, {"site": KEY, "done": {FIRST: "2020-02-02"}})
    page.get_by_text("There is nothing new in marks.json.").wait_for()
    assert percent(page) == marked(2)


def exercises(site, kind: str) -> list[str]:
    """The keys of the exercises that ask with such an element."""
    found = [lesson.soup.select(f"section.exercise:has({kind})") for lesson in site.lessons]
    return [section["data-exercise"] for sections in found for section in sections]


def test_an_import_first_shows_what_it_changes_and_a_cancelled_one_changes_nothing(
    context, page, site
):
    wrong, right, numbers, *_ = exercises(site, "input")
    code, other, *_ = exercises(site, "textarea")
    mine = {
        wrong: {"result": "missed", "given": ["1"]},
        right: {"result": "right", "given": ["2"]},
        other: {"result": "right", "given": ["mine"]},
    }
    theirs = {
        wrong: {"result": "right", "given": ["3"]},
        right: mine[right],
        numbers: {"result": "shown"},
        code: {"result": "missed", "given": ["import os"]},
        other: {"result": "right", "given": ["theirs"]},
    }
    remember(context, {"done": {FIRST: DAY}, "exercises": mine})
    context.add_init_script(SHIFTS)
    page.goto("progress/")
    before = page.evaluate("JSON.stringify(localStorage)")
    saved = {"site": KEY, "done": {FIRST: DAY, SECOND: DAY}, "last": SECOND, "exercises": theirs}
    said = [
        "It adds or changes:",
        "1 lesson marked as done.",
        "2 exercises not answered here: result and answer from the file.",
        "1 exercise right in the file and not yet here: the file’s answer replaces yours.",
        "1 piece of code among these answers. Code runs only when you press Run and check.",
        "The lesson to continue with.",
        "It leaves as it is:",
        "1 lesson marked here already.",
        "1 exercise the same here and there.",
        "1 exercise with another answer in the file: yours stays.",
        "No mark of yours is removed.",
    ]
    for cancel in (["Tab", "Tab", "Enter"], ["Escape"]):
        dialog = choose(page, saved)
        dialog.wait_for()
        told = dialog.get_attribute("aria-describedby")
        assert page.locator(f"#{told} :is(p, li)").all_inner_texts() == said
        assert page.evaluate("document.activeElement.localName") == "dialog"
        assert not problems(page, COLOURS, STRUCTURE)
        for key in cancel:
            page.keyboard.press(key)
        dialog.wait_for(state="hidden")
        page.get_by_text("Nothing was imported or changed.").wait_for()
        assert page.evaluate("document.activeElement.id") == "progress-file"
        assert page.evaluate("JSON.stringify(localStorage)") == before
    assert page.evaluate("window.shifts") == ""
    take(page, saved)
    assert stored(page) == {
        "done": {FIRST: DAY, SECOND: DAY},
        "last": SECOND,
        "exercises": theirs | {other: mine[other]},
    }


WRONG = [
    "not JSON",
    "",
    "null",
    "[]",
    {"done": {SECOND: DAY}},
    {"site": "another", "done": {SECOND: DAY}},
    {"site": KEY, "done": [SECOND]},
    {"site": KEY, "done": {SECOND: True}},
    {"site": KEY, "done": {SECOND: "yesterday"}},
    {"site": KEY, "done": {SECOND: [DAY]}},
    {"site": KEY, "done": {SECOND: DAY}, "last": 1},
    {"site": KEY, "done": {SECOND: DAY}, "exercises": None},
    {"site": KEY, "done": {}, "exercises": {"a#b": {"result": "right", "given": [{}]}}},
    '{"site": "' + KEY + '", "done": {}' + " " * 20_000_000 + "}",
]


def test_a_wrong_file_is_refused_in_words(context, page):
    remember(context, {"done": {FIRST: DAY}})
    page.goto("progress/")
    for number, content in enumerate(WRONG):
        name = f"photo-{number}.json"
        choose(page, content, name)
        page.get_by_text(f"Nothing was taken: {name} is not a file that").wait_for()
        assert stored(page) == {"done": {FIRST: DAY}}


BROKEN = [
    "{broken",
    "null",
    '"text"',
    "[1, 2]",
    {"done": None},
    {"done": ["a"]},
    {"done": {SECOND: 7}, "last": {"a": 1}},
    {"last": 7, "seed": "x"},
    {"exercises": {"a#b": {"result": "right", "given": [5]}}},
]


@pytest.mark.parametrize("kept", BROKEN, ids=json.dumps)
def test_broken_data_breaks_no_page(context, page, kept):
    remember(context, kept)
    page.goto("progress/")
    assert percent(page) == marked(0)
    assert export(page)["done"] == {}
    page.goto(f"tutorials/{FIRST}/")
    assert percent(page) == marked(0)
    page.get_by_role("button", name="Mark this lesson as done").click()
    assert percent(page) == marked(1)
    assert list(stored(page)["done"]) == [FIRST]
    assert stored(page)["last"] == FIRST
    text = kept if isinstance(kept, str) else json.dumps(kept)
    assert text in page.evaluate("Object.values(localStorage)"), "what could not be read is lost"
    page.goto("progress/")
    page.get_by_text("could not be read").wait_for()


def test_what_cannot_be_read_and_not_be_put_aside_stays(context, page):
    remember(context, "{broken")
    context.add_init_script("""const set = Storage.prototype.setItem // there is room for a little
    Storage.prototype.setItem = function (name, text) {
        if (name.includes("unreadable")) throw new DOMException("", "QuotaExceededError")
        set.call(this, name, text)
    }""")
    page.goto(f"tutorials/{FIRST}/")
    page.get_by_role("button", name="Mark this lesson as done").click()
    assert percent(page) == marked(1)
    assert page.evaluate(f"localStorage.getItem({KEY!r})") == "{broken"


def test_marks_of_lessons_that_the_site_no_longer_has_are_kept_and_not_shown(context, page):
    remember(context, {"done": {"gone/lesson": DAY}, "last": "gone/lesson", "later": 1})
    page.goto("progress/")
    assert percent(page) == marked(0)
    assert "gone" not in page.locator("article").inner_text()
    page.goto(f"tutorials/{FIRST}/")
    page.get_by_role("button", name="Mark this lesson as done").click()
    assert stored(page)["done"]["gone/lesson"] == DAY
    assert stored(page)["later"] == 1


@pytest.mark.parametrize("broken", [NO_STORAGE, FULL], ids=["no storage", "a full storage"])
def test_without_storage_a_mark_holds_for_the_page_and_the_page_says_so(context, page, broken):
    context.add_init_script(broken)
    page.goto(f"tutorials/{FIRST}/")
    said = page.locator("lesson-done [role=status]")
    assert said.text_content() == ""
    page.get_by_role("button", name="Mark this lesson as done").click()
    assert percent(page) == marked(1)
    assert "does not let this site store anything" in said.text_content()
    page.get_by_role("button", name="Mark as not done").click()
    assert said.text_content() == ""
    page.reload()
    assert percent(page) == marked(0)

    page.goto("progress/")
    take(page, {"site": KEY, "done": {FIRST: DAY}})
    assert percent(page) == marked(1)
    said = page.locator("my-progress [data-part=storage]")
    assert "does not let this site store anything" in said.text_content()
    assert export(page)["done"] == {FIRST: DAY}


def test_without_javascript_the_page_promises_nothing(chromium, address):
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("progress/")
        assert page.locator("noscript p").is_visible()
        assert not page.locator("my-progress").is_visible()
        assert not page.locator("track-progress").first.is_visible()
        assert page.get_by_role("link", name="Gradient Descent").first.is_visible()
