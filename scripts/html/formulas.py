"""Turns TeX into HTML with MathML beside it, at build time, by KaTeX.

KaTeX is JavaScript; it runs here inside Python (QuickJS), so that neither the author's machine needs Node nor the reader's
browser a script. The style sheet and the fonts that it needs come from the same release.
"""

import html
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from scripts.text.cache import Cache, key, store
from scripts.text.context import Page
from scripts.vendor.thirdparty import fetch

REFUSED = "#abad1d"
XMLNS = ' xmlns="http://www.w3.org/1998/Math/MathML"'
BASE = '<span class="base">'  # a part of a formula, after which a line may end
ENDS = "</span></span></span>"  # of a displayed one
FINE = re.compile(r"-?\d*\.\d{3,}(?=em)")  # finer than one sees, and dear to send
APPLIED = "\u2061"  # the invisible sign between a function and what it is applied to
OPTIONS = {"throwOnError": True, "strict": "error", "trust": False, "errorColor": REFUSED}
# What pymdownx.arithmatex (generic) leaves for a formula.
FORMULA = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\(?:\(|\[)(?P<tex>.*?)\\(?:\)|\])</(?P=tag)>'
    r"(?P<mark>[,.;:?!)]*)",
    re.DOTALL,
)


class FormulaError(Exception):
    pass


@cache
def katex():
    import quickjs

    context = quickjs.Context()
    context.eval((fetch("katex") / "katex.min.js").read_text("utf-8"))
    context.eval(
        """function render(tex, options) {
            try { return JSON.stringify({html: katex.renderToString(tex, JSON.parse(options))}) }
            catch (error) { return JSON.stringify({error: error.message}) }
        }"""
    )
    return context.get("render")


def render(tex: str, display: bool) -> str:
    answer = json.loads(katex()(tex, json.dumps({**OPTIONS, "displayMode": display})))
    if "error" in answer:
        raise FormulaError(answer["error"])
    if (
        REFUSED in answer["html"]
    ):  # not an error to KaTeX: it shows the command's name, in this colour
        raise FormulaError("it uses a command that this site does not trust")
    made = answer["html"].replace(XMLNS, "")  # which HTML does not need
    made = FINE.sub(lambda size: f"{float(size[0]):.2f}".rstrip("0").rstrip("."), made)
    # KaTeX gives an index that is a function's name a third part, which no browser but Chromium takes.
    return re.sub(f"(<m(sub|sup|subsup)>(?:(?!</m\\2>).)*?)<mo>{APPLIED}</mo>", r"\1", made)


def kept_together(formula: str) -> str:
    """A formula that goes on in a new line, where the window is narrow, but not within a bracket."""
    start, *bases = formula.removesuffix(ENDS).split(BASE)
    depth = 0
    for at, base in enumerate(bases):
        before, text = depth, re.sub("<[^>]*>", "", base)
        depth += sum(map(text.count, "([")) - sum(map(text.count, ")]"))
        opens, closes = before <= 0 < depth, depth <= 0 < before
        bases[at] = '<span class="nowrap">' * opens + BASE + base + "</span>" * closes
    return start + "".join(bases) + ENDS


def replace(page: str, cache: Cache, note: Callable[[str, str], object]) -> str:
    """`page` with every formula set. `note` is told of one that cannot be, and why."""

    def one(match: re.Match) -> str:
        tex, display = html.unescape(match["tex"]).strip(), match["tag"] == "div"
        try:
            set_tex = cache.get(key("formula", tex, display, OPTIONS), lambda: render(tex, display))
        except FormulaError as error:
            note(tex, str(error))
            return ""
        if display:
            return f'<div class="formula">{kept_together(set_tex)}</div>{match["mark"]}'
        if match["mark"]:  # no line begins with the comma after a formula
            return f'<span class="nowrap">{set_tex}{match["mark"]}</span>'
        return set_tex

    return FORMULA.sub(one, page)


def set_formulas(content: str, made: Page) -> str:
    """`content` with its formulas."""

    def note(tex: str, why: str) -> None:
        for line in made.lines_of(tex):
            made.note(f"the formula '{' '.join(tex.split())}': {why}", line)

    return replace(content, store(), note)


def found(content: str) -> Iterator[tuple[bool, str]]:
    """Of each formula that is to be set, whether it is displayed, and its TeX."""
    for match in FORMULA.finditer(content):
        yield match["tag"] == "div", html.unescape(match["tex"]).strip()


def stylesheet(folder: Path) -> str:
    """KaTeX's style sheet with WOFF2 fonts only: every browser that runs the site reads them."""
    css = (folder / "katex.min.css").read_text("utf-8")
    return re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)', "", css)
