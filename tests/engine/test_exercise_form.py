"""An exercise's answer is computed, and whatever is wrong with an exercise stops the build and says where."""

import base64
import json
import re

import pytest
from kit import LESSON, Page, Project

NUMBERS = """\
/// exercise | A slope by rule {#slope}
What is the slope of $x^3$ at 2?

- answer `slope` within 0.5 %: Slope
- slip `x**3`: That is the height of the curve.
- slip `-slope`: The curve climbs.

/// solution
By the power rule.

```python exec="on"
x = 2
slope = 3 * x**2
print("slope", slope)
```
///"""
CHOICE = """\
/// predict | Up or down
Where does $x^3$ go at 2?

- choice `slope > 0`: It climbs.
  As $x$ grows, so does $x^3$.
- choice `slope <= 0`: It does not climb.
  Look at 2 and at 3.

/// solution
```python exec="on"
slope = 3 * 2**2
```
///"""
CODE = """\
/// exercise | Write it
Complete it.

```python exercise="start"
def double(x):
    return ...
```

```python exercise="checks"
assert double(2) == 4, "twice two"
```

/// solution
```python exec="on"
def double(x):
    return 2 * x
```
///"""


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


TWO = changed(NUMBERS, ": Slope\n", ": Slope\n- answer `x` exactly: x\n")
TWO = changed(TWO, "`x**3`", "`(x**3, ...)`")
TWO = changed(TWO, "`-slope`", "`(-slope, x + 1)`")

# What is wrong; what the message says of it; the words of the line that it must name, if not the first.
BREAKS = {
    "an unknown kind": (
        changed(NUMBERS, "exercise |", "exercize |"),
        "did you mean 'exercise'?",
        "",
    ),
    "an unknown part": (
        changed(NUMBERS, "/// solution", "/// answer"),
        "/// answer is nothing that",
        "/// answer",
    ),
    "no title": (
        changed(NUMBERS, " | A slope by rule {#slope}", ""),
        "an exercise has a title",
        "",
    ),
    "no end": (NUMBERS.removesuffix("///"), "never closed", ""),
    "no end before the next": (
        NUMBERS.removesuffix("///") + CHOICE,
        "is not closed before",
        "/// predict",
    ),
    "an end without a beginning": ("///", "/// stands outside of an exercise", ""),
    "a solution without an exercise": ("/// solution", "stands outside of an exercise", ""),
    "no solution": (NUMBERS.split("/// solution")[0] + "///", "has one worked solution", "\n///"),
    "two solutions": (
        changed(NUMBERS, "By the", "/// solution\nBy the"),
        "one worked solution",
        "\n/// solution\nBy",
    ),
    "an unknown word": (
        changed(NUMBERS, "- slip `x", "- slipp `x"),
        "did you mean 'slip'?",
        "- slipp",
    ),
    "no colon": (
        changed(NUMBERS, "within 0.5 %: Slope", "within 0.5 %"),
        "with a colon",
        "- answer",
    ),
    "no room": (changed(NUMBERS, " within 0.5 %", ""), "says how near is near enough", "- answer"),
    "a bad room": (
        changed(NUMBERS, "within 0.5 %", "within a hair"),
        "'within a hair'",
        "- answer",
    ),
    "room for a slip": (
        changed(NUMBERS, "`x**3`:", "`x**3` exactly:"),
        "stands nothing",
        "- slip `x",
    ),
    "no Python": (
        changed(NUMBERS, "`x**3`", "`x cubed`"),
        "'x cubed' is not a Python",
        "- slip `x",
    ),
    "a typed answer": (
        changed(NUMBERS, "`slope` w", "`12` w"),
        "the answer 12 is typed",
        "- answer",
    ),
    "an unknown name": (
        changed(NUMBERS, "`slope` w", "`slop` w"),
        "NameError: name 'slop'",
        "- answer",
    ),
    "an answer of two numbers": (
        changed(NUMBERS, "`slope` w", "`(x, x)` w"),
        "is 2 numbers",
        "- answer",
    ),
    "a slip of two numbers": (
        changed(NUMBERS, "`x**3`", "`(x, 1)`"),
        "is 2 numbers, the answer 1",
        "- slip `(",
    ),
    "a slip like the answer": (
        changed(NUMBERS, "`x**3`", "`12.05`"),
        "told from the right answer",
        "- slip `1",
    ),
    "a slip near the answer": (
        changed(NUMBERS, "`x**3`", "`12.1`"),
        "told from the right answer",
        "- slip `1",
    ),
    "a slip like another": (
        changed(NUMBERS, "`-slope`", "`8.01`"),
        "told from the slip x**3",
        "- slip `8",
    ),
    "a slip of nothing": (
        changed(NUMBERS, "`x**3`", "`...`"),
        "the slip ... is ..., which is no number",
        "- slip `...",
    ),
    "an answer left open": (
        changed(NUMBERS, "`slope` w", "`[slope, ...][1]` w"),
        "is ..., which is no number",
        "- answer",
    ),
    "an open slip like the answer": (
        changed(TWO, "(x**3, ...)", "(..., x)"),
        "told from the right answer",
        "- slip `(...",
    ),
    "a slip that an open one covers": (
        changed(TWO, "(-slope, x + 1)", "(8.01, x + 1)"),
        "told from the slip (x**3, ...), 8, ...",
        "- slip `(8.01",
    ),
    "a slip without a hint": (
        changed(NUMBERS, ": The curve climbs.", ":"),
        "without a hint",
        "- slip `-",
    ),
    "per cent of nothing": (
        changed(NUMBERS, "`slope` w", "`x - 2` w"),
        "is 0, of which there is no",
        "- answer",
    ),
    "no finite answer": (
        changed(NUMBERS, "`slope` w", "`x * 1e999` w"),
        "x * 1e999 is inf",
        "- answer",
    ),
    "two numbers, one name": (
        changed(NUMBERS, "- slip `x", "- answer `x` exactly:\n- slip `x"),
        "needs a name",
        "- answer `x`",
    ),
    "markup in a name": (changed(NUMBERS, ": Slope", ": $f'$"), "is plain words", "- answer"),
    "nothing asked": (re.sub(r"(?m)^- .*\n", "", NUMBERS), "asks for one thing", ""),
    "a slip alone": (re.sub(r"(?m)^- answer.*\n", "", NUMBERS) + "", "asks for one thing", ""),
    "numbers and choices": (
        changed(CHOICE, "- choice `slope >", "- answer `slope` exactly: s\n- choice `slope >"),
        "asks for one thing",
        "",
    ),
    "a choice with a slip": (
        changed(CHOICE, "- choice `slope >", "- slip `3`: s\n- choice `slope >"),
        "only an answer",
        "- slip",
    ),
    "no code that computes": (
        changed(NUMBERS, '```python exec="on"', "```text"),
        "needs an executed block",
        "",
    ),
    "one choice": (
        changed(CHOICE, "- choice `slope <= 0`: It does not climb.\n  Look at 2 and at 3.\n", ""),
        "has one choice",
        "",
    ),
    "no choice is right": (changed(CHOICE, "slope > 0", "slope > 99"), "0 are right, not one", ""),
    "two choices are right": (
        changed(CHOICE, "slope <= 0", "slope >= 0"),
        "2 are right, not one",
        "",
    ),
    "a choice without a reason": (
        changed(CHOICE, "  Look at 2 and at 3.\n", ""),
        "without an explanation",
        "- choice `slope <=",
    ),
    "a choice without a word": (
        changed(CHOICE, "It does not climb.", "$f' < 0$."),
        "has a choice without a word",
        "- choice `slope <=",
    ),
    "a wrong solution": (
        changed(CODE, "return 2 * x", "return x"),
        "the solution does not pass the checks: AssertionError: twice two",
        "assert",
    ),
    "a start that is done": (
        changed(CODE, "return ...", "return x + x"),
        "checks pass before",
        'exercise="checks"',
    ),
    "no checks": (
        re.sub(r'(?s)```python exercise="checks".*?```', "", CODE),
        "needs both fences",
        "",
    ),
    "checks twice": (
        changed(CODE, "/// sol", '```python exercise="checks"\n1\n```\n/// sol'),
        "belongs once",
        '"checks"\n1',
    ),
    "a prediction of code": (changed(CODE, "/// exercise", "/// predict"), "is a prediction", ""),
    "a part of nothing": ('```python exercise="start"\n1\n```', "belongs once in the question", ""),
    "a bad part": (changed(CODE, '"start"', '"begin"'), "exercise='begin'", '"begin"'),
    "an anchor twice": (
        NUMBERS + "\n\n" + CHOICE.replace("down", "down {#slope}"),
        "has the anchor slope already",
        "/// predict",
    ),
    "a title twice": (
        CHOICE + "\n\n" + changed(CHOICE, "Where does", "Whither does"),
        "has the anchor up-or-down already; give this one another: /// predict | Up or down {#another}",
        "/// predict | Up or down\nWhither",
    ),
    "a title like a heading": (
        changed(CHOICE, "Up or down", "Steps") + "\n\n## Steps",
        "takes the anchor steps from the heading",
        "",
    ),
    "an anchor of two words": (
        changed(NUMBERS, "{#slope}", "{#the slope}"),
        "an anchor is one word",
        "",
    ),
    "slashes off the margin": (
        changed(NUMBERS, "/// solution", " /// solution"),
        "begins at the margin",
        " /// solution",
    ),
    "a whole exercise off the margin": (re.sub("(?m)^(?=.)", " ", NUMBERS), "at the margin", ""),
    "two slashes": (
        changed(NUMBERS, "/// solution", "// solution"),
        "with three: ///",
        "// solution",
    ),
    "a title without its bar": (changed(NUMBERS, " | A", " A"), "/// exercise | A title", ""),
    "slashes in a quotation": ("> /// exercise | A", "published as prose: '/// exercise", None),
    "a slip below a slip, off the margin": (
        changed(NUMBERS, "- slip `-", "  - slip `-"),
        "is written - slip `code`: words",
        "  - slip `-",
    ),
    "an item in the solution": (
        changed(NUMBERS, "By the power", "- slip `x`: That is $x$.\n\nBy the power"),
        "before its solution",
        "- slip `x`",
    ),
    "a hint that goes on at the margin": (
        changed(NUMBERS, "of the curve.", "of the curve,\nnot its slope."),
        "below a slip: words that go on with it are indented",
        "not its slope",
    ),
    "a hint that goes on off the margin": (
        changed(NUMBERS, "of the curve.", "of the curve.\n\n Not its slope."),
        "below a slip: words that go on with it are indented",
        " Not its slope",
    ),
    "a fence below an item": (
        changed(NUMBERS, "of the curve.", "of the curve.\n\n  ```text\n  x\n  ```"),
        "below a slip: words that go on with it are indented",
        "  ```text",
    ),
    "an answer in words": (
        changed(NUMBERS, "`slope` w", "`str(slope) + ' m'` w"),
        "is '12 m', which is no number",
        "- answer",
    ),
    "an answer that is a function": (
        changed(NUMBERS, "`slope` w", "`print` w"),
        "the answer print is <built-in function print>, which is no number",
        "- answer",
    ),
    "a slip in a table": (
        changed(NUMBERS, "`x**3`", "`[[x, x]]`"),
        "the slip [[x, x]] is [[2, 2]], which is no number",
        "- slip `[[",
    ),
    "a check without words": (
        changed(CODE, ', "twice two"', "\nassert double(3) == 6, 'so'"),
        'assert …, "what is wrong"',
        "assert double(2)",
    ),
    "a start that is no Python": (
        changed(CODE, "return ...", "return = x"),
        "the start must run and fail a check's assertion; it ends with SyntaxError",
        "    return =",
    ),
    "a start that raises": (
        changed(CODE, "return ...", "return y"),
        "it ends with NameError: name 'y'",
        "    return y",
    ),
}
# What a slip of the pen makes of "- slip `x**3`: That …", each of which Markdown would publish.
SLIPS = (
    "- slip x**3: That",
    "- slip 1 / 3: That",
    "- Slip: That",
    "- slipp 8: That",
    "-slip `x**3`: That",
    "- slip`x**3`: That",
    "* slip `x**3`: That",
    "+ slip `x**3`: That",
    "– slip `x**3`: That",
    "1. slip `x**3`: That",
    " - slip `x**3`: That",
    "    - slip `x**3`: That",
    "slip `x**3`: That",
)
BREAKS |= {
    f"an item such as {slip!r}": (
        changed(NUMBERS, "- slip `x**3`: That", slip),
        "is written - slip `code`: words",
        slip,
    )
    for slip in SLIPS
}


@pytest.mark.parametrize(("text", "says", "at"), BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_exercise_stops_the_build_and_says_where(text, says, at, project: Project):
    before = project.lesson(text)
    done = project.build("-q", "--no-strict")
    assert done.returncode != 0, "it was published"
    assert says in done.stdout
    assert "Traceback" not in done.stdout
    where = LESSON
    if at is not None:
        where += (
            f", line {before + 1 + text[: text.index(at)].count(chr(10)) + at.startswith(chr(10))}"
        )
    assert re.search(re.escape(where) + r"\b", done.stdout), f"{where!r} is not in:\n{done.stdout}"
    off = sum(line.startswith((" /", " -")) for line in text.split("\n"))  # the margin
    said = done.stdout.count(f"\n{LESSON}")
    assert said == max(1, off), f"it says more than is wrong, or less:\n{done.stdout}"


def built(project: Project, text: str) -> tuple[Page, dict]:
    project.lesson(text)
    (page,) = project.built().lessons
    sealed = page.soup.select_one("section.exercise")["data-sealed"]
    return page, json.loads(base64.b64decode(sealed))


def test_the_answer_and_the_slips_are_computed_by_the_solution(project: Project):
    page, sealed = built(project, NUMBERS)
    assert sealed["answer"] == [pytest.approx([12, 0.06])]
    assert sealed["slips"] == [[pytest.approx([8, 0.04])], [pytest.approx([-12, 0.06])]]
    assert (
        page.soup.select_one("#slope .exercise__solution .output samp").get_text() == "slope 12\n"
    )
    page, sealed = built(project, NUMBERS.replace("x = 2", "x = 5"))
    assert sealed["answer"][0][0] == 75


TINY = changed(NUMBERS, "`slope` within 0.5 %", "`slope / 1e17` ROOM")
TINY = changed(TINY, "`x**3`", "`0`")
ROOMS = {
    "exactly": (1.2e-25, 0),
    "within 10 %": (1.2e-17, 0),
    "within 1e-17": (1e-17, 1e-17),
}


@pytest.mark.parametrize(("room", "rooms"), ROOMS.items())
def test_what_is_near_enough_is_a_share_of_the_number_unless_the_author_says_a_size(
    room: str, rooms: tuple, project: Project
):
    sealed = built(project, TINY.replace("ROOM", room))[1]
    (answer,), ((slip,), _) = sealed["answer"], sealed["slips"]
    assert answer == [pytest.approx(1.2e-16, rel=1e-12), pytest.approx(rooms[0], rel=1e-6, abs=0)]
    assert slip == [0, pytest.approx(rooms[1], rel=1e-6, abs=0)]


def test_a_whole_number_asked_for_exactly_is_that_number(project: Project):
    sealed = built(project, changed(NUMBERS, "within 0.5 %", "exactly"))[1]
    assert sealed["answer"] == [[12, 0]]


def test_a_slip_may_leave_a_number_open(project: Project):
    near = [pytest.approx([8, 0.04]), None]
    assert built(project, TWO)[1]["slips"][0] == near
    narrow_first = TWO.replace("(x**3, ...)", "(x**3, x + 1)").replace(
        "(-slope, x + 1)", "(8, ...)"
    )
    assert built(project, narrow_first)[1]["slips"][1] == near


def test_an_answer_follows_a_snippet_that_changes(project: Project):
    text = NUMBERS.replace(
        "x = 2\nslope = 3 * x**2", '--8<-- "differentiation/square.py"\nx = 2\nslope = f(x) + 1'
    )
    assert built(project, text)[1]["answer"][0][0] == 5
    project.edit("snippets/differentiation/square.py", "return x**2", "return x**4")
    assert built(project, text)[1]["answer"][0][0] == 17


def test_the_right_choice_is_computed_by_the_solution(project: Project):
    assert built(project, CHOICE)[1] == {"right": 0}
    assert built(project, CHOICE.replace("3 * 2**2", "-3 * 2**2"))[1] == {"right": 1}


def test_the_checks_of_code_are_kept_apart_from_the_page(project: Project):
    page, sealed = built(project, CODE)
    assert sealed["checks"].startswith("assert double(2) == 4")
    assert "twice two" not in page.html
    assert page.soup.textarea.get_text().strip() == "def double(x):\n    return ..."


def test_what_a_solution_prints_at_its_end_is_no_answer(project: Project):
    late = "import atexit\natexit.register(print, [99])\nx = 2"
    page, sealed = built(project, changed(NUMBERS, "x = 2", late))
    assert sealed["answer"][0][0] == 12
    assert "[99]" in page.outputs


def test_lists_and_words_that_are_no_items_are_published(project: Project):
    prose = "Of these:\n\n- slopes, and\n- $1/3$.\n\n*Slip* of the pen; the answer `x` is that.\n\n"
    page, _ = built(project, changed(NUMBERS, "- answer", prose + "- answer"))
    section = page.soup.select_one("section.exercise")
    assert section.li.get_text() == "slopes, and"
    assert "Slip of the pen" in section.get_text()


def test_a_hint_goes_on_after_an_empty_line(project: Project):
    text = changed(NUMBERS, "of the curve.", "of the curve.\n\n  Its slope is another number.")
    page, _ = built(project, text + "\n\nAfter it.")
    hint = page.soup.select_one(".exercise__hints li")
    assert [p.get_text() for p in hint.select("p")][1] == "Its slope is another number."
    assert page.soup.article.get_text().count("another number") == 1


def test_an_anchor_is_made_of_the_title_or_given(project: Project):
    for text, anchor in ((NUMBERS, "slope"), (CHOICE, "up-or-down")):
        page, _ = built(project, text)
        assert page.soup.select_one("section.exercise")["id"] == anchor


def test_slashes_in_a_fence_are_no_exercise(project: Project):
    project.lesson("```text\n/// exercise | Shown\n///\n```")
    (page,) = project.built().lessons
    assert not page.soup.select("section.exercise")
    assert "/// exercise | Shown" in page.soup.article.get_text()
