"""Reads the mathematics of the course out of its TeX: a formula becomes statements, each with the sides that it relates.

Whatever is not understood is an error in plain words, and never left out. What the names mean is not known here, only
which of them a bracket applies as functions, and which have an index of their own (x_0).
"""

import re
from collections.abc import Iterator

from scripts.claims.formulas import tex
from scripts.claims.formulas.tex import Node, Statement, TexError, Tokens, letter, tokens_of


def read(written: str, functions: set[str], names: set[str]) -> list[Statement]:
    """The statements of a formula. `functions` are what a bracket applies, `names` those that may have an index in them."""
    parser = Parser(written, functions, names)
    found: list[Statement] = []
    for statement in parser.statements():
        if statement.link == "every" and not statement.relations:
            if not found or statement.sides[0].kind != "name":
                raise TexError("what 'for every' speaks of is unclear: write for every λ after it")
            found[-1].every = statement.sides[0].parts[0]
        else:
            statement.link = "if" if statement.link == "every" else statement.link
            found.append(statement)
    return [*found, *parser.braces]


class Parser(Tokens):
    """By recursive descent, one token after the other."""

    def __init__(self, written: str, functions: set[str], names: set[str]):
        super().__init__(tokens_of(written), names)
        self.functions = functions
        self.braces: list[Statement] = []  # what stands under one is equal to what is above it
        self.bars: list[str] = []  # which are open, so that the next one closes

    def argument(self) -> Node:
        """What stands in braces, or one token."""
        if self.takes("{"):
            node = self.sum()
            self.take("}")
            return node
        stop, self.stop = self.stop, min(self.at + 1, self.stop)
        node = self.sum()
        self.stop = stop
        return node

    def statements(self, *ends: str) -> Iterator[Statement]:
        """What stands between commas, gaps, arrows and words, each with what links it to the one before."""
        link, may_begin = "", True
        while self.next not in ("", *ends):
            words = self.words()
            if words is None and self.next not in tex.BETWEEN:
                if not may_begin:
                    advice = tex.INSTEAD.get(self.next, tex.OTHERWISE)
                    raise TexError(f"{self.next!r} cannot be read {self.where()}: {advice}")
                yield self.statement(link)
                link, may_begin = "", False
                continue
            if tex.NEGATION.search(words or ""):
                raise TexError(
                    f"the words {words!r} change what is claimed: write it as a relation"
                )
            said = words or self.next
            new = "if" if tex.IF.match(said) else "every" if tex.EVERY.search(said) else ""
            link, may_begin = tex.ARROWS.get(self.take()) or link or new, True
        if link:
            raise TexError("nothing stands after the last arrow, or its last words")

    def statement(self, link: str) -> Statement:
        sides, relations = [self.sum()], []
        while self.next in tex.RELATIONS or (
            self.next == r"\\" and self.following in tex.RELATIONS
        ):
            self.takes(r"\\")
            relations.append(tex.RELATIONS[self.take()])
            sides.append(self.sum())
        ranges = relations == ["="] and sides[0].kind == "name"  # i = 1, …, n
        if ranges and (self.next in tex.DOTS or (self.next == "," and self.following in tex.DOTS)):
            self.takes(",")
            self.take()
            self.takes(",")
            return Statement([*sides, self.sum()], ["…"], link)
        return Statement(sides, relations, link)

    def sum(self) -> Node:
        terms = [self.term()]
        while self.next in ("+", "-"):
            terms.append(self.term())
        return Node("sum", tuple(terms)) if len(terms) > 1 else terms[0]

    def term(self) -> Node:
        if self.takes("-"):
            return Node("minus", (self.product(),))
        self.takes("+")
        return self.product()

    def product(self) -> Node:
        """Factors, each after the first with the sign before it, or none."""
        factors, signs, before = [self.factor()], [], ""
        while self.next in (r"\cdot", r"\times", r"\odot", "/", r"\cdots") or self.starts():
            sign = self.take() if self.next in (r"\cdot", r"\times", r"\odot", "/") else ""
            if not sign and before == "/":
                raise TexError(f"what is divided by is unclear {self.where()}: write \\frac")
            if not sign and self.next[0].isdigit():
                raise TexError(f"a number is no second factor {self.where()}: write \\cdot")
            if sign == "/" and factors[-1].kind == "curl" and self.takes(r"\partial"):  # ∂L/∂w
                factors[-1] = Node("derivative", ([self.named()], factors[-1].parts[0], None))
                continue
            factors.append(self.factor())
            signs.append(sign)
            before = sign
        return Node("product", (tuple(signs), *factors)) if signs else factors[0]

    def starts(self) -> bool:
        """Whether a factor begins here."""
        token = self.next
        if token in tex.BARS:
            return tex.BARS[token] != token or token not in self.bars
        is_end = token in tex.ENDS or token in tex.BARS.values() or self.words() is not None
        return token == r"\partial" or not is_end

    def factor(self) -> Node:
        node = self.atom()
        while self.next in ("^", "_"):
            start = self.at + 1
            if self.take() == "_":
                node = Node("entry", (node, self.index()))
                continue
            exponent = self.group()
            if exponent == ["T"] and "T" in self.names:
                raise TexError(
                    "^T is a transpose, or a power? Write ^\\mathsf{T}, or another letter"
                )
            upright = exponent[0].startswith(r"\mathsf") and letter(exponent[0]) == "T"
            if upright or exponent in (["T"], [r"\top"], [r"\intercal"]):
                node = Node("transpose", (node,))
            else:
                self.at = start
                node = Node("power", (node, self.argument()))
        return node

    def index(self) -> list[Node]:
        """One index, or two: ij, or i,j."""
        start, inside = self.at, "".join(self.group())
        if re.fullmatch(r"\w\w", inside):
            return [
                Node(*(("number", (int(c),)) if c.isdigit() else ("name", (c,)))) for c in inside
            ]
        self.at = start
        return self.enclosed() if self.next == "{" else [self.argument()]

    def enclosed(self) -> list[Node]:
        """What stands between brackets, with commas between."""
        if self.next not in tex.BRACKETS:
            raise TexError(f"a bracket is missing {self.where()}")
        closing = tex.BRACKETS[self.take()]
        bars, self.bars = self.bars, []
        found = [self.sum()]
        while self.takes(","):
            found.append(self.sum())
        self.take(closing)
        self.bars = bars
        return found

    def atom(self) -> Node:
        token = self.next
        if token == "{":
            return self.argument()
        if token in tex.BRACKETS:
            inner = self.enclosed()
            return inner[0] if len(inner) == 1 else Node("vector", tuple(inner))
        if token == "-":
            self.take()
            return Node("minus", (self.factor(),))
        for tokens, method in self.METHODS:
            if token in tokens:
                return method(self, self.take())
        if token[:1].isdigit():
            return Node("number", (float(self.take()) if "." in token else int(self.take()),))
        return self.named()

    def named(self, is_variable: bool = False) -> Node:
        """A name, with what belongs to it: an index, primes, and the brackets of a function."""
        functions = set() if is_variable else self.functions
        font = self.next
        name, index, primes = self.name(), None, 0
        if name.isdigit():  # a bold 0
            return Node("number", (int(name),))
        if name == "E" and font.startswith((r"\mathbb", r"\operatorname")):
            return self.series("a mean")
        if name in tex.FUNCTIONS and name not in functions:
            return self.function(name)
        while self.next in ("_", "'", "^"):
            if self.takes("'"):
                primes += 1
                continue
            start, mark = self.at, self.take()
            inside = self.group()
            joined = f"{name}_{''.join(map(letter, inside))}"
            if mark == "^" and inside in (["*"], [r"\star"]):
                name += "_star"
            elif mark == "^" and inside[0] == "(" and inside[-1] == ")":  # x^{(k)}
                self.at = start + 2
                index = self.enclosed()
                self.take("}")
            elif mark == "^":
                self.at = start
                break
            elif inside in ([r"\max"], [r"\min"]):
                of = self.enclosed() if self.next == "(" and name == "λ" else []
                return Node("extreme", (inside[0][1:], name, *of))
            elif joined in self.names or inside[0].startswith((r"\math", r"\text", r"\oper")):
                name = joined
            elif index is not None:
                raise TexError(f"{name} has two indices: say what it is by a label")
            else:
                self.at = start + 1
                index = self.index()
        arguments = self.enclosed() if self.next == "(" and name in {*functions, "O"} else None
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
        base = self.argument() if name == "log" and self.takes("_") else None
        power = self.argument() if self.takes("^") else None
        if power == Node("minus", (Node("number", (1,)),)):
            raise TexError(f"\\{name}^{{-1}} is the inverse, or one over it? Write it out")
        if self.next in tex.BRACKETS and self.next != "{":
            inner = self.enclosed()[0]
        else:
            inner = self.factor()
            if self.starts() and self.next[1:] not in tex.FUNCTIONS:
                raise TexError(f"it is unclear what {name} takes {self.where()}: write brackets")
        node = Node("apply", (name, inner))
        if base:
            node = Node("product", (("/",), node, Node("apply", ("log", base))))
        return Node("power", (node, power)) if power else node

    def between_bars(self, token: str) -> Node:
        self.bars.append(tex.BARS[token])
        inner = self.sum()
        self.bars.pop()
        self.take(tex.BARS[token])
        if token in ("|", r"\lvert"):
            return Node("absolute", (inner,))
        return Node("norm", (inner, "".join(self.group()) if self.takes("_") else ""))

    def root(self, _: str) -> Node:
        degree = self.enclosed()[0] if self.next == "[" else Node("number", (2,))
        return Node("root", (self.argument(), degree))

    def fraction(self, _: str) -> Node:
        start = self.at
        top, bottom = self.group(), self.group()
        self.at = start
        if top[:1] == bottom[:1] and top[:1] in (["d"], [r"\partial"]) and bottom[1:]:
            return self.derivative(top[0])
        return Node("product", (("/",), self.argument(), self.argument()))

    def derivative(self, mark: str) -> Node:
        """d f/dx or ∂²f/∂x∂y, of what stands in the fraction or after it."""
        self.take("{")
        self.take(mark)
        order = "".join(self.group()) if self.takes("^") else "1"
        of, by = None if self.next == "}" else self.sum(), []
        self.take("}")
        self.take("{")
        while self.takes(mark):
            by.append(self.named(is_variable=True))
            by += by[-1:] * (int("".join(self.group())) - 1 if self.takes("^") else 0)
        self.take("}")
        if order != str(len(by)):
            raise TexError(f"the order {order} above is not the order {len(by)} below")
        of = of or self.product()
        is_open = of.kind == "call" and of.parts[3] is None and self.next == "("
        return Node("derivative", (by, of, self.enclosed() if is_open else None))

    def nabla(self, _: str) -> Node:
        by, times = None, 1
        while self.next in ("_", "^"):
            if self.take() == "_":
                by = self.argument()
            else:
                times = int("".join(self.group()))
        start = self.at
        of = self.atom() if by else self.named()
        if by and of.kind != "call" and self.tokens[start] not in tex.BRACKETS:  # ∇_x xᵀAx
            self.at = start
            of = self.product()
        if of.kind != "call" and by is None:
            raise TexError("∇ of an expression needs its letter: \\nabla_x")
        return Node("nabla", (of, by, times))

    def series(self, kind: str) -> Node:
        """A sum, a product, a mean or an extreme, over an index or over what a list holds."""
        letters, how, first = self.below(kind) if self.next == "_" else ([], "", None)
        last = self.argument() if self.takes("^") else None
        is_extreme = kind in (r"\max", r"\min")
        needs_letter = not is_extreme and kind != "a mean"
        if (last is None) == (how == "from") or (needs_letter and not letters):
            raise TexError(f"{kind} goes over an index: {kind}_{{i=1}}^{{n}}, or {kind}_i")
        if is_extreme and not letters:
            return Node("extremes", (kind, *self.enclosed()))
        body = self.enclosed()[0] if kind == "a mean" else self.product()
        indices = [each for node in body if node.kind == "entry" for each in node.parts[1]]
        if is_extreme and Node("name", (letters[0],)) not in indices:
            return Node("argmin", (kind, letters[0], body, "value"))
        for each in reversed(letters or [""]):
            body = Node("series", (kind, each, how, first, last, body))
        return body

    def below(self, above: str) -> tuple[list[str], str, Node | None]:
        """The letters under a command, how they run, and from where or over what: i = 1, or i,j, or h → 0."""
        self.take("_")
        letters, how, first = [], "", None
        is_long = self.takes("{")
        while self.next not in tex.RUNS and self.next != "}" and (is_long or not letters):
            letters.append(letter(self.take()))
            self.takes(",")
        if is_long and self.next in tex.RUNS:
            how, first = tex.RUNS[self.take()], self.sum()
        if is_long:
            self.take("}")
        if not letters or not all(len(each) == 1 and each.isalpha() for each in letters):
            form = "h \\to 0}" if above == r"\lim" else "i=1}^{n}, or without an end, _i"
            raise TexError(f"{above} needs its letter: {above}_{{{form}")
        return letters, how, first

    def argmin(self, token: str) -> Node:
        (name,), *_ = self.below(token)
        return Node("argmin", (token[4:], name, self.product(), "place"))

    def limit(self, token: str) -> Node:
        (name, *_), how, end = self.below(token)
        if not how.endswith("to"):
            raise TexError("a limit is written \\lim_{h \\to 0}")
        return Node("limit", (name, end, self.product(), how))

    def underbrace(self, _: str) -> Node:
        node = self.argument()
        if self.takes("_"):
            start, said = self.at, self.group()
            if not said[0].startswith(r"\text"):
                self.at = start
                self.braces.append(Statement([node, self.argument()], ["="], "brace"))
        return node

    def environment(self, _: str) -> Node:
        """A matrix, or cases."""
        kind = "".join(self.group())
        if not kind.endswith("matrix") and kind != "cases":
            raise TexError(f"\\begin{{{kind}}} cannot be read: write pmatrix, cases or aligned")
        rows = []
        while self.next not in ("", r"\end"):
            rows.append([self.sum()])
            while self.takes("&"):
                rows[-1].append(self.conditions() if kind == "cases" else self.sum())
            if not self.takes(r"\\"):
                break
        self.take(r"\end")
        if "".join(self.group()) != kind:
            raise TexError(f"\\begin{{{kind}}} has no \\end")
        if len({len(row) for row in rows}) != 1:
            raise TexError(f"the rows of the {kind} differ in length")
        if kind == "cases":
            return Node("cases", (rows,))
        return Node("matrix", tuple(Node("vector", tuple(row)) for row in rows))

    def conditions(self) -> list[Statement]:
        said = letter(self.next)
        found = [*self.statements(r"\\", r"\end")]
        if not found and said not in ("otherwise", "else"):
            raise TexError("a case ends with its condition, or with \\text{otherwise}")
        return found

    METHODS = (
        (tex.BARS, between_bars),
        (tex.FRACTIONS, fraction),
        (tex.SERIES, series),
        (tex.DOTS, lambda self, _: Node("dots", ())),
        ((r"\infty",), lambda self, _: Node("number", (float("inf"),))),
        ((r"\partial",), lambda self, _: Node("curl", (self.factor(),))),
        ((r"\sqrt",), root),
        ((r"\nabla",), nabla),
        ((r"\lim",), limit),
        ((r"\underbrace",), underbrace),
        ((r"\begin",), environment),
        ((r"\argmin", r"\argmax"), argmin),
    )
