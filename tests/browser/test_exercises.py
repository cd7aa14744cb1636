"""Every exercise of the site, answered in Chromium: right, nearly right, by its slips, and with nonsense."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from kit import ROOT, Page, Site
from playwright.sync_api import Locator, expect
from sweep import SCHEMES, in_scheme
from test_progress import NO_STORAGE

KEY = "calculus-for-optimization"
FIRST = f"tutorials/{KEY}/derivatives-and-gradients/"
# A stand-in for Python in the page: it runs nothing, and says what the test has asked it to say.
STUB = """export const available = %s
export async function run(source, { onOutput, onProgress, signal }) {
  window.ran = source
  for (const text of ["Fetching Python", "Loading numpy"])
    for (const bytes of [0, 2 ** 20, 2 ** 21]) {
      onProgress({ text, bytes })
      await new Promise(requestAnimationFrame)
    }
  onOutput("printed\\n", "stdout")
  if (source.includes("forever") && !signal.aborted)
    await new Promise((stop) => { signal.addEventListener("abort", stop); window.waits = true })
  if (signal.aborted) return { ok: false, stopped: true, error: "stopped", line: null }
  if (source.includes("broken")) throw new Error("no worker")
  return source.includes("return (f") || source.includes("lr * grad")
    ? { ok: true, error: null, line: null }
    : { ok: false, error: "AssertionError: not what it should be", line: 9 }
}"""

WORDS = "element => element.textContent.trim()"


@dataclass
class Written:
    """An exercise as its author wrote it. The values come from the published solution, not from the page's own record."""

    url: str
    id: str
    kind: str
    asked: str  # numbers, choice or code
    items: list[tuple[str, str, str]]  # word, code, room
    solution: str  # the published listing
    values: list[list[float | None]]  # None: a slip leaves it open

    def of(self, word: str) -> list[list[float | None]]:
        return [
            values
            for (kind, _, _), values in zip(self.items, self.values, strict=True)
            if kind == word
        ]

    def slips(self, other: float | None = None) -> list[list[float]]:
        """What to type for each slip: where it leaves a number open, the right one, or another."""
        wanted = [right if other is None else other for right in self.answer]
        return [
            [at if own is None else own for own, at in zip(slip, wanted, strict=True)]
            for slip in self.of("slip")
        ]

    @property
    def answer(self) -> list[float]:
        return [value for (value,) in self.of("answer")]

    @property
    def rooms(self) -> list[tuple[float, float]]:
        """Of each answer, how far one may be from it, in its own units and as a share."""
        found = []
        for _, _, room in (item for item in self.items if item[0] == "answer"):
            number = float((re.search(r"[\d.]+", room) or ["0"])[0])
            found.append((0, number / 100) if "%" in room else (number, 0))
        return found

    def __str__(self) -> str:
        return self.id


def compute(codes: list[str], solution: str) -> list[list[float]]:
    """What the codes are at the end of the published solution, in a Python that knows nothing of this project."""
    tell = "import json, numpy\n" + solution + "\nprint()\nprint(json.dumps(["
    each = "[None if v is ... else float(v) for v in numpy.ravel({})]".format
    tell += ", ".join(map(each, codes)) + "]))"
    done = subprocess.run([sys.executable, "-I", "-c", tell], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def read(site: Site) -> Iterator[Written]:
    for page in site.lessons:
        text = (ROOT / "docs" / f"{page.url.rstrip('/')}.md").read_text("utf-8")
        sources = re.findall(
            r"^/// (exercise|predict) \| (.*?)\n(.*?)^/// solution$", text, re.MULTILINE | re.DOTALL
        )
        sections = page.soup.select("section.exercise")
        assert len(sources) == len(sections)
        for (kind, title, question), section in zip(sources, sections, strict=True):
            assert section.strong.get_text() == title
            items = re.findall(r"^- (\w+) `([^`]+)` ?(.*?):(?: |$)", question, re.MULTILINE)
            solution = "".join(tag.get_text() for tag in section.select("details pre > code"))
            asked = {"answer": "numbers", "choice": "choice"}.get(
                items[0][0] if items else "", "code"
            )
            values = compute([code for _, code, _ in items], solution)
            yield Written(page.url, section["id"], kind, asked, items, solution, values)


@pytest.fixture(scope="module")
def written(site: Site) -> list[Written]:
    return list(read(site))


@pytest.fixture
def context(chromium, address):
    """A learner who has never been here, and whose page has no Python of its own."""
    with chromium.new_context(
        base_url=address, service_workers="block", reduced_motion="reduce"
    ) as context:
        python(context, "true")
        yield context


def python(context, available: str) -> None:
    context.unroute_all()
    stub = {"body": STUB % available, "content_type": "text/javascript"}
    context.route("**/javascripts/run/python.js", lambda route: route.fulfill(**stub))


@pytest.fixture
def page(context):
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(error.stack))
    yield page
    assert not [
        error
        for error in errors
        if re.search(r"/(site\.\w+\.min|exercises|progress|check)\.js", error)
    ]


def give(box: Locator, *answers: str | float) -> str:
    """Type the answers, press Enter, and return what is said."""
    for field, answer in zip(box.locator(".exercise__field input").all(), answers, strict=True):
        field.fill(answer if isinstance(answer, str) else repr(answer))
    box.locator(".exercise__field input").last.press("Enter")
    return said(box)


def said(box: Locator) -> str:
    return status(box).inner_text()


def status(box: Locator) -> Locator:
    return box.locator(".exercise__said[role=status]")


def mark(box: Locator) -> str:
    return box.locator("exercise-mark").inner_text()


def again(box: Locator) -> None:
    box.get_by_role("button", name="Start again").click()


def stored(page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem({KEY!r})"))["exercises"]


def boxes(page, written: list[Written], asked: str) -> Iterator[tuple[Written, Locator]]:
    found = 0
    for one in written:
        if one.asked == asked:
            found += 1
            if one.url not in page.url:
                page.goto(one.url)
            yield one, page.locator(f"[id='{one.id}']")
    assert found >= 2


def test_the_lessons_have_exercises_of_every_kind(written: list[Written], site: Site):
    assert {one.asked for one in written} == {"numbers", "choice", "code"}
    assert {one.kind for one in written} == {"exercise", "predict"}
    assert {one.url for one in written} == {lesson.url for lesson in site.lessons}
    assert len(written) >= 18


def test_the_right_numbers_pass_and_so_do_near_ones(page, written):
    for one, box in boxes(page, written, "numbers"):
        assert give(box, *one.answer).startswith("✓ Right."), one
        assert mark(box) == "✓ right"
        for share in (0.9, -0.9):
            again(box)
            near = [
                value + share * (absolute + relative * abs(value))
                for value, (absolute, relative) in zip(one.answer, one.rooms, strict=True)
            ]
            assert give(box, *near).startswith("✓ Right."), (one, near)
        again(box)


def test_numbers_just_outside_are_missed_and_the_miss_is_said(page, written):
    for one, box in boxes(page, written, "numbers"):
        for at in range(len(one.answer)):
            ways = ("high", "low") if one.answer[at] >= 0 else ("small in size", "large in size")
            for sign, way in zip((1, -1), ways, strict=True):
                absolute, relative = one.rooms[at]
                off = list(one.answer)
                off[at] += sign * (1.2 * (absolute + relative * abs(off[at])) or 1)
                text = give(box, *off)
                assert text.startswith("✗"), (one, off)
                if not any(slip == pytest.approx(off, rel=0.3) for slip in one.slips()):
                    assert f"too {way}, by about" in text, (one, off)
                assert mark(box) == "↻ missed so far"
                again(box)
        assert mark(box) == ""


def test_each_slip_gets_its_own_hint(page, written):
    for one, box in boxes(page, written, "numbers"):
        hints = box.locator(".exercise__hints > li").all()
        assert len(hints) == len(one.of("slip")) > 0, one
        words = [hint.evaluate(WORDS) for hint in hints]
        for slip, own in [
            *zip(one.slips(), words, strict=True),
            *zip(one.slips(777.0), words, strict=True),
        ]:
            give(box, *slip)
            heard = status(box).evaluate(WORDS)
            assert [each for each in words if each in heard] == [own], (one, slip)
            assert mark(box) == "↻ missed so far"
            again(box)


def test_the_right_choice_passes_and_every_choice_is_explained(page, written):
    for one, box in boxes(page, written, "choice"):
        right = [bool(value) for (value,) in one.of("choice")].index(True)
        why = box.locator(".exercise__hints > li").all()
        for at in range(len(one.items)):
            box.locator(f"input[value='{at}']").check()
            box.locator("button[type=submit]").click()
            assert said(box).startswith("✓ Right." if at == right else "✗"), (one, at)
            assert why[at].evaluate(WORDS) in status(box).evaluate(WORDS), (one, at)
            assert mark(box) == ("✓ right" if at == right else "↻ missed so far")
            opened = box.locator(".exercise__solution").get_attribute("open") is not None
            assert opened == (one.kind == "predict"), "a guess shows what happens"
            again(box)


def test_a_guess_is_made_once(page, written):
    for one, box in boxes(page, written, "choice"):
        box.locator("button[type=submit]").click()
        assert said(box) == "Choose one of the answers first."
        box.locator("input").first.check()
        box.locator("button[type=submit]").click()
        assert box.locator("input").first.is_disabled() == (one.kind == "predict")
        assert box.locator("button[type=submit]").is_visible() == (one.kind == "exercise")


UNDERSTOOD = {
    "3/4": 0.75, " 12 ": 12, "1e-3": 0.001, "1E3": 1000, "−0.5": -0.5, "0,5": 0.5, ".5": 0.5,
    "4.": 4, "+2": 2, "- 3 / 4": -0.75, "-1/12": -1 / 12, "1e−3": 0.001, "\u00a07": 7, "2,5/5": 0.5,
    "4.9·10^-4": 4.9e-4, "4,9×10⁻⁴": 4.9e-4, "4.9 × 10^(-4)": 4.9e-4, "4.9*10**-4": 4.9e-4, "4.9⋅10^−4": 4.9e-4,
    "-4.9 x 10^-4": -4.9e-4, "10^-4": 1e-4, "−10⁻⁴": -1e-4, "3·10²": 300, "1e-3/10^2": 1e-5, "2*10^+3/4": 500,
}  # fmt: skip
NONSENSE = [
    "1,000",
    "",
    "  ",
    "four",
    "1,000.5",
    "1 2",
    "3/0",
    "1/2/3",
    "--1",
    "5 %",
    "1e999",
    "2x",
    "0x10",
    ".",
    "4.9·10",
    "4.9 10^-4",
    "4.9·10^",
    "4.9·10^(-4",
    "4.9·2^-4",
    "4.9e1·10^2·10^2",
    "10^10^2",
    "410^2",
]


def test_numbers_are_read_as_people_write_them(page, site):
    boxes = numbers(page, site, *UNDERSTOOD.values())
    for text, box in zip(UNDERSTOOD, boxes, strict=True):
        assert give(box, text).startswith("✓ Right."), text


def test_nonsense_is_refused_kindly_and_is_no_miss(page, site):
    (box,) = numbers(page, site, 4.0)
    field = box.locator(".exercise__field input")
    for text in NONSENSE:
        words = give(box, text)
        assert "Such as 12, -0.5, 0,5, 3/4, 1e-3 or 4.9·10^-4." in words, text
        assert text.strip() in words
        assert field.evaluate("field => field === document.activeElement"), text
        assert field.get_attribute("aria-invalid") == "true"
        assert mark(box) == ""
    assert "result" not in (page.evaluate(f"localStorage.getItem({KEY!r})") or "")


def numbers(page, site: Site, *values: float) -> list[Locator]:
    """A page with one exercise of the first lesson alone, once for each of the values, which it asks for, exactly."""
    section = Page("", site.pages[FIRST].html).soup.select_one("section.exercise")
    sections = ""
    for at, value in enumerate(values):
        sealed = {"answer": [[value, 1e-9]], "relative": [False], "slips": []}
        section["data-sealed"] = base64.b64encode(json.dumps(sealed).encode()).decode()
        section["data-exercise"] = f"{KEY}/number#{at}"
        sections += str(section)
    scripts = "".join(  # the lesson's two that are of use here
        f'<script type="module">{(ROOT / f"docs/javascripts/{name}.js").read_text("utf-8")}</script>'
        for name in ("progress", "exercises")
    )
    body = f"<!doctype html><title>Numbers</title>{sections}{scripts}"
    page.unroute_all()
    page.route(
        "**/numbers",
        lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"),
    )
    page.goto("numbers")
    return page.locator("section.exercise").all()


# --- how it goes on ---------------------------------------------------------------------------------------------------


def test_how_near_an_answer_is_is_said_in_words(page, site):
    box, below, zero = numbers(page, site, 4.0, -4.0, 0.0)
    assert give(box, "4") == "✓ Right. Exact."
    assert give(box, "-3") == "✗ Not yet. The sign is wrong."
    assert give(box, "9/2") == "✗ Not yet. Too high, by about 0.5 (9/2 = 4.5)."
    assert give(box, "0") == "✗ Not yet. Too low, by about 4."
    assert give(below, "-20") == "✗ Not yet. Too large in size, by about 16."
    assert give(below, "-2") == "✗ Not yet. Too small in size, by about 2."
    assert give(below, "4") == "✗ Not yet. The sign is wrong."
    assert give(zero, "-2") == "✗ Not yet. Too low, by about 2."


def test_of_several_numbers_each_is_judged(page, written):
    one = next(one for one in written if one.id == "both-partial-derivatives")
    page.goto(one.url)
    box = page.locator(f"#{one.id}")
    assert give(box, one.answer[0], "7") == "✗ Not yet. ∂f/∂x: exact. ∂f/∂y: too high, by about 6."
    invalid = [f.get_attribute("aria-invalid") for f in box.locator(".exercise__field input").all()]
    assert invalid == ["false", "true"]
    again(box)
    for answers, field, words in (
        (("-1", ""), 1, "∂f/∂y: write a number first. Such as "),
        (("", "7"), 0, "∂f/∂x: write a number first. Such as "),
        (("-1", "one"), 1, "∂f/∂y: “one” cannot be read as a number. Such as "),
    ):
        assert give(box, *answers).startswith(words)
        asked = box.locator(".exercise__field input").nth(field)
        assert asked.evaluate("field => field === document.activeElement")
        assert mark(box) == ""


def test_code_passes_and_fails_by_its_checks(page, written):
    for one, box in boxes(page, written, "code"):
        editor, button = box.get_by_label("Your code"), box.locator("button[type=submit]")
        start = editor.input_value()
        assert "..." in start
        button.click()
        box.get_by_text("✗ Not yet. not what it should be").wait_for()
        assert "printed" in said(box)
        editor.fill(one.solution)
        button.click()
        box.get_by_text("✓ Right.").wait_for()
        assert page.evaluate("ran").startswith(one.solution), "its own code comes first"
        assert "assert " in page.evaluate("ran").removeprefix(one.solution)
        assert stored(page)[f"{KEY}/{one.url.split('/')[-2]}#{one.id}"]["result"] == "right"
        page.reload()
        assert editor.input_value() == one.solution
        again(box)
        assert editor.input_value() == start


def test_what_one_waits_for_is_seen_and_told_once(page, written):
    """A status is read out again whenever what is to be heard of it changes; the growing size is only seen."""
    _, box = next(boxes(page, written, "code"))
    status(box).evaluate("""(status) => {
        window.heard = []
        window.seen = new Set()
        const hears = () => {
            const copy = status.cloneNode(true)
            for (const part of copy.querySelectorAll("[aria-hidden=true]")) part.remove()
            seen.add(status.textContent.trim())
            if (heard.at(-1) !== copy.textContent.trim()) heard.push(copy.textContent.trim())
        }
        new MutationObserver(hears).observe(status, { childList: true, characterData: true, subtree: true })
    }""")
    box.get_by_role("button", name="Run and check").click()
    box.get_by_text("✗ Not yet.").wait_for()
    heard = page.evaluate("heard")
    assert heard[:3] == ["Getting Python …", "Fetching Python", "Loading numpy"]
    assert len(heard) == 4
    assert heard[3].startswith("✗ Not yet.")
    assert {"Fetching Python (1.0 MB so far)", "Loading numpy (2.1 MB so far)"} <= set(
        page.evaluate("[...seen]")
    )


@pytest.mark.mkdocs("its hooks publish the Python of the page")
def test_python_in_the_page_judges_code(context, page, written):
    context.unroute_all()
    one, box = list(boxes(page, written, "code"))[-1]
    assert one.id == "the-whole-algorithm"
    start = box.get_by_label("Your code").input_value()
    for line, says in (
        ("x = (x - lr", "✗ Not yet. Line 7: SyntaxError: '(' was never closed"),
        ("x = x - rate * grad(x)", "✗ Not yet. Line 7: NameError: name 'rate' is not defined"),
        ("x = x - lr*2*x", "✗ Not yet. With another gradient, x − 3, one step from 5 with lr 0.5"),
        ("x = x - lr*grad(x)", "✓ Right."),
    ):
        box.get_by_label("Your code").fill(start.replace("x = ...", line))
        box.get_by_role("button", name="Run and check").click()
        status(box).get_by_text(says[:6]).wait_for()
        assert said(box).startswith(says)


@pytest.mark.parametrize("stopped", ["at once", "as it runs"])
def test_code_that_runs_on_is_stopped_and_counts_for_nothing(page, written, stopped):
    _, box = next(boxes(page, written, "code"))
    box.get_by_label("Your code").fill("forever")
    if stopped == "at once":
        box.locator("button[type=submit]").evaluate("button => { button.click(); button.click() }")
    else:
        box.get_by_role("button", name="Run and check").click()
        page.wait_for_function("() => window.waits")
        box.get_by_role("button", name="Stop").click()
    box.get_by_text("Stopped.").wait_for()
    box.get_by_label("Your code").fill("broken")
    box.get_by_role("button", name="Run and check").click()
    box.get_by_text("Python could not be started here: no worker.").wait_for()
    assert mark(box) == ""


@pytest.mark.parametrize("missing", ["the runtime", "the module"])
def test_without_python_code_is_not_checked_and_the_page_says_so(context, page, written, missing):
    if missing == "the runtime":
        python(context, "false")
    else:
        context.route("**/javascripts/run/python.js", lambda route: route.fulfill(status=404))
    _, box = next(boxes(page, written, "code"))
    box.get_by_role("button", name="Run and check").click()
    box.get_by_text("This page has no Python here that could check it.").wait_for()
    assert mark(box) == ""
    box.locator("summary", has_text="Solution").click()
    assert box.locator(".exercise__solution .output").is_visible()


def test_an_exercise_goes_by_keyboard_alone(page):
    page.goto(FIRST)
    box = page.locator("#the-slope-of-one-secant")
    box.locator("a.term").focus()
    for wanted in ("INPUT", "BUTTON", "SUMMARY"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == wanted
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "INPUT", "the focus was lost"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Start again
    assert said(box) == ""
    assert page.evaluate("document.activeElement.value") == ""

    guess = page.locator("#a-line-that-is-too-high")
    guess.locator("input").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert said(guess)
    assert page.evaluate("document.activeElement.textContent") == "What happens"


def test_a_screen_reader_is_told_what_belongs_together(page):
    page.goto(FIRST)
    box = page.get_by_role("group", name="The slope of one secant")
    field = box.get_by_role("textbox", name="The slope of the secant")
    described = "field => field.ariaDescribedByElements.map((part) => part.textContent).join(' | ')"
    assert field.evaluate(described) == "within 0.5 % is near enough | "
    give(box, "6")
    assert "| ✗ Not yet. Too low" in field.evaluate(described)
    choices = page.locator("#staying-level fieldset").get_by_role("radio")
    names = [
        choice.evaluate("radio => radio.labels[0].textContent.trim()") for choice in choices.all()
    ]
    assert len(set(names)) == 4
    assert all(name.startswith("Along") for name in names)
    group = page.get_by_role("group", name="Staying level").get_by_role(
        "group", name="Staying level"
    )
    assert group.get_by_role("radio").count() == 4


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_answered_exercises(context, page, written, overflowing, width):
    page.set_viewport_size({"width": width, "height": 800})
    for lesson in dict.fromkeys(one.url for one in written):
        page.goto(lesson)
        for one in (one for one in written if one.url == lesson):
            box = page.locator(f"#{one.id}")
            if one.asked == "numbers":
                give(box, *(one.slips()[0] if one.items[0] else one.answer))
            elif one.asked == "choice":
                box.locator("input").last.check()
            if one.asked != "numbers":
                box.locator("button[type=submit]").click()
        page.get_by_text("✗").first.wait_for()
        assert not problems(page, STRUCTURE)
        assert not overflowing(page)
        for scheme in SCHEMES:
            in_scheme(page, scheme)
            assert not problems(page, COLOURS)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_answers_and_what_was_said_survive_a_reload(page):
    page.goto(FIRST)
    secant, level, guess = (
        page.locator(f"#{name}")
        for name in ("the-slope-of-one-secant", "staying-level", "a-line-that-is-too-high")
    )
    give(secant, "6")
    for box, value in ((level, 2), (guess, 0)):
        box.locator(f"input[value='{value}']").check()
        box.locator("button[type=submit]").click()
    before = [(said(box), mark(box)) for box in (secant, level, guess)]
    page.reload()
    assert [(said(box), mark(box)) for box in (secant, level, guess)] == before
    assert secant.locator("input").input_value() == "6"
    assert level.locator("input:checked").get_attribute("value") == "2"
    assert guess.locator("input").first.is_disabled()


def test_looking_first_is_something_to_review_and_right_stays_right(page):
    page.goto(FIRST)
    box = page.locator("#the-slope-of-one-secant")
    box.locator("summary").first.click()
    assert mark(box) == "↻ solution seen"
    assert give(box, "6.5").startswith("✓ Right.")
    assert mark(box) == "↻ solution seen"
    again(box)
    give(box, "6")
    give(box, "6.5")
    assert mark(box) == "✓ right"
    give(box, "6")
    box.locator("summary").first.click()
    assert mark(box) == "✓ right"


def test_printing_opens_the_folds_and_is_no_look(page):
    page.goto(FIRST)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".exercise__solution").first.get_attribute("open") is not None
    assert stored(page) == {}


def test_the_choices_have_an_order_of_the_readers_own(page, chromium, address):
    def order(page) -> list[str]:
        page.goto(FIRST)
        return [box.get_attribute("value") for box in page.locator("input[type=radio]").all()]

    first = order(page)
    assert order(page) == first
    found = {tuple(first)}
    for _ in range(3):
        with chromium.new_context(base_url=address, service_workers="block") as other:
            found.add(tuple(order(other.new_page())))
    assert len(found) > 1


def test_the_lesson_and_the_progress_page_count_what_was_done(page, written):
    own = [one for one in written if one.url == FIRST]
    page.goto(FIRST)
    count = page.locator("exercise-count").first
    assert count.inner_text() == f"0 of {len(own)} exercises"
    give(page.locator("#the-slope-of-one-secant"), "6.5")
    give(page.locator("#a-function-inside-a-function"), "8")
    assert count.inner_text() == f"1 of {len(own)} exercises · 1 to review"
    page.goto("progress/")
    assert count.inner_text() == f"1 of {len(own)} exercises · 1 to review"
    rows = [
        " ".join(row.inner_text().split())
        for row in page.locator(".exercises-of").first.locator("li").all()
    ]
    assert len(rows) == len(own)
    assert "The slope of one secant ✓ right" in rows
    assert "A function inside a function ↻ missed so far" in rows
    page.get_by_role("link", name="A function inside a function").click()
    page.wait_for_url(f"**/{FIRST}#a-function-inside-a-function")
    assert page.locator("section.exercise:target").is_visible()


def test_results_are_taken_along_and_forgotten(page, chromium, address):
    page.goto(FIRST)
    give(page.locator("#the-slope-of-one-secant"), "6.5")
    give(page.locator("#a-function-inside-a-function"), "8")
    page.goto("progress/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    saved = download.value.path().read_bytes()
    with chromium.new_context(base_url=address, service_workers="block") as other:
        there = other.new_page()
        there.goto(FIRST)
        give(there.locator("#a-function-inside-a-function"), "42")
        there.goto("progress/")
        upload = {"name": "a.json", "mimeType": "application/json", "buffer": saved}
        there.get_by_label("Import a file").set_input_files(upload)
        there.get_by_text("1 exercise with another answer in the file: yours stays.").wait_for()
        there.get_by_role("button", name="Import", exact=True).click()
        there.get_by_text("a.json is imported.").wait_for()
        assert {state["result"] for state in stored(there).values()} == {"right"}
        assert there.locator("exercise-count").first.inner_text().startswith("2 of")
        wrong = json.dumps({"site": KEY, "done": {}, "exercises": {"a#b": {"result": 1}}}).encode()
        there.get_by_label("Import a file").set_input_files(upload | {"buffer": wrong})
        there.get_by_text("Nothing was taken").wait_for()
        assert len(stored(there)) == 2
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Forget them").click()
    assert page.locator("exercise-count").first.inner_text().startswith("0 of")
    page.goto(FIRST)
    assert page.locator("#the-slope-of-one-secant input").input_value() == ""


def test_broken_results_break_nothing(context, page):
    broken = {
        "exercises": {
            f"{KEY}/derivatives-and-gradients#staying-level": {"result": "right", "given": 7},
            "x": [],
        }
    }
    context.add_init_script(f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(broken))})")
    page.goto(FIRST)
    box = page.locator("#staying-level")
    box.locator("input[value='2']").check()
    box.locator("button[type=submit]").click()
    assert said(box).startswith("✓ Right.")


def test_without_storage_an_answer_holds_for_the_page_and_the_page_says_so(context, page):
    context.add_init_script(NO_STORAGE)
    page.goto(FIRST)
    box = page.locator("#the-slope-of-one-secant")
    assert "does not let this site store anything" in give(box, "6.5")
    assert mark(box) == "✓ right"
    page.reload()
    assert mark(box) == ""


def test_without_javascript_there_is_a_question_and_a_folded_solution(chromium, address, written):
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        for one in written:
            if one.url not in page.url:
                page.goto(one.url)
            box = page.locator(f"#{one.id}")
            assert not box.get_by_role(
                "button", name=re.compile("Check|Commit|Run and|again")
            ).count()
            assert box.locator(".exercise__choice").count() == len(one.of("choice"))
            assert not box.locator(".exercise__field:visible").count()
            box.locator("summary").first.click()
            assert box.locator(".exercise__solution .output").last.is_visible()


def test_an_exercise_answers_from_a_folder(chromium, folder):
    """Where a browser loads no modules, and so no Python."""
    with chromium.new_context() as context:
        page, errors = context.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((folder.folder / FIRST / "index.html").as_uri())
        assert give(page.locator("#the-slope-of-one-secant"), "6.5").startswith("✓ Right.")
        code = page.locator("#nudge-it-yourself")
        expect(code.get_by_text("This page has no Python here")).to_be_visible()
        expect(code.get_by_role("button", name="Run and check")).to_be_disabled()
        page.reload()
        assert mark(page.locator("#the-slope-of-one-secant")) == "✓ right"
    assert not errors


def test_code_that_is_typed_and_not_checked_survives_a_reload(page, written):
    _, box = next(boxes(page, written, "code"))
    area = box.get_by_label("Your code")
    area.fill("half a thought")
    page.reload()
    assert area.input_value() == "half a thought"


KEPT = [
    "5",
    '"x"',
    "[]",
    "null",
    "",
    '{"half',
    '{"done": 5, "exercises": {"KEY": {"result": "right", "given": "x"}}}',
]


@pytest.mark.parametrize("kept", KEPT)
def test_whatever_the_browser_kept_no_page_breaks_and_nothing_is_lost(context, page, written, kept):
    """Under each name that a script of the site reads; the listings' own is in test_run.py."""
    code = next(one for one in written if one.asked == "code")
    key = f"{code.url.removeprefix('tutorials/').rstrip('/')}#{code.id}"
    kept = kept.replace("KEY", key)
    names = [f"localStorage[{KEY!r}]", f"localStorage['{KEY}:code']", f"sessionStorage[{key!r}]"]
    once = "; ".join(f"{name} = {kept!r}" for name in [*names, "sessionStorage.python"])
    context.add_init_script(f"if (!sessionStorage.seen) {{ sessionStorage.seen = 1; {once} }}")
    page.goto(code.url)
    box = page.locator(f"[id='{code.id}']")
    assert box.get_by_label("Your code").input_value() == kept
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="Mark this lesson as done").click()
    assert page.evaluate(f"JSON.parse(localStorage[{KEY!r}]).done")
    assert kept in page.evaluate(
        "Object.entries(localStorage).filter(([name]) => !name.includes(':code')).map(([, text]) => text)"
    )
    page.goto("progress/")
    expect(page.get_by_text("could not be read")).to_be_visible()


def test_an_answer_with_too_few_parts_takes_no_focus(context, page):
    key = f"{KEY}/derivatives-and-gradients#the-slope-of-one-secant"
    kept = {"exercises": {key: {"result": "missed", "given": []}}}
    context.add_init_script(f"localStorage.setItem({KEY!r}, {json.dumps(json.dumps(kept))})")
    page.goto(FIRST)
    expect(page.locator("#the-slope-of-one-secant exercise-mark")).to_have_text("↻ missed so far")
    assert page.evaluate("document.activeElement === document.body")


def test_code_that_the_browser_does_not_keep_is_said_so(context, page, written):
    context.add_init_script(NO_STORAGE.replace("localStorage", "sessionStorage"))
    _, box = next(boxes(page, written, "code"))
    box.get_by_label("Your code").fill("half")
    box.get_by_label("Your code").fill("half a thought")
    expect(box.get_by_text("copy your code before you leave")).to_have_count(1)


def test_an_exercise_that_has_changed_forgets_what_was_answered_to_another(context, page):
    key = f"{KEY}/derivatives-and-gradients#the-slope-of-one-secant"
    kept = {"exercises": {key: {"result": "right", "given": ["6.5"], "of": 1}}}
    once = f"localStorage[{KEY!r}] = {json.dumps(json.dumps(kept))}"
    context.add_init_script(f"if (!sessionStorage.seen) {{ sessionStorage.seen = 1; {once} }}")
    page.goto(FIRST)
    box = page.locator("#the-slope-of-one-secant")
    expect(box.get_by_text("has changed since you answered it")).to_be_visible()
    assert mark(box) == ""
    assert box.get_by_role("textbox").input_value() == ""
    give(box, "6.5")
    page.reload()
    assert mark(box) == "✓ right"
