"""A formula that is not what the code computes is found, whatever is wrong with it, and none reaches a page with its label."""

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from kit import LESSON, LESSONS, ROOT, Project

from scripts.claims import formula_check, tex
from scripts.claims.formula_check import Result, check_page, check_text
from scripts.text import labels
from scripts.text.context import PageError

HELD = [*LESSONS, "glossary/index/"]

# Mutants that are no mistakes, or that nobody could tell from another formula.
EQUIVALENT = {
    r"\partial b/\partial b = 1": "it is 1 as well",
    r"\partial z/\partial z = 1": "it is 1 as well",
    r"A = - \begin{pmatrix}": "(−A)ᵀ(−A) = AᵀA, and A has no other use",
    **dict.fromkeys(
        [
            *("x(x) = x^2", "(x) = x^2", "x = x^2 + 1"),
            *("x(x, y) = x^2 +", "y(x, y) = x^2 +"),
        ],
        "it defines another name, of which the page has no code",
    ),
}


def written(url: str) -> Path:
    return ROOT / "docs" / f"{url.rstrip('/')}.md"


@cache
def results(url: str) -> list[Result]:
    return check_page(written(url))


# --- the lessons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", HELD)
def test_every_formula_of_a_page_is_what_the_code_computes(url: str):
    claims = [result for result in results(url) if result.status != "given"]
    assert [str(result) for result in claims if result.status == "wrong"] == []
    bound = [result for result in claims if result.status == "bound"]
    assert len(bound) >= 0.9 * len(claims)
    assert all(result.deviation < 1e-10 or r"\lim" in result.formula.tex for result in bound)


@pytest.mark.parametrize("url", LESSONS)
def test_each_displayed_formula_with_an_equals_sign_is_bound_or_has_a_reason(url: str):
    shown = [
        result for result in results(url) if result.formula.display and "=" in result.formula.tex
    ]
    assert {result.status for result in shown} <= {"bound", "unbound"}


@pytest.mark.parametrize("url", HELD)
def test_a_mistake_in_any_formula_is_found(url: str, monkeypatch):
    monkeypatch.setattr(formula_check, "POINTS", 10)
    path = written(url)
    blocks = formula_check.fences(path.read_text("utf-8"))
    survivors, tried = [], 0
    for result in results(url):
        if result.status != "bound":
            continue
        code = formula_check.beside(result.formula.line, blocks)
        for mutant in mutants(result.formula.tex):
            tried += 1
            found = formula_check.check(replace(result.formula, tex=mutant), code, path.name)
            close = mutant.replace(" ", "")
            if found.status != "wrong" and not any(
                part.replace(" ", "") in close for part in EQUIVALENT
            ):
                survivors.append(f"line {result.formula.line}: {mutant}")
    assert survivors == []
    assert tried or not {result.status for result in results(url)} & {"bound"}


def mutants(formula: str):
    """A formula with one thing changed: a sign, a number, a letter, an exponent, an index, a factor, a transpose."""
    named = r"\\(?:mathrm|mathsf|text|begin|end)\{[^}]*\}"
    words = [range(*match.span()) for match in re.finditer(named, formula)]
    words += [range(formula.index(", \\qquad i_k"), len(formula))] if "drawn" in formula else []
    tokens = [
        match
        for match in tex.TOKEN.finditer(formula)
        if not any(match.start() in word for word in words)
    ]
    letters = sorted(
        {token[0] for token in tokens if len(token[0]) == 1 and token[0].isalpha()} - {"d", "e"}
    )

    def put(match: re.Match, new: str) -> str:
        return formula[: match.start()] + new + formula[match.end() :]

    for token in tokens:
        text, after = token[0], formula[token.end() :].lstrip()
        if text in ("+", "-"):
            yield put(token, "-" if text == "+" else "+")
        if text.isdigit():
            yield put(token, str(int(text) + 1))
            yield from [put(token, "1")] if int(text) > 1 else []
        if text in ("=", r"\approx"):
            yield put(token, f"{text} -")
            yield from [put(token, f"{text} 2 ")] if after[0] != "-" else []
        if text in letters:
            yield from (put(token, other + " ") for other in letters if other != text)
    for pattern, new in {
        r"\^(\{[^{}]*\}|\\mathsf\{T\}|[\w*])": "",  # an exponent lost, or a transpose
        r"(A)\^\\mathsf\{T\} A": r"A A^\\mathsf{T}",  # on the other factor
        r"(?<=_)\{k\+1\}": "k",  # an index that is one off
        r"(?<=_)([ikn])\b": r"{\1+1}",
        r"(?<![\\a-zA-Z])[a-zA-Z](_\w)?(?![a-zA-Z])": "",  # a factor or a term lost
    }.items():
        for match in re.finditer(pattern, formula):
            if not any(match.start() in word for word in words):
                yield put(match, match.expand(new))


def test_the_mutants_are_what_a_slip_of_the_pen_makes():
    made = set(mutants(r"x_{k+1} = x_k - 2A^\mathsf{T} A"))
    assert r"x_{k+1} = x_k + 2A^\mathsf{T} A" in made
    assert r"x_{k+1} = x_k - 1A^\mathsf{T} A" in made
    assert r"x_{k+1} = x_k - 2A A^\mathsf{T}" in made
    assert r"x_{k+1} = x_k - 2A A" in made
    assert r"x_k = x_k - 2A^\mathsf{T} A" in made


# --- what is said of a mistake ----------------------------------------------------------------------------------------

PAGE = """\
Words.

$$
{formula}
$$

```python exec="on"
--8<-- "multivariable/partial_derivatives.py"
--8<-- "optimization/mean_squared_error.py"
--8<-- "optimization/mse_hessian.py"
--8<-- "optimization/gradient_descent.py"
--8<-- "differentiation/central_difference.py"

def cube(x):
    return x**3


def skew(x):
    return np.array([x[0] * x[1], x[1] ** 2])


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z))


def moment(g, β):
    return (1 - β) * g


def adam(g, ε):
    return g / (np.abs(g) + ε)
```
"""


def one(formula: str) -> Result:
    (result,) = check_text(PAGE.replace("{formula}", formula), "page.md")
    return result


GRADIENT = (
    r"\frac{\partial f}{\partial x} = 2x + 3y, \qquad \frac{\partial f}{\partial y} = 3x + 2y"
)
MISTAKES = {
    r"\frac{\partial f}{\partial x} = -2x - 3y": "a sign?",
    r"\frac{\partial f}{\partial x} = x + \frac{3y}{2}": "2 times as much at every point: a lost factor?",
    r"\frac{\partial f}{\partial x} = 2x + 3y + 1": "-1 at every point",
    r"\nabla f = (3x + 2y, 2x + 3y)": "the other way round",
    r"\frac{\partial f}{\partial x} = 2x + 2y": "at x = ",
    f"{GRADIENT}\n% = df_dy(x, y), df_dx(x, y)": "the formula is",
    f"{GRADIENT}\n% = df_dx(x, y)": "2 claims",
    f"{GRADIENT}\n% = df_dz(x, y), 1": "df_dz in a label is no name",
    f"{GRADIENT}\n% = df_dx(x), 1": "missing 1 required positional argument",
    f"{GRADIENT}\n% Q = 3": "has the name Q of its labels",
    r"J = \begin{pmatrix} x_2 & 0 \\ x_1 & 2x_2 \end{pmatrix}"
    + "\n% x in R^2\n% J = gradient(skew)(x)": "it is transposed",
    r"y = 2x": "nothing says what y should equal",
    r"h'(x) = 2x": "h is no function of the block beside it",
    r"\frac{\partial q}{\partial x} = 2x": "nothing says what q depends on",
    r"x_{k+1} = x_k": "x has an index that counts steps",
    r"f(x, y) = \fraq{1}{2}": "cannot be read",
    r"f(x, y) = x^2 +": "'something' is missing after",
    r"f(x, y) = 1/2x": "what is divided by is unclear",
    r"f(x, y) = \int x": r"'\\int' is nothing that can be computed",
    r"f(x) = x^2": "f takes 2 (x, y), not 1",
    r"cube'(x) = 3x^2": "e is no function",
    r"\frac{\partial f}{\partial x} = 2x + 3y \text{ and } \frac{\partial f}{\partial y} = 3x": "at x = ",
    r"\frac{\mathrm{d}}{\mathrm{d}x} x^2 = x": "2 times as much",
    r"\frac{\text{d}}{\operatorname{d} x} x^2 = x": "2 times as much",
    r"\frac{\Delta f}{\Delta x} = 2x + 3y": r"\Delta is not read",
    r"\frac{d}{dx} x^2 \to 3x": "cannot be read",
    r"\frac{d}{dx} x^2 \text{ is } 3x": "nothing says what it should equal",
    r"\frac{d}{dx} x^2 \longrightarrow 3x": "nothing says what it should equal",
    r"\begin{cases} x \end{cases}": "cannot be read",
    r"\min_x x^2 = 0": "a bracket is missing after",
    r"w \leftarrow w - \mathrm{lr}\, \nabla L(w)": "cannot be read",
    "x = 3\n% = cube(x)": "nothing to stand for",
    "f(x, y) = x\n% = {}": "is no number",
    "q(x) = x^2\n% from nowhere/square.py": "no such file in snippets/",
    "x^2 + x^2 = 2x^2\n% = 2 * x**2": "typed, not computed",
    "c = 2x\n% c = 2 * x": "typed, not computed",
    "g(x) = \\sqrt{x}\n% g(x) = np.sqrt(x)": "not finite at some points: add a condition",
    "g(x) = x^3\n% g(x) = cube(x)\n% x < -9": "random points 0 satisfy % x < -9",
    "g'(x) \\approx 2x\n% g(x) = x**2": "needs the order of its error",
    "g'(x) \\approx \\frac{g(x+h) - g(x)}{h}\n% any g(x)\n% order 2 in h": "the power 1.",
    "g'(x) \\approx \\frac{g(x+h) - g(x-h)}{2h}\n% g(x) = x**2\n% order 2 in h": "say so with =",
    "x < 1 \\iff 2x < 3\n% x in (0, 2)": "the sides of ⟺ differ",
    "x < 1 \\iff 2x < 2\n% x in (2, 3)": "the same at every point",
    "x^2 \\le 1\n% x in (0, 2)": "does not hold at x =",
    r"\nabla f = \begin{pmatrix} 2x + 3y & 3x + 2y \end{pmatrix}": "has the shape (2,)",
    r"\nabla f = (2x + 3y, 3x + 2y, 0)": "has the shape (2,)",
    r"\begin{pmatrix} 1 & 2 \end{pmatrix} \begin{pmatrix} 1 & 2 \end{pmatrix} = 5": "transposed?",
    "g = c\n% g = c\n% c = g": "defined by each other",
    "a_i = |g_i - n_i|": "has no entry 6: add % = … with the code's expression for it, or % unbound:",
}


@pytest.mark.parametrize(("formula", "message"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_it_looks_like(formula, message):
    result = one(formula)
    assert result.status == "wrong", result
    assert message in result.said
    assert str(result).startswith("page.md, line 3: the formula ")


def test_values_and_the_point_are_part_of_the_message():
    said = one(r"\frac{\partial f}{\partial x} = 2x + 2y").said
    match = re.fullmatch(r"at x = (.+), y = (.+) the left side is (.+), the right side (.+)", said)
    x, y, left, right = map(float, match.groups())
    assert left == pytest.approx(2 * x + 3 * y, abs=1e-3)
    assert right == pytest.approx(2 * x + 2 * y, abs=1e-3)


def test_a_name_that_a_condition_speaks_of_is_not_called_unknown():
    wrong = r"2c = c - \mathrm{lr}"
    assert one(wrong).said.endswith("; nothing says what lr is")
    assert "nothing says" not in one(f"{wrong}\n% 0 < lr").said


def test_a_formula_that_claims_nothing_has_a_reason_in_one_line():
    result = one("\\int x = 1\n% unbound: the page has no integral")
    assert (result.status, result.said) == ("unbound", "the page has no integral")


GIVEN = [
    "$x = 3$",
    "$w = b = 0$",
    r"$h = 10^{-7}$",
    r"$\mu = \lambda_{\min}$",
    r"$\hat{y} = wx + b$",
    "$x_i$",
    "$q(x) = x^2$",
    r"$x \mapsto x^2$",
    r"$h \to 0$",
    r"$\nabla$",
]


@pytest.mark.parametrize("formula", GIVEN)
def test_values_and_names_in_a_sentence_claim_nothing(formula):
    (result,) = check_text(f"Words {formula} words.\n", "page.md")
    assert result.status == "given", result


@pytest.mark.parametrize(
    "formula",
    [
        r"$q'(x) = 2x$",
        r"$q'(x) \ne 2x$",
        r"$q'(x) \geqslant 2x$",
        r"$q'(x) \to 2x$",
        r"$q'(x) \Rightarrow 2x$",
        r"$\nabla q = 2x$",
        "$x_{k+1} = 2x_k$",
        r"$\partial q/\partial x = 2$",
    ],
)
def test_derivatives_and_steps_in_a_sentence_must_be_bound(formula):
    (result,) = check_text(f"Words {formula} words.\n", "page.md")
    assert result.status == "wrong", result


# --- the notation -----------------------------------------------------------------------------------------------------

TRUE = [
    GRADIENT,
    rf"{GRADIENT}" + "\n% = df_dx(x, y), df_dy(x, y)",
    r"\nabla f(x, y) = \left(2x + 3y,\; 3x + 2y\right)",
    r"\nabla f(x, y) = \begin{pmatrix} 2x + 3y \\ 3x + 2y \end{pmatrix}",
    r"\frac{\mathrm{d}}{\mathrm{d} x} x^2 = 2x",
    r"\nabla^2 f = \begin{pmatrix} 2 & 3 \\ 3 & 2 \end{pmatrix}",
    r"\frac{\partial^2 f}{\partial x\, \partial y} = 3, \quad \frac{\partial^2 f}{\partial x^2} = 2",
    r"\begin{aligned} \frac{\partial f}{\partial x} &= 2x + 3y \\ &= 2(x + y) + y \\"
    r"\frac{\partial f}{\partial y} &= 3x + 2y \end{aligned}",
    "g''(x) = 6x\n% g(x) = cube(x)",
    "g'(x) = \\lim_{h \\to 0} \\frac{g(x + h) - g(x - h)}{2h}\n% g(x) = cube(x)",
    r"\frac{d}{dx} \sin^2 x = 2 \sin x \cos x",
    r"\frac{d}{dx} \tanh(x) = 1 - \tanh^2 x",
    r"\frac{d}{dx} e^{-x^2/2} = -x\, e^{-x^2/2}",
    r"|{-3}| = 3, \quad \sqrt{2}^2 = 2, \quad \tfrac12 = 0.5",
    "\\|a\\|^2 = a^\\mathsf{T} a = a \\cdot a = \\sum_i a_i^2\n% a in R^3",
    "J = \\begin{pmatrix} x_2 & x_1 \\\\ 0 & 2x_2 \\end{pmatrix}\n% x in R^2\n% J = gradient(skew)(x)",  # a Jacobian
    "\\frac{\\partial s}{\\partial z} = D - s s^\\mathsf{T}\n% z in R^4\n% s = softmax(z)\n% D = np.diag(s)",
    "\\nabla q(x) = 2 A^\\mathsf{T} (A x - c)\n% q(x) = np.sum((A @ x - c) ** 2)\n% A in R^4x3\n% x in R^3\n% c in R^4",
    "\\nabla^2 q(x) = 2 A^\\mathsf{T} A\n% q(x) = np.sum((A @ x) ** 2)\n% A in R^4x3\n% x in R^3",
    "(A B)^{-1} = B^{-1} A^{-1}\n% A, B in R^2x2",
    # momentum: v = βv + ∇f(x), x = x − lr·v
    "x_{k+1} = x_k - \\mathrm{lr}\\, \\nabla f(x_k) + \\beta (x_k - x_{k-1})\n% any f(x)\n% β in (0, 1)\n% k in 1..1\n"
    "% x_0 in R^2\n% x_1 in R^2\n% x = [x_0, x_1, x_1 - lr * gradient(f)(x_1) + β * (x_1 - x_0)]",
    # Adam: its first step
    "\\hat{m} = \\frac{m_1}{1 - \\beta_1} = g\n% m_1 = moment(g, β_1)\n% g in R^3",
    "\\frac{\\hat{m}}{\\sqrt{\\hat{v}} + \\varepsilon} = \\frac{g}{\\sqrt{g^2} + \\varepsilon}\n"
    "% m_hat = g\n% v_hat = g**2\n% = adam(g, ε)\n% g in R^3\n% 0 < ε",
    "\\max(x, y) + \\min(x, y) = x + y",
    "x^2 + y^2 \\ge 2xy",
    "\\text{so } \\sqrt{x^2} = x \\text{ if } x > 0\n% 0 < x",
    "x_k = (1 - \\mathrm{lr})^k\\, x_0 \\text{ for every } k\n% x = gradient_descent(lambda x: x, x_0, lr, k)\n% 0 < lr",
]


@pytest.mark.parametrize("formula", TRUE, ids=[formula.split("\n")[0] for formula in TRUE])
def test_the_notation_of_the_course_is_read(formula):
    result = one(formula)
    assert result.status == "bound", result
    assert result.deviation < 1e-10 or r"\lim" in formula


@pytest.mark.parametrize(("factor", "status"), [(2, "bound"), (3, "wrong")])
def test_a_formula_in_a_quotation_is_read_without_its_marks(factor, status):
    text = f"> Words.\n>\n> $$\n> \\frac{{d}}{{dx}}\n> x^2 = {factor}x\n> % x in R\n> $$\n"
    (result,) = check_text(text, "page.md")
    assert result.status == status, result


@pytest.mark.parametrize("formula", [r"\(x = 3\)", r"\[ x = 3 \]"])
def test_a_formula_in_brackets_would_be_overlooked_and_is_refused(formula):
    with pytest.raises(PageError, match=r"^page.md, line 2: a formula stands in \$…\$"):
        check_text(f"Words\n{formula} words.\n", "page.md")
    assert not check_text("A bracket \\[that is not] a formula.", "page.md")


def test_points_are_the_same_in_every_run():
    first, second = one(GRADIENT), one(GRADIENT)
    assert first == second
    assert (
        one(r"\frac{\partial f}{\partial x} = y").said
        == one(r"\frac{\partial f}{\partial x} = y").said
    )


def test_the_nudge_of_an_approximation_may_be_a_random_function_of_vectors():
    f = formula_check.smooth(np.random.default_rng(0))
    assert f(1.0) != f(-1.0)
    assert f(np.array([1.0, 2.0])) != f(np.array([2.0, 1.0]))


def test_cells_of_a_lab_are_read_as_a_page_is():
    lab = "# %% [markdown]\n# Words.\n#\n# $$\n# g'(x) = {rule}\n# $$\n\n# %%\ndef g(x):\n    return x**2\n\n\nx = g(3)\n"
    (right,) = check_text(lab.replace("{rule}", "2x"), "lab.py")
    (wrong,) = check_text(lab.replace("{rule}", "x"), "lab.py")
    assert right.status == "bound", right
    assert str(wrong).startswith("lab.py, line 4: ")
    assert "2 times as much" in wrong.said


# --- the command ------------------------------------------------------------------------------------------------------


def command(*arguments) -> subprocess.CompletedProcess:
    program = [sys.executable, "-m", "scripts.claims.formula_check", *map(str, arguments)]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True)


def page_with(text: str) -> Path:
    return next(path for path in map(written, LESSONS) if text in path.read_text("utf-8"))


def test_the_command_says_nothing_of_a_formula_that_is_right_unless_it_is_asked():
    done = command(page_with("mse_grad"))
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ of \d+ formulas bound \(\d+ %\)\n", done.stdout)


def test_the_command_lists_what_each_formula_is_bound_to():
    done = command(page_with("mse_grad"), "--all")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r":\d+: \$\$.+\$\$\n    bound: .*mse_grad.*; 20 points, off by \de-\d\d\n", done.stdout
    )


def test_the_command_fails_at_a_wrong_formula_and_names_its_line(tmp_path):
    text = page_with(r"n\, x^{n-1}").read_text("utf-8")
    line = text[: text.index(r"n\, x^{n-1}")].count("\n")  # that of its dollars
    page = tmp_path / "lesson.md"
    page.write_text(text.replace(r"n\, x^{n-1}", r"n\, x^{n+1}"), "utf-8")
    done = command(page)
    assert done.returncode == 1
    assert f"lesson.md, line {line}: the formula" in done.stderr


# --- labels -----------------------------------------------------------------------------------------------------------


def test_labels_are_taken_out_and_every_line_stays_where_it_was():
    text = "a\n$$\nx = 1 \\\\\ny % z\n% y = 2\n$$\nb $u^2 % = f(u)$, c\n`$d % e$` 50\\% $f\\%$\n```text\n$g % = h$\n```\nlast"
    wanted = "a\n$$\nx = 1 \\\\\ny\n$$\n\nb $u^2$, c\n`$d % e$` 50\\% $f\\%$\n```text\n$g % = h$\n```\nlast"
    text = text.replace("y % z", "y\n% z = 1").replace("\n% y = 2", "")
    assert labels.unlabelled(text, pytest.fail) == wanted
    assert wanted.count("\n") == text.count("\n")


def test_a_label_over_two_lines_of_a_sentence_leaves_the_sentence_whole():
    text = "see $x^2 % = f(x,\n y)$, and\nmore"
    assert labels.unlabelled(text, pytest.fail) == "see $x^2$,\n and\nmore"


def test_the_build_takes_labels_out_of_page_search_and_exercises(project: Project):
    project.lesson(
        "$$\nf(x) = x^2\n% = quokka(x)\n$$\n\n- a list with $x^3 % = quokka(2)$, and more\n\n"
        "/// exercise | A slope\nOf $x^3 % = quokka(3)$?\n\n"
        "- answer `s` exactly: Slope\n- slip `1`: No: $s^2 % = quokka(4)$.\n\n"
        '/// solution\n```python exec="on"\ns = 3\n```\n///'
    )
    site = project.built()
    page = site.lessons[0]
    assert [tag.get_text() for tag in page.soup.select("annotation")][-4:] == [
        "f(x) = x^2",
        "x^3",
        "x^3",
        "s^2",
    ]
    assert not [name for name, content in site.files.items() if b"quokka" in content]


@pytest.mark.parametrize(
    ("label", "message"),
    {
        "f(x": "is no Python",
        "frobnicate": "is no label",
        "=": "is no Python",
        " ": "says something",
        "unbound:": "needs its reason",
        "x_0 in Q^3": "names no set to draw from; there are R, R^3",
    }.items(),
)
def test_a_label_that_is_none_stops_the_build(project: Project, label, message):
    before = project.lesson(f"Words.\n\n$$\nx = 1\n% {label}\n$$")
    done = project.build()
    assert done.returncode != 0
    assert f"{LESSON}, line {before + 5}: " in done.stdout
    assert message in done.stdout
    assert ("% = df(x)" in done.stdout) == (not re.search("set|reason", message))
