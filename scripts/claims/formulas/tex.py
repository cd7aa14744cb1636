"""What TeX is made of here: its tokens, what each command means, and what to write in place of one that is not read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from unicodedata import name as name_of
from unicodedata import normalize

import autograd.numpy as np


def table(rows: str) -> dict[str, str]:
    """What each command stands for, of rows that begin with it: ≤ \\le \\leq."""
    return {tex: sign for sign, *all_ in map(str.split, rows.split("|")) for tex in all_}


RELATIONS = table(r"""= = | < < | > > | ← := \leftarrow \gets \coloneqq | ≠ \ne \neq | ≈ \approx | ≤ \le \leq \leqslant
    | ≥ \ge \geq \geqslant | → \to \rightarrow \longrightarrow | ⪰ \succeq | ⪯ \preceq | ≻ \succ | ≺ \prec""")
ARROWS = table(
    r"⟹ \Longrightarrow \Rightarrow \implies | ⟺ \Longleftrightarrow \Leftrightarrow \iff"
)
RELATING = re.compile(r"\\(propto|ll|gg|sim(eq)?|cong|equiv|doteq|triangleq|asymp|lesssim|gtrsim)$")
OTHERWISE = "write it otherwise, or % unbound: and why"
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
BETWEEN = {*GAPS, *ARROWS, r"\forall"}  # statements
DOTS = {r"\dots", r"\ldots", r"\cdots", r"\vdots", r"\ddots"}
BRACKETS = {"(": ")", "[": "]", r"\{": r"\}", "{": "}"}
BARS = {"|": "|", r"\|": r"\|", r"\lVert": r"\rVert", r"\Vert": r"\Vert", r"\lvert": r"\rvert"}
ENDS = {"", *RELATIONS, *ARROWS, *GAPS, *DOTS, *BRACKETS.values(), *INSTEAD, *"}+-^_'/&.!"}
ENDS |= {r"\end", r"\forall"}  # of a product; only ∂ may begin a factor, too
ACCENTS = {r"\hat": "_hat", r"\bar": "_bar", r"\tilde": "_tilde", r"\vec": "", r"\dot": "_dot"}
FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac"}
FUNCTIONS: dict[str, Callable] = {
    name: getattr(np, name)
    for name in ("sin", "cos", "tan", "exp", "log", "tanh", "sinh", "cosh", "arctan", "sign")
}
FUNCTIONS |= {"ln": np.log, "sgn": np.sign, "Re": np.real, "Im": np.imag}
FUNCTIONS |= {"tr": np.trace, "det": np.linalg.det, "diag": np.diag}
SERIES: dict[str, Callable] = {  # what is made of the terms over an index
    r"\sum": sum,
    r"\prod": np.prod,
    r"\max": max,
    r"\min": min,
    "a mean": lambda terms: sum(terms) / len(terms),
}
RUNS = {"=": "from", r"\in": "in", r"\ne": "but", r"\neq": "but", r"\to": "to"}  # how a letter does
RUNS |= {r"\downarrow": "down to", r"\uparrow": "up to"}
# A font tells names apart only where it is one of these; \mathrm{lr} and \text{lr} are words.
FONTS = {r"\mathcal": "script", r"\mathbb": "hollow"} | dict.fromkeys(
    (r"\mathbf", r"\boldsymbol", r"\bm"), "bold"
)
TOKEN = re.compile(
    r"(?P<font>\\(?:math(?:rm|sf|it|bf|cal|bb)|operatorname|textrm|text|boldsymbol|bm)(?![a-zA-Z]))"
    r"\s*(?:\{(?P<word>[^{}]*)\}|(?P<letter>\\[a-zA-Z]+|\w))"
    r"|\\[a-zA-Z]+|\\.|:="
    r"|(?:(?<=[\^_])|(?<=frac|sqrt)|(?<=frac\d))\d"  # as an argument, TeX takes one digit
    r"|\d+(?:\.\d+)?|\S",
    re.DOTALL,
)
BLANK = re.compile(
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits|[,;:! ])|~"
)  # only sets a formula
WORDED = {  # what is written as a word, and read as a token
    r"\\(?:mathrm|text|textrm|operatorname|mathsf)\s*(?:\{\s*d\s*\}|d(?![a-zA-Z]))": " d ",
    r"\\operatorname\*?\s*\{\s*arg(?:\\[,;: ])?\s*(min|max)\s*\}": r"\\arg\1 ",
    r"\\arg\s*\\(min|max)(?![a-zA-Z])": r"\\arg\1 ",
    r"\\\\\s*\[-?[\d.]+(?:ex|em|pt|mu)\]": r"\\\\ ",  # the room between two lines
    r"\\to\s*(\w+)\s*\^\s*(\{\s*)?\+(?(2)\s*\})": r"\\downarrow \1",  # 0^+
    r"\\to\s*(\w+)\s*\^\s*(\{\s*)?-(?(2)\s*\})": r"\\uparrow \1",
    r"^\s*\\begin\{((?:align|gather)(?:ed|\*)?|split)\}(.*)\\end\{\1\}\s*$": r"\2",
}
IF = re.compile(r"(and)?(if|when|whenever|for|provided(that)?)$")
EVERY = re.compile(r"(every|each|all|any)$")
NEGATION = re.compile(r"not|n't|unless|never|except|without|neither|false|wrong|^no$")


# What a formula defines as a function, f(x) = …: a bracket after its name applies it.
DEFINED = re.compile(r"(?:^|\\quad|\\qquad|[,&]|\\\\)\s*(\\?[a-zA-Z]+)\s*\([^()=]*\)\s*&?=")


class Wrong(Exception):
    """A formula that is not what the code computes, or that cannot be held against it."""


class TexError(Wrong):
    """What cannot be read, or means nothing here."""


@dataclass(frozen=True)
class Node:
    kind: str
    parts: tuple

    def __iter__(self) -> Iterator["Node"]:
        """This node, and all below it."""
        yield self
        yield from inside(self.parts)


def inside(parts: object) -> Iterator[Node]:
    for part in parts if isinstance(parts, list | tuple) else ():
        yield from part if isinstance(part, Node | Statement) else inside(part)


@dataclass
class Statement:
    """Sides with a relation between each and the next: a = b ≈ c."""

    sides: list[Node]
    relations: list[str]
    link: str = ""  # to the statement before: ⟹, ⟺, "if", or "brace" where it stands under one
    every: str = ""  # a list, for each of whose entries it holds

    def __iter__(self) -> Iterator[Node]:
        return inside(self.sides)


def tokens_of(tex: str) -> list[str]:
    """The tokens of a formula, without what only sets it: blanks, the sizes of brackets, the marks of aligned lines."""
    for written, read in WORDED.items():
        tex = re.sub(written, read, tex, flags=re.DOTALL)
    found, depth = [], 0
    for token in (match[0] for match in TOKEN.finditer(tex)):
        depth += (token == r"\begin") - (token == r"\end")
        if not BLANK.fullmatch(token) and (token != "&" or depth):
            found.append(token)
    return found


def relates(tex: str) -> bool:
    """Whether a formula seems to claim something: it has a relation or an arrow."""
    return any(t in RELATIONS or t in ARROWS or RELATING.match(t) for t in tokens_of(tex))


@cache
def letter(token: str) -> str:
    """λ for \\lambda, and the word of one in a font."""
    if (match := TOKEN.fullmatch(token)) and match["font"]:
        return "".join(letter(each[0]) for each in TOKEN.finditer(match["word"] or match["letter"]))
    if token[:1] != "\\":
        return token
    made = normalize("NFKC", unescape(f"&{token[1:]};"))
    is_greek = len(made) == 1 and name_of(made, "").startswith("GREEK")
    return made if is_greek else "l" if token == r"\ell" else token


class Tokens:
    """The tokens of a formula, taken one after the other."""

    def __init__(self, tokens: list[str], names: set[str]):
        self.tokens, self.at, self.stop = tokens, 0, len(tokens)
        self.names = names  # that may be words, or have an index in them
        self.fonts: dict[str, str] = {}

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < self.stop else ""

    @property
    def following(self) -> str:
        return self.tokens[self.at + 1] if self.at + 1 < self.stop else ""

    def takes(self, *wanted: str) -> bool:
        """Whether one of these follows; it is taken."""
        found = self.next in wanted and bool(self.next)
        self.at += found
        return found

    def take(self, wanted: str = "") -> str:
        token = self.next
        if not token or (wanted and token != wanted):
            advice = f": {INSTEAD[token]}" if token in INSTEAD else ""
            raise TexError(f"{wanted or 'something'!r} is missing {self.where()}{advice}")
        self.at += 1
        return token

    def where(self) -> str:
        before = " ".join(self.tokens[max(0, self.at - 4) : self.at])
        return f"after {before!r}" if before else "at the beginning"

    def group(self) -> list[str]:
        """The tokens of the argument that follows."""
        start, depth = self.at, 0
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if not depth:
                return self.tokens[start : self.at][token == "}" : -1 if token == "}" else None]

    def words(self) -> str | None:
        """The words that stand here between statements; a name, too, may be written as words."""
        is_words = self.next.startswith(r"\text") and self.following != "_"
        return letter(self.next) if is_words and letter(self.next) not in self.names else None

    def name(self) -> str:
        """A letter, or a word in a font, with its accent."""
        token = self.take()
        if token in ACCENTS:
            braces = self.takes("{")
            name = self.name() + ACCENTS[token]
            if braces:
                self.take("}")
            return name
        name, match = letter(token), TOKEN.fullmatch(token)
        if match["font"] or (len(name) == 1 and name.isalpha()):
            font = FONTS.get(match["font"], "plain")
            is_entry = not match["font"] and self.next == "_"  # x_i is an entry of a bold x
            is_word = match["font"] and font == "plain"
            if (
                len(name) == 1
                and not (is_entry or is_word)
                and self.fonts.setdefault(name, font) != font
            ):
                raise TexError(f"{name} stands in two fonts, and is one name: take another letter")
            return name
        if token[1:] in FUNCTIONS:
            return token[1:]
        advice = INSTEAD.get(token, OTHERWISE)
        raise TexError(f"{token!r} is nothing that can be computed {self.where()}: {advice}")
