"""Reads the mathematics of the course out of its TeX, and computes it at a point.

`read` makes a formula into chains of equalities; `value` computes a side of one, with derivatives by automatic
differentiation: of the code's own functions, or of what the formula itself says. What the names mean is the `scope`'s
to say (formula_check.py).

Numbers follow the notation: a product of matrices and vectors is theirs, a vector between two matrices is a diagonal
matrix, an entry x_i is counted from 1 and a step x_k from 0.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from html import unescape
from unicodedata import name as name_of
from unicodedata import normalize

import autograd.numpy as np
from autograd import jacobian

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S", re.DOTALL)
UPRIGHT = re.compile(
    r"\\(?:mathrm|text|textrm|operatorname|mathsf)\s*(?:\{\s*d\s*\}|d(?![a-zA-Z]))"
)
BLANK = {r"\,", r"\;", r"\:", r"\!", r"\ ", "~", r"\left", r"\right", r"\displaystyle", r"\limits"}
BLANK |= {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")}
RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    r"\approx": "≈",
}
ARROWS = {r"\Longrightarrow": "⟹", r"\Rightarrow": "⟹", r"\implies": "⟹", r"\longrightarrow": "⟶"}
ARROWS |= {r"\Longleftrightarrow": "⟺", r"\Leftrightarrow": "⟺", r"\iff": "⟺"}
RELATING = {*RELATIONS, *ARROWS}  # and these, which are not read
RELATING |= {
    *TOKEN.findall(r"\leftarrow \gets \propto \prec \succ \ll \gg \coloneqq \asymp \approxeq")
}
RELATING |= {*TOKEN.findall(r"\ne \neq \leqslant \geqslant \lesssim \gtrsim \nless \ngtr")}
RELATING |= {*TOKEN.findall(r"\equiv \sim \simeq \cong \doteq \triangleq")}
TURNING = {"'", r"\prime", r"\partial", r"\nabla"}  # what a derivative is written with
LEADING = {r"\to", r"\rightarrow", r"\mapsto"}
GAPS = {",", ";", ".", r"\quad", r"\qquad", r"\\"}
FUNCTIONS = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
}
FUNCTIONS |= {"tanh": np.tanh, "sinh": np.sinh, "cosh": np.cosh, "sqrt": np.sqrt}
DIFFERENCES = {r"\Delta", r"\delta"}
OPEN, CLOSE = {"(", "[", "{", r"\{", r"\begin"}, {")", "]", "}", r"\}", r"\end"}
FONTS = {r"\mathbf", r"\mathrm", r"\mathsf", r"\mathit", r"\boldsymbol", r"\operatorname", r"\text"}
ACCENTS = {r"\hat": "_hat", r"\bar": "_bar", r"\tilde": "_tilde", r"\vec": "", r"\dot": "_dot"}
FRACTIONS = {r"\frac", r"\dfrac", r"\tfrac"}
STEPS = {"k", "t"}  # an index made of these counts steps, from 0; any other counts entries, from 1


class TexError(Exception):
    """What cannot be read, or means nothing here."""


@dataclass
class Node:
    kind: str
    parts: tuple

    def __iter__(self) -> Iterator["Node"]:
        """This node, and all below it."""
        yield self
        for part in self.parts:
            for inner in part if isinstance(part, list | tuple) else [part]:
                if isinstance(inner, Node):
                    yield from inner
                elif isinstance(inner, list | tuple):
                    for deeper in inner:
                        if isinstance(deeper, Node):
                            yield from deeper


@dataclass
class Chain:
    """Sides with a relation between each and the next: a = b ≈ c."""

    sides: list[Node]
    relations: list[str]
    arrow: str = ""  # what leads to it from the chain before; or "brace": it stands under one

    def __iter__(self) -> Iterator[Node]:
        for side in self.sides:
            yield from side


# --- read -------------------------------------------------------------------------------------------------------------


def read(tex: str, functions: set[str]) -> list[Chain]:
    """The chains of a formula; `functions` are the names that a bracket after them applies."""
    tokens = [token for token in TOKEN.findall(UPRIGHT.sub(" d ", tex)) if token not in BLANK]
    for wrapper in ("aligned", "gathered", "split"):
        around = [r"\begin", "{", *wrapper, "}"], [r"\end", "{", *wrapper, "}"]
        if tokens[: len(around[0])] == around[0] and tokens[-len(around[1]) :] == around[1]:
            tokens = tokens[len(around[0]) : -len(around[1])]
            tokens = [token for token, inside in with_depth(tokens) if token != "&" or inside]
    chains: list[Chain] = []
    for arrow, part in pieces(tokens):
        parser = Parser(part, functions)
        chain = parser.chain()
        chain.arrow = arrow
        chains += [chain, *parser.claims]
    related = [chain for chain in chains if chain.relations]
    return related or chains


def with_depth(tokens: list[str]) -> Iterator[tuple[str, int]]:
    """Each token with the number of brackets around it."""
    depth = 0
    for token in tokens:
        depth -= token in CLOSE
        yield token, depth
        depth += token in OPEN


def pieces(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The tokens between commas, gaps and arrows, and the arrow before them; words are left out."""
    arrow, now = "", []
    for at, (token, depth) in enumerate(with_depth([*tokens, r"\\"])):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        goes_on = token == r"\\" and following in RELATIONS
        if depth or not (token in GAPS or token in ARROWS) or goes_on:
            now += [token] if depth or not goes_on else []
            continue
        for part in without_words(now):
            yield arrow, part
            arrow = ""
        arrow = ARROWS.get(token, arrow)
        now = []


def without_words(tokens: list[str]) -> list[list[str]]:
    """What stands around each \\text at the top; after one only what relates two sides. \\text{error}_i is a name."""
    for at, (token, depth) in enumerate(with_depth(tokens)):
        if token == r"\text" and not depth and (at == 0 or tokens[at - 1] not in "_^"):
            end = tokens.index("}", at)
            if tokens[end + 1 : end + 2] != ["_"]:
                after = [
                    part
                    for part in without_words(tokens[end + 1 :])
                    if at == 0 or RELATING & {*part}
                ]
                return [tokens[:at], *after] if at else after
    return [tokens] if tokens else []


def letter(token: str) -> str:
    """λ for \\lambda."""
    made = normalize("NFKC", unescape(f"&{token[1:]};")) if token[0] == "\\" else token
    return made if len(made) == 1 and name_of(made, "").startswith("GREEK") else token


class Parser:
    def __init__(self, tokens: list[str], functions: set[str]):
        self.tokens, self.at, self.functions = tokens, 0, functions
        self.claims: list[Chain] = []  # of underbraces
        self.bars: list[str] = []  # which are open, so that the next one closes

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

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

    def inner(self, tokens: list[str]) -> Node:
        parser = Parser(tokens, self.functions)
        node = parser.sum()
        parser.end()
        self.claims += parser.claims
        return node

    def end(self) -> None:
        if self.next:
            raise TexError(f"{self.next!r} cannot be read {self.where()}")

    def chain(self) -> Chain:
        sides, relations = [self.sum()], []
        while self.next in RELATIONS:
            relations.append(RELATIONS[self.take()])
            sides.append(self.sum())
        self.end()
        return Chain(sides, relations)

    def sum(self) -> Node:
        terms = [(self.sign(), self.product())]
        while self.next in ("+", "-"):
            terms.append((self.sign(), self.product()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Node("sum", (terms,))

    def sign(self) -> int:
        if self.next in ("+", "-"):
            return 1 if self.take() == "+" else -1
        return 1

    def product(self) -> Node:
        factors, operator = [("*", self.factor())], ""
        while True:
            before, operator = operator, ""
            if self.next in (r"\cdot", r"\times", r"\odot", "/"):
                operator = self.take()
            elif not self.starts():
                break
            elif before == "/":
                raise TexError(
                    f"what is divided by is unclear {self.where()}; write \\frac, or brackets"
                )
            if operator == "/" and self.derivative_in_line(factors):
                continue
            factors.append((operator or " ", self.factor()))
            operator = operator or " "
        return factors[0][1] if len(factors) == 1 else Node("product", (factors,))

    def derivative_in_line(self, factors: list) -> bool:
        """∂L/∂w, written in a line."""
        top = factors[-1][1]
        if top.kind != "curl" or self.next != r"\partial":
            return False
        self.take()
        factors[-1] = (factors[-1][0], Node("derivative", ([self.name()], top.parts[0])))
        return True

    def starts(self) -> bool:
        """Whether a factor begins here."""
        token = self.next
        if token == "|":
            return token not in self.bars
        if token == r"\|":
            return token not in self.bars
        ends = {
            *RELATIONS,
            *CLOSE,
            "+",
            "-",
            ",",
            ";",
            "^",
            "_",
            "'",
            r"\\",
            "/",
            r"\vdots",
            r"\end",
        }
        return bool(token) and token not in ends

    def factor(self) -> Node:
        node = self.atom()
        while self.next == "^":
            self.take()
            exponent = self.group()
            if exponent in (["T"], [r"\top"], [r"\mathsf", "{", "T", "}"]):
                node = Node("transpose", (node,))
            elif exponent in (["*"], [r"\star"]) and node.kind == "name":
                node = Node("name", (f"{node.parts[0]}_star",))
            else:
                node = Node("power", (node, self.inner(exponent)))
        return node

    def atom(self) -> Node:
        token = self.next
        if token in ("(", "["):
            inner = self.arguments()
            return inner[0] if len(inner) == 1 else Node("vector", (inner,))
        if token in ("|", r"\|", r"\lVert", r"\lvert"):
            self.take()
            closing = {r"\lVert": r"\rVert", r"\lvert": r"\rvert"}.get(token, token)
            self.bars.append(token)
            inner = self.sum()
            self.bars.pop()
            self.take(closing)
            if closing in (r"\|", r"\rVert") and self.next == "_":
                self.take()
                self.group()
            return Node("norm" if closing in (r"\|", r"\rVert") else "absolute", (inner,))
        if token == "{":
            return self.inner(self.group())
        if token == "-":
            self.take()
            return Node("sum", ([(-1, self.factor())],))
        if token[:1].isdigit():
            return Node("number", (float(self.take()) if "." in token else int(self.take()),))
        if token in FRACTIONS:
            return self.fraction()
        if token == r"\partial":
            self.take()
            return Node("curl", (self.factor(),))
        if token == r"\nabla":
            return self.nabla()
        if token == r"\sum":
            return self.series()
        if token == r"\lim":
            return self.limit()
        if token == r"\underbrace":
            return self.underbrace()
        if token == r"\sqrt":
            self.take()
            return Node("apply", ("sqrt", self.inner(self.group())))
        if token == r"\begin":
            return self.matrix()
        if token in (r"\max", r"\min"):
            self.take()
            return Node(token[1:], (self.arguments(),))
        if token[1:] in FUNCTIONS:
            return self.function()
        return self.named()

    def arguments(self) -> list[Node]:
        if self.next not in ("(", "["):
            raise TexError(f"a bracket is missing {self.where()}")
        closing = {"(": ")", "[": "]"}[self.take()]
        bars, self.bars = self.bars, []
        found = [self.sum()]
        while self.next == ",":
            self.take()
            found.append(self.sum())
        self.take(closing)
        self.bars = bars
        return found

    def name(self) -> str:
        """A letter, or a word in a font, with its accent."""
        token = self.take()
        if token in ACCENTS:
            return Parser(self.group(), set()).name() + ACCENTS[token]
        if token in FONTS:
            return "".join(map(letter, self.group()))
        if len(letter(token)) == 1 and letter(token).isalpha():
            return letter(token)
        raise TexError(f"{token!r} is nothing that can be computed {self.where()}")

    def named(self) -> Node:
        """A name, with what belongs to it: an index, primes, and the brackets of a function."""
        name, index = self.name(), None
        if self.next == "_":
            self.take()
            inside = self.group()
            if inside in ([r"\max"], [r"\min"]):
                return Node("extreme", (inside[0][1:], name))
            if inside[0] in FONTS:
                name += "_" + "".join(part for part in inside[1:] if part not in "{}")
            else:
                index = self.inner(inside)
        primes = 0
        while self.next == "'":
            self.take()
            primes += 1
        if name in self.functions or primes:
            arguments = self.arguments() if self.next == "(" else None
            if primes:
                return Node("prime", (name, primes, arguments))
            if arguments is not None or index is not None:
                return Node("call", (name, index, arguments))
        return Node("name", (name,)) if index is None else Node("index", (name, index))

    def function(self) -> Node:
        name = self.take()[1:]
        power = None
        if self.next == "^":
            self.take()
            power = self.inner(self.group())
        inner = self.arguments()[0] if self.next == "(" else self.factor()
        node = Node("apply", (name, inner))
        return node if power is None else Node("power", (node, power))

    def fraction(self) -> Node:
        self.take()
        top, bottom = self.group(), self.group()
        if bottom[:1] in (["d"], [r"\partial"]) and top[:1] == bottom[:1]:
            return self.derivative(top[1:], bottom)
        if top[:1] == bottom[:1] and top[:1] and top[0] in DIFFERENCES:
            raise TexError(f"{top[0]} is not read; write the difference out, or the derivative")
        return Node("product", ([("*", self.inner(top)), ("/", self.inner(bottom))],))

    def derivative(self, top: list[str], bottom: list[str]) -> Node:
        below, names = Parser(bottom, self.functions), []
        while below.next:
            below.take(bottom[0])
            name = below.name()
            if below.next == "_":
                below.take()
                name += "_" + "".join(below.group())
            times = 1
            if below.next == "^":
                below.take()
                times = int("".join(below.group()))
            names += [name] * times
        if top[:1] == ["^"]:
            order, top = top[1], top[2:]
            if order != str(len(names)):
                raise TexError(f"the order {order} above is not the order {len(names)} below")
        elif len(names) != 1:
            raise TexError(f"the order 1 above is not the order {len(names)} below")
        of = self.inner(top) if top else self.product()
        return Node("derivative", (names, of))

    def nabla(self) -> Node:
        self.take()
        times = 1
        if self.next == "^":
            self.take()
            times = int("".join(self.group()))
        name, index = self.name(), None
        if self.next == "_":
            self.take()
            index = self.inner(self.group())
        arguments = self.arguments() if self.next == "(" else None
        return Node("nabla", (name, index, arguments, times))

    def series(self) -> Node:
        self.take()
        bounds: dict[str, list[str]] = {}
        while self.next in ("_", "^"):
            side = self.take()
            bounds[side] = self.group()
        low, high, name = Node("number", (1,)), None, ""
        if "_" in bounds:
            name, equals, start = "".join(bounds["_"]).partition("=")
            if not name.isalpha() or bool(equals) != ("^" in bounds):
                raise TexError("a sum goes over \\sum_{i=1}^{n}, or \\sum_i")
            low = Node("number", (int(start),)) if start else low
        if "^" in bounds:
            high = self.inner(bounds["^"])
        body = self.product()
        if not name:
            counted = [node.parts[1] for node in body if node.kind == "index"]
            names = {node.parts[0] for node in counted if node.kind == "name"}
            if len(names) != 1:
                raise TexError("the sum does not say over what it goes: \\sum_i")
            (name,) = names
        return Node("series", (name, low, high, body))

    def limit(self) -> Node:
        self.take()
        self.take("_")
        name, arrow, *to = self.group()
        if arrow != r"\to":
            raise TexError("a limit is written \\lim_{h \\to 0}")
        return Node("limit", (name, self.inner(to), self.product()))

    def underbrace(self) -> Node:
        self.take()
        node = self.inner(self.group())
        if self.next == "_":
            self.take()
            said = self.group()
            if r"\text" not in said:
                self.claims.append(Chain([node, self.inner(said)], ["="], "brace"))
        return node

    def matrix(self) -> Node:
        self.take()
        kind = "".join(self.group())
        if not kind.endswith("matrix"):
            raise TexError(f"\\begin{{{kind}}} cannot be read")
        cells: list[list[list[str]]] = [[[]]]
        while self.next != r"\end":
            depth = 0
            while depth or self.next not in ("&", r"\\", r"\end"):
                depth += (self.next in OPEN) - (self.next in CLOSE)
                cells[-1][-1].append(self.take())
            if self.next != r"\end":
                cells.append([[]]) if self.take() == r"\\" else cells[-1].append([])
        self.take()
        self.group()
        rows = [
            [None if cell == [r"\vdots"] else self.inner(cell) for cell in row]
            for row in cells
            if row != [[]]
        ]
        if len({len(row) for row in rows}) != 1:
            raise TexError("the rows of the matrix differ in length")
        return Node("matrix", (rows,))


# --- compute ----------------------------------------------------------------------------------------------------------


def value(node: Node, scope) -> object:
    """What `node` is at a point. The scope says what a name is: its `value`, or its `function` with the names of what it
    takes; `given` is the same scope with other values, `entry` a part of a name with an index."""
    parts = node.parts
    match node.kind:
        case "number":
            return parts[0]
        case "name":
            return scope.value(parts[0])
        case "index":
            return scope.entry(parts[0], parts[1])
        case "extreme":
            return getattr(np, parts[0])(scope.value(parts[1]))
        case "sum":
            return sum(sign * value(term, scope) for sign, term in parts[0])
        case "product":
            return product(parts[0], scope)
        case "power":
            return power(parts[0], value(parts[1], scope), scope)
        case "transpose":
            return np.transpose(value(parts[0], scope))
        case "vector":
            return np.array([value(part, scope) for part in parts[0]])
        case "matrix":
            return matrix(parts[0], scope)
        case "absolute":
            return np.abs(value(parts[0], scope))
        case "norm":
            return np.sqrt(np.sum(value(parts[0], scope) ** 2))
        case "max" | "min":
            found = [value(part, scope) for part in parts[0]]
            two = np.maximum if node.kind == "max" else np.minimum
            return reduce(two, found) if len(found) > 1 else getattr(np, node.kind)(found[0])
        case "apply":
            return FUNCTIONS[parts[0]](value(parts[1], scope))
        case "call":
            return called(scope, *parts)
        case "prime":
            name, times, arguments = parts
            names, function = scope.function(name)
            at = arguments_of(scope, names, name, arguments)
            if len(at) != 1:
                raise TexError(f"{name} takes {len(at)} numbers; a prime is for a function of one")
            return differentiated(function, at[0], times)
        case "nabla":
            return gradient(scope, *parts)
        case "derivative":
            return derivative(scope, *parts)
        case "series":
            name, low, high, body = parts
            first, last = (
                whole(value(low, scope)),
                whole(value(high, scope) if high else length(body, name, scope)),
            )
            return sum(value(body, scope.given({name: i})) for i in range(first, last + 1))
        case "limit":
            return limit(scope, *parts)
    raise TexError(f"∂{parts[0].parts[0]} stands alone")


def length(body: Node, name: str, scope) -> int:
    """How far a sum without bounds goes: over the list that has its index."""
    for node in body:
        if node.kind == "index" and node.parts[1].parts == (name,):
            return len(scope.value(node.parts[0]))
    raise TexError(f"the sum over {name} does not say how far it goes")


def whole(number: object) -> int:
    if number != int(number):
        raise TexError(f"{number} is not a whole number")
    return int(number)


def product(factors: list, scope) -> object:
    """Factors from the left: numbers, and matrices and vectors by their own rules."""
    values = [value(node, scope) for _, node in factors]
    ranks = [np.ndim(found) for found in values]
    for at in range(1, len(values) - 1):
        if ranks[at - 1 : at + 2] == [2, 1, 2]:
            values[at], ranks[at] = np.diag(values[at]), 2
    made, left = values[0], factors[0][1]
    for (operator, node), found in zip(factors[1:], values[1:], strict=True):
        sizes = np.ndim(made), np.ndim(found)
        if operator == "/":
            made = made / found
        elif 0 in sizes or operator == r"\odot":
            made = made * found
        elif sizes == (1, 1) and node.kind == "transpose":
            made = np.outer(made, found)
        elif sizes == (1, 1) and operator != r"\cdot" and left.kind != "transpose":
            raise TexError(
                "a product of two vectors is written a^\\mathsf{T} b, \\cdot, or \\odot for each entry"
            )
        elif np.shape(made)[-1] != np.shape(found)[0]:
            raise TexError(
                f"shapes {np.shape(made)} and {np.shape(found)} have no product: transposed?"
            )
        else:
            made = made @ found
        left = node
    return made


def power(base: Node, exponent: object, scope) -> object:
    if base.kind == "name" and base.parts[0] == "e":
        return np.exp(exponent)
    found = value(base, scope)
    if np.ndim(found) == 2:
        return np.linalg.inv(found) if exponent == -1 else np.linalg.matrix_power(found, exponent)
    return (found * 1.0) ** exponent


def matrix(rows: list, scope) -> object:
    """A matrix; a row of dots goes on from the row before it to the row after it."""
    made: list = []
    for at, row in enumerate(rows):
        if None not in row:
            made.append([value(cell, scope) for cell in row])
            continue
        counted = {inner for cell in rows[at + 1] for inner in names_of_indices(cell)}
        if len(counted) != 1:
            raise TexError("the row after the dots must have an index, such as x_n")
        (name,) = counted
        between = [
            [value(cell, scope.given({name: i})) for cell in rows[at + 1]]
            for i in range(1, whole(scope.value(name)))
        ]
        if at != 1 or not np.allclose(made[-1], between[0]):
            raise TexError("the row before the dots is not the first of those that end after them")
        made = between
    return np.array(made)


def names_of_indices(node: Node) -> set[str]:
    return {
        inner.parts[1].parts[0]
        for inner in node
        if inner.kind == "index" and inner.parts[1].kind == "name"
    }


def arguments_of(scope, names: list[str], name: str, arguments: list[Node] | None) -> list:
    """What a function is taken at: its arguments, or values of the names that it has for them."""
    if arguments is None:
        return [scope.value(each) for each in names]
    found = [value(argument, scope) for argument in arguments]
    if len(found) != len(names):
        raise TexError(f"{name} takes {len(names)} ({', '.join(names)}), not {len(found)}")
    return found


def called(scope, name: str, index: Node | None, arguments: list[Node] | None) -> object:
    names, function = scope.function(name, None if index is None else value(index, scope))
    return function(*arguments_of(scope, names, name, arguments))


def gradient(
    scope, name: str, index: Node | None, arguments: list[Node] | None, times: int
) -> object:
    """All derivatives of a function in a vector, or all second ones in a matrix."""
    names, function = scope.function(name, None if index is None else value(index, scope))
    at = arguments_of(scope, names, name, arguments)
    ends = np.cumsum([np.size(part) for part in at])

    def flat(p):
        parts = [p[end - np.size(part) : end] for part, end in zip(at, ends, strict=True)]
        shaped = [np.reshape(part, np.shape(one)) for part, one in zip(parts, at, strict=True)]
        return np.sum(function(*shaped))

    found = differentiated(flat, np.concatenate([np.ravel(part) for part in at]), times)
    return found[(0,) * times] if len(at) == 1 and np.ndim(at[0]) == 0 else found


def derivative(scope, names: list[str], of: Node) -> object:
    """The derivative by each of `names` in turn; a name that others depend on is moved by itself."""
    name, *more = names
    if of.kind == "name" and of.parts[0] != name and scope.is_free(of.parts[0]):
        raise TexError(f"nothing says what {of.parts[0]} depends on: % {of.parts[0]}({name}) = …")

    def moved(x):
        here = scope.given({name: x})
        return derivative(here, more, of) if more else value(of, here)

    return differentiated(moved, scope.value(name))


def differentiated(function, at, times: int = 1) -> object:
    for _ in range(times):  # 0·x, since a function that takes no notice of x has a derivative too
        function = jacobian(lambda x, inner=function: inner(x) + 0.0 * np.sum(x))
    return function(at * 1.0)


def limit(scope, name: str, to: Node, of: Node) -> object:
    """The value that a polynomial through ever nearer points has at the end (Neville)."""
    steps = [0.1 / 2**i for i in range(8)]
    end = value(to, scope)
    found = [value(of, scope.given({name: end + step})) for step in steps]
    for level in range(1, len(steps)):
        found = [
            (steps[i] * found[i + 1] - steps[i + level] * found[i]) / (steps[i] - steps[i + level])
            for i in range(len(found) - 1)
        ]
    return found[0]
