"""An exercise's answer is computed, and whatever is wrong with an exercise stops the build and says where."""

import re
from collections.abc import Iterator

import pytest
from kit import ADDED, Page, Project, changed, fence, unsealed
from shared import Fault, shows

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
assert [double(1), double(2)] == [2, 4], "twice two"
```

/// solution
```python exec="on"
def double(x):
    return 2 * x
```
///"""


MISSES = changed(
    CODE,
    "/// solution",
    '```python exercise="misses"\nreturn x  # twice two\nreturn x + 1  # twice\n```\n\n/// solution',
)
TWO = changed(NUMBERS, ": Slope\n", ": Slope\n- answer `x` exactly: x\n")
TWO = changed(TWO, "`x**3`", "`(x**3, ...)`")
TWO = changed(TWO, "`-slope`", "`(-slope, x + 1)`")

# What a slip of the pen makes of "- slip `x**3`: That …", each of which Markdown would publish.
SLIPS = """\
- slip x**3: That
- slip 1 / 3: That
- Slip: That
- slipp 8: That
-slip `x**3`: That
- slip`x**3`: That
* slip `x**3`: That
+ slip `x**3`: That
– slip `x**3`: That
1. slip `x**3`: That
 - slip `x**3`: That
    - slip `x**3`: That
slip `x**3`: That"""
ITEM, GOES_ON = "is written - slip `code`: words", "below a slip: words that go on with it are"
NO_NUMBER, HINT, CHOSEN = "which is no number", "of the curve.", "It does not climb."
YES, NO = "- choice `slope >", "- choice `slope <= 0`: It does not climb.\n  Look at 2 and at 3.\n"
TWICE, SOLUTION = ', "twice two"', '\n```\n\n/// solution\n```python exec="on"\n'  # of the code
# What is changed in an exercise, and what is said of the line that changes, or of that of the last words.
CHANGES = {
    NUMBERS: {
        "an unknown kind": ("exercise |", "exercize |", "did you mean 'exercise'?"),
        "an unknown part": ("/// solution", "/// answer", "/// answer is nothing that"),
        "no title": (" | A slope by rule {#slope}", "", "an exercise has a title"),
        "two solutions": ("By the", "/// solution\nBy the", "one worked solution"),
        "an unknown word": ("- slip `x", "- slipp `x", "did you mean 'slip'?"),
        "no colon": ("within 0.5 %: Slope", "within 0.5 %", "with a colon"),
        "no room": (" within 0.5 %", "", "says how near is near enough"),
        "a bad room": ("within 0.5 %", "within a hair", "'within a hair'"),
        "room for a slip": ("`x**3`:", "`x**3` exactly:", "stands nothing"),
        "no Python": ("`x**3`", "`x cubed`", "'x cubed' is not a Python"),
        "a typed answer": ("`slope` w", "`12` w", "the answer 12 is typed"),
        "an unknown name": ("`slope` w", "`slop` w", "NameError: name 'slop'"),
        "an answer of two numbers": ("`slope` w", "`(x, x)` w", "is 2 numbers"),
        "a slip of two numbers": ("`x**3`", "`(x, 1)`", "is 2 numbers, the answer 1"),
        "a slip like the answer": ("`x**3`", "`12.05`", "told from the right answer"),
        "a slip near the answer": ("`x**3`", "`12.1`", "told from the right answer"),
        "a slip like another": ("`-slope`", "`8.01`", "told from the slip x**3"),
        "a slip of nothing": ("`x**3`", "`...`", "the slip ... is ..., which is no number"),
        "an answer left open": ("`slope` w", "`[slope, ...][1]` w", "is ..., which is no number"),
        "a slip without a hint": (": The curve climbs.", ":", "without a hint"),
        "per cent of nothing": ("`slope` w", "`x - 2` w", "is 0, of which there is no"),
        "no finite answer": ("`slope` w", "`x * 1e999` w", "x * 1e999 is inf"),
        "two numbers, one name": ("- slip `x", "- answer `x` exactly:\n- slip `x", "needs a name"),
        "markup in a name": (": Slope", ": $f'$", "is plain words"),
        "markup in a title": ("| A slope", "| A *slope*", "a title is plain words"),
        "a room of nothing": ("within 0.5 %", "within 0", "nobody can answer slope within 0"),
        "a room without end": ("within 0.5 %", "within 1e999", "nobody can answer slope"),
        "a room that 0 is in": ("within 0.5 %", "within 250 %", "of 12 takes 0 for right as well"),
        "a number to its last digit": (
            "e` within 0.5 %",
            "e / 7` exactly",
            "nobody writes exactly",
        ),
        "a question for a number": ("`slope` w", "`slope > 0` w", "is true or false; that is"),
        "a complex number": ("`slope` w", "`slope + 0j` w", "is (12+0j), which is no number"),
        "an answer over two lines": (": Slope", ": The\n  slope", "name does not end in its line"),
        "an answer asked for twice": (
            "- slip `x",
            "- answer `slope` exactly: It\n- slip `x",
            "asks for slope twice",
        ),
        "fewer decimals than the room": (
            "slope` within 0.5 %: Slope",
            "slope / 7` within 0.001: Slope to two decimals",
            "1.71, as is asked, is not within 0.001",
        ),
        "fewer digits than the room": (
            "slope` within 0.5 %: Slope",
            "slope / 7` within 1e-7: Slope, to 6 digits",
            "1.71429, as is asked, is not within",
        ),
        "a heading in a solution": (
            "By the",
            "### Then\n\nBy the",
            "'### Then' where search",
            "/// ex",
        ),
        "a fold in a solution": (
            "By the",
            '??? note "N"\n\n    By the',
            "where search should see nothing",
            "/// ex",
        ),
        "a heading in a hint": (
            HINT,
            f"{HINT}\n\n  ## Not its",
            "where search should see nothing",
            "/// ex",
        ),
        "no code that computes": ('```python exec="on"', "```text", "needs an executed block", ""),
        "an anchor of two words": ("{#slope}", "{#the slope}", "an anchor is one word"),
        "slashes off the margin": ("/// solution", " /// solution", "begins at the margin"),
        "two slashes": ("/// solution", "// solution", "with three: ///"),
        "a title without its bar": (" | A", " A", "/// exercise | A title"),
        "a slip below a slip, off the margin": ("- slip `-", "  - slip `-", ITEM),
        "an item in the solution": ("By the", "- slip `x`: That.\n\nBy the", "before its solution"),
        "a hint that goes on at the margin": (HINT, f"{HINT}\nnot its.", GOES_ON, "not its"),
        "a hint that goes on off the margin": (HINT, f"{HINT}\n\n Not its.", GOES_ON, " Not its"),
        "a fence below an item": (HINT, f"{HINT}\n\n  ```text\n  x\n  ```", GOES_ON, "  ```text"),
        "an answer in words": ("`slope` w", "`str(slope) + ' m'` w", f"is '12 m', {NO_NUMBER}"),
        "an answer that is a function": ("`slope` w", "`print` w", f"function print>, {NO_NUMBER}"),
        "a slip in a table": ("`x**3`", "`[[x, x]]`", f"slip [[x, x]] is [[2, 2]], {NO_NUMBER}"),
        **{f"{slip!r}": ("- slip `x**3`: That", slip, ITEM) for slip in SLIPS.split("\n")},
    },
    TWO: {
        "an open slip like the answer": ("(x**3, ...)", "(..., x)", "told from the right answer"),
        "a slip that an open one covers": (
            "(-slope, x",
            "(8.01, x",
            "the slip (x**3, ...), 8, ...",
        ),
    },
    CHOICE: {
        "numbers and choices": (YES, f"- answer `x` exactly: s\n{YES}", "asks for one thing", ""),
        "a choice with a slip": (YES, f"- slip `3`: s\n{YES}", "only an answer"),
        "one choice": (NO, "", "has one choice", ""),
        "no choice is right": ("slope > 0", "slope > 99", "0 are right, not one", ""),
        "two choices are right": ("slope <= 0", "slope >= 0", "2 are right, not one", ""),
        "a choice without a reason": (
            "  Look at 2 and at 3.\n",
            "",
            "an explanation",
            "- choice `slope <=",
        ),
        "a choice over two lines": ("It climbs.", "It climbs\n  at 2.", "does not end in its line"),
        "a long choice over two lines": (
            "It climbs.",
            "It climbs, as does\n  Newton.",
            "does not end in its line",
        ),
        "a choice of those above": (
            CHOSEN,
            "Neither of the two above.",
            "'of the two above', but",
            "",
        ),
        "a choice like the first": (
            CHOSEN,
            "The same as the first.",
            "'same as the first', but",
            "",
        ),
        "a solution that counts choices": ("solution\n", "solution\nOption 2.\n", "'Option 2'", ""),
        "an explanation that counts them": ("Look at", "The first choice at", "'first choice'", ""),
        "a choice that is a number": ("`slope > 0`", "`slope`", "is 12, neither true nor false"),
        "two choices with the same words": (CHOSEN, "It climbs.", "says 'It climbs.' twice", ""),
        "a choice without a word": (CHOSEN, "$f' < 0$.", "has a choice without a word"),
    },
    CODE: {
        "a wrong solution": (
            "2 * x",
            "x",
            "not pass the checks: AssertionError: twice two",
            "assert",
        ),
        "a start that is done": ("...", "x + x", "checks pass before", 'exercise="checks"'),
        "checks twice": ("/// sol", '```python exercise="checks"\n1\n```\n/// sol', "belongs once"),
        "a prediction of code": ("/// exercise", "/// predict", "is a prediction"),
        "a bad part": ('"start"', '"begin"', "exercise='begin'"),
        "a check without words": (
            TWICE,
            "\nassert double(3) == 6, 'so'",
            'assert …, "what is wrong"',
        ),
        "checks that lean on the solution": (
            f"{TWICE}{SOLUTION}",
            f'{TWICE}\nassert np.abs(double(3)) == 6, "six"{SOLUTION}import numpy as np\n\n\n',
            "the checks ask for np, which neither the start nor they define",
            'exercise="checks"',
        ),
        "a start that is no Python": ("return ...", "return = x", "it ends with SyntaxError"),
        "checks that a number passes": (
            "[double(1), double(2)] == [2, 4]",
            "double(2) == 4",
            "4 in place of ... passes: check another",
            'exercise="checks"',
        ),
        "a start that raises": (
            "return ...",
            "return y",
            "the start must run and fail a check's assertion; it ends with NameError: name 'y'",
        ),
        "a miss in no question": (
            "/// solution\n",
            '/// solution\n```python exercise="misses"\n1\n```\n',
            "belongs once in the question",
        ),
    },
    MISSES: {
        "a miss that passes": (
            "return x + 1 ",
            "return x + x ",
            "of return x + x they say nothing",
        ),
        "a miss of which another thing is said": ("# twice\n", "# thrice\n", "they say Assertion"),
        "a miss without a comment": ("  # twice two", "", "ends with a comment"),
        "a miss that raises": ("return x + 1", "return y", "they say NameError"),
        "a start with nothing to complete": (
            "return ...",
            "return None",
            "the start has no line with ..., whose place",
            'exercise="start"',
        ),
    },
}
CHECKS, NAMED = CODE.split("\n\n")[2], changed(CHOICE, "down\n", "down {#slope}\n")
# Other texts with something wrong; what the message says, and the words of the line that it must name.
BREAKS = {
    "no end": (NUMBERS[:-3], "never closed", ""),
    "no end before the next": (f"{NUMBERS[:-3]}{CHOICE}", "is not closed before", "/// predict"),
    "an end without a beginning": ("///", "/// stands outside of an exercise", ""),
    "a solution without an exercise": ("/// solution", "stands outside of an exercise", ""),
    "no solution": (NUMBERS.split("/// solution")[0] + "///", "has one worked solution", "\n///"),
    "no question": (
        f"/// exercise | Of it\n\n- answer `x` exactly:\n\n/// solution\n{fence('x = 1')}\n///",
        "has no question",
        "/// exercise",
    ),
    "nothing asked": (re.sub(r"(?m)^- .*\n", "", NUMBERS), "asks for one thing", ""),
    "a slip alone": (re.sub(r"(?m)^- answer.*\n", "", NUMBERS) + "", "asks for one thing", ""),
    "no checks": (CODE.replace(CHECKS, ""), "needs both fences", ""),
    "a part of nothing": ('```python exercise="start"\n1\n```', "belongs once in the question", ""),
    "an anchor twice": (f"{NUMBERS}\n\n{NAMED}", "has the anchor slope already", "/// predict"),
    "a title twice": (
        CHOICE + "\n\n" + changed(CHOICE, "Where does", "Whither does"),
        "has the anchor up-or-down already; give this one another: /// predict | Up or down {#another}",
        "/// predict | Up or down\nWhither",
    ),
    "a title like a heading": (
        f"{CHOICE}\n\n## Up or down",
        "takes the anchor up-or-down from",
        "",
    ),
    "a whole exercise off the margin": (re.sub("(?m)^(?=.)", " ", NUMBERS), "at the margin", ""),
    "slashes in a quotation": ("> /// exercise | A", "published as prose: '/// exercise", ""),
}


def rows() -> Iterator[tuple]:
    """The text of each row, what the message says, and its line in the text."""
    for right, changes in CHANGES.items():
        for old, new, says, *at in changes.values():
            text = changed(right, old, new)
            pairs = enumerate(zip(right.split("\n"), text.split("\n"), strict=False))
            yield text, says, line_of(*at, text) if at else next(n for n, (a, b) in pairs if a != b)
    for text, says, at in BREAKS.values():
        yield text, says, line_of(at, text)


def line_of(words: str, text: str) -> int:
    return text.count("\n", 0, text.index(words)) + words.startswith("\n")


@pytest.mark.parametrize(
    ("faults", "text", "says", "line"),
    [(row[0], *row) for row in rows()],
    ids=[*(name for changes in CHANGES.values() for name in changes), *BREAKS],
    indirect=["faults"],
)
def test_a_broken_exercise_stops_the_build_and_says_where(text, says, line, faults: list[Fault]):
    assert ADDED + line in {fault.line for fault in faults}
    assert any(says in fault.says for fault in faults)
    off = sum(line.startswith((" /", " -")) for line in text.split("\n"))  # the margin
    assert len(faults) == max(1, off), "it says more than is wrong, or less"


def sealed(shown: Page) -> dict:
    """What is hidden in the exercise of a page."""
    return unsealed(shown.soup.select_one("section.exercise"))


def parametrized(rows: dict, name: str) -> pytest.MarkDecorator:
    """What must hold of each of these texts as it is published."""
    return pytest.mark.parametrize(("shown", name), rows.items(), indirect=["shown"])


@shows(NUMBERS)
def test_the_answer_and_the_slips_are_computed_by_the_solution(shown: Page):
    assert sealed(shown)["answer"] == [pytest.approx([12, 0.06])]
    assert sealed(shown)["slips"] == [[pytest.approx([8, 0.04])], [pytest.approx([-12, 0.06])]]
    output = shown.soup.select_one("#slope .exercise__solution .output samp")
    assert output.get_text() == "slope 12\n"


TINY = changed(changed(NUMBERS, "`slope` within 0.5 %", "`slope / 1e17` ROOM"), "`x**3`", "`0`")
ROOMS = {  # of the answer and of a slip of 0: a share of the number, unless the author says a size
    TINY.replace("ROOM", "exactly"): (1.2e-16, 1.2e-25, 0),
    TINY.replace("ROOM", "within 10 %"): (1.2e-16, 1.2e-17, 0),
    TINY.replace("ROOM", "within 1e-17"): (1.2e-16, 1e-17, 1e-17),
    changed(changed(NUMBERS, "within 0.5 %", "exactly"), "`x**3`", "`0`"): (12, 0, 0),
}


@parametrized(ROOMS, "rooms")
def test_what_is_near_enough_is_a_share_of_the_number_or_a_size_or_nothing(shown, rooms):
    (answer,), ((slip,), _) = sealed(shown)["answer"], sealed(shown)["slips"]
    number, near, near_0 = (pytest.approx(value, rel=1e-6, abs=0) for value in rooms)
    assert (answer, slip) == ([number, near], [0, near_0])


OPEN = {  # which slip of two leaves the second number open
    TWO: 0,
    changed(changed(TWO, "(x**3, ...)", "(x**3, x + 1)"), "(-slope, x + 1)", "(8, ...)"): 1,
}


@parametrized(OPEN, "at")
def test_a_slip_may_leave_a_number_open_also_after_a_narrow_one(shown: Page, at: int):
    assert sealed(shown)["slips"][at] == [pytest.approx([8, 0.04]), None]


@shows(MISSES)
def test_misses_are_not_published(shown: Page):
    assert sealed(shown)["checks"] == 'assert [double(1), double(2)] == [2, 4], "twice two"\n'
    assert "return x + 1" not in shown.html


def test_an_answer_follows_a_snippet_that_changes(project: Project):
    included = '--8<-- "differentiation/square.py"\nx = 2\nslope = f(x) + 1'
    project.lesson(changed(NUMBERS, "x = 2\nslope = 3 * x**2", included))
    for power, answer in ((2, 5), (4, 17)):
        project.edit("snippets/differentiation/square.py", "x**2", f"x**{power}")
        assert sealed(project.built().lessons[0])["answer"][0][0] == answer


@parametrized({CHOICE: 0, changed(CHOICE, "3 * 2**2", "-3 * 2**2"): 1}, "right")
def test_the_right_choice_is_computed_by_the_solution(shown: Page, right: int):
    assert sealed(shown) == {"right": right}


@shows(CODE)
def test_the_checks_of_code_are_kept_apart_from_the_page(shown: Page):
    assert sealed(shown)["checks"].startswith("assert [double(1), double(2)] == [2, 4]")
    assert "twice two" not in shown.html
    assert shown.soup.textarea.get_text().strip() == "def double(x):\n    return ..."


@shows(changed(NUMBERS, "x = 2", "import atexit\natexit.register(print, [99])\nx = 5"))
def test_what_a_solution_prints_at_its_end_is_no_answer(shown: Page):
    assert sealed(shown)["answer"][0][0] == 75
    assert "[99]" in shown.outputs


PROSE = "Of these:\n\n- slopes, and\n- $1/3$.\n\n*Slip* of the pen; the answer `x` is that.\n\n"


@shows(changed(NUMBERS, "- answer", PROSE + "- answer"))
def test_lists_and_words_that_are_no_items_are_published(shown: Page):
    section = shown.soup.select_one("section.exercise")
    assert section.li.get_text() == "slopes, and"
    assert "Slip of the pen" in section.get_text()


LONG = changed(
    NUMBERS, "of the curve.", "of the curve.\n\n  - A list.\n\n  Its slope is another number."
)


@shows(LONG + "\n\nAfter it.")
def test_a_hint_goes_on_after_an_empty_line(shown: Page):
    hint = shown.soup.select_one(".exercise__hints li")
    assert [p.get_text() for p in hint.select("p")][-1] == "Its slope is another number."
    assert shown.soup.article.get_text().count("another number") == 1


@parametrized({NUMBERS: "slope", CHOICE: "up-or-down"}, "anchor")
def test_an_anchor_is_made_of_the_title_or_given(shown: Page, anchor: str):
    assert shown.soup.select_one("section.exercise")["id"] == anchor


@shows("```text\n/// exercise | Shown\n///\n```")
def test_slashes_in_a_fence_are_no_exercise(shown: Page):
    assert not shown.soup.select("section.exercise")
    assert "/// exercise | Shown" in shown.soup.article.get_text()
