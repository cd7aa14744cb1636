"""A number in a page's words is printed by a block, given to one, or computed into the words; else the build stops."""

from decimal import Decimal

import pytest
from kit import ADDED, ALT, LESSON, PAGES, Page, Project, drawing, fence
from shared import Break, Fault, breaks, shows

from scripts.claims import prose

BLOCK = """\
```python exec="on"
slope = 2.75
print(f"{-slope / 30:.6f}", 1234567, "1,300.5", f"{7.5e-08:.1e}")  # 0.31
print(12.6)
```
"""
EXERCISE = """\
/// exercise | A slope of 41 in a title
A question with 42.

- answer `slope` within 0.25 %: Slope 43
- slip `slope + 2.25`: A hint with 44,
  and 45 below it.

/// solution
A solution with 46.

```python exec="on"
slope = 8.0
print(f"slope {slope:g}")
```
///"""


def read(text: str) -> list[str]:
    return [str(number.value.normalize()) for number in prose.numbers(text)]


WRITTEN = {
    "A slope of 2.75, and −9.40 or $-9.40$.": "2.75 -9.4 -9.4",
    "It takes 1,234 steps, 1 234 or 1\u202f234, or $1{,}234$, or $1\\,234$.": "1234 " * 5,
    "The list (21,22) and the points $(0.25, 1)$.": "21 22 0.25",
    "Between 12–15 and x-12, or $x-12$, or $x - 12$.": "12 15 12 12 12",
    "At 1.5e-8, 1.5 × 10⁻⁸, $1.5\\cdot 10^{-8}$ and $1.5 \\times 10^{-8}$.": "1.5E-8 " * 4,
    "Of one digit: 7, 300, 0.5, 1e-7, $10^{-17}$, 10⁻¹⁷, $2^{10}$.": "",
    "The 257th, 71x and 24 %; $12x^{34} + \\frac{1}{56} + \\tfrac12$.": "257 71 24 12 34 56",
    "The end is 12.": "12",
    "$$\nx = 0.0845 % to > 12\n% 0 < 25\n$$ and $x = 31\\% % x < 35$.": "0.0845 31",
    "[0.25 here](#secant-to-tangent:h=0.25) and [0.35 here](#secant-to-tangent:h=0.25).": "0.35",
    "[In 25 steps](other.md#section-31) or [12](https://example.org/99).": "25 12",
    "It is `9.99` or ``-12.5``, and not `9.99 J` or `x`.": "9.99 -12.5",
    "`x = 12.5`, ``a ` 12.5``, float32, CS231n, version 1.22.3, <b id='a12'>, {{12.5:g}}.": "",
    "On 23 November 2026, 2026-11-23, in May 2027.\n\n<!-- 12 -->\n\n12. listed\n": "",
    "## Sources\n\nNature 323 (1986), section 8.1.\n\n## After\n\n29": "29",
    "---\ndescription: takes 11\nable:\n  - do 12\ndate: 2026-11-22\ngiven: {13: so}\n---\n14": "11 12 14",
    f'```python exec="on" alt="About 2.5 and" caption="{3.5}" timeout="45"\nx = 12.5  # 99\n```': "2.5 3.5",
    '```python exec="on"\n#| alt: About 2.5\n#|   and 3.5\n#| timeout: 45\nx = 12.5\n```': "2.5 3.5",
    '```python exec="on"\nx = 3  # gives 12.5\ny = 4  # 7.25 is given, 2 → 8.25\n# = 9.25\n```': "12.5 8.25 9.25",
    '```python exec="on"\n#| alt: A line\ntitle("of 12.5", f"{x:.25f} 13.5", box="round,pad=0.25")\n```': "12.5 13.5",
    '```python exec="on"\nprint("of 12.5")\n```': "",
    '```python exercise="checks"\nassert f(2) == 41, f"should be 41.5, is {f(2):.22f}"\n```': "41.5",
    "```text\n12.5\n```\n\n```console\n13.5\n```\n\n```bash\n14.5\n```": "12.5 13.5",
    "So $x = - 12.7$ and $x = -\\,12.7$, –12.7, _12.9_, a\n14. Not listed, 3 - 15.": "-12.7 -12.7 -12.7 12.9 14 15",
    "So $\\$5$ and x12, $y$.": "",
    EXERCISE: "41 42 43 44 45 46",
}


@pytest.mark.parametrize(("text", "values"), WRITTEN.items())
def test_numbers_are_found_in_words_and_formulas(text: str, values: str):
    assert read(text) == [str(Decimal(value).normalize()) for value in values.split()]


def test_a_number_is_found_where_it_stands():
    (number,) = prose.numbers("One\n$$\nx =\n  0.0845\n$$")
    assert (number.line, number.at, number.text) == (4, 2, "0.0845")


HELD = {
    "-0.0917": True,  # printed -0.091667
    "−0.09167": True,
    "-0.09": True,
    "0.0917": False,  # it has lost its sign
    "-0.0916": False,
    "-0.0918": False,
    "-9.2 %": True,
    "9.2 %": False,
    "-9.3 %": False,
    "1,234,567": True,
    "1,234,568": False,
    "1.23 × 10⁶": True,
    "1.24 × 10⁶": False,
    "1300.5": True,
    "-1300.5": False,  # it was printed without the sign
    "7.5e-8": True,
    "$7.6\\cdot 10^{-8}$": False,
    "12.6": True,
    "12.60": True,
    "13": False,  # a whole number is not taken for a rounded one
    "2.75": True,  # given
    "2.750": True,
    "-2.75": False,
    "2.8": False,
    "0.31": False,  # a comment
}


@pytest.mark.parametrize(("number", "good"), HELD.items())
def test_a_number_is_given_or_rounds_what_is_printed(number: str, good: bool):
    page = f"It is {number}.\n\n{BLOCK}"
    found = list(prose.wrong(page, ["-0.091667 1234567 1,300.5 7.5e-08\n12.6\n"]))
    assert [n.text for n, _ in found] == ([] if good else [number.replace("$", "")])


def block(value: str) -> str:
    return (
        f"""```python exec="on"\n#| alt: Drawn\n#|   {value}.\n#| caption: ALT\nx = {value}\n```"""
    )


PARTED = f"""\
---
description: SUMMARY
---
FIRST

{block("0.11")}

ABOVE

/// exercise | TITLE
QUESTION

- answer `x` within 0.17 %: QUESTION
- slip `x`: HINT

/// solution
{block("0.22")}

SOLUTION
///

BETWEEN

{block("0.33")}

LAST
"""
# What the words at each place may name of the blocks' results 0.11, 0.22 and 0.33; the constants are 1 less.
BELONGS = {
    "SUMMARY": "0.11 0.22 0.33 -0.89 -0.78 -0.67",
    "FIRST": "0.11 -0.89",
    "ABOVE": "0.11 -0.89 -0.67",
    "TITLE": "0.11 0.22 -0.89 -0.78",
    "HINT": "0.11 0.22 -0.89 -0.78",
    "SOLUTION": "0.11 0.22 -0.89 -0.78",
    "BETWEEN": "0.11 -0.89 -0.67",
    "LAST": "0.33 -0.67",
}


@pytest.mark.parametrize(("place", "may"), BELONGS.items())
def test_a_number_is_held_to_the_code_that_its_words_belong_to(place: str, may: str):
    results = ["0.11", "0.22", "0.33"]
    source = PARTED.replace("ALT", "").replace(place, f"{place} VALUES", 1)
    for value in results:  # in the code stands another number than the one that is printed
        source = source.replace(f"x = {value}", f"x = {Decimal(value) - 1}")
        source = source.replace(f"Drawn {value}.", "")
    values = "0.11 0.22 0.33 -0.89 -0.78 -0.67"
    found = prose.wrong(source.replace("VALUES", values), results)
    assert {number.text for number, _ in found} == {*values.split()} - {*may.split()}


def test_the_words_of_a_figure_are_held_to_its_own_block():
    source = PARTED.replace("ALT", "0.22")
    found = prose.wrong(source, ["0.11", "0.22", "0.33"])
    assert [number.text for number, _ in found] == ["0.22", "0.22"]


FIGURE = """\
import matplotlib.pyplot as plt
slope = 30.25
plt.plot([0, slope])
plt.show()
print(f"{{slope}} is {slope}")"""
COMPUTED = f"""\
{BLOCK}
Here {{{{slope:.1f}}}} and $x = {{{{-slope}}}}$, `{{{{slope}}}}`, {{{{f"{{1/4:.2f}}"}}}}.

<!-- {{{{slop}}}}
{{{{slop}}}} -->

```text
{{{{slop}}}}
```

```python exec="on"
#| alt: A line that climbs
#|   to {{{{slope}}}}.
#| caption: It ends at {{{{slope:.0f}}}}.
{FIGURE}
```

/// exercise | The slope
Not {{{{slope - 1:g}}}}.

- answer `slope` exactly: Slope
- slip `slope + 1`: Not {{{{slope + 1:.1f}}}},
  nor {{{{slope + 2:.2f}}}}.

/// solution
It is {{{{slope:.3f}}}}.

```python exec="on"
import atexit
atexit.register(print, "late")
slope = 8.0
```
///

After it still {{{{slope}}}}."""


def words(page: Page) -> str:
    return " ".join(page.soup.article.get_text(" ").split())


@shows(COMPUTED)
def test_numbers_are_computed_by_the_block_that_the_words_belong_to(shown: Page):
    said = words(shown)
    assert "Here 2.8 and" in said
    assert "x = -2.75" in shown.html
    assert "{{slope}}" in [code.get_text() for code in shown.soup.select("p code")]
    assert ", 0.25 ." in said or ", 0.25." in said
    assert shown.soup.select_one("svg[role=img]")["aria-label"] == "A line that climbs to 30.25."
    assert shown.soup.figcaption.get_text() == "It ends at 30."
    assert FIGURE in [listing.text.strip() for listing in shown.listings]
    assert "{{slop}}" in shown.soup.select_one(".highlight:not(.listing *)").get_text()
    for part in ("Not 7.", "Not 9.0, nor 10.00.", "It is 8.000.", "After it still 30.25."):
        assert part in said
    assert shown.outputs.endswith("late\n")


def test_a_computed_number_follows_the_code(project: Project):
    project.lesson(COMPUTED)
    project.built()
    project.edit(f"docs/{LESSON}", "slope = 2.75", "slope = 4.25")
    assert "Here 4.2 and" in words(project.built().lessons[0])


NAMED = PAGES[LESSON].replace("able:", "given: {2027: a year, '1.5e-8': a constant}\nable:")
GOOD = {
    "a number that is named with its reason": (
        "lesson",
        NAMED + "\nIn 2027, with $1.5\\cdot 10^{-8}$.\n",
    ),
    "any number on a page without code": (
        "post",
        "---\ndate: 2026-01-02\n---\n\n# Of them\n\nIn 2027.\n\n<!-- more -->\n",
    ),
}


@pytest.mark.parametrize("shown", GOOD.values(), ids=GOOD, indirect=True)
def test_a_number_that_is_no_result_is_published(shown: Page):
    assert "In 2027" in words(shown)


@pytest.mark.parametrize("faults", ["It is 12.7\n\nand 13.75."], ids=["two"], indirect=True)
def test_all_wrong_numbers_of_a_page_are_told_at_once(faults: list[Fault]):
    for fault, line, number in zip(faults, (1, 3), ("12.7", "13.75"), strict=True):
        assert fault.line == ADDED + line - 1
        assert fault.says.startswith("the block that these words belong to, as a")
        assert (
            f"nor is given the number {number} (the nearest that is printed is 9.0). " in fault.says
        )


BREAKS = {
    "a number that nothing prints": Break("It is 12.7 here.", "the number 12.7 (the near", "12.7"),
    "a wrong number in a formula": Break("$$\nx_1 =\n12.7\n$$", "the number 12.7", "12.7"),
    "a wrong number in a caption": Break(
        fence(drawing(), f'{ALT} caption="It ends at 12.7."'), "the number 12.7", "12.7"
    ),
    "a wrong number in a text alternative": Break(
        fence(drawing(), 'alt="A line that climbs to 12.7."'), "the number 12.7", "12.7"
    ),
    "a wrong number in a hint": Break(
        f"/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n- slip `x + 1`: No,\n  it is 12.7.\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "the number 12.7",
        "12.7",
    ),
    "a wrong number in a comment": Break(
        fence("slope = 3\nslope * 2  # gives 12.7\nprint(slope)"), "the number 12.7", "12.7"
    ),
    "a wrong number in words that are drawn": Break(
        fence(drawing(more='plt.title("slope 12.7")'), ALT), "the number 12.7", "12.7"
    ),
    "a number computed from an unknown name": Break(
        f"{fence('slope = 1')}\n\nA {{{{slop:.2f}}}}.", "name 'slop' is not defined", "{{slop", 2
    ),
    "a number computed with an unknown format": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope:.2q}}}}.",
        "of type 'int'\n    {{slope:.2q}}\n",
        "{{slope",
        2,
    ),
    "a number computed from no expression": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope +}}}}.", "{{slope +}} is no Python", "{{slope"
    ),
    "a number that is computed to what nobody sees": Break(
        f"{fence('slope = chr(0x202e)')}\n\nA {{{{slope}}}}.", r"is '\u202e', which", "{{slope"
    ),
    "a number that is computed to none": Break(
        f"{fence('slope = 1')}\n\nA {{{{slope * float('nan')}}}}.", "is 'nan', which", "{{slope"
    ),
    **{
        f"a number that is computed to {number}": Break(
            f"{fence('slope = 1')}\n\nA {{{{{code}}}}}.", f"is '{number}', which", f"{{{{{code}"
        )
        for code, number in {
            "1e-7 * slope": "1e-07",
            "-slope / 1e3:.2f": "-0.00",
            "0.1 + 0.2 * slope": "0.30000000000000004",
            "print()": "None",
        }.items()
    },
    "braces of a formula that would be computed": Break(
        "$x^{{\\frac12}}$", "write the braces with a space between: { {", "{{"
    ),
}


@breaks(BREAKS)
def test_a_broken_number_stops_the_build_and_says_where(broken: Break, faults: list[Fault]):
    broken.check(faults)
