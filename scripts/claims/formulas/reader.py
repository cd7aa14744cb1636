"""Reads the mathematics of the course out of its TeX: a formula becomes statements, each with the sides that it relates.

Whatever is not understood is an error in plain words, and never left out. What the names mean is not known here, only
which of them a bracket applies as functions, and which have an index of their own (x_0).
"""

import re

from scripts.claims.formulas.tokens import (
    ACCENTS,
    BARS,
    BRACKETS,
    CLOSE,
    DOTS,
    FONTS,
    FRACTIONS,
    FUNCTIONS,
    GAPS,
    INSTEAD,
    PLAIN_FONTS,
    RELATIONS,
    SERIES,
    WRAPPERS,
    Node,
    Statement,
    TexError,
    Tokens,
    letter,
    pieces,
    ranges,
    split,
    tokens_of,
    with_depth,
)


def read(tex: str, functions: set[str], names: set[str]) -> list[Statement]:
    """The statements of a formula. `functions` are what a bracket applies, `names` those that may have an index in them."""
    tokens = tokens_of(tex)
    if tokens[:2] == [r"\begin", "{"]:
        end = tokens.index("}")
        wrapper = tokens[2:end]
        if "".join(wrapper) in WRAPPERS and tokens[-len(wrapper) - 3 :][0] == r"\end":
            tokens = tokens[end + 1 : -len(wrapper) - 3]
            tokens = [token for token, depth in with_depth(tokens) if depth or token != "&"]
    fonts: dict[str, str] = {}
    found: list[Statement] = []
    for link, part in ranges(list(pieces(tokens, names))):
        parser = Parser(part, functions, names, fonts)
        statement = parser.statement(link)
        if link == "every" and not statement.relations:
            if not found or statement.sides[0].kind != "name":
                raise TexError("what 'for every' speaks of is unclear: write for every λ after it")
            found[-1].every = statement.sides[0].parts[0]
            continue
        statement.link = "if" if link == "every" else link
        found += [statement, *parser.claims]
    return found


class Parser(Tokens):
    """Reads one piece of a formula, by recursive descent."""

    def inner(self, tokens: list[str]) -> Node:
        parser = Parser(tokens, *self.known)
        node = parser.sum()
        parser.end()
        self.claims += parser.claims
        return node

    def statement(self, link: str = "") -> Statement:
        sides, relations = [self.sum()], []
        while self.next in RELATIONS:
            relations.append(RELATIONS[self.take()])
            sides.append(self.sum())
        if self.next in DOTS and relations == ["="] and sides[0].kind == "name":  # i = 1, …, n
            self.take()
            sides.append(self.sum())
            relations = ["…"]
        self.end()
        return Statement(sides, relations, link)

    def sum(self) -> Node:
        terms = [(self.sign(), self.product())]
        while self.next in ("+", "-"):
            terms.append((self.sign(), self.product()))
        return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Node("sum", (terms,))

    def sign(self) -> int:
        return 1 if not self.takes("-") and (self.takes("+") or True) else -1

    def product(self) -> Node:
        factors, operator = [("*", self.factor())], ""
        while True:
            before, operator = operator, ""
            if self.next in (r"\cdot", r"\times", r"\odot", "/"):
                operator = self.take()
            elif self.next == r"\cdots":
                pass
            elif not self.starts():
                break
            elif before == "/":
                raise TexError(f"what is divided by is unclear {self.where()}: write \\frac")
            if operator == "/" and self.derivative_in_line(factors):
                continue
            if not operator and self.next[0].isdigit():
                raise TexError(f"a number is no second factor {self.where()}: write \\cdot")
            factors.append((operator or " ", self.factor()))
            operator = operator or " "
        return factors[0][1] if len(factors) == 1 else Node("product", (factors,))

    def derivative_in_line(self, factors: list) -> bool:
        """∂L/∂w, written in a line."""
        top = factors[-1][1]
        if top.kind != "curl" or not self.takes(r"\partial"):
            return False
        factors[-1] = (factors[-1][0], Node("derivative", ([self.named()], top.parts[0], None)))
        return True

    def starts(self) -> bool:
        """Whether a factor begins here."""
        token = self.next
        if token in BARS or token in BARS.values():
            return token in BARS and (BARS[token] != token or token not in self.bars)
        ends = {*RELATIONS, *CLOSE, *GAPS, *DOTS, "+", "-", "^", "_", "'", "/", "&", ".", "!"}
        return token == r"\partial" or token not in {"", *ends, *INSTEAD}

    def factor(self) -> Node:
        node = self.atom()
        while self.next in ("^", "_"):
            if self.takes("_"):
                node = Node("entry", (node, self.index(self.group())))
                continue
            self.take()
            exponent = self.group()
            is_t = exponent in (["T"], [r"\top"], [r"\mathsf", "{", "T", "}"], [r"\intercal"])
            if is_t and exponent == ["T"] and "T" in self.known[1]:
                raise TexError(
                    "^T is a transpose, or a power? Write ^\\mathsf{T}, or another letter"
                )
            parts = (node,) if is_t else (node, self.inner(exponent))
            node = Node("transpose" if is_t else "power", parts)
        return node

    def index(self, tokens: list[str]) -> list[Node]:
        """One index, or two: ij, or i,j."""
        if re.fullmatch(r"\w\w", "".join(tokens)):
            return [self.inner([token]) for token in "".join(tokens)]
        return [self.inner(part) for part in split(tokens, ",")]

    def atom(self) -> Node:
        token = self.next
        if token in BRACKETS:
            inner = self.arguments()
            return inner[0] if len(inner) == 1 else Node("vector", (inner,))
        if token in BARS:
            return self.between_bars()
        if token == "{":
            return self.inner(self.group())
        if token == "-":
            self.take()
            return Node("sum", ([(-1, self.factor())],))
        if token[:1].isdigit():
            return Node("number", (float(self.take()) if "." in token else int(self.take()),))
        if token == r"\infty" or token in DOTS:
            return Node("dots", ()) if self.take() in DOTS else Node("number", (float("inf"),))
        methods = {
            r"\nabla": self.nabla, r"\lim": self.limit, r"\underbrace": self.underbrace,
            r"\begin": self.environment, r"\argmin": self.argmin,
            r"\argmax": self.argmin, **dict.fromkeys(SERIES, self.series),
            **dict.fromkeys(FRACTIONS, self.fraction),
        }  # fmt: skip
        if token in methods:
            return methods[self.take()](token)
        if token == r"\partial":
            self.take()
            return Node("curl", (self.factor(),))
        if token == r"\sqrt":
            self.take()
            root = Node("number", (2,))
            if self.takes("["):
                root = Node("number", (int(self.take()),))
                self.take("]")
            return Node("root", (self.inner(self.group()), root))
        return self.named()

    def arguments(self) -> list[Node]:
        if self.next not in BRACKETS:
            raise TexError(f"a bracket is missing {self.where()}")
        closing = BRACKETS[self.take()]
        bars, self.bars = self.bars, []
        found = [self.sum()]
        while self.takes(","):
            found.append(self.sum())
        self.take(closing)
        self.bars = bars
        return found

    def between_bars(self) -> Node:
        token = self.take()
        self.bars.append(BARS[token])
        inner = self.sum()
        self.bars.pop()
        self.take(BARS[token])
        if token in ("|", r"\lvert"):
            return Node("absolute", (inner,))
        return Node("norm", (inner, "".join(self.group()) if self.takes("_") else ""))

    def name(self) -> str:
        """A letter, or a word in a font, with its accent."""
        token = self.take()
        if token in ACCENTS:
            return Parser(self.group(), *self.known).name() + ACCENTS[token]
        if token in FONTS:
            name = "".join(map(letter, self.group()))
            fonts = {r"\mathcal": "script", r"\mathbb": "hollow"}
            if len(name) == 1 and token not in PLAIN_FONTS:
                self.remember(name, fonts.get(token, "bold"))
            return name
        if len(letter(token)) == 1 and letter(token).isalpha():
            if self.next != "_":  # x_i is an entry of a bold x
                self.remember(letter(token), "plain")
            return letter(token)
        if token[1:] in FUNCTIONS:
            return token[1:]
        instead = INSTEAD.get(token, "write it otherwise, or % unbound: and why")
        raise TexError(f"{token!r} is nothing that can be computed {self.where()}: {instead}")

    def remember(self, name: str, font: str) -> None:
        if self.known[2].setdefault(name, font) != font:
            raise TexError(f"{name} stands in two fonts, and is one name: take another letter")

    def named(self) -> Node:
        """A name, with what belongs to it: an index, primes, and the brackets of a function."""
        functions, names, _ = self.known
        font = self.next
        name, index, primes = self.name(), None, 0
        if name.isdigit():  # a bold 0
            return Node("number", (int(name),))
        if name == "E" and font in (r"\mathbb", r"\operatorname"):
            return self.series(r"\mathbb")
        if name in FUNCTIONS and name not in functions:
            return self.function(name)
        starred = re.compile(r"\^ (\{ )?(\*|\\star|\()")
        while self.next in ("_", "'") or starred.match(
            " ".join(self.tokens[self.at : self.at + 3])
        ):
            if self.takes("'"):
                primes += 1
                continue
            mark = self.take()
            inside = self.group()
            if mark == "^" and inside in (["*"], [r"\star"]):
                name += "_star"
            elif inside in ([r"\max"], [r"\min"]):
                of = self.arguments() if self.next == "(" and name == "λ" else None
                return Node("extreme", (inside[0][1:], name, of))
            elif (joined := name + "_" + "".join(map(letter, inside))) in names:
                name = joined
            elif inside[0] in PLAIN_FONTS:
                name += "_" + "".join(part for part in inside[1:] if part not in "{}")
            elif index is not None:
                raise TexError(f"{name} has two indices: say what it is by a label")
            else:
                index = self.index(inside[1:-1] if mark == "^" else inside)
        arguments = self.arguments() if self.next == "(" and name in {*functions, "O"} else None
        if name == "O" and name not in functions and arguments:
            (inner,) = arguments
            base, power = inner.parts if inner.kind == "power" else (inner, Node("number", (1,)))
            if (base.kind, power.kind) != ("name", "number"):
                raise TexError("an order is that of a power, O(h^2)")
            return Node("order", (base.parts[0], power.parts[0]))
        if name in functions or primes:
            return Node("call", (name, index, primes, arguments))
        found = Node("name", (name,))
        return found if index is None else Node("entry", (found, index))

    def function(self, name: str) -> Node:
        base = self.inner(self.group()) if name == "log" and self.takes("_") else None
        power = self.inner(self.group()) if self.takes("^") else None
        if power and power.parts == ([(-1, Node("number", (1,)))],):
            raise TexError(f"\\{name}^{{-1}} is the inverse, or one over it? Write it out")
        if self.next in BRACKETS:
            inner = self.arguments()[0]
        else:
            inner = self.factor()
            if self.starts() and self.next[1:] not in FUNCTIONS and not self.next == r"\cdot":
                raise TexError(f"it is unclear what {name} takes {self.where()}: write brackets")
        node = Node("apply", (name, inner))
        if base:
            node = Node("product", ([("*", node), ("/", Node("apply", ("log", base)))],))
        return Node("power", (node, power)) if power else node

    def fraction(self, _: str) -> Node:
        top, bottom = self.group(), self.group()
        if top[:1] == bottom[:1] and top[:1] in (["d"], [r"\partial"]) and bottom[1:]:
            return self.derivative(top[1:], bottom)
        return Node("product", ([("*", self.inner(top)), ("/", self.inner(bottom))],))

    def derivative(self, top: list[str], bottom: list[str]) -> Node:
        below, by = Parser(bottom, set(), *self.known[1:]), []
        while below.next:
            below.take(bottom[0])
            by += [below.named()]
            by += by[-1:] * (int("".join(below.group())) - 1 if below.takes("^") else 0)
        order, top = (top[1], top[2:]) if top[:1] == ["^"] else ("1", top)
        if order != str(len(by)):
            raise TexError(f"the order {order} above is not the order {len(by)} below")
        of = self.inner(top) if top else self.product()
        if of.kind == "call" and of.parts[3] is None and self.next == "(":
            return Node("derivative", (by, of, self.arguments()))
        return Node("derivative", (by, of, None))

    def nabla(self, _: str) -> Node:
        by, times = None, 1
        while self.next in ("_", "^"):
            if self.takes("_"):
                by = self.inner(self.group())
            else:
                self.take()
                times = int("".join(self.group()))
        start = self.at
        of = self.atom() if by else self.named()
        if by and of.kind != "call" and self.tokens[start] not in BRACKETS:  # ∇_x xᵀAx
            self.at = start
            of = self.product()
        if of.kind != "call" and by is None:
            raise TexError("∇ of an expression needs its letter: \\nabla_x")
        return Node("nabla", (of, by, times))

    def series(self, token: str) -> Node:
        """A sum, a product, a mean or an extreme, over an index or over what a list holds."""
        kind = SERIES.get(token, "mean")
        below = self.group() if self.takes("_") else []
        high = self.inner(self.group()) if self.takes("^") else None
        over, runs = below, None
        for mark, name in {"=": "from", r"\in": "in", r"\ne": "but", r"\neq": "but"}.items():
            if mark in below:
                over, rest = below[: below.index(mark)], below[below.index(mark) + 1 :]
                runs = (name, self.inner(rest), high)
        letters = [letter(token) for token in over if token != ","]
        needed = "*" if kind in ("mean", "max", "min") else "+"
        is_counted = runs is not None and runs[0] == "from"
        if not re.fullmatch(rf"\w{needed}", "".join(letters)) or (high is not None) != is_counted:
            raise TexError(f"a {kind} goes over \\{kind[:4]}_{{i=1}}^{{n}}, or \\{kind[:4]}_i")
        if kind in ("max", "min") and not letters:
            return Node("extremes", (kind, self.arguments()))
        body = self.arguments()[0] if kind == "mean" else self.product()
        indices = [each for node in body if node.kind == "entry" for each in node.parts[1]]
        if kind in ("max", "min") and Node("name", (letters[0],)) not in indices:
            return Node("argmin", (kind, letters[0], body, "value"))
        for each in reversed(letters or [""]):
            body = Node("series", (kind, each, runs, body))
        return body

    def argmin(self, token: str) -> Node:
        self.take("_")
        return Node("argmin", (token[4:], letter(*self.group()), self.product(), "place"))

    def limit(self, _: str) -> Node:
        self.take("_")
        name, arrow, *to = self.group()
        if arrow != r"\to":
            raise TexError("a limit is written \\lim_{h \\to 0}")
        at = None if to == [r"\infty"] else self.inner(to)
        return Node("limit", (letter(name), at, self.product()))

    def underbrace(self, _: str) -> Node:
        node = self.inner(self.group())
        if self.takes("_"):
            said = self.group()
            if said[:1] != [r"\text"]:
                self.claims.append(Statement([node, self.inner(said)], ["="], "brace"))
        return node

    def environment(self, _: str) -> Node:
        """A matrix, or cases."""
        kind = "".join(self.group())
        if not kind.endswith("matrix") and kind != "cases":
            raise TexError(f"\\begin{{{kind}}} cannot be read: write pmatrix, cases or aligned")
        inside = self.tokens[self.at :]
        ends = [at for at, (_, depth) in enumerate(with_depth(inside)) if depth < 0]
        self.at += ends[0] + 1 if ends else 0
        if not ends or "".join(self.group()) != kind:
            raise TexError(f"\\begin{{{kind}}} has no \\end")
        cells = [split(row, "&") for row in split(inside[: ends[0]], r"\\") if row]
        if len({len(row) for row in cells}) != 1:
            raise TexError(f"the rows of the {kind} differ in length")
        if kind != "cases":
            return Node("matrix", ([[self.inner(cell) for cell in row] for row in cells],))
        found = []
        for case in cells:
            claims = pieces(case[1] if len(case) == 2 else [], self.known[1])
            conditions = [Parser(part, *self.known).statement() for _, part in claims]
            if not conditions and "".join(case[-1]) not in (r"\text{otherwise}", r"\text{else}"):
                raise TexError("a case ends with its condition, or with \\text{otherwise}")
            found.append((self.inner(case[0]), conditions))
        return Node("cases", (found,))
