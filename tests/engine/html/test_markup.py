"""A formula is set and a link leads somewhere, wherever they stand; if not, the build stops and says where."""

import pytest
from kit import Page, fence
from shared import Break, Fault, breaks, shows

BREAKS = {
    "a displayed formula in a sentence": Break("So $$x$$ it is.", "formula x is not set", "$$x"),
    "a displayed formula in a table": Break(
        "| a |\n|---|\n| $$x$$ |", "formula x is not set", "$$x"
    ),
    "a displayed formula before a full stop": Break("So\n\n$$x$$.", "x is not set", "$$x"),
    "a displayed formula that ends in another paragraph": Break(
        "$$\nx\n\n$$", "dollar begins or ends no", "$$", times=2
    ),
    "a displayed formula that never ends": Break("$$\nx\n\nThen", "dollar begins or ends no", "$$"),
    "a formula in HTML": Break("One\n\n<div>$x$</div>", "the formula x is not set", "$x$"),
    "a formula that only once stands in words": Break(
        "So $x$.\n\n<div>$x$</div>", "is not set here or in line 20: it", "$x$"
    ),
    "a formula over two cells": Break(
        "| a | b | c | d |\n|-|-|-|-|\n| $|x | y|$ |", "not set here", "$|x"
    ),
    "a formula in an exercise's title": Break(
        f"/// exercise | Of $x$\nAsk.\n\n- answer `x` exactly:\n\n/// solution\n{fence('x = 1')}\n///",
        "has a title with markup",
        "Of $x$",
    ),
    "a formula with blanks": Break(
        "It is $ x $ here.", "dollar begins or ends no formula", "$ x $"
    ),
    "two sums of money": Break("It costs $5 and $6.", "is written \\$5", "$5"),
    "a formula in TeX's brackets": Break("It is \\(x\\) here.", "stands in $…$ or $$…$$", "\\(x"),
    "a formula in escaped brackets": Break("It is \\\\(x\\\\).", "stands in $…$ or $$…$$", "(x"),
    "a displayed formula in TeX's brackets": Break("\\[\nx = y\n\\]", "stands in $…$ or", "\\["),
    "TeX without dollars": Break("The half is \\frac{1}{2}.", "TeX, which stands in", "\\frac"),
    "a power without dollars": Break("The square x^2.", "TeX, which stands in $…$", "x^2"),
    "an environment without dollars": Break(
        "\\begin{aligned} x \\end{aligned}", "a formula stands in $…$ or", "aligned"
    ),
    "a computed number in TeX's own braces": Break(
        f"{fence('x = 1')}\n\n$\\hat{{{{x}}}}$", "For these alone write {x}", "hat"
    ),
    "a plain bracket": Break("Of [K x D] it is.", "a plain bracket is written \\[K x D\\]", "[K"),
    "an unknown command in a formula": Break("$\\fraq{1}{x}$.", "control sequence: \\fraq", "fraq"),
    **{
        f"{tex} without braces": Break(f"So ${tex}$ it is.", f"{part!r} in the formula", "So")
        for tex, part in {"x^10": "^10", "10^-7": "^-7", "x_max": "_max", "1e6": "1e6"}.items()
    },
    "a formula left open": Break("$$\n\\frac{1}{2\n$$", "expected '}'", "\\frac"),
    "a dead link to a page": Break("[there](nowhere.md)", "nowhere.md", "[there]"),
    "a dead link in HTML": Break('See <a href="nowhere/">it</a>.', "leads to 'nowhere/'", "See"),
    "a dead picture in HTML": Break('<img src="no.png" alt="">', "leads to 'no.png'", "img"),
    "a dead link to a file": Break("![a picture](nowhere.png)", "nowhere.png", "picture"),
    "an absolute link": Break("[there](/tutorials/)", "/tutorials/", "[there]"),
    "a dead link with its target below": Break(
        "[there][a]\n\n[a]: nowhere.md", "nowhere.md", "[a]:"
    ),
    "a dead anchor": Break("[there](#nowhere)", "#nowhere", "[there]"),
    "a dead anchor of another page": Break(
        "[there](index.md#nowhere)", "index.md#nowhere", "[there]"
    ),
    "a dead link in a hint": Break(
        "/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n- slip `x + 1`: See [it](nowhere.md).\n\n"
        f"/// solution\n{fence('x = 1')}\n///",
        "nowhere.md",
        "[it]",
    ),
    "a dead anchor in a solution": Break(
        "/// exercise | Of it\nAsk.\n\n- answer `x` exactly:\n\n"
        f"/// solution\nSee [it](#nowhere).\n\n{fence('x = 1')}\n///",
        "#nowhere",
        "[it]",
    ),
}


@breaks(BREAKS)
def test_a_broken_formula_or_link_stops_the_build_and_says_where(
    broken: Break, faults: list[Fault]
):
    broken.check(faults)


SET = {
    "in a paragraph": "One\n$$ y = x $$\ntwo",
    "in a paragraph, over lines": "One\n$$\ny\n= x\n$$\ntwo",
    "after an indented line": "One\n    $$y = x$$",
    "twice in a paragraph": "One\n$$y = z$$\n$$y = x$$",
    "in a list": "- one\n  $$y = x$$\n- two",
    "in a list, apart": "- one\n\n    $$\n    y = x\n    $$\n\n- two",
    "in a quotation": "> one\n> $$y = x$$\n> two",
}


@pytest.mark.parametrize("shown", SET.values(), ids=SET, indirect=True)
def test_a_displayed_formula_is_set_wherever_it_has_its_lines(shown: Page):
    assert shown.soup.select(".formula annotation")[-1].get_text().split() == ["y", "=", "x"]
    assert "$" not in shown.soup.article.get_text()


@shows(
    r"It costs \$5 or \$6 of a \[K x D\] bracket, 2 * 3 - 1, a - b"
    "\n\nIn $a$ and $b$ and $c$, *slope*s and *value*s of f''(x).\n\n1. one\n\n```text\nx\n```\n\n- two\n\n> - three"
    "\n\n<!-- $x$ **, $ -->`$x \\frac **`\n\n<br>\n\n<div markdown>*Good*</div>"
)
def test_what_only_looks_like_markup_is_published(shown: Page):
    words = "It costs $5 or $6 of a [K x D] bracket, 2 * 3 - 1, a - b"
    assert words in shown.soup.article.get_text()
