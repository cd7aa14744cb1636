"""Holds the formulas of the pages against the code beside them: a wrong sign or a lost factor is not published.

    python -m scripts.claims.formula_check [page …]     the formulas that are wrong; with --all every one, what it is bound to,
                                                 and how far it is from it

Each side of a formula is computed at random points, derivatives by automatic differentiation, and so is the Python
of its labels (labels.py has their forms). A name of the formula is, in this order: what a label says; the function of
that name in the next block of the page, or else in the one before; what the formula itself defines; or a random
number, a list of them where it has an index, a whole number if it is i, j, k, m, n or t.

What must be bound: each displayed formula that relates two sides, has a derivative or cannot be read, and each in a
sentence that relates two sides and has a derivative or a step x_{k+1} in it. Mere values ($x = 3$) claim nothing. An
approximation needs its order.
"""

import argparse
import ast
import builtins
import contextlib
import inspect
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from types import CodeType, SimpleNamespace

import autograd.numpy as np

from scripts.blocks import includes
from scripts.claims import tex
from scripts.claims.tex import Chain, Node, TexError
from scripts.text import labels, reading
from scripts.text.context import ROOT, Page, PageError
from scripts.text.document import Document
from scripts.text.labels import Formula, Label

# The snippets ask what is masked, and no random value is; autograd's NumPy has no such functions.
np.ma = SimpleNamespace(is_masked=lambda value: False, filled=lambda value, fill: value)

PAGES = ("**/*.md", "labs/**/*.py")
POINTS = 20
ROUNDING = 1e-10  # of values near 1, after a few dozen operations in doubles
LIMIT = 1e-6  # of a limit that is extrapolated
WHOLE = {"i", "j", "k", "m", "n", "t"}
HOW = "add % = … with the code's expression for it, or % unbound: and why"
DERIVATIVES = {"prime", "nabla", "derivative", "limit"}


class Wrong(Exception):
    """A formula that is not what the code computes, or that cannot be held against it."""


class NothingToCompare(Wrong):
    pass


class Unknown(Wrong):
    """A name that is nowhere defined."""


@dataclass
class Code:
    """The names of a block: of the snippets it includes, and of the functions written on the page."""

    names: dict[str, object]

    @cached_property
    def functions(self) -> dict[str, Callable]:
        return {
            name: found
            for name, found in self.names.items()
            if callable(found) and getattr(found, "__module__", None) == "block"
        }


@dataclass
class Result:
    """What came of one formula."""

    page: str
    formula: Formula
    status: str = "given"  # or "bound", "unbound", "wrong"
    said: str = ""
    points: int = 0
    deviation: float = 0.0

    def __str__(self) -> str:
        tex = " ".join(self.formula.tex.split())
        if self.status == "wrong":
            return f"{self.page}, line {self.formula.line}: the formula {tex}\n    {self.said}"
        dollars = "$$" if self.formula.display else "$"
        found = f"; {self.points} points, off by {self.deviation:.0e}" if self.points else ""
        return f"{self.page}:{self.formula.line}: {dollars}{tex}{dollars}\n    {self.status}: {self.said}{found}"


# --- pages ------------------------------------------------------------------------------------------------------------


def check_page(path: Path) -> list[Result]:
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return check_text(path.read_text("utf-8-sig"), name)


def check_text(text: str, name: str) -> list[Result]:
    """Every formula of a page, held against the code of the blocks around it."""
    text, programs = cells(text) if name.endswith(".py") else (text, fences(text, name))
    wrong: list[str] = []
    found = labels.formulas(text, lambda said, at: wrong.append(f"{name}, line {at}: {said}"))
    if wrong:
        raise PageError("\n".join(wrong))
    return [check(formula, beside(formula.line, programs), name) for formula in found]


def beside(line: int, programs: list[tuple[int, str]]) -> "Code":
    """The names of the block before a line, and above them those of the block after it."""
    names = {}
    for program in [text for at, text in programs if at < line][-1:]:
        names |= code(program).names
    for program in [text for at, text in programs if at > line][:1] or [""]:
        names |= code(program).names
    return Code({name: found for name, found in names.items() if found is not None})


def fences(text: str, name: str = "page") -> list[tuple[int, str]]:
    """Of each executed block its line and what it defines: its snippets, and the functions written on the page."""
    found = []
    for fence in Document(text).blocks:
        parts = [
            "\n".join(part.lines) if part.file else definitions("\n".join(part.lines))
            for part in includes.segments_of(fence, Page(source=name))
        ]
        found.append((fence.line, "\n".join(part for part in parts if "matplotlib" not in part)))
    return found


def cells(text: str) -> tuple[str, list[tuple[int, str]]]:
    """The same of a program in cells (# %%): its Markdown, each line where it was, and the code up to each cell's end."""
    prose, found, program, in_words = [], [], "", True
    for line, content in enumerate(text.split("\n"), 1):
        starts = content.startswith("# %%")
        in_words = "[markdown]" in content if starts else in_words
        if starts and not in_words:
            found.append((line, program))
        elif not in_words:
            program += content + "\n"
            found[-1] = (found[-1][0], program)
        words = in_words and not starts
        prose.append(content.removeprefix("#").removeprefix(" ") if words else "")
    return "\n".join(prose), [(line, definitions(code)) for line, code in found]


def definitions(text: str) -> str:
    """The imports and functions of a piece of a program, without what it runs; a name that it gives a value is no function."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    try:
        tree = ast.parse(text)
    except SyntaxError:  # the build says so
        return ""
    lines = [ast.unparse(node) for node in tree.body if isinstance(node, kept)]
    for node in tree.body:
        for inner in ast.walk(node) if not isinstance(node, kept) else ():
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                lines.append(f"{inner.id} = None")
    return "\n".join(line for line in lines if "matplotlib" not in line)


@cache
def code(program: str) -> Code:
    """What a program defines, with a NumPy that can be differentiated."""

    def imported(name: str, *rest):
        if name.startswith("snippets."):
            lines = includes.snippet(f"{name.removeprefix('snippets.').replace('.', '/')}.py")
            if lines is None:
                raise PageError(f"there is no module {name}")
            return SimpleNamespace(**code("\n".join(lines)).names)
        return np if name.split(".")[0] == "numpy" else builtins.__import__(name, *rest)

    names: dict[str, object] = {"__name__": "block", "np": np, "gradient": gradient}
    names["__builtins__"] = vars(builtins) | {"__import__": imported}
    for statement in ast.parse(program).body:
        with contextlib.suppress(NameError):  # a default that what was not run would define
            exec(compile(ast.Module([statement], []), "block", "exec"), names)
    return Code(names)


def gradient(function: Callable) -> Callable:
    """For labels: the gradient of a function of one vector, by automatic differentiation."""
    return lambda x: tex.differentiated(function, x)


# --- what the names mean ----------------------------------------------------------------------------------------------


@dataclass
class Binding:
    """What the names of one formula mean: by its labels, its code, and itself."""

    code: Code
    labels: list[Label]
    defined: dict[str, tuple[list[str], Node]] = field(default_factory=dict)
    steps: set[str] = field(default_factory=set)  # whose index counts steps
    lists: set[str] = field(default_factory=set)  # whose index counts entries
    names: set[str] = field(default_factory=set)  # that the formula has
    used: set[str] = field(default_factory=set)  # functions of the code

    def of(self, kind: str) -> list[Label]:
        return [label for label in self.labels if label.kind == kind]

    def __post_init__(self):
        self.values = {name: label for label in self.of("value") for name in label.names}
        self.functions = {label.parts["name"]: label for label in self.of("function")}
        self.any = {label.parts["name"]: label for label in self.of("any")}
        self.drawn = {name: label for label in self.of("draw") for name in label.names}
        applied = {*self.code.functions, *self.functions, *self.any}
        self.function_names = applied - {*self.values, *self.drawn}  # what a bracket applies

    def unused(self) -> list[str]:
        """Names that a label gives a meaning, and nothing asks for."""
        asked = self.names | self.names_in_labels()
        return sorted({*self.values, *self.functions, *self.any, *self.drawn} - asked)

    def names_in_labels(self) -> set[str]:
        codes = [label.parts["code"] for label in self.labels if "code" in label.parts]
        return {name for code in codes for name in compiled(code)[1]}

    def has_lists(self) -> bool:
        return bool(self.lists) or any("n" in label.parts.values() for label in self.of("draw"))

    def learn(self, chains: list[Chain]) -> None:
        """Take from the formula which names are lists, and what it defines."""
        nodes = [node for chain in chains for node in chain]
        for node in nodes:
            if node.kind == "index":
                name, index = node.parts
                letters = {inner.parts[0] for inner in index if inner.kind == "name"}
                if letters & tex.STEPS or index.parts == (0,):
                    self.steps.add(name)
                elif letters:
                    self.lists.add(name)
        for chain in chains:
            left = chain.sides[0]
            if chain.relations[:1] != ["="] or chain.arrow == "brace":
                continue
            if left.kind == "name" and not self.means(left.parts[0]):
                self.defined[left.parts[0]] = ([], chain.sides[1])
            elif left.kind == "call" and not self.means(left.parts[0]):
                names = [argument.parts[0] for argument in left.parts[2] if argument.kind == "name"]
                if left.parts[1] is None and len(names) == len(left.parts[2]):
                    self.defined[left.parts[0]] = (names, chain.sides[1])

    def free(self, node: Node) -> set[str]:
        """The names of a side that are drawn at random."""
        names = {part.parts[0] for part in node if part.kind in ("name", "index")}
        names -= {part.parts[0] for part in node if part.kind in ("series", "limit")}
        return {name for name in names - {"e", *self.defined} if not self.means(name)}

    def of_code(self, node: Node) -> bool:
        return any(
            part.kind in DERIVATIVES
            or (part.kind in ("name", "call") and self.means(part.parts[0]))
            for part in node
        )

    def means(self, name: str) -> bool:
        return name in self.values or name in self.drawn or name in self.function_names


@dataclass
class Scope:
    """The names at one point; `tex.value` asks it."""

    binding: Binding
    seed: tuple[int, ...]
    own: dict[str, object] = field(default_factory=dict)  # what stands above everything else

    def given(self, values: dict[str, object]) -> "Scope":
        return Scope(self.binding, self.seed, self.own | values)

    def is_free(self, name: str) -> bool:
        return name not in self.own and bool(self.binding.free(Node("name", (name,))))

    def value(self, name: str) -> object:
        binding = self.binding
        if name in self.own:
            return self.own[name]
        if name in binding.values:
            label = binding.values[name]
            found = self.run(label)
            return found if len(label.names) == 1 else found[label.names.index(name)]
        if name in binding.defined and not binding.defined[name][0]:
            return tex.value(binding.defined[name][1], self)
        if name in binding.function_names or name in binding.defined:
            names, call = self.function(name)
            return call(*[self.value(each) for each in names])
        return self.draw(name)

    def function(self, name: str, index: object = None) -> tuple[list[str], Callable]:
        """The names of what a function takes, and the function."""
        binding = self.binding
        if name in binding.functions:
            label = binding.functions[name]
            at = {label.parts["index"]: index} if "index" in label.parts else {}
            if (index is None) == bool(at):
                raise Unknown(f"{name} stands with an index and without")

            def call(*values):
                return self.given(at | dict(zip(label.names, values, strict=True))).run(label)

            return label.names, call
        if index is not None:
            raise Unknown(f"{name} has an index here; % {name}_i(x) = … says what it is")
        if name in binding.any:
            return binding.any[name].names, smooth(self.rng(name))
        if name in binding.code.functions:
            binding.used.add(name)
            function = binding.code.functions[name]
            return list(inspect.signature(function).parameters), function
        if name in binding.defined:
            names, node = binding.defined[name]
            return names, lambda *values: tex.value(
                node, self.given(dict(zip(names, values, strict=True)))
            )
        raise Unknown(
            f"{name} is no function of the block beside it: say what it is with "
            f"% {name}(x) = …, or % any {name}(x) if it holds for every function"
        )

    def entry(self, name: str, index: Node) -> object:
        """x_i counted from 1, x_k from 0; b_1 is a number of its own if nothing says otherwise."""
        at = tex.value(index, self)
        alone = f"{name}_{at}"
        binding = self.binding
        known = name in self.own or binding.means(name) or name in binding.lists
        if index.kind == "number" and (alone in binding.values or not known):
            return self.value(alone)
        if not known:
            raise Unknown(
                f"{name} has an index that counts steps: say what it is, as in "
                f"% {name} = gradient_descent(grad, {name}_0, lr, k + 1)"
            )
        found = self.value(name)
        at = tex.whole(at) - (name not in binding.steps)
        if np.ndim(found) == 0 or not 0 <= at < len(found):
            raise TexError(f"{name} has no entry {at + (name not in binding.steps)}")
        return found[at]

    def run(self, label: Label) -> object:
        """The Python of a label."""
        own: dict[str, object] = {}
        program, names = compiled(label.parts["code"])
        for name in names:
            self.name_of_label(name, own)
        try:
            return eval(program, self.binding.code.names | own)
        except (Wrong, TexError, RecursionError):
            raise
        except Exception as error:
            raise Wrong(f"% {label.text}: {type(error).__name__}: {error}") from error

    def name_of_label(self, name: str, own: dict[str, object]) -> None:
        binding = self.binding
        if name in self.own or name in binding.values or name in binding.drawn:
            own[name] = self.value(name)
        elif name in binding.functions or name in binding.any:
            own[name] = self.function(name)[1]
        elif name in binding.code.functions:
            binding.used.add(name)
        elif name in binding.names or (self.is_variable(name) and name not in binding.code.names):
            own[name] = self.value(name)
        elif name not in binding.code.names and not hasattr(builtins, name):
            raise Unknown(
                f"{name} in a label is no name of the formula, nor of the block beside it"
            )

    @staticmethod
    def is_variable(name: str) -> bool:
        return name == "lr" or len(name) == 1 or name[1] == "_"

    def rng(self, name: str) -> np.random.Generator:
        return np.random.default_rng([*self.seed, zlib.crc32(name.encode())])

    def draw(self, name: str) -> object:
        """A random value, the same for the same name and point."""
        rng, binding = self.rng(name), self.binding
        parts = binding.drawn[name].parts if name in binding.drawn else {}
        if "first" in parts:
            return int(rng.integers(int(parts["first"]), int(parts["last"]) + 1))
        if "low" in parts:
            return rng.uniform(float(parts["low"]), float(parts["high"]))
        if name == "n" and binding.has_lists():
            return int(rng.integers(3, 8))
        sizes = [parts[side] for side in ("rows", "columns") if side in parts]
        if not sizes and name in binding.lists:
            sizes = ["n"]
        if name in WHOLE and not parts:
            return int(rng.integers(1, 7))
        everywhere = Scope(binding, self.seed)  # n counts entries here, whatever it counts in a sum
        shape = tuple(everywhere.value("n") if size == "n" else int(size) for size in sizes)
        found = rng.uniform(0.3, 2, shape) * rng.choice([-1, 1], shape)
        return found if shape else float(found)


@cache
def compiled(expression: str) -> tuple[CodeType, list[str]]:
    """A label's Python, and the names in it that it does not bind itself."""
    nodes = list(ast.walk(ast.parse(expression, mode="eval")))
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    names = [node.id for node in nodes if isinstance(node, ast.Name) and node.id not in bound]
    return compile(expression, "label", "eval"), list(dict.fromkeys(names))


def smooth(rng: np.random.Generator) -> Callable:
    """Some function, of numbers or vectors, with derivatives of every order and no symmetry."""
    turns, shift, size = rng.uniform(0.3, 1, (4, 16)), rng.uniform(0, 6, 4), rng.uniform(0.5, 1, 4)

    def function(*values):
        flat = np.concatenate([np.ravel(value * 1.0) for value in values])
        return np.sum(size * np.sin(turns[:, : len(flat)] @ flat + shift))

    return function


# --- one formula ------------------------------------------------------------------------------------------------------


def check(formula: Formula, code: Code, page: str) -> Result:
    result = Result(page, formula)
    try:
        binding = Binding(with_snippets(code, formula.labels), formula.labels)
        if reasons := binding.of("unbound"):
            result.status, result.said = "unbound", reasons[0].parts["reason"]
            return result
        try:
            chains = tex.read(formula.tex, binding.function_names | defined_function(formula.tex))
        except (TexError, IndexError, ValueError) as error:
            if not (formula.labels or seems_to_claim(formula)):
                return result
            raise Wrong(
                f"cannot be read: {error}. If it claims nothing: % unbound: and why"
            ) from None
        binding.learn(chains)
        binding.names = names_in(chains)
        if unused := binding.unused():
            raise Wrong(
                f"neither the formula nor a label has the name {', '.join(unused)} of its labels"
            )
        try:
            compare(result, binding, chains)
        except (NothingToCompare, Unknown, TexError) as error:
            if formula.labels or must_be_bound(formula, chains):
                hint = f": {HOW}" if isinstance(error, TexError) and not formula.labels else ""
                raise Wrong(f"{error}{hint}") from None
            return result
        except Wrong as error:
            strange = {name for pair in pairs_of(chains) for name in one_sided(binding, *pair)}
            if strange and not (formula.labels or must_be_bound(formula, chains)):
                return result
            strange -= binding.names_in_labels()
            hint = f"; nothing says what {', '.join(sorted(strange))} is" if strange else ""
            raise Wrong(f"{error}{hint}") from None
        except RecursionError:
            raise Wrong("its names are defined by each other") from None
        differentiated = any(node.kind in DERIVATIVES for chain in chains for node in chain)
        what = sorted(binding.used) + ["automatic differentiation"] * differentiated
        if not what and (binding.of("claim") or binding.of("value") or binding.of("function")):
            raise Wrong(
                "its labels are typed, not computed: name what the code beside it has for it"
            )
        result.status = "bound"
        result.said = ", ".join(what) or "algebra"
    except Wrong as error:
        result.status, result.said = "wrong", str(error)
    return result


def with_snippets(found: Code, bound: list[Label]) -> Code:
    """The code beside a formula, and that of the snippets which its labels name."""
    names = dict(found.names)
    for label in bound:
        if label.kind == "from":
            lines = includes.snippet(label.parts["path"])
            if lines is None:
                raise Wrong(f"% {label.text}: there is no such file in snippets/")
            names |= code("\n".join(lines)).names
    return Code(names)


def names_in(chains: list[Chain]) -> set[str]:
    """Every name of a formula; x_1 may be one, and x."""
    found: set[str] = set()
    for node in [node for chain in chains for node in chain]:
        found |= {part for part in node.parts if isinstance(part, str)}
        if node.kind == "derivative":
            found |= set(node.parts[0])
        if node.kind == "index" and node.parts[1].kind == "number":
            found.add(f"{node.parts[0]}_{node.parts[1].parts[0]}")
    return found


def pairs_of(chains: list[Chain]) -> list[tuple[Node, Node]]:
    return [pair for chain in chains for pair in pairwise(chain.sides)]


def one_sided(binding: Binding, left: Node, right: Node) -> set[str]:
    """Random names that only one of two sides has, where no code stands on either: $a = wz$ tells what a is."""
    if binding.of_code(left) or binding.of_code(right):
        return set()
    return binding.free(left) ^ binding.free(right)


def defined_function(text: str) -> set[str]:
    """The name of a formula that begins like f(x, y) = …"""
    before, equals, _ = text.partition("=")
    name, bracket, arguments = before.strip().partition("(")
    is_call = bracket and equals and arguments.endswith(")")
    return {name} if is_call and name.isalpha() and len(name) == 1 else set()


def seems_to_claim(formula: Formula) -> bool:
    """Of a formula that cannot be read."""
    tokens = {*tex.TOKEN.findall(formula.tex)}
    if formula.display or tokens & tex.RELATING:
        return True
    turns = tokens & tex.TURNING or {"d", r"\frac"} <= tokens
    return bool(turns and tokens & tex.LEADING)


def must_be_bound(formula: Formula, chains: list[Chain]) -> bool:
    claims = [
        chain for chain in chains if chain.arrow or (chain.relations and not is_mere_value(chain))
    ]
    if formula.display and claims:
        return True
    among = chains if formula.display or any(chain.arrow for chain in chains) else claims
    return any(node.kind in DERIVATIVES or is_step(node) for chain in among for node in chain)


def is_mere_value(chain: Chain) -> bool:
    """x = 3, w = b = 0, μ = λ_min: names, and numbers."""
    return all(
        side.kind in ("name", "extreme")
        or (side.kind == "index" and not is_step(side))
        or not any(node.kind in ("name", "index", "call", *DERIVATIVES) for node in side)
        for side in chain.sides
    ) and any(side.kind in ("name", "extreme", "index") for side in chain.sides)


def is_step(node: Node) -> bool:
    return node.kind == "index" and node.parts[1].kind == "sum"


@dataclass
class Comparison:
    """Two sides that should be the same, and what they were at each point."""

    names: tuple[str, str]
    found: list[tuple[object, object, Scope]] = field(default_factory=list)


def compare(result: Result, binding: Binding, chains: list[Chain]) -> None:
    """Compute both sides of each relation at every point; Wrong at the first that does not hold."""
    pairs, needs = plan(binding, chains)
    claims = binding.of("claim")
    if not pairs and not claims and not any(chain.arrow == "⟺" for chain in chains):
        raise NothingToCompare(f"nothing says what it should equal: {HOW}")
    equal = [Comparison(("the left side", "the right side")) for _ in pairs]
    coded = [[Comparison(("the formula", "the code")) for _ in needs] for _ in claims]
    truths: list[tuple[bool, bool]] = []
    for scope in points(binding):
        for (left, right, relation), one in zip(pairs, equal, strict=True):
            if relation == "≈":
                continue
            values = finite(left, scope), finite(right, scope)
            if relation == "=":
                one.found.append((*values, scope))
            elif not holds(relation, *values):
                said = f" {relation} ".join(map(shown, values))
                raise Wrong(f"does not hold at {where(scope, chains)}: {said}")
        for label, ones in zip(claims, coded, strict=True):
            for side, value, one in zip(
                needs, claimed(label, scope, len(needs)), ones, strict=True
            ):
                if value is not ...:
                    one.found.append((finite(side, scope), numbers(label, value), scope))
        truths += equivalences(chains, scope)
    room = LIMIT if any(node.kind == "limit" for chain in chains for node in chain) else ROUNDING
    result.points = POINTS
    compared = [*equal, *(one for ones in coded for one in ones)]
    result.deviation = max((judge(one, room, chains) for one in compared), default=0.0)
    if any(before != after for before, after in truths):
        raise Wrong("the sides of ⟺ differ at some points")
    if truths and len(set(truths)) == 1:
        raise Wrong(
            "both sides of ⟺ are the same at every point: choose a range with both, as % lr in (0, 1)"
        )
    for left, right, relation in pairs:
        if relation == "≈":
            check_order(binding, left, right)


def claimed(label: Label, scope: Scope, count: int) -> list:
    """What a label `% = …` says of each of `count` formulas; ... says nothing of one."""
    said = scope.run(label)
    if count == 1:
        return [said]
    said = list(said) if isinstance(said, tuple) or np.ndim(said) else [said]
    if len(said) != count:
        raise Wrong(f"it makes {count} claims, and % {label.text} has {len(said)} values")
    return said


def numbers(label: Label, found: object) -> object:
    try:
        return np.asarray(found, float)
    except (TypeError, ValueError):
        raise Wrong(f"% {label.text} is no number, nor an array of them: {found!r:.60}") from None


def plan(binding: Binding, chains: list[Chain]) -> tuple[list[tuple], list[Node]]:
    """The pairs of sides to compare, and the sides that a label `% = …` has a value for."""
    pairs, needs = [], []
    for at, chain in enumerate(chains):
        sides, relations = list(chain.sides), list(chain.relations)
        following = chains[at + 1].arrow if at + 1 < len(chains) else ""
        if "⟺" in (chain.arrow, following):
            continue
        named = {node.parts[-1] for node in chain if node.kind in ("name", "extreme")}
        if is_mere_value(chain) and not any(map(binding.means, named)):
            continue
        left = sides[0]
        defines = left.kind in ("name", "call") and left.parts[0] in binding.defined
        if defines and binding.defined[left.parts[0]][1] is sides[1]:
            sides, relations = sides[1:], relations[1:]
            others = [node for other in chains if other is not chain for node in other]
            if not relations and any(left.parts[0] in node.parts for node in others):
                continue
            if not relations and not binding.of("claim"):
                raise NothingToCompare(f"nothing says what {left.parts[0]} should equal: {HOW}")
        needs += [sides[-1]] * (chain.arrow != "brace")
        pairs += [(*sides[i : i + 2], relation) for i, relation in enumerate(relations)]
    if binding.of("claim") and not needs:
        raise Wrong("its label % = … has nothing to stand for")
    return pairs, needs


def points(binding: Binding) -> Iterator[Scope]:
    """Random points at which the labels' conditions hold."""
    conditions, kept = binding.of("where"), 0
    for attempt in range(200 * POINTS):
        scope = Scope(binding, (1847, attempt))
        if all(np.all(scope.run(condition)) for condition in conditions):
            kept += 1
            yield scope
            if kept == POINTS:
                return
    raise Wrong(
        f"of {200 * POINTS} random points {kept} satisfy {', '.join('% ' + c.text for c in conditions)}"
    )


def finite(side: Node, scope: Scope) -> object:
    with np.errstate(all="ignore"):
        try:
            found = np.asarray(tex.value(side, scope), float)
        except ZeroDivisionError:
            found = np.asarray(np.nan)
        except (Wrong, TexError, RecursionError):
            raise
        except Exception as error:  # the code's, at this point
            raise TexError(f"{type(error).__name__}: {error}") from error
    if not np.isfinite(found).all():
        raise Wrong("it is not finite at some points: add a condition, as in % x > 0")
    return found


def equivalences(chains: list[Chain], scope: Scope) -> Iterator[tuple[bool, bool]]:
    for before, chain in pairwise(chains):
        if chain.arrow == "⟺":
            yield true(before, scope), true(chain, scope)


def true(chain: Chain, scope: Scope) -> bool:
    values = [finite(side, scope) for side in chain.sides]
    return all(holds(relation, *values[i : i + 2]) for i, relation in enumerate(chain.relations))


def holds(relation: str, left: object, right: object) -> bool:
    room = ROUNDING * np.maximum(1, np.maximum(np.abs(left), np.abs(right)))
    found = {
        "<": lambda: left < right,
        ">": lambda: left > right,
        "≤": lambda: left <= right + room,
        "≥": lambda: left >= right - room,
        "=": lambda: np.abs(left - right) <= room,
    }[relation]()
    return bool(np.all(found))


def judge(one: Comparison, room: float, chains: list[Chain]) -> float:
    """How far apart the two are at worst, relative to their size; Wrong beyond `room`."""
    worst, at_worst = 0.0, None
    for left, right, scope in one.found:
        if np.shape(left) != np.shape(right) and np.size(left) == np.size(right) == 1:
            left, right = np.reshape(left, ()), np.reshape(right, ())
        left, right = column(left, right), column(right, left)
        if np.shape(left) != np.shape(right):
            raise Wrong(
                f"{one.names[0]} has the shape {np.shape(left)}, {one.names[1]} {np.shape(right)}"
            )
        size = max(1.0, np.max(np.abs(left)), np.max(np.abs(right)))
        apart = float(np.max(np.abs(left - right)) / size)
        if apart > worst:
            worst, at_worst = apart, (left, right, scope)
    if worst > room:
        left, right, scope = at_worst
        said = f"{one.names[0]} is {shown(left)}, {one.names[1]} {shown(right)}"
        raise Wrong(f"at {where(scope, chains)} {said}{guess(one)}")
    return worst


def column(found: object, other: object) -> object:
    """A matrix of one column as the vector that it is beside one."""
    return found[:, 0] if np.shape(found) == (*np.shape(other), 1) and np.ndim(other) else found


def guess(one: Comparison) -> str:
    """What the difference looks like, where that is plain."""
    left = np.concatenate([np.ravel(pair[0]) for pair in one.found])
    right = np.concatenate([np.ravel(pair[1]) for pair in one.found])
    with np.errstate(all="ignore"):
        ratio = left / right
    if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-6 * np.max(np.abs(ratio)):
        if abs(ratio[0] + 1) < 1e-6:
            return " (the negative of it at every point: a sign?)"
        return f" ({ratio[0]:.4g} times as much at every point: a lost factor?)"
    if np.ptp(left - right) < 1e-6:
        return f" ({left[0] - right[0]:+.4g} at every point)"
    if all(np.ndim(a) == 1 and np.allclose(a[::-1], b) for a, b, _ in one.found):
        return " (the entries stand the other way round)"
    if all(np.ndim(a) == 2 and np.allclose(np.transpose(a), b) for a, b, _ in one.found):
        return " (it is transposed)"
    return ""


def check_order(binding: Binding, left: Node, right: Node) -> None:
    """An approximation: halving the nudge must halve the error as often as the label says."""
    if not (stated := binding.of("order")):
        raise Wrong("an approximation needs the order of its error, as in % order 2 in h")
    name, order = stated[0].parts["name"], int(stated[0].parts["order"])
    found = []
    for scope in points(binding):
        errors = []
        for nudge in (0.02, 0.01):
            here = scope.given({name: nudge})
            errors.append(np.max(np.abs(finite(left, here) - finite(right, here))))
        if errors[1] > 1e-12:
            found.append(np.log2(errors[0] / errors[1]))
    if len(found) < POINTS / 2:
        raise Wrong("the approximation is exact where it was tried; say so with =")
    if abs(np.median(found) - order) > 0.2:
        raise Wrong(
            f"the error shrinks with the power {np.median(found):.2f} of {name}, not {order}"
        )


def where(scope: Scope, chains: list[Chain]) -> str:
    """The point, in words."""
    binding = scope.binding
    names = {name for chain in chains for side in chain.sides for name in binding.free(side)}
    names |= set(binding.drawn) & binding.names
    said = [f"{name} = {shown(scope.value(name))}" for name in sorted(names - binding.steps)]
    return ", ".join(said[:6]) or "every point"


def shown(found: object) -> str:
    return np.array2string(np.asarray(found, float), precision=5, separator=", ").replace("\n", "")


# --- the command ------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", type=Path, help="without any, all pages of the site")
    parser.add_argument(
        "--all", action="store_true", help="say of each formula what it is bound to"
    )
    told = parser.parse_args()
    asked = told.pages
    paths = [path.resolve() for path in asked] or sorted(
        path for pattern in PAGES for path in reading.found(ROOT / "docs", pattern)
    )
    results, unread = [], 0
    for path in paths:
        try:
            results += check_page(path)
        except PageError as error:
            print(error, file=sys.stderr)
            unread += 1
    claims = [result for result in results if result.status != "given"]
    for result in claims:
        if result.status == "wrong" or told.all:
            print(result, file=sys.stderr if result.status == "wrong" else sys.stdout)
    wrong = [result for result in claims if result.status == "wrong"]
    print(share(claims) if claims else "no formula claims anything")
    return 1 if wrong or unread else 0


def share(claims: list[Result]) -> str:
    bound = sum(result.status == "bound" for result in claims)
    return f"{bound} of {len(claims)} formulas bound ({100 * bound / len(claims):.0f} %)"


if __name__ == "__main__":
    sys.exit(main())
