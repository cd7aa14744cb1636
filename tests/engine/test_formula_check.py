"""A formula that is not what the code computes is found, whatever is wrong with it, and none reaches a page with its label."""

import re

import numpy as np
import pytest
from kit import Project
from shared import Break, Fault, breaks
from test_formula_tables import BOTH, XY, one

from scripts.claims.formulas import code
from scripts.claims.formulas.check import check_text
from scripts.text import labels
from scripts.text.context import PageError

# --- what is said of a mistake ----------------------------------------------------------------------------------------

MISTAKES = {
    f"f(x, y) = x^2 + 3xy - y^2{XY}": "at x = ",
    rf"\frac{{\partial f}}{{\partial x}} = -2x - 3y{XY}": "a sign?",
    rf"\frac{{\partial f}}{{\partial x}} = x + \frac{{3y}}{{2}}{XY}": "2 times as much at every point: a lost factor?",
    rf"\frac{{\partial f}}{{\partial x}} = 2x + 3y + 1{XY}": "-1 at every point",
    rf"\nabla f = (3x + 2y, 2x + 3y){XY}": "the other way round",
    f"{BOTH}{XY}\n% = df_dy(x, y), df_dx(x, y)": "the formula is",
    f"{BOTH}{XY}\n% = df_dx(x, y)": "2 claims",
    f"{BOTH}{XY}\n% = df_dz(x, y), 1": "df_dz in a label is no name",
    f"{BOTH}{XY}\n% = df_dx(x), 1": "missing 1 required positional argument",
    f"{BOTH}{XY}\n% Q = 3": "has the name Q of its labels",
    f"{BOTH}": "nothing says what x, y are: a number % x in R, a vector % x in R^3",
    r"J = \begin{pmatrix} x_2 & 0 \\ x_1 & 2x_2 \end{pmatrix}"
    + "\n% x in R^2\n% J = gradient(skew)(x)": "it is transposed",
    "y = 2x\n% x in R": "nothing says what y should equal",
    "h'(x) = 2x\n% x in R": "nothing says what h is",
    "\\frac{\\partial q}{\\partial x} = 2x\n% x in R\n% q in R": "nothing says what q depends on",
    "x_{k+1} = x_k\n% k in 0..5\n% x_k = x_0\n% x_0 in R": "does not depend on k",
    r"f(x, y) = \fraq{1}{2}": "cannot be read",
    r"f(x, y) = x^2 +": "'something' is missing after",
    r"f(x, y) = 1/2x": "what is divided by is unclear",
    r"f(x, y) = x 2": "write \\cdot",
    r"f(x, y) = \log x y": "write brackets",
    r"f(x, y) = \int x": "write the sum",
    r"x \propto y": "write = with the factor",
    r"x \in S": "as a label, % x in (0, 1)",
    "f(x) = x^2\n% x in R": "f takes 2 (x, y), not 1",
    r"\frac{\Delta f}{\Delta x} = 2x + 3y": "nothing says what x, y, Δ are",
    "\\frac{d}{dx} x^2 \\to 2x\n% x in R": "what goes where?",
    "\\frac{d}{dx} x^2 \\text{ is } 3x\n% x in R": "nothing says what it should equal",
    "x = 3\n% = cube(x)": "the formula is 3, the code 27",
    f"f(x, y) = x\n% = {{}}{XY}": "is no number",
    "q(x) = x^2\n% from nowhere/square.py": "no such file in snippets/",
    "x^2 + x^2 = 2x^2\n% x in R\n% = 2 * x**2": "typed, not computed",
    "c = 2x\n% x in R\n% c = 2 * x": "typed, not computed",
    "g(x) = \\sqrt{x}\n% x in R\n% g(x) = cube(x)": "not finite at some points: say from where",
    "g'(x) \\approx 2x\n% x in R\n% g(x) = cube(x)": "needs the order of its error",
    "g'(x) \\approx \\frac{g(x+h) - g(x)}{h}\n% any g(x)\n% x in R\n% h in (0, 1)\n% order 2 in h": "the power 1.",
    "g'(x) \\approx \\frac{g(x+h) - g(x-h)}{2h}\n% g(x) = x**2\n% x in R\n% h in (0, 1)\n% order 2 in h": "say so with =",
    "x < 1 \\iff 2x < 3\n% x in (0, 2)": "the sides of ⟺ differ",
    "x < 1 \\iff 2x < 2\n% x in (2, 3)": "the same at every point",
    "x > 4 \\implies 2x > 8\n% x in (2, 3)": "holds at 0 of 200 points",
    "x^2 > 0\n% x in R": "equal there: write ≥",
    "x x = 5\n% x in R^3": "a product of two vectors is",
    "x + 1 = 5\n% x in R^3": "a vector (3) and a number have no sum",
    "A x = 5\n% x in R^3\n% A in R^3x2": "have no product: transposed?",
    "\\|A\\| = 1\n% A in R^3x2": "which norm of a matrix?",
    "2x \\gets x\n% x in R": "← gives a name its new value",
    r"f(x, y) = x + O(x y)": "an order is that of a power",
    r"\begin{pmatrix} 1 & 2 \end{vmatrix}": "has no \\end",
    "g = c\n% g = c\n% c = g": "defined by each other",
    "2x = x + x \\text{ unless } x = 0\n% x in R": "change what is claimed",
    "a = |g_6|\n% g in R^5\n% a in R": "g has no entry 6",
    "r(x) = \\begin{cases} x & x > 0 \\\\ 3 & x < -9 \\end{cases}\n% x in (0, 2)\n% r(x) = relu(x)": "row 2 of the cases",
    "g(x + h) \\approx g(x) + 5 h g'(x)\n% any g(x)\n% x in R\n% h in (0, 1)\n% order 1 in h": "without its term 3 the",
    "\\lim_{x \\to 0} \\frac{|x|}{x} = 1": "(-1.0 from below, 1.0 from above): for one side write x \\to 0^+",
    "\\lim_{n \\to \\infty} (-1)^n = 1": "(1.0 over even numbers, -1.0 over odd numbers)",
    "\\lim_{n \\to \\infty} \\frac{1}{\\log n} = 0": "(nothing over even numbers, nothing over odd numbers)",
    "\\lim_{x \\to 0} \\sqrt{x} = 0": "(nothing from below, 0.0 from above)",
    "f'(x) = 3x^2\n% x in R\n% f(x) = x**3": "f is the code's: leave its label out",
    "q(x) = x^3\n% x in R\n% q = cube": "% q = cube is a function: write % q(x) = …",
    "p_i = \\frac{e^{z_i}}{\\sum_j e^{z_i}}\n% z in R^4\n% i in 1..4\n% p = softmax(z)": "has the index j: a slip, or",
}


@pytest.mark.parametrize(("formula", "message"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_it_looks_like(formula, message):
    result = one(formula)
    assert result.status == "wrong", result
    assert message in result.said
    assert str(result).startswith("page.md, line 3: the formula ")


def test_values_and_the_point_are_part_of_the_message():
    said = one(rf"\frac{{\partial f}}{{\partial x}} = 2x + 2y{XY}").said
    match = re.fullmatch(r"at x = (.+), y = (.+) the left side is (.+), the right side (.+)", said)
    x, y, left, right = map(float, match.groups())
    assert left == pytest.approx(2 * x + 3 * y, abs=1e-3)
    assert right == pytest.approx(2 * x + 2 * y, abs=1e-3)


def test_a_formula_that_claims_nothing_has_a_reason_in_one_line():
    result = one("\\int x = 1\n% unbound: the page has no integral")
    assert (result.status, result.said) == ("unbound", "the page has no integral")


def test_a_page_may_leave_few_formulas_unbound():
    unbound = "Words $x < y % unbound: a reason$.\n\n"
    assert {each.status for each in check_text(2 * unbound, "page.md")} == {"unbound"}
    assert [each.status for each in check_text(3 * unbound, "page.md")][1:] == ["unbound", "wrong"]
    many = 15 * "Words $2 > 1$.\n\n" + 3 * unbound
    assert "wrong" not in {each.status for each in check_text(many, "page.md")}


@pytest.mark.parametrize(
    "formula",
    [
        "$x = 3$",
        "$w = b = 0$",
        "$h = 10^{-7}$",
        "$x_i$",
        "$2x$",
        "$x$",
        r"$\nabla f(x)$",
        r"$\nabla$",
        r"$h \to 0$",
        r"$k \to \infty$",
        "$0 < h < 1$",
        r"$x \ne 0$",
        r"$i = 1, \dots, n$",
    ],
)
def test_values_and_names_in_a_sentence_claim_nothing(formula):
    (result,) = check_text(f"Words {formula} words.\n", "page.md")
    assert result.status == "given", result


@pytest.mark.parametrize(
    "formula",
    [
        r"$q'(x) = 2x$",
        r"$q'(x) \ne 2x$",
        r"$q'(x) \to 2x$",
        r"$q'(x) \Rightarrow 2x$",
        r"$q \sim 2x$",
        "$x_{k+1} = 2x_k$",
        r"$\hat{y} = wx + b$",
        "$x < y$",
        "$x^2 < 2$",
        "$2 < 1$",
    ],
)
def test_a_relation_in_a_sentence_is_a_claim(formula):
    (result,) = check_text(f"Words {formula} words.\n", "page.md")
    assert result.status == "wrong", result


def test_what_is_compared_with_code_is_told_apart_from_algebra():
    assert one(f"{BOTH}{XY}").status == "code"
    assert one(f"x + y = y + x{XY}").status == "algebra"


@pytest.mark.parametrize(("factor", "status"), [(2, "algebra"), (3, "wrong")])
def test_a_formula_in_a_quotation_is_read_without_its_marks(factor, status):
    text = f"> Words.\n>\n> $$\n> \\frac{{d}}{{dx}}\n> x^2 = {factor}x\n> % x in R\n> $$\n"
    (result,) = check_text(text, "page.md")
    assert result.status == status, result


@pytest.mark.parametrize(
    "formula", [r"\(x = 3\)", r"\[ x = 3 \]", "\\begin{align} x = 3", "\\begin{equation} x"]
)
def test_a_formula_in_brackets_would_be_overlooked_and_is_refused(formula):
    with pytest.raises(PageError, match=r"^page.md, line 2: a formula stands in \$…\$"):
        check_text(f"Words\n{formula} words.\n", "page.md")
    assert not check_text("A bracket \\[that is not] a formula.", "page.md")


def test_points_are_the_same_in_every_run():
    assert one(f"{BOTH}{XY}") == one(f"{BOTH}{XY}")
    wrong = f"x = y{XY}"
    assert one(wrong).said == one(wrong).said


def test_the_nudge_of_an_approximation_may_be_a_random_function_of_vectors():
    f = code.smooth(np.random.default_rng(0))
    assert f(1.0) != f(-1.0)
    assert f(np.array([1.0, 2.0])) != f(np.array([2.0, 1.0]))


def test_cells_of_a_lab_are_read_as_a_page_is():
    words = "# %% [markdown]\n# Words.\n#\n# $$\n# g'(x) = {rule}\n# % x in R\n# $$\n"
    lab = words + "\n# %%\ndef g(x):\n    return x**2\n\n\nx = g(3)\n"
    (right,) = check_text(lab.replace("{rule}", "2x"), "lab.py")
    (wrong,) = check_text(lab.replace("{rule}", "x"), "lab.py")
    assert right.status == "code", right
    assert str(wrong).startswith("lab.py, line 4: ")
    assert "2 times as much" in wrong.said


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


NO_LABELS = {
    "y = f(x": "is no Python",
    "frobnicate": "is no label",
    "=": "is no label",
    " ": "says something",
    "unbound:": "needs its reason",
    "x_0 in Q^3": "after 'in' stands a set: there are R, R^3",
}


@breaks({label: Break(f"$$\nx = 1\n% {label}\n$$", says, "%") for label, says in NO_LABELS.items()})
def test_a_label_that_is_none_stops_the_build(broken: Break, faults: list[Fault]):
    broken.check(faults)
    assert ("% = df(x)" in faults[0].says) == (not re.search("set|reason", broken.says))
