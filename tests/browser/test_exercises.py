"""Every exercise of the site, answered in Chromium: right, nearly right, by its slips, and with nonsense."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from accessibility import COLOURS, STRUCTURE, problems
from kit import ROOT, Site
from kit import Page as Published
from playwright.sync_api import BrowserContext, Page, expect
from reader import FIRST, KEY, NO_MEMORY, Exercise, opened, remember, stored
from sweep import SCHEMES, in_scheme

from scripts.html.exercise import OPPOSITES

# A stand-in for Python in the page: it runs nothing, and says what the test has asked it to say.
STUB = """export const available = %s
export async function run(source, { onOutput, onProgress, signal }) {
  window.ran = source
  for (const text of ["Fetching Python", "Loading numpy"])
    for (const megabytes of [0, 1, 2]) {
      onProgress({ text, amount: `: ${megabytes} MB` })
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
SECANT, INNER = "the-slope-of-one-secant", "a-function-inside-a-function"  # of the first lesson
RIGHT, MISSED, SHOWN = "✓ right", "↻ missed so far", "↻ solution seen"


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
        pairs = zip(self.items, self.values, strict=True)
        return [values for (kind, _, _), values in pairs if kind == word]

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
    def rooms(self) -> list[float]:
        """Of each answer, how far one may be from it."""
        rooms = [room for word, _, room in self.items if word == "answer"]
        numbers = [float((re.search(r"[\d.]+", room) or ["0"])[0]) for room in rooms]
        return [
            number / 100 * abs(value) if "%" in room else number
            for room, number, value in zip(rooms, numbers, self.answer, strict=True)
        ]


def compute(codes: list[str], solution: str) -> list[list[float]]:
    """What the codes are at the end of the published solution, in a Python that knows nothing of this project."""
    tell = "import json, numpy\n" + solution + "\nprint()\nprint(json.dumps(["
    each = "[None if v is ... else float(v) for v in numpy.ravel({})]".format
    tell += ", ".join(map(each, codes)) + "]))"
    done = subprocess.run([sys.executable, "-I", "-c", tell], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


EXERCISE = re.compile(r"^/// (exercise|predict) \| (.*?)\n(.*?)^/// solution$", re.M | re.S)
ITEM = re.compile(r"^- (\w+) `([^`]+)` ?(.*?):(?: |$)", re.M)


@pytest.fixture(scope="module")
def written(site: Site) -> list[Written]:
    found = []
    for page in site.lessons:
        text = (ROOT / "docs" / f"{page.url.rstrip('/')}.md").read_text("utf-8")
        sections = page.soup.select("section.exercise")
        for (kind, title, question), section in zip(EXERCISE.findall(text), sections, strict=True):
            assert section.strong.get_text() == title
            items = ITEM.findall(question)
            solution = page.code(section.select_one(".exercise__solution"))
            word = items[0][0] if items else ""
            asked = {"answer": "numbers", "choice": "choice"}.get(word, "code")
            values = compute([code for _, code, _ in items], solution)
            found.append(Written(page.url, section["id"], kind, asked, items, solution, values))
    assert {one.kind for one in found} == {"exercise", "predict"}
    return found


@pytest.fixture
def page(chromium, address) -> Page:
    """Of a learner who has never been here, and whose page has no Python of its own."""
    with opened(chromium, address, reduced_motion="reduce") as page:
        python(page.context, "true")
        yield page


def python(context: BrowserContext, available: str) -> None:
    context.unroute_all()
    stub = {"body": STUB % available, "content_type": "text/javascript"}
    context.route("**/javascripts/run/python.js", lambda route: route.fulfill(**stub))


def boxes(page: Page, written: list[Written], asked: str) -> Iterator[tuple[Written, Exercise]]:
    found = [one for one in written if one.asked == asked]
    assert len(found) >= 2
    for one in found:
        if one.url not in page.url:
            page.goto(one.url)
        yield one, Exercise(page, one.id)


@pytest.fixture
def code(page, written) -> Exercise:
    """An exercise that asks for code."""
    return next(boxes(page, written, "code"))[1]


@pytest.fixture
def secant(page) -> Exercise:
    """An exercise that asks for a number, 6.5."""
    page.goto(FIRST)
    return Exercise(page, SECANT)


def words(part) -> str:
    return part.text_content().strip()


def test_numbers_pass_within_their_room_and_miss_outside_and_each_slip_gets_its_hint(page, written):
    for one, box in boxes(page, written, "numbers"):
        for share in (0, 0.9, -0.9):
            near = [value + share * room for value, room in zip(one.answer, one.rooms, strict=True)]
            assert box.give(*near).startswith("✓ Right."), (one, near)
            assert box.mark == RIGHT
            box.again()
        for at, room in enumerate(one.rooms):
            ways = ("high", "low") if one.answer[at] >= 0 else ("small in size", "large in size")
            for sign, way in zip((1, -1), ways, strict=True):
                off = list(one.answer)
                off[at] += sign * (1.2 * room or 1)
                said = box.give(*off)
                assert said.startswith("✗"), (one, off)
                if not any(slip == pytest.approx(off, rel=0.3) for slip in one.slips()):
                    assert f"too {way}, by about" in said, (one, off)
                assert box.mark == MISSED
                box.again()
        hints = [words(hint) for hint in box.find(".exercise__hints > li").all()]
        assert len(hints) == len(one.of("slip")) > 0, one
        for slip, hint in zip([*one.slips(), *one.slips(777.0)], hints * 2, strict=True):
            box.give(*slip)
            heard = words(box.status)
            assert [each for each in hints if each in heard] == [hint], (one, slip)
            box.again()
        assert box.mark == ""


def test_the_right_choice_passes_every_choice_is_explained_and_a_guess_is_made_once(page, written):
    for one, box in boxes(page, written, "choice"):
        box.submit.click()
        assert box.said == "Choose one of the answers first."
        right = [bool(value) for (value,) in one.of("choice")].index(True)
        why = [words(hint) for hint in box.find(".exercise__hints > li").all()]
        is_guess = one.kind == "predict"
        for at in range(len(one.items)):
            assert box.choose(at).startswith("✓ Right." if at == right else "✗"), (one, at)
            assert why[at] in words(box.status), (one, at)
            assert box.mark == (RIGHT if at == right else MISSED)
            is_open = box.find(".exercise__solution").get_attribute("open") is not None
            assert is_open == is_guess, "a guess shows what happens"
            assert box.find("input").first.is_disabled() == is_guess
            assert box.submit.is_visible() != is_guess
            marked = box.find(".exercise__truth input").evaluate_all(
                "(all) => all.map((one) => one.value)"
            )
            assert marked == [str(right)] * is_guess, "what happens is marked once one has guessed"
            box.again()
        assert box.find(".exercise__truth").count() == 0


UNDERSTOOD = {
    "3/4": 0.75, " 12 ": 12, "1e-3": 0.001, "1E3": 1000, "−0.5": -0.5, "0,5": 0.5, ".5": 0.5,
    "4.": 4, "+2": 2, "- 3 / 4": -0.75, "-1/12": -1 / 12, "1e−3": 0.001, "\u00a07": 7, "2,5/5": 0.5,
    "4.9·10^-4": 4.9e-4, "4,9×10⁻⁴": 4.9e-4, "4.9 × 10^(-4)": 4.9e-4, "4.9*10**-4": 4.9e-4, "4.9⋅10^−4": 4.9e-4,
    "-4.9 x 10^-4": -4.9e-4, "10^-4": 1e-4, "−10⁻⁴": -1e-4, "3·10²": 300, "1e-3/10^2": 1e-5, "2*10^+3/4": 500,
}  # fmt: skip
NONSENSE = (
    "1,000||  |four|1,000.5|1 2|3/0|1/2/3|--1|5 %|1e999|2x|0x10|.|4.9·10|4.9 10^-4|4.9·10^|4.9·10^(-4|4.9·2^-4"
    "|4.9e1·10^2·10^2|10^10^2|410^2"
)


def test_numbers_are_read_as_people_write_them_and_nonsense_is_refused_kindly(page, site):
    *boxes, box = numbers(page, site, *UNDERSTOOD.values(), 4.0)
    for text, one in zip(UNDERSTOOD, boxes, strict=True):
        assert one.give(text).startswith("✓ Right."), text
    before = stored(page)
    for text in NONSENSE.split("|"):
        said = box.give(text)
        assert "Such as 12, -0.5, 0,5, 3/4, 1e-3 or 4.9·10^-4." in said, text
        assert text.strip() in said
        expect(box.fields).to_be_focused()
        expect(box.fields).to_have_attribute("aria-invalid", "true")
        assert box.mark == ""
    assert stored(page) == before, "nonsense is no miss"


def numbers(page: Page, site: Site, *values: float) -> list[Exercise]:
    """A page with one exercise of the first lesson alone, once for each of the values, which it asks for, exactly."""
    section = Published("", site.pages[FIRST].html).soup.select_one("section.exercise")
    sections = ""
    for at, value in enumerate(values):
        sealed = {"answer": [[value, 1e-9]], "relative": [False], "slips": []}
        section["data-sealed"] = json.dumps(sealed).translate(OPPOSITES)
        section["id"], section["data-exercise"] = f"n{at}", f"{KEY}/number#{at}"
        sections += str(section)
    scripts = "".join(  # the lesson's two that are of use here
        f'<script type="module">{(ROOT / f"docs/javascripts/{name}.js").read_text("utf-8")}</script>'
        for name in ("progress", "exercises")
    )
    body = (
        f'<!doctype html><title>Numbers</title><link rel="icon" href="data:,">{sections}{scripts}'
    )
    html = {"body": body, "content_type": "text/html; charset=utf-8"}
    page.route("**/numbers", lambda route: route.fulfill(**html))
    page.goto("numbers")
    return [Exercise(page, f"n{at}") for at in range(len(values))]


# --- how it goes on ---------------------------------------------------------------------------------------------------


def test_how_near_an_answer_is_is_said_in_words(page, site):
    four, below, zero = numbers(page, site, 4.0, -4.0, 0.0)
    assert four.give("4") == "✓ Right. Exact."
    assert four.give("-3") == "✗ Not yet. The sign is wrong."
    assert four.give("9/2") == "✗ Not yet. Too high, by about 0.5 (9/2 = 4.5)."
    assert four.give("0") == "✗ Not yet. Too low, by about 4."
    assert below.give("-20") == "✗ Not yet. Too large in size, by about 16."
    assert below.give("-2") == "✗ Not yet. Too small in size, by about 2."
    assert below.give("4") == "✗ Not yet. The sign is wrong."
    assert zero.give("-2") == "✗ Not yet. Too low, by about 2."


def test_of_several_numbers_each_is_judged(page, written):
    one = next(one for one in written if one.id == "both-partial-derivatives")
    page.goto(one.url)
    box = Exercise(page, one.id)
    too_high = f"{float(one.answer[1]) + 3:g}"
    told = "✗ Not yet. ∂f/∂x: exact. ∂f/∂y: too high, by about 3."
    assert box.give(one.answer[0], too_high) == told
    invalid = [field.get_attribute("aria-invalid") for field in box.fields.all()]
    assert invalid == ["false", "true"]
    box.again()
    for answers, field, says in (
        (("-1", ""), 1, "∂f/∂y: write a number first. Such as "),
        (("", "7"), 0, "∂f/∂x: write a number first. Such as "),
        (("-1", "one"), 1, "∂f/∂y: “one” cannot be read as a number. Such as "),
    ):
        assert box.give(*answers).startswith(says)
        expect(box.fields.nth(field)).to_be_focused()
        assert box.mark == ""


def test_code_passes_and_fails_by_its_checks_and_survives_a_reload(page, written):
    for one, box in boxes(page, written, "code"):
        start = box.code.input_value()
        assert "..." in start
        box.run(until="✗ Not yet. not what it should be")
        assert "printed" in box.said
        box.run(one.solution, until="✓ Right.")
        assert page.evaluate("ran").startswith(one.solution), "its own code comes first"
        assert "assert " in page.evaluate("ran").removeprefix(one.solution)
        key = f"{KEY}/{one.url.split('/')[-2]}#{one.id}"
        assert stored(page)["exercises"][key]["result"] == "right"
        page.reload()
        assert box.code.input_value() == one.solution
        box.again()
        assert box.code.input_value() == start
        box.code.fill("half a thought")  # not checked
        page.reload()
        assert box.code.input_value() == "half a thought"


def test_what_one_waits_for_is_seen_and_told_once(page, code):
    """A status is read out again whenever what is to be heard of it changes; the growing size is only seen."""
    code.status.evaluate("""(status) => {
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
    code.run(until="✗ Not yet.")
    *waiting, end = page.evaluate("heard")
    assert waiting == ["Getting Python …", "Fetching Python", "Loading numpy"]
    assert end.startswith("✗ Not yet.")
    sizes = {"Fetching Python: 1 MB", "Loading numpy: 2 MB"}
    assert sizes <= set(page.evaluate("[...seen]"))


def test_python_in_the_page_judges_code(page, written):
    page.context.unroute_all()
    one, box = list(boxes(page, written, "code"))[-1]
    assert one.id == "the-whole-algorithm"
    start = box.code.input_value()
    for line, says in (
        ("x = (x - lr", "✗ Not yet. Line 7: SyntaxError: '(' was never closed"),
        ("x = x - rate * grad(x)", "✗ Not yet. Line 7: NameError: name 'rate' is not defined"),
        ("x = x - lr*2*x", "✗ Not yet. With another gradient, x − 3, one step from 5 with lr 0.5"),
        ("x = x - lr*grad(x)", "✓ Right."),
    ):
        box.run(start.replace("x = ...", line), until=says[:6])
        assert box.said.startswith(says)


def test_code_that_runs_on_is_stopped_and_counts_for_nothing(page, code):
    code.code.fill("forever")
    code.submit.evaluate("button => { button.click(); button.click() }")
    code.status.get_by_text("Stopped.").wait_for()
    code.submit.click()
    page.wait_for_function("() => window.waits")
    code.role("button", name="Stop").click()
    code.status.get_by_text("Stopped.").wait_for()
    code.run("broken", until="Python could not be started here: no worker.")
    assert code.mark == ""


@pytest.mark.parametrize("missing", ["the runtime", "the module"])
def test_without_python_code_is_not_checked_and_the_page_says_so(page, written, missing):
    if missing == "the runtime":
        python(page.context, "false")
    else:
        page.route("**/javascripts/run/python.js", lambda route: route.fulfill(status=404))
    _, box = next(boxes(page, written, "code"))
    box.run(until="This page has no Python here that could check it.")
    assert box.mark == ""
    box.look()
    assert box.find(".exercise__solution .output").is_visible()
    page.wrong.clear()


def test_an_exercise_goes_by_keyboard_alone(page, secant):
    key, at = page.keyboard.press, "document.activeElement."
    secant.find("a.term").focus()
    for wanted in ("INPUT", "BUTTON", "SUMMARY"):
        key("Tab")
        assert page.evaluate(f"{at}tagName") == wanted
    key("Shift+Tab")
    key("Shift+Tab")
    page.keyboard.type("6")
    key("Enter")
    assert page.evaluate(f"{at}tagName") == "INPUT", "the focus was lost"
    key("Tab")
    key("Tab")
    key("Enter")  # Start again
    assert secant.said == page.evaluate(f"{at}value") == ""

    guess = Exercise(page, "a-line-that-is-too-high")
    guess.find("input").first.focus()
    key("ArrowDown")
    key("Enter")
    assert guess.said
    assert page.evaluate(f"{at}textContent") == "What happens"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_field_and_its_button_stand_in_one_row_below_a_heading(page, secant, width):
    page.set_viewport_size({"width": width, "height": 800})
    field, button = secant.fields.bounding_box(), secant.submit.bounding_box()
    assert field["x"] + field["width"] < button["x"]
    assert abs(field["y"] + field["height"] / 2 - button["y"] - button["height"] / 2) < 8
    assert page.get_by_role("heading", name="The slope of one secant").is_visible()


def test_a_screen_reader_is_told_what_belongs_together(page, secant):
    box = page.get_by_role("group", name="The slope of one secant")
    field = box.get_by_role("textbox", name="The slope of the secant")
    described = "field => field.ariaDescribedByElements.map((part) => part.textContent).join(' | ')"
    assert field.evaluate(described) == "within 0.5 % is near enough | "
    secant.give("6")
    assert "| ✗ Not yet. Too low" in field.evaluate(described)
    group = page.get_by_role("group", name="Staying level")
    choices = group.get_by_role("group", name="Staying level").get_by_role("radio").all()
    names = {radio.evaluate("radio => radio.labels[0].textContent.trim()") for radio in choices}
    assert len(choices) == len(names) == 4
    assert all(name.startswith("Along") for name in names)


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_answered_exercises(page, written, overflowing, width):
    page.set_viewport_size({"width": width, "height": 800})
    for lesson in dict.fromkeys(one.url for one in written):
        page.goto(lesson)
        for one in (one for one in written if one.url == lesson):
            box = Exercise(page, one.id)
            if one.asked == "numbers":
                box.give(*(one.slips()[0] if one.items[0] else one.answer))
            elif one.asked == "choice":
                box.choose(len(one.items) - 1)
            else:
                box.submit.click()
        page.get_by_text("✗").first.wait_for()
        assert not problems(page, STRUCTURE)
        assert not overflowing(page)
        for scheme in SCHEMES:
            in_scheme(page, scheme)
            assert not problems(page, COLOURS)


# --- what is kept -----------------------------------------------------------------------------------------------------


def test_answers_and_what_was_said_survive_a_reload(page, secant):
    level, guess = Exercise(page, "staying-level"), Exercise(page, "a-line-that-is-too-high")
    secant.give("6")
    level.choose(2)
    guess.choose(0)
    before = [(box.said, box.mark) for box in (secant, level, guess)]
    page.reload()
    assert [(box.said, box.mark) for box in (secant, level, guess)] == before
    assert secant.fields.input_value() == "6"
    assert level.find("input:checked").get_attribute("value") == "2"
    assert guess.find("input").first.is_disabled()


def test_looking_first_is_something_to_review_right_stays_right_and_printing_is_no_look(
    page, secant
):
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert secant.find(".exercise__solution").get_attribute("open") is not None
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert stored(page)["exercises"] == {}
    secant.look()
    assert secant.mark == SHOWN
    assert secant.give("6.5").startswith("✓ Right.")
    assert secant.mark == SHOWN
    secant.again()
    secant.give("6")
    secant.give("6.5")
    assert secant.mark == RIGHT
    secant.give("6")
    secant.look()
    assert secant.mark == RIGHT


def test_the_choices_have_an_order_of_the_readers_own(chromium, address):
    def order(page) -> tuple[str, ...]:
        page.goto(FIRST)
        radios = Exercise(page, "staying-level").box.page.locator("input[type=radio]")
        return tuple(radio.get_attribute("value") for radio in radios.all())

    found = set()
    for _ in range(4):
        with opened(chromium, address) as page:
            found.add(order(page))
            assert order(page) in found
    assert len(found) > 1


def test_the_lesson_and_the_progress_page_count_what_was_done(page, secant, written):
    own = [one for one in written if one.url == FIRST]
    count = page.locator("exercise-count").first
    assert count.inner_text() == f"0 of {len(own)} exercises"
    secant.give("6.5")
    Exercise(page, INNER).give("8")
    told = f"1 of {len(own)} exercises · 1 to review"
    assert count.inner_text() == told
    page.goto("progress/")
    assert count.inner_text() == told
    rows = page.locator(".exercises-of").first.locator("li").all()
    rows = [" ".join(row.inner_text().split()) for row in rows]
    assert len(rows) == len(own)
    assert {
        "The slope of one secant ✓ right",
        "A function inside a function ↻ missed so far",
    } <= set(rows)
    page.get_by_role("link", name="A function inside a function").click()
    page.wait_for_url(f"**/{FIRST}#{INNER}")
    assert page.locator("section.exercise:target").is_visible()


def test_an_answer_with_too_few_parts_takes_no_focus(page):
    kept = {"result": "missed", "given": []}
    remember(page.context, {"exercises": {f"{KEY}/{FIRST.split('/')[-2]}#{SECANT}": kept}})
    page.goto(FIRST)
    expect(page.locator(f"#{SECANT} exercise-mark")).to_have_text(MISSED)
    assert page.evaluate("document.activeElement === document.body")


def test_an_exercise_that_has_changed_forgets_what_was_answered_to_another(page):
    kept = {"result": "right", "given": ["6.5"], "of": 1}
    remember(page.context, {"exercises": {f"{KEY}/{FIRST.split('/')[-2]}#{SECANT}": kept}})
    page.goto(FIRST)
    box = Exercise(page, SECANT)
    expect(box.box.get_by_text("has changed since you answered it")).to_be_visible()
    assert box.mark == box.fields.input_value() == ""
    box.give("6.5")
    page.reload()
    assert box.mark == RIGHT


def test_without_storage_an_answer_holds_for_the_page_and_the_page_says_so(page, written):
    page.add_init_script(NO_MEMORY)
    _, code = next(boxes(page, written, "code"))
    code.code.fill("half")
    code.code.fill("half a thought")
    expect(code.box.get_by_text("copy your code before you leave")).to_have_count(1)
    page.goto(FIRST)
    box = Exercise(page, SECANT)
    assert "does not let this site store anything" in box.give("6.5")
    assert box.mark == RIGHT
    page.reload()
    assert box.mark == ""
    page.wrong.clear()  # the theme's own scripts complain


def test_without_javascript_there_is_a_question_and_a_folded_solution(chromium, address, written):
    buttons = re.compile("Check|Commit|Run and|again")
    with chromium.new_context(base_url=address, java_script_enabled=False) as context:
        page = context.new_page()
        for one in written:
            if one.url not in page.url:
                page.goto(one.url)
            box = page.locator(f"[id='{one.id}']")
            assert not box.get_by_role("button", name=buttons).count()
            assert box.locator(".exercise__choice").count() == len(one.of("choice"))
            assert not box.locator(".exercise__field:visible").count()
            box.locator(".exercise__solution > summary").click()
            assert box.locator(".exercise__solution .output").last.is_visible()


def test_an_exercise_answers_from_a_folder(chromium, address, folder):
    """Where a browser loads no modules, and so no Python."""
    with opened(chromium, address) as page:
        page.goto((folder.folder / FIRST / "index.html").as_uri())
        secant = Exercise(page, SECANT)
        assert secant.give("6.5").startswith("✓ Right.")
        code = Exercise(page, "nudge-it-yourself")
        expect(code.box.get_by_text("This page has no Python here")).to_be_visible()
        expect(code.role("button", name="Run and check")).to_be_disabled()
        page.reload()
        assert secant.mark == RIGHT
