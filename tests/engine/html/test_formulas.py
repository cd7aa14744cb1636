"""Every formula that the course needs is set; a wrong one is refused by name."""

import html
import re

import pytest
from bs4 import BeautifulSoup

from scripts.html import formulas
from scripts.html.formulas import FormulaError, render, replace, stylesheet
from scripts.text.cache import Cache
from scripts.vendor.thirdparty import fetch

NEEDED = [
    r"f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}",
    r"\nabla f(x, y) = \left(\frac{\partial f}{\partial x}, \frac{\partial f}{\partial y}\right)",
    r"\mathbf{w} \leftarrow \mathbf{w} - \eta\, \nabla L(\mathbf{w})",
    r"\hat{y}_i = w x_i + b, \quad \bar{x}, \tilde{g}, \vec{v}",
    r"\begin{pmatrix} 22 & 6 \\ 6 & 2 \end{pmatrix}",
    r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} a &= b + c \\ &= d \end{aligned}",
    r"\sum_{i=1}^n (y_i - \hat{y}_i)^2, \quad \prod, \int_0^1 x\,dx, \sqrt{\kappa}, \|x\|_2",
    r"0 < \alpha < \frac{2}{\lambda_{\max}}, \quad \mathcal{O}(h^2), \quad \mathbb{R}^n",
    r"\underbrace{\frac{dL}{da}}_{\text{loss}} \cdot \operatorname{sign}(x) = \pm \varepsilon",
]
WRONG = {
    r"\fraq{1}{2}": r"\fraq",
    r"\frac{1}{2": "expected '}'",
    r"x^2^3": "Double superscript",
    r"\begin{cases} x": r"\end",
    r"\href{https://example.org}{x}": "trust",
    r"50 %": "%",
    r"x é": "é",
}


@pytest.mark.parametrize("tex", NEEDED)
@pytest.mark.parametrize("display", [False, True], ids=["inline", "display"])
def test_a_formula_is_set_with_mathml_that_keeps_its_tex(tex: str, display: bool):
    made = render(tex, display)
    annotation = re.search(r'<annotation encoding="application/x-tex">(.*?)</annotation>', made)
    assert html.unescape(annotation[1]) == tex
    assert '<span class="katex-html" aria-hidden="true">' in made
    assert ('display="block"' in made) == display
    assert "katex-error" not in made
    assert "color:" not in made


@pytest.mark.parametrize(("tex", "complaint"), WRONG.items(), ids=WRONG.values())
def test_a_wrong_formula_is_refused_by_name(tex: str, complaint: str):
    with pytest.raises(FormulaError, match=re.escape(complaint)):
        render(tex, display=False)


def test_each_wrong_formula_of_a_page_is_told_and_the_others_are_set(tmp_path):
    page = "".join(rf'<span class="arithmatex">\({tex}\)</span>' for tex in [*WRONG, "x"])
    told = {}
    made = replace(page, Cache(tmp_path), told.__setitem__)
    assert told.keys() == WRONG.keys()
    assert all(complaint in told[tex] for tex, complaint in WRONG.items())
    assert made.count('<span class="katex">') == 1


def test_formulas_of_a_page_are_replaced_and_the_rest_is_left_alone(tmp_path):
    page = (
        r'<p>If <span class="arithmatex">\(a &lt; b\)</span>, then</p>'
        '<div class="arithmatex">\\[\na &lt; b\n\\]</div><pre>$x$</pre>'
    )
    made = replace(page, Cache(tmp_path), pytest.fail)
    assert "arithmatex" not in made
    assert re.match(r'<p>If <span class="nowrap"><span class="katex">.*</span>,</span> then', made)
    assert '</p><div class="formula"><span class="katex-display">' in made
    assert made.endswith("</div><pre>$x$</pre>")
    assert made.count("<mo>&lt;</mo>") == 2


@pytest.mark.parametrize("tex", NEEDED)
def test_a_formula_is_not_broken_within_a_bracket_and_says_the_same(tex: str):
    one = render(rf"{tex}, \quad x_k = (1 - 2\,\mathrm{{lr}})^k x_0", display=True)
    kept = BeautifulSoup(formulas.kept_together(one), "html.parser")
    bracket = kept.select(".nowrap > .base")[-1].parent
    assert bracket.get_text().startswith("(1−2lr)")
    assert not bracket.select(".nowrap")
    for wrapped in kept.select(".nowrap"):
        assert wrapped.parent["class"] == ["katex-html"]
        wrapped.unwrap()
    assert str(kept) == str(BeautifulSoup(one, "html.parser"))


def test_an_index_has_as_many_parts_as_mathml_allows():
    made = BeautifulSoup(
        render(r"\lambda_{\max} + \lambda_{\min}^2 + e^{\sin x}", False), "html.parser"
    )
    for name, parts in (("msub", 2), ("msup", 2), ("msubsup", 3)):
        assert made.select(name)
        assert all(len(index.find_all(recursive=False)) == parts for index in made.select(name))


def test_a_formula_is_set_once_and_then_remembered(tmp_path, monkeypatch):
    page = r'<span class="arithmatex">\(x\)</span>'
    first = replace(page, Cache(tmp_path), pytest.fail)
    monkeypatch.setattr(formulas, "render", None)
    assert replace(page, Cache(tmp_path), pytest.fail) == first


def test_the_style_sheet_names_only_fonts_that_are_published():
    folder = fetch("katex")
    named = set(re.findall(r"url\(([^)]+)\)", stylesheet(folder)))
    assert named == {path.relative_to(folder).as_posix() for path in folder.glob("fonts/*.woff2")}
