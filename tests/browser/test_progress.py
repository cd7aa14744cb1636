"""What a learner has done is kept, shown everywhere, and taken along, and never said wrongly."""

import json

import kit
import pytest
from accessibility import COLOURS, STRUCTURE, problems
from reader import KEY, NO_STORAGE, Exercise, opened, remember, stored

TRACK = f"tutorials/{KEY}/"
LESSONS = [url.removeprefix("tutorials/").rstrip("/") for url in kit.LESSONS]
FIRST, SECOND, *_ = LESSONS
HOME, LISTS = f"tutorials/{FIRST}/", ("", "tutorials/", TRACK, "progress/")  # which list lessons
SECANT, LEVEL = "the-slope-of-one-secant", "staying-level"  # exercises of the first lesson
DAY = "2026-01-31"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"
SHIFTS = """window.shifts = "" // what moved, and how far
window.observer = new PerformanceObserver((list) => note(list.getEntries()))
window.note = (entries) => {
    const at = ({ x, y, width, height }) => `${x},${y} ${width}x${height}`
    for (const { value, sources } of entries)
        window.shifts += `${value}: ` + sources.map(({ node, previousRect, currentRect }) =>
            `${node?.outerHTML ?? node?.data} from ${at(previousRect)} to ${at(currentRect)}`)
}
observer.observe({ type: "layout-shift", buffered: true })"""
SHIFTED = """async () => { // once all is read, set and painted
    await new Promise((read) => document.readyState === "complete" ? read() : addEventListener("load", read))
    await document.fonts.ready
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame)
    note(observer.takeRecords())
    return shifts
}"""


def marked(count: int) -> str:
    """What a page says of the track when so many of its lessons are done."""
    return f"{count} of {len(LESSONS)} lessons · {int(100 * count / len(LESSONS) + 0.5)} %"


@pytest.fixture
def page(chromium, address):
    """Of a learner who has never been here."""
    with opened(chromium, address) as page:
        yield page


def percent(page) -> str:
    return page.locator(".progress__text").first.text_content()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def mark(page) -> None:
    press(page, "Mark this lesson as done")


def export(page) -> dict:
    with page.expect_download() as download:
        press(page, "Export")
    return json.loads(download.value.path().read_text("utf-8"))


def choose(page, content, name: str = "marks.json"):
    """Choose a file to import; what the page then shows of it."""
    text = content if isinstance(content, str) else json.dumps(content)
    chooser = page.get_by_label("Import a file")
    chooser.focus()
    file = {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    chooser.set_input_files(file)
    return page.get_by_role("dialog", name=f"Import {name}?")


def take(page, content) -> None:
    choose(page, content).get_by_role("button", name="Import").click()
    page.get_by_text("marks.json is imported.").wait_for()


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


def exercises(site, kind: str) -> list[str]:
    """The keys of the exercises that ask with such an element."""
    found = [lesson.soup.select(f"section.exercise:has({kind})") for lesson in site.lessons]
    return [section["data-exercise"] for sections in found for section in sections]


def test_a_mark_shows_on_every_page_that_lists_the_lesson(page):
    page.goto(HOME)
    assert percent(page) == marked(0)
    mark(page)
    for url in (HOME, TRACK, "tutorials/", "progress/"):
        page.goto(url)
        assert percent(page) == marked(1), url
        for lesson, sign in ((FIRST, "✓"), (SECOND, "")):
            found = page.locator(f"done-mark[data-lesson='{lesson}']").first
            assert found.text_content() == sign, url
    page.goto(HOME)
    press(page, "Mark as not done")
    assert percent(page) == marked(0)


def test_the_lesson_where_one_left_is_offered(page, site):
    def offered() -> set[str]:
        found = set()
        for url in LISTS:
            page.goto(url)
            found.add(page.locator("continue-lesson").text_content())
        return found

    assert offered() == {""}
    page.goto(HOME)
    for lesson in site.lessons:
        title = lesson.soup.select_one("h1").get_text().rstrip("#").strip()
        assert offered() == {f"Continue: {title}"}
        page.locator("continue-lesson a").click()
        page.wait_for_url(f"**/{lesson.url}")
        mark(page)
    assert offered() == {""}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_moves_when_the_progress_appears(page, width):
    results = {f"{FIRST}#{SECANT}": {"result": "shown"}}
    remember(page.context, {"done": {FIRST: DAY}, "last": FIRST, "exercises": results})
    page.add_init_script(SHIFTS)
    page.set_viewport_size({"width": width, "height": 800})
    slow = {"rate": 20}  # so that the page is seen before all of it is read
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", slow)
    for url in (*LISTS, HOME):
        page.goto(url)
        if url in LISTS:
            assert page.locator("continue-lesson").text_content().startswith("Continue: ")
        else:
            assert percent(page) == marked(1)
        assert page.evaluate(SHIFTED) == "", url


def test_another_tab_follows_and_reset_asks_first_and_then_forgets_everything(page):
    page.goto(HOME)
    mark(page)
    Exercise(page, SECANT).give("6.5")
    other = page.context.new_page()
    other.goto(TRACK)
    other.get_by_text(marked(1)).wait_for()
    page.goto("progress/")
    kept = stored(page)
    question = page.get_by_role("group", name="Forget every mark")
    assert not question.is_visible()
    reset = page.get_by_role("button", name="Reset")
    for leave in ("Escape", "Enter"):
        reset.press("Enter")
        assert question.is_visible()
        assert focused(page) == "Keep them"
        page.keyboard.press(leave)
        assert not question.is_visible()
        assert focused(page) == "Reset …"
        assert stored(page) == kept
    reset.click()
    press(page, "Forget them")
    assert page.evaluate(f"localStorage.getItem({KEY!r})") is None
    assert percent(page) == marked(0)
    assert page.locator("my-progress [role=status]").text_content() == "Everything is forgotten."
    other.get_by_text(marked(0)).wait_for()
    assert page.locator("exercise-count").first.inner_text().startswith("0 of")
    page.goto(HOME)
    assert Exercise(page, SECANT).fields.input_value() == ""


def test_an_exported_file_brings_marks_and_answers_to_another_browser(page, chromium, address):
    answers = {f"{FIRST}#{SECANT}": {"result": "right", "given": ["6.5"]}}
    kept = {"done": {FIRST: DAY, "gone/lesson": DAY}, "last": FIRST, "exercises": answers}
    remember(page.context, kept)
    page.goto("progress/")
    saved = export(page)
    assert saved == {"site": KEY, **kept}
    with opened(chromium, address) as there:
        there.goto("progress/")
        take(there, saved)
        assert percent(there) == marked(1)
        assert there.locator("exercise-count").first.inner_text().startswith("1 of")
        assert "Gradient Descent" in there.locator("continue-lesson").text_content()


def test_an_import_adds_marks_and_removes_none(page):
    remember(page.context, {"done": {FIRST: DAY}, "last": FIRST})
    page.goto("progress/")
    take(page, {"site": KEY, "done": {FIRST: "2020-02-02", SECOND: DAY}, "last": SECOND, "odd": 1})
    done = {FIRST: DAY, SECOND: DAY}
    assert stored(page) == {"done": done, "last": FIRST, "exercises": {}}
    choose(page, {"site": KEY, "done": {FIRST: "2020-02-02"}})
    page.get_by_text("There is nothing new in marks.json.").wait_for()
    assert percent(page) == marked(2)


def test_an_import_first_shows_what_it_changes_and_a_cancelled_one_changes_nothing(page, site):
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
    remember(page.context, {"done": {FIRST: DAY}, "exercises": mine})
    page.add_init_script(SHIFTS)
    page.goto("progress/")
    before = page.evaluate("JSON.stringify(localStorage)")
    both = {"done": {FIRST: DAY, SECOND: DAY}, "last": SECOND}
    saved = {"site": KEY, **both, "exercises": theirs}
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
    assert page.evaluate(SHIFTED) == ""
    take(page, saved)
    assert stored(page) == {**both, "exercises": theirs | {other: mine[other]}}


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
    {"site": KEY, "done": {}, "exercises": {"a#b": {"result": 1}}},
    {"site": KEY, "done": {}, "exercises": {"a#b": {"result": "right", "given": [{}]}}},
    '{"site": "' + KEY + '", "done": {}' + " " * 20_000_000 + "}",
]


def test_a_wrong_file_is_refused_in_words(page):
    remember(page.context, {"done": {FIRST: DAY}})
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
    "5",
    "",
    "[1, 2]",
    {"done": None},
    {"done": ["a"]},
    {"done": {SECOND: 7}, "last": {"a": 1}},
    {"last": 7, "seed": "x"},
    {"exercises": {"a#b": {"result": "right", "given": [5]}}},
    {"exercises": {f"{FIRST}#{LEVEL}": {"result": "right", "given": 7}, "x": []}},
]


@pytest.mark.parametrize("kept", BROKEN, ids=json.dumps)
def test_whatever_the_browser_kept_no_page_breaks_and_nothing_is_lost(page, site, kept):
    """Under each name that a script of the site reads; the listings' own is in test_run.py."""
    text = kept if isinstance(kept, str) else json.dumps(kept)
    code = exercises(site, "textarea")[0]
    places = (f"localStorage['{KEY}:code']", f"sessionStorage[{code!r}]", "sessionStorage.python")
    remember(page.context, text, *places)
    page.goto("progress/")
    assert percent(page) == marked(0)
    assert export(page)["done"] == {}
    page.goto(HOME)
    assert percent(page) == marked(0)
    assert Exercise(page, code.partition("#")[2]).code.input_value() == text
    assert page.evaluate("document.activeElement === document.body")
    assert Exercise(page, LEVEL).choose(2).startswith("✓ Right.")
    mark(page)
    assert percent(page) == marked(1)
    assert list(stored(page)["done"]) == [FIRST]
    assert stored(page)["last"] == FIRST
    put_aside = page.evaluate("Object.entries(localStorage)")
    assert text in [value for name, value in put_aside if ":code" not in name]
    page.goto("progress/")
    page.get_by_text("could not be read").wait_for()


def test_what_cannot_be_read_and_not_be_put_aside_stays(page):
    remember(page.context, "{broken")
    page.add_init_script("""const set = Storage.prototype.setItem // there is room for a little
    Storage.prototype.setItem = function (name, text) {
        if (name.includes("unreadable")) throw new DOMException("", "QuotaExceededError")
        set.call(this, name, text)
    }""")
    page.goto(HOME)
    mark(page)
    assert percent(page) == marked(1)
    assert page.evaluate(f"localStorage.getItem({KEY!r})") == "{broken"


def test_marks_of_lessons_that_the_site_no_longer_has_are_kept_and_not_shown(page):
    remember(page.context, {"done": {"gone/lesson": DAY}, "last": "gone/lesson", "later": 1})
    page.goto("progress/")
    assert percent(page) == marked(0)
    assert "gone" not in page.locator("article").inner_text()
    page.goto(HOME)
    mark(page)
    assert stored(page)["done"]["gone/lesson"] == DAY
    assert stored(page)["later"] == 1


@pytest.mark.parametrize("broken", [NO_STORAGE, FULL], ids=["no storage", "a full storage"])
def test_without_storage_a_mark_holds_for_the_page_and_the_page_says_so(page, broken):
    page.add_init_script(broken)
    page.goto(HOME)
    said = page.locator("lesson-done [role=status]")
    assert said.text_content() == ""
    mark(page)
    assert percent(page) == marked(1)
    assert "does not let this site store anything" in said.text_content()
    press(page, "Mark as not done")
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
