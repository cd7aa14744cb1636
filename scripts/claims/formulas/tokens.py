"""What TeX is made of: the tokens of a formula, which of them relate, open or are left out, and the pieces between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from unicodedata import name as name_of
from unicodedata import normalize

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|:=|\d+(?:\.\d+)?|\S", re.DOTALL)
D = r"\\(?:mathrm|text|textrm|operatorname|mathsf)\s*(?:\{\s*d\s*\}|d(?![a-zA-Z]))"
ARG = (
    r"\\(?:operatorname\*?\s*\{\s*arg(?:\\[,;: ])?\s*(min|max)\s*\}|arg\s*\\(min|max)(?![a-zA-Z]))"
)
BLANK = {r"\,", r"\;", r"\:", r"\!", r"\ ", "~", r"\left", r"\right", r"\displaystyle", r"\limits"}
BLANK |= {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")}
WRAPPERS = {"aligned", "align", "align*", "gathered", "gather", "gather*", "split"}
SIGNS = r"""= = | < < | > > | ← := \leftarrow \gets \coloneqq | ≠ \ne \neq | ≈ \approx | ≤ \le \leq \leqslant
    | ≥ \ge \geq \geqslant | → \to \rightarrow \longrightarrow | ⪰ \succeq | ⪯ \preceq | ≻ \succ | ≺ \prec"""
RELATIONS = {tex: sign for sign, *all_ in map(str.split, SIGNS.split("|")) for tex in all_}
IMPLIES = r"⟹ \Longrightarrow \Rightarrow \implies | ⟺ \Longleftrightarrow \Leftrightarrow \iff"
ARROWS = {tex: sign for sign, *all_ in map(str.split, IMPLIES.split("|")) for tex in all_}
RELATING = re.compile(r"\\(propto|ll|gg|sim(eq)?|cong|equiv|doteq|triangleq|asymp|lesssim|gtrsim)$")
INSTEAD = {  # what is not read, and what to write
    r"\int": "write the sum, or the antiderivative's derivative",
    r"\propto": "write = with the factor",
    r"\ll": "write < with a factor, or the order of the error: + O(h^2)",
    r"\gg": "write > with a factor",
    r"\in": "write the range as a relation, 0 < x < 1, or as a label, % x in (0, 1)",
    r"\pm": "write a formula for each sign",
    r"\mp": "write a formula for each sign",
    r"\Delta": "write the difference out, or give it a name by a label",
    r"\mid": "write the condition in words",
    r"\partial": "write the whole derivative, \\frac{\\partial f}{\\partial x}",
}
GAPS = {",", ";", r"\quad", r"\qquad", r"\\"}
DOTS = {r"\dots", r"\ldots", r"\cdots", r"\vdots", r"\ddots"}
OPEN = {"(", "[", "{", r"\{", r"\begin"}
CLOSE = {")", "]", "}", r"\}", r"\end"}
BRACKETS = {"(": ")", "[": "]", r"\{": r"\}"}
BARS = {"|": "|", r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert", r"\lvert": r"\rvert"}
PLAIN_FONTS = {r"\mathrm", r"\mathsf", r"\mathit", r"\operatorname", r"\text"}
FONTS = PLAIN_FONTS | {r"\mathbf", r"\boldsymbol", r"\bm", r"\mathcal", r"\mathbb"}
ACCENTS = {r"\hat": "_hat", r"\bar": "_bar", r"\tilde": "_tilde", r"\vec": "", r"\dot": "_dot"}
FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac"}
FUNCTIONS = {"sin", "cos", "tan", "exp", "log", "ln", "tanh", "sinh", "cosh", "arctan"}
FUNCTIONS |= {"sign", "sgn", "Re", "Im", "tr", "det", "diag"}
SERIES = {r"\sum": "sum", r"\prod": "product", r"\max": "max", r"\min": "min"}
IF = re.compile(r"(and)?(if|when|whenever|for|provided(that)?)$")
EVERY = re.compile(r"(for)?(every|each|all|any)$")
NEGATION = re.compile(r"not|n't|unless|never|except|without|neither|false|wrong|^no$")


# What a formula defines as a function, f(x) = …: a bracket after its name applies it.
DEFINED = re.compile(r"(?:^|\\quad|\\qquad|[,&]|\\\\)\s*(\\?[a-zA-Z]+)\s*\([^()=]*\)\s*&?=")


class TexError(Exception):
    """What cannot be read, or means nothing here."""


@dataclass(frozen=True)
class Node:
    kind: str
    parts: tuple

    def __iter__(self) -> Iterator["Node"]:
        """This node, and all below it."""
        yield self
        yield from inside(self.parts)


def inside(part: object) -> Iterator[Node]:
    if isinstance(part, list | tuple):
        for inner in part:
            yield from inner if isinstance(inner, Node | Statement) else inside(inner)


@dataclass
class Statement:
    """Sides with a relation between each and the next: a = b ≈ c."""

    sides: list[Node]
    relations: list[str]
    link: str = ""  # to the statement before: ⟹, ⟺, "if", or "brace" where it stands under one
    every: str = ""  # a list, for each of whose entries it holds

    def __iter__(self) -> Iterator[Node]:
        for side in self.sides:
            yield from side


def tokens_of(tex: str) -> list[str]:
    tex = re.sub(ARG, lambda match: rf"\arg{match[1] or match[2]} ", re.sub(D, " d ", tex))
    return [token for token in TOKEN.findall(tex) if token not in BLANK]


def relates(tex: str) -> bool:
    """Whether a formula seems to claim something: it has a relation or an arrow."""
    return any(t in RELATIONS or t in ARROWS or RELATING.match(t) for t in tokens_of(tex))


def with_depth(tokens: list[str]) -> Iterator[tuple[str, int]]:
    """Each token with the number of brackets around it."""
    depth = 0
    for token in tokens:
        depth -= token in CLOSE
        yield token, depth
        depth += token in OPEN


def split(tokens: list[str], mark: str) -> list[list[str]]:
    """The tokens between marks that stand in no bracket."""
    parts: list[list[str]] = [[]]
    for token, depth in with_depth(tokens):
        parts.append([]) if token == mark and not depth else parts[-1].append(token)
    return parts


def pieces(tokens: list[str], names: set[str]) -> Iterator[tuple[str, list[str]]]:
    """The tokens between commas, gaps, arrows and words, and what links them to those before."""
    if tokens[-1:] in (["."], [","]):
        tokens = tokens[:-1]
    link, now, skip = "", [], 0
    for at, (token, depth) in enumerate(with_depth(tokens)):
        if at < skip:
            continue
        following = tokens[at + 1 : at + 2]
        new = ""
        if token == r"\text" and not depth and tokens[at - 1 : at] not in (["_"], ["^"]):
            end = tokens.index("}", at)
            words = "".join(tokens[at + 2 : end])
            if words in names or tokens[end + 1 : end + 2] == ["_"]:
                now.append(token)
                continue
            if NEGATION.search(words):
                raise TexError(
                    f"the words {words!r} change what is claimed: write it as a relation"
                )
            skip = end + 1
            new = "if" if IF.match(words) else "every" if EVERY.search(words) else " "
        elif token == r"\forall":
            new = "every"
        elif depth or not (token in GAPS or token in ARROWS):
            now.append(token)
            continue
        elif token == r"\\" and following and following[0] in RELATIONS:
            continue
        if now:
            yield link, now
            link, now = "", []
        elif link.strip() and new.strip():
            new = link
        link = ARROWS.get(token) or new.strip() or link
    if now:
        yield link, now
    elif link:
        raise TexError("nothing stands after the last arrow, or its last words")


def ranges(found: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The same, with i = 1, …, n in one piece."""
    made = []
    for link, part in found:
        goes_on = len(made) and made[-1][1][-1] in DOTS
        if (len(part) == 1 and part[0] in DOTS and made) or goes_on:
            made[-1] = made[-1][0], [*made[-1][1], *part]
        else:
            made.append((link, part))
    return made


def letter(token: str) -> str:
    """λ for \\lambda."""
    if token == r"\ell":
        return "l"
    made = normalize("NFKC", unescape(f"&{token[1:]};")) if token[0] == "\\" else token
    return made if len(made) == 1 and name_of(made, "").startswith("GREEK") else token


class Tokens:
    """The tokens of a piece of a formula, taken one after the other."""

    def __init__(
        self, tokens: list[str], functions: set[str], names: set[str], fonts: dict[str, str]
    ):
        self.tokens, self.at = tokens, 0
        self.known = functions, names, fonts
        self.claims: list[Statement] = []  # of underbraces
        self.bars: list[str] = []  # which are open, so that the next one closes

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def takes(self, *wanted: str) -> bool:
        """Whether one of these follows; it is taken."""
        found = self.next in wanted and bool(self.next)
        self.at += found
        return found

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            raise TexError(f"{wanted or 'something'!r} is missing {self.where()}")
        self.at += 1
        return token

    def where(self) -> str:
        before = " ".join(self.tokens[max(0, self.at - 4) : self.at])
        return f"after {before!r}" if before else "at the beginning"

    def group(self) -> list[str]:
        """The tokens of the argument that follows."""
        if self.next != "{":
            token = self.take()
            if len(token) > 1 and token[0].isdigit():  # TeX takes one digit
                self.at -= 1
                self.tokens[self.at] = token[1:]
                return [token[0]]
            return [token, "{", *self.group(), "}"] if token in {*FONTS, *ACCENTS} else [token]
        depth, start = 0, self.at + 1
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if not depth:
                return self.tokens[start : self.at - 1]

    def end(self) -> None:
        if self.next:
            instead = INSTEAD.get(self.next, "write it otherwise, or % unbound: and why")
            raise TexError(f"{self.next!r} cannot be read {self.where()}: {instead}")
