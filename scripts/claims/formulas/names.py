"""What the names of a formula mean: what a label says, the function of that name in the code beside it, or what the formula
itself defines. A name without a meaning is an error; a random value is drawn only from the set that a label names.
"""

import builtins
import inspect
import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import autograd.numpy as np

from scripts.claims.formulas import relations
from scripts.claims.formulas import value as compute
from scripts.claims.formulas.code import Code, compiled, smooth
from scripts.claims.formulas.tex import Node, Statement, TexError, Wrong
from scripts.text.labels import Label

CONSTANTS = {"e": math.e, "π": math.pi}


class Unknown(Wrong):
    """A name that is nowhere defined."""


@dataclass
class Meaning:
    """What the names of one formula mean: by its labels, its code, and itself."""

    code: Code
    labels: list[Label]
    defined: dict[str, tuple[list[str], Node]] = field(default_factory=dict)
    ranges: dict[str, tuple[Node, Node]] = field(default_factory=dict)  # i = 1, …, n
    names: set[str] = field(default_factory=set)  # that the formula has
    used: set[str] = field(default_factory=set)  # functions of the code
    rows: dict[int, int] = field(default_factory=dict)  # of cases, that have held at no point
    counted: int = 0  # sides that the label % = … has a value for

    def __post_init__(self):
        self.values, self.sequences = {}, {}
        named = {
            *self.code.functions,
            *(label.parts["name"] for label in self.labels if label.kind in ("function", "any")),
        }
        self.functions = {label.parts["name"]: label for label in self.functions_of(named)}
        self.any = {label.parts["name"]: label for label in self.of("any")}
        self.drawn = {name: label for label in self.of("draw") for name in label.names}
        self.function_names = {*self.code.functions, *self.functions, *self.any} - self.drawn.keys()
        for label in self.of("value"):
            for name in label.names:
                base, _, index = name.rpartition("_")
                counts = (
                    base
                    and len(index) == 1
                    and index.isalpha()
                    and index not in self.function_names
                )
                (self.sequences if counts else self.values)[base if counts else name] = label
        self.function_names -= self.values.keys()
        self.sizes = {
            label.parts.get(side, "1") for label in self.of("draw") for side in ("rows", "columns")
        }
        self.sizes = {size for size in self.sizes if size.isalpha()}

    def functions_of(self, named: set[str]) -> Iterator[Label]:
        """The labels of functions; J_q(x) is one of its own if q is a function, f_i(x) one for each i."""
        for label in self.of("function"):
            parts = dict(label.parts)
            if parts.get("index") in named:
                parts["name"] += "_" + parts.pop("index")
            yield Label(label.kind, label.text, parts)

    def of(self, kind: str) -> list[Label]:
        return [label for label in self.labels if label.kind == kind]

    def means(self, name: str) -> bool:
        known = (
            self.values,
            self.sequences,
            self.drawn,
            self.function_names,
            self.sizes,
            self.ranges,
        )
        return any(name in each for each in known)

    def parameters(self, name: str) -> list[str]:
        """What a function takes, which stands by its name alone."""
        if name in self.functions or name in self.any:
            return (self.functions.get(name) or self.any[name]).names
        is_code = name in self.function_names
        return list(inspect.signature(self.code.functions[name]).parameters) if is_code else []

    def learn(self, statements: list[Statement]) -> None:
        """Take from the formula its names and what it defines; Unknown if something is without a meaning."""
        nodes = [node for statement in statements for node in statement]
        cases = [node.parts[0] for node in nodes if node.kind == "cases"]
        self.rows = {id(row): at for rows in cases for at, row in enumerate(rows, 1)}
        bound: set[str] = set()
        for node in nodes:
            if node.kind in ("name", "call"):
                self.names.add(node.parts[0])
                is_bare = node.kind == "name" or node.parts[3] is None
                self.names.update(self.parameters(node.parts[0]) if is_bare else ())
            elif node.kind == "argmin" or (node.kind == "extreme" and len(node.parts) == 2):
                self.names.add(node.parts[1])
            elif node.kind == "derivative" and node.parts[2]:  # ∂f/∂x (2, 3)
                bound.update(self.parameters(node.parts[1].parts[0]))
            elif node.kind in ("series", "limit"):
                bound.add(node.parts[node.kind == "series"])
        for statement in statements:
            left = statement.sides[0]
            if statement.relations == ["…"]:
                self.ranges[left.parts[0]] = tuple(statement.sides[1:])
            elif statement.relations[:1] != ["="] or statement.link or left in statement.sides[1]:
                continue
            elif left.kind == "name" and not self.means(left.parts[0]):
                self.defined.setdefault(left.parts[0], ([], statement.sides[1]))
            elif (
                left.kind == "call"
                and not self.means(left.parts[0])
                and left.parts[1:3] == (None, 0)
            ):
                names = [
                    argument.parts[0] for argument in left.parts[3] or () if argument.kind == "name"
                ]
                if names and len(names) == len(left.parts[3]):
                    self.defined.setdefault(left.parts[0], (names, statement.sides[1]))
        if unused := sorted(self.labelled() - self.names - self.names_in_labels()):
            raise Wrong(
                f"neither the formula nor a label has the name {', '.join(unused)} of its labels"
            )
        for name in self.functions.keys() & self.code.functions:
            raise Wrong(f"{name} is the code's: leave its label out, or take another letter for it")
        known = bound | self.defined.keys() | CONSTANTS.keys()
        known |= {name for names, _ in self.defined.values() for name in names}
        if unknown := sorted(name for name in self.names - known if not self.means(name)):
            raise Unknown(needed(unknown))

    def labelled(self) -> set[str]:
        return {*self.values, *self.sequences, *self.functions, *self.any, *self.drawn}

    def names_in_labels(self) -> set[str]:
        names = {
            name
            for label in self.labels
            if "code" in label.parts
            for name in compiled(label.parts["code"])[1]
        }
        return names | self.sizes | {label.parts["name"] for label in self.of("limit")}

    def computes(self, label: Label, above: tuple = ()) -> bool:
        """Whether a label says something that it does not type: a name of the code beside the formula."""
        names = compiled(label.parts["code"])[1]
        labels = [
            known[name]
            for name in names
            for known in (self.values, self.functions)
            if name in known
        ]
        return any(name in self.code.names and not self.is_other(name) for name in names) or any(
            self.computes(inner, (*above, label)) for inner in labels if inner not in above
        )

    def is_other(self, name: str) -> bool:
        return name == "np" or name in self.labelled()


def shown(found: object) -> str:
    return np.array2string(np.asarray(found), precision=5, separator=", ").replace("\n", "")


def needed(names: list[str]) -> str:
    one = names[0]
    verb = "is" if len(names) == 1 else "are"
    return (
        f"nothing says what {', '.join(names)} {verb}: a number % {one} in R, a vector % {one} in R^3, "
        f"a matrix % {one} in R^3x2, a function % {one}(x) = …, or % {one} = … with the code's expression for it"
    )


@dataclass
class Scope:
    """The names at one point."""

    meaning: Meaning
    seed: tuple[int, ...]
    mode: str = "plain"  # or "wide", "far", "zero", "same": where else a formula is tried
    own: dict[str, object] = field(default_factory=dict)  # what stands above everything else
    drawn: dict[str, object] = field(default_factory=dict)  # what has been drawn at this point

    def given(self, values: dict[str, object]) -> "Scope":
        return Scope(self.meaning, self.seed, self.mode, self.own | values, self.drawn)

    def __str__(self) -> str:
        """The point, in words."""
        names = sorted(self.drawn.keys() & self.meaning.names)[:6]
        return ", ".join(f"{name} = {shown(self.value(name))}" for name in names) or "every point"

    def is_true(self, statement: Statement) -> bool:
        return self.computed(lambda: relations.true(statement, self))

    def finite(self, side: Node) -> object:
        found = np.asarray(self.computed(lambda: compute.value(side, self)))
        if found.dtype == object or not np.isfinite(found).all():
            hint = "say from where its names are drawn, as in % x in (0, 2)"
            raise Wrong(f"it is not finite at some points: {hint}")
        return found

    def computed(self, function: Callable) -> object:
        """What comes of computing; an error of the code, or of NumPy, is one of the formula."""
        with np.errstate(all="ignore"):
            try:
                return function()
            except ZeroDivisionError:
                return np.nan
            except (Wrong, RecursionError):
                raise
            except Exception as error:
                raise TexError(f"{type(error).__name__}: {error}") from error

    def means(self, name: str) -> bool:
        return name in self.own or self.meaning.means(name) or name in self.meaning.defined

    def is_free(self, name: str) -> bool:
        return name not in self.own and (name in self.meaning.drawn or not self.means(name))

    def is_sequence(self, name: str) -> bool:
        return name in self.meaning.sequences and name not in self.own

    def is_size(self, name: str) -> bool:
        return name in self.meaning.sizes or "first" in getattr(
            self.meaning.drawn.get(name), "parts", {}
        )

    def is_function(self, name: str) -> bool:
        return name in self.meaning.function_names or bool(self.meaning.defined.get(name, ([],))[0])

    def value(self, name: str) -> object:
        meaning = self.meaning
        if name in self.own:
            return self.own[name]
        if name in meaning.values:
            label = meaning.values[name]
            found = self.run(label)
            return found if len(label.names) == 1 else found[label.names.index(name)]
        if self.is_function(name):
            names, call, _ = self.function(name)
            return call(*[self.value(each) for each in names])
        if name in meaning.defined:
            return compute.value(meaning.defined[name][1], self)
        if name in CONSTANTS and name not in meaning.drawn:
            return CONSTANTS[name]
        if name not in self.drawn:
            self.drawn[name] = self.draw(name)
        return self.drawn[name]

    def term(self, name: str, *at: int) -> object:
        """What a label such as x_k = … says of one k."""
        label = self.meaning.sequences[name]
        (letter,) = {each.rpartition("_")[2] for each in label.names}
        if letter not in compiled(label.parts["code"])[1]:
            raise Wrong(f"% {label.text} does not depend on {letter}")
        if at[0] < 0:
            raise TexError(f"{name} has no entry {at[0]}")
        found = self.given({letter: at[0]}).run(label)
        found = found if len(label.names) == 1 else found[label.names.index(f"{name}_{letter}")]
        return found if len(at) == 1 else compute.entry_of(found, list(at[1:]), name)

    def function(
        self, name: str, index: list[int] | None = None
    ) -> tuple[list[str], Callable, bool]:
        """The names of what a function takes, the function, and whether the index has chosen it."""
        meaning = self.meaning
        if name in meaning.functions:
            label = meaning.functions[name]
            is_indexed = "index" in label.parts
            if is_indexed and index is None:
                raise Unknown(f"{name} stands without the index that % {label.text} gives it")
            at = {label.parts["index"]: index[0]} if is_indexed else {}

            def call(*values):
                return self.given(at | dict(zip(label.names, values, strict=True))).run(label)

            return label.names, call, is_indexed
        if name in meaning.any:
            return meaning.any[name].names, smooth(self.rng(name)), False
        if name in meaning.defined and meaning.defined[name][0]:
            names, node = meaning.defined[name]
            return (
                names,
                lambda *all_: compute.value(node, self.given(dict(zip(names, all_, strict=True)))),
                False,
            )
        if name in meaning.function_names:
            meaning.used.add(name)
            function = meaning.code.functions[name]
            return list(inspect.signature(function).parameters), function, False
        raise Unknown(
            f"{name} is no function of the block beside it: say what it is with "
            f"% {name}(x) = …, or % any {name}(x) if it holds for every function"
        )

    def run(self, label: Label) -> object:
        """The Python of a label."""
        own: dict[str, object] = {}
        program, names = compiled(label.parts["code"])
        for name in names:
            self.name_of_label(name, own)
        try:
            found = eval(program, self.meaning.code.names | own)
            if not callable(found):
                return found
        except (Wrong, RecursionError):
            raise
        except Exception as error:
            raise Wrong(f"% {label.text}: {type(error).__name__}: {error}") from error
        raise Wrong(f"% {label.text} is a function: write % {label.text.split()[0]}(x) = …")

    def name_of_label(self, name: str, own: dict[str, object]) -> None:
        meaning = self.meaning
        is_labelled = name in meaning.labelled() | meaning.sizes
        if not is_labelled and name not in self.own and name in meaning.code.functions:
            meaning.used.add(name)
        elif name in meaning.functions or name in meaning.any:
            own[name] = self.function(name)[1]
        elif (
            name in self.own
            or is_labelled
            or (name in meaning.defined and name not in meaning.code.names)
        ):
            own[name] = self.value(name)
        elif name not in meaning.code.names and not hasattr(builtins, name):
            raise Unknown(f"{name} in a label is no name of the block beside it; {needed([name])}")

    def rng(self, name: str) -> np.random.Generator:
        return np.random.default_rng([*self.seed, zlib.crc32(name.encode())])

    def draw(self, name: str) -> object:
        """A random value from the set of its label, the same for the same name and point."""
        meaning, rng = self.meaning, self.rng("" if self.mode == "same" else name)
        root = Scope(
            meaning, self.seed, self.mode, {}, self.drawn
        )  # n counts entries, whatever it counts in a sum
        if name in meaning.ranges:
            first, last = (compute.whole(compute.value(end, root)) for end in meaning.ranges[name])
            return int(rng.integers(first, last + 1))
        if name not in meaning.drawn:
            if name in meaning.sizes:
                return int(self.rng(name).integers(3, 7))
            raise Unknown(needed([name]))
        parts = meaning.drawn[name].parts
        if "first" in parts:
            return int(rng.integers(int(parts["first"]), int(parts["last"]) + 1))
        sizes = [parts[side] for side in ("rows", "columns") if side in parts]
        shape = tuple(root.value(size) if size.isalpha() else int(size) for size in sizes)
        reach = 3 if self.mode == "far" else 6  # not so far that rounding is all that one sees
        low, high = float(parts.get("low", "-inf")), float(parts.get("high", "inf"))
        if "low" in parts:
            found = rng.uniform(0, 1, shape)
            if self.mode in ("wide", "far", "zero"):  # near one end, or the other
                near = 10 ** (-reach * found)
                found = 1 - near if self.mode == "zero" else near
            found = low + (high - low) * found
        else:
            found = rng.uniform(0.3, 2, shape) * rng.choice([-1, 1], shape)
            if self.mode in ("wide", "far"):
                found = found * 10 ** rng.uniform(-3, reach / 2)
            if "complex" in parts:
                found = found + 1j * rng.uniform(0.3, 2, shape) * rng.choice([-1, 1], shape)
        if self.mode == "zero" and low < 0 < high and rng.integers(2):
            found = abs(found) * 0.0
        return (
            found
            if shape
            else found.item()
            if isinstance(found, np.ndarray | np.generic)
            else found
        )
