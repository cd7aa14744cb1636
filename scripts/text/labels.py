"""The formulas of a page, and the labels that bind them to code. A label begins with % inside the formula, and ends it:

    $$
    \\frac{\\partial L}{\\partial w} = \\frac{2}{n} \\sum_{i=1}^{n} (w x_i + b - y_i)\\, x_i
    % w, b in R                          what a letter is: a number
    % x, y in R^n                        and a vector
    % L(w, b) = mse(w, b, x, y)          what a name of the formula is in the code beside it, in Python
    % = mse_grad(w, b, x, y)[0]          what the formula equals
    $$

Inside a sentence it stands on the same line: $2x + 3y % = df_dx(x, y)$. `KINDS` lists the other labels, and
scripts/claims/formulas holds each formula against its code. No label reaches a page: extension.py takes them out.
"""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from scripts.text.document import Document

WORDS = re.compile(r"[^\W\d_][\w’' -]*")  # of a bracket that may be a term's

CODE = re.compile(r"(?<!`)(`+)(?!`)(?:(?!\n\s*\n).)+?(?<!`)\1(?!`)", re.DOTALL)
FORMULA = re.compile(
    r"(?<![\\$])\$\$(?!\$)(?P<display>(?:\\.|(?!\n[ \t]*\n)[^\\$])+?)\$\$"
    r"|(?<![\\$])\$(?![\s$])(?P<inline>(?:\\.|(?!\n[ \t]*\n)[^\\$])+?)(?<!\s)\$(?!\$)",
    re.DOTALL,
)
LABEL = re.compile(r"(?<!\\)%([^%]*)", re.DOTALL)
BRACKETED = (
    re.compile(  # TeX's own marks of a formula; of square ones, words inside are a plain bracket
        r"\\\((?:(?!\n[ \t]*\n).)+?\\\)"
        rf"|\\\[(?!{WORDS.pattern}\\\])(?:(?!\n[ \t]*\n).)+?\\\]"
        r"|\\begin\{(?:align|equation|gather|multline|eqnarray)",
        re.DOTALL,
    )
)
STRAY = re.compile(r"(?<!\\)\$+")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
QUOTED = re.compile(r"\n(?:[ \t]*>)+")  # the beginning of a line of a quotation; no formula has it

NAME = r"[^\W\d]\w*"
NUMBER = r"-?\d*\.?\d+(?:e-?\d+)?"
KINDS = {  # each with an example, for the message to who writes another
    "claim": (re.compile(r"=(?P<code>[^=].*)"), "= df(x)"),
    "unbound": (re.compile(r"unbound: *(?P<reason>\S.*)"), "unbound: the reason"),
    "from": (re.compile(r"from (?P<path>[\w/]+\.py)"), "from differentiation/square.py"),
    "order": (re.compile(rf"order (?P<order>\d+) in (?P<name>{NAME})"), "order 2 in h"),
    "limit": (re.compile(rf"(?P<name>{NAME}) -> (?P<code>{NUMBER}|inf)"), "h -> 0"),
    "any": (re.compile(rf"any (?P<name>{NAME})\((?P<names>[\w, ]+)\)"), "any f(x)"),
    "draw": (
        re.compile(
            rf"(?P<names>{NAME}(?:, *{NAME})*) in (?:(?P<first>-?\d+)\.\.(?P<last>\d+)"
            rf"|(?:R|(?P<complex>C)|\((?P<low>{NUMBER}), *(?P<high>{NUMBER})\))"
            r"(?:\^(?P<rows>\d+|[a-zA-Z])(?:x(?P<columns>\d+|[a-zA-Z]))?)?)"
        ),
        "x_0 in R^2, k in 0..5 or lr in (0, 1)",
    ),
    "function": (
        re.compile(
            rf"(?P<name>{NAME}?)(?:_(?P<index>[a-z]))?\((?P<names>[\w, ]+)\) = (?P<code>.+)"
        ),
        "L(w, b) = mse(w, b, x, y)",
    ),
    "value": (
        re.compile(rf"(?P<names>{NAME}(?:, *{NAME})*) = (?P<code>[^=].*)"),
        "H = mse_hessian(x)",
    ),
}
SETS = (
    "there are R, R^3 and R^3x2 (or R^n: numbers, vectors, matrices), 0..5 (whole numbers) and (0, 1) (an interval; "
    "(0, 1)^n)"
)


class LabelError(Exception):
    pass


@dataclass(frozen=True)
class Label:
    kind: str
    text: str
    parts: dict[str, str]

    @property
    def names(self) -> list[str]:
        return [name.strip() for name in self.parts["names"].split(",")]


@dataclass
class Formula:
    tex: str  # without its labels
    display: bool
    line: int
    place: tuple[int, int]  # in the text: of the whole formula, with its dollars
    labels: list[Label] = field(default_factory=list)


def refuse(message: str, line: int):
    raise LabelError(message, line)


def formulas(text: str, note: Callable[[str, int], object] = refuse) -> list[Formula]:
    """The formulas of a Markdown text, outside of its code. `note` is told of what is no formula or label, and its line."""
    found, bare = [], masked(text)
    without = FORMULA.sub(blank, bare)
    for pattern, message in (
        (BRACKETED, r"a formula stands in $…$ or $$…$$, not in \(…\), \[…\] or \begin{…} alone"),
        (
            STRAY,
            "this dollar begins or ends no formula: one stands in $…$, without blanks beside its dollars, "
            r"or in $$…$$, without an empty line in it; a sum of money is written \$5",
        ),
    ):
        for unread in pattern.finditer(without):
            note(message, text.count("\n", 0, unread.start()) + 1)
    for match in FORMULA.finditer(bare):
        display = match["display"] is not None
        inside = match["display"] if display else match["inline"]
        inside = QUOTED.sub("\n", inside)
        tex = re.split(r"(?<!\\)%", inside, maxsplit=1)[0]
        line = text.count("\n", 0, match.start()) + 1
        labels = []
        for part in LABEL.finditer(inside):
            try:
                labels.append(label(part[1]))
            except LabelError as error:
                above = match.start("display" if display else "inline") + part.start()
                note(f"{error}", text.count("\n", 0, above) + 1)
        found.append(Formula(tex.strip(), display, line, match.span(), labels))
    return found


def masked(text: str) -> str:
    """`text` with blanks in place of its front matter, code and comments; all else stays where it is."""
    document = Document(text)
    lines = document.lines
    apart = [
        (fence.line - 1, fence.raw) for fence in [*document.fences, document.unclosed] if fence
    ]
    for first, raw in [(0, lines[: document.offset]), *apart]:
        lines[first : first + len(raw)] = map(blank, raw)
    return COMMENT.sub(blank, CODE.sub(blank, "\n".join(lines)))


def blank(match: re.Match | str) -> str:
    return re.sub(r"[^\n]", " ", match if isinstance(match, str) else match[0])


def words(text: str) -> str:
    """`text` with blanks in place of all that is not read as words: its formulas too."""
    return FORMULA.sub(blank, masked(text))


def label(text: str) -> Label:
    text = " ".join(text.split())
    matches = ((kind, form.fullmatch(text)) for kind, (form, _) in KINDS.items())
    kind, match = next(((kind, match) for kind, match in matches if match), ("", None))
    if text.startswith("unbound") and kind != "unbound":
        raise LabelError("% unbound: needs its reason, in the same line")
    if not match:
        hint = (
            f"; after 'in' stands a set: {SETS}"
            if re.match(rf"{NAME}(, *{NAME})* in ", text)
            else ""
        )
        wrong = f"% {text} is no label" if text else "a label says something after its %"
        raise LabelError(f"{wrong}{hint or f'; one is {examples()}'}")
    parts = {name: part.strip() for name, part in match.groupdict().items() if part}
    if "code" in parts:
        try:
            ast.parse(parts["code"], mode="eval")
        except SyntaxError as error:
            raise LabelError(
                f"the label % {text} is no Python: {error.msg}; a label is {examples()}"
            ) from None
    return Label(kind, text, parts)


def examples() -> str:
    return ", ".join(f"% {example}" for _, example in KINDS.values())


def unlabelled(text: str, note: Callable[[str, int], object]) -> str:
    """`text` without its labels, each line where it was."""
    for formula in reversed(formulas(text, note)):
        start, end = formula.place
        if not LABEL.search(text[start:end]):
            continue
        dollars = "$$" if formula.display else "$"
        inside = text[start:end].removeprefix(dollars).removesuffix(dollars)
        kept = re.split(r"(?<!\\)%", inside, maxsplit=1)[0].rstrip()
        gone = inside.count("\n") - kept.count("\n")
        ends = "\n" if formula.display and gone else ""
        mark = re.match(r"[,.;:?!)]*", text[end:])[0]  # a comma stays with its formula
        blank = "\n" * (gone - len(ends))
        text = (
            text[:start] + dollars + kept + ends + dollars + mark + blank + text[end:][len(mark) :]
        )
    return text


def blanked(text: str) -> str:
    """`text` with a space for each letter of a label: everything else stays in its place."""
    for formula in formulas(text, lambda *_: None):  # `unlabelled` has said it
        start, end = formula.place
        inside = text[start : end - (2 if formula.display else 1)]
        kept = re.split(r"(?<!\\)%", inside, maxsplit=1)[0]
        blank = re.sub(r"[^\n]", " ", inside[len(kept) :])
        text = text[:start] + kept + blank + text[start + len(inside) :]
    return text
