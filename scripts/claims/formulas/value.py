"""Computes what the reader has read, at a point; derivatives by automatic differentiation.

A vector is a column and has one axis, a transposed one is a row and has two; shapes must fit as they do on paper, and
nothing is stretched: a number and a vector have no sum. Entries are counted from 1. What a name means is the `scope`'s to
say (names.py): its `value`, its `function`; `given` is the same scope with other values.
"""

from collections.abc import Callable

import autograd.numpy as np

from scripts.claims.formulas.numeric import argmin, differentiated, limit
from scripts.claims.formulas.tex import FUNCTIONS, SERIES, Node, TexError, inside

MEANINGLESS = {
    "dots": "the dots stand between no first and last entry",
    "order": "an order of magnitude, O(h^2), is the last term of a side",
    "curl": "the ∂ of something stands alone",
}


def value(node: Node, scope) -> object:
    if node.kind in MEANINGLESS:
        raise TexError(MEANINGLESS[node.kind])
    if node.kind in BINDING:
        return BINDING[node.kind](scope, *node.parts)
    return OPERATIONS[node.kind](*values(node.parts, scope))


def values(parts: tuple, scope) -> list:
    """The values of what stands in a row; where dots stand, all from the first to that of the last one's letter."""

    def computed(part: object, at) -> object:
        return value(part, at) if isinstance(part, Node) else part

    dots = [at for at, part in enumerate(parts) if is_dots(part)]
    if not dots:
        return [computed(part, scope) for part in parts]
    start = next(at for at, part in enumerate(parts) if isinstance(part, Node))
    first, last = parts[start : dots[0]], parts[dots[0] + 1 :]
    if len(dots) != 1 or len(last) != 1 or not first:
        raise TexError("dots stand before the last entry, and after the first: x_1, \\dots, x_n")
    indices = [node.parts[1] for node in last[0] if node.kind == "entry"]
    letters = {node.parts[0] for node in inside(indices) if node.kind == "name"}
    letters = letters or {
        node.parts[0] for node in last[0] if node.kind == "name" and scope.is_size(node.parts[0])
    }
    if len(letters) != 1:
        raise TexError("the entry after the dots needs one letter that counts: x_1, \\dots, x_n")
    (letter,) = letters
    begun = [computed(part, scope) for part in first]
    for lowest in (1, 0):
        counted = range(lowest, whole(scope.value(letter)) + 1)
        try:
            found = [value(last[0], scope.given({letter: i})) for i in counted]
        except TexError:
            if lowest:
                raise
            break
        pairs = list(zip(begun, found, strict=False))
        if all(np.shape(a) == np.shape(b) and np.allclose(a, b) for a, b in pairs):
            return [*parts[:start], *found]
    raise TexError("what stands before the dots are not the first of those that end after them")


def is_dots(part: object) -> bool:
    """Of a node, of one with a sign, of a row."""
    kind = part.kind if isinstance(part, Node) else ""
    return kind == "dots" or (kind in ("minus", "vector") and all(map(is_dots, part.parts)))


# --- shapes -----------------------------------------------------------------------------------------------------------


def kind(found: object) -> str:
    shape = "×".join(map(str, np.shape(found)))
    return ("a number", f"a vector ({shape})", f"a matrix ({shape})")[min(np.ndim(found), 2)]


def number(found: object, what: str) -> object:
    if np.ndim(found):
        raise TexError(f"{what} is for a number, not {kind(found)}: write it for one entry, x_i")
    return found * 1.0


def whole(found: object) -> int:
    if np.ndim(found) or found != int(found):
        raise TexError(f"{found} is not a whole number")
    return int(found)


def column(found: object) -> object:
    """A matrix of one column as the vector that it is, one of a single entry as the number."""
    if np.shape(found) == (1, 1):
        return found[0, 0]
    return found[:, 0] if np.ndim(found) == 2 and np.shape(found)[1] == 1 else found


def alike(made: object, found: object, what: str) -> None:
    if np.shape(made) != np.shape(found):
        raise TexError(f"{kind(made)} and {kind(found)} have no {what}")


def added(*terms: object) -> object:
    for other in terms[1:]:
        alike(terms[0], other, "sum or difference")
    return sum(terms[1:], terms[0])


def product(signs: tuple[str, ...], made: object, *factors: object) -> object:
    """Factors from the left, by the rules of numbers, vectors and matrices."""
    for at, found in enumerate(factors):
        sign = signs[at] if at < len(signs) else ""
        sizes = np.ndim(made), np.ndim(found)
        if sign == "/":
            made = made / number(found, "a divisor")
        elif 0 in sizes:
            made = made * found
        elif sign == r"\odot":
            alike(made, found, "product \\odot")
            made = made * found
        elif sign == r"\times":
            raise TexError("\\times is for numbers")
        elif sizes == (1, 1) and sign != r"\cdot":
            raise TexError(
                "a product of two vectors is a^\\mathsf{T} b, a \\cdot b, a b^\\mathsf{T} or a \\odot b"
            )
        else:
            left = made[:, None] if sizes == (1, 2) else made  # a column, times a row
            if np.shape(left)[-1] != np.shape(found)[0]:
                raise TexError(f"{kind(made)} and {kind(found)} have no product: transposed?")
            made = left @ found
            made = made[0] if np.shape(made) == (1,) else column(made)
    return made


def transposed(found: object) -> object:
    if np.ndim(found) == 0:
        raise TexError("a number is transposed")
    return found[None, :] if np.ndim(found) == 1 else column(np.transpose(found))


def norm(found: object, which: str) -> object:
    if np.ndim(found) == 2 and which not in ("F", "2"):
        raise TexError("which norm of a matrix? \\|A\\|_2 or \\|A\\|_F")
    if np.ndim(found) == 2 and which == "2":
        return np.sqrt(np.max(np.linalg.eigvalsh(np.transpose(found) @ found)))
    if which in ("", "2", "F"):
        return np.sqrt(np.sum(np.abs(found) ** 2))
    if which in ("1", r"\infty"):
        return np.sum(np.abs(found)) if which == "1" else np.max(np.abs(found))
    raise TexError(
        f"the norm \\|x\\|_{which} is not read: write it out; there are 1, 2, \\infty and F"
    )


OPERATIONS: dict[str, Callable] = {  # on the values of what is written
    "number": lambda found: found,
    "sum": added,
    "minus": lambda found: -1 * found,
    "product": product,
    "root": lambda found, degree: np.power(number(found, "a root"), 1 / degree),
    "transpose": transposed,
    "vector": lambda *entries: np.array(entries),
    "matrix": lambda *rows: column(np.array(rows)),
    "absolute": lambda found: np.abs(number(found, "|…|, which of a vector is \\|…\\|,")),
    "norm": norm,
    "extremes": lambda which, *found: SERIES[which](found),
    "apply": lambda name, found: FUNCTIONS[name](found),
}


# --- what has a meaning only in its scope -----------------------------------------------------------------------------


def power(scope, base: Node, exponent: Node) -> object:
    times = value(exponent, scope)
    if base == Node("name", ("e",)) and not scope.means("e"):
        return np.exp(times)
    found = value(base, scope)
    if np.ndim(times) or np.ndim(found) == 1:
        raise TexError(
            "a vector has no power: write x \\odot x, \\|x\\|^2, or the formula for one entry"
        )
    if np.ndim(found) == 2:
        return np.linalg.inv(found) if times == -1 else np.linalg.matrix_power(found, times)
    return np.power(found * 1.0, times)


def extreme(scope, which: str, name: str, of: Node | None = None) -> object:
    """λ_max: of the list λ, or λ_max(A) of the eigenvalues of a symmetric matrix."""
    if of is None:
        return getattr(np, which)(scope.value(name))
    found = value(of, scope)
    if np.ndim(found) != 2 or not np.allclose(found, np.transpose(found)):
        raise TexError(
            f"{name}_{which}(…) is an eigenvalue of a symmetric matrix, and this is none"
        )
    return np.linalg.eigvalsh(found)[0 if which == "min" else -1]


def whole_indices(index: list[Node] | None, scope) -> list[int]:
    return [whole(value(each, scope)) for each in index or ()]


def entry(scope, base: Node, index: list[Node]) -> object:
    """x_i and A_{ij}, counted from 1; or what a label says of x_k."""
    at, name = whole_indices(index, scope), base.parts[0] if base.kind == "name" else "it"
    if base.kind == "name" and scope.is_sequence(name):
        return scope.term(name, *at)
    return entry_of(value(base, scope), at, name)


def entry_of(found: object, at: list[int], name: str) -> object:
    if np.ndim(found) != len(at):
        raise TexError(f"{name} is {kind(found)}, and has {len(at)} index here")
    for one, size in zip(at, np.shape(found), strict=True):
        if not 1 <= one <= size:
            raise TexError(f"{name} has no entry {one}; they are counted from 1 to {size}")
    return found[tuple(one - 1 for one in at)]


def called(scope, name: str, index: list[Node] | None, arguments: list[Node] | None) -> tuple:
    """A function with the names of what it takes, and what it is taken at: by itself, the values of those names."""
    at = whole_indices(index, scope)
    names, function, is_chosen = scope.function(name, at)
    given = [Node("name", (each,)) for each in names] if arguments is None else arguments
    found = [value(each, scope) for each in given]
    if len(found) != len(names):
        raise TexError(f"{name} takes {len(names)} ({', '.join(names)}), not {len(found)}")
    if not at or is_chosen:
        return names, function, found
    return names, lambda *new: entry_of(function(*new), at, name), found


def call(scope, name: str, index: list[Node] | None, primes: int, arguments) -> object:
    names, function, at = called(scope, name, index, arguments)
    if not primes:
        return function(*at)
    if len(at) != 1 or np.ndim(at[0]):
        raise TexError(f"{name} takes {', '.join(names)}; a prime is for a function of one number")
    return differentiated(function, at[0], primes)


def case(scope, cases: list) -> object:
    for row in cases:
        if all(scope.is_true(condition) for all_ in row[1:] for condition in all_):
            scope.meaning.rows.pop(id(row), None)
            return value(row[0], scope)
    raise TexError("none of the cases holds at some point: the last is \\text{otherwise}")


def series(scope, kind_: str, name: str, how: str, first, last, body: Node) -> object:
    """The terms over an index, put together; an expectation without one goes over what all its lists hold."""
    if not name:
        names = {n.parts[0] for n in body if n.kind == "name" and not scope.is_function(n.parts[0])}
        lists = {each: found for each in names if np.ndim(found := scope.value(each)) == 1}
        if len({len(found) for found in lists.values()}) != 1:
            raise TexError(
                "the mean is of which list? Give it an index, \\mathbb{E}_i, or one list"
            )
        rows = zip(*lists.values(), strict=True)
        points = [dict(zip(lists, row, strict=True)) for row in rows]
    elif how == "in":
        points = [{name: each} for each in value(first, scope)]
    else:
        start = whole(value(first, scope)) if how == "from" else 1
        end = whole(value(last, scope)) if last else length(body, name, scope)
        but = whole(value(first, scope)) if how == "but" else None
        points = [{name: each} for each in range(start, end + 1) if each != but]
    return SERIES[kind_]([value(body, scope.given(point)) for point in points])


def length(body: Node, name: str, scope) -> int:
    """How far an index without bounds goes: over the list that has it."""
    here, wanted = scope.given({name: 1}), Node("name", (name,))
    for node in body:
        if node.kind in ("entry", "call") and wanted in (node.parts[1] or ()):
            base, index, *rest = node.parts
            listed = base if node.kind == "entry" else Node("call", (base, None, *rest))
            shape = np.shape(value(listed, here))
            if index.index(wanted) < len(shape):
                return shape[index.index(wanted)]
    raise TexError(f"nothing in it has the index {name}: a slip, or write \\sum_{{{name}=1}}^{{n}}")


def gradient(scope, of: Node, by: Node | None, times: int) -> object:
    """All derivatives of a number in a vector, or all second ones in a matrix."""
    if by is not None:
        if np.ndim(found := value(of, scope)):
            raise TexError(
                f"∇ is of a number, and this is {kind(found)}: write \\frac{{\\partial f}}{{\\partial x}}"
            )
        return partial(scope, [by] * times, of)
    _, function, at = called(scope, *of.parts[:2], of.parts[3])
    ends = np.cumsum([np.size(part) for part in at])

    def flat(p):
        parts = [p[end - np.size(part) : end] for part, end in zip(at, ends, strict=True)]
        shaped = [np.reshape(part, np.shape(one)) for part, one in zip(parts, at, strict=True)]
        found = function(*shaped)
        if np.ndim(found):
            raise TexError(f"∇ is of a number, and {of.parts[0]} is {kind(found)}")
        return found

    found = differentiated(flat, np.concatenate([np.ravel(part) for part in at]), times)
    return found[(0,) * times] if len(at) == 1 and np.ndim(at[0]) == 0 else found


def partial(scope, by: list[Node], of: Node, arguments: list[Node] | None = None) -> object:
    """The derivative by each of the names in turn; an entry is that of the derivative by the whole vector."""
    if arguments is not None:
        names, _, found = called(scope, *of.parts[:2], arguments)
        return partial(scope.given(dict(zip(names, found, strict=True))), by, of)
    variable, *more = by
    root, index = variable.parts if variable.kind == "entry" else (variable, [])
    if root.kind != "name" or (index and scope.is_sequence(root.parts[0])):
        raise TexError("one differentiates by a name, or by the entry of a vector")
    (name,), at = root.parts, whole_indices(index, scope)
    if of.kind == "name" and of != root and scope.is_free(of.parts[0]):
        raise TexError(f"nothing says what {of.parts[0]} depends on: % {of.parts[0]}({name}) = …")

    def moved(x):
        here = scope.given({name: x})
        return partial(here, more, of) if more else value(of, here)

    found = differentiated(moved, scope.value(name))
    return found[(..., *(one - 1 for one in at))] if at else found


def limit_of(scope, name: str, to: Node, of: Node, how: str = "to") -> object:
    return limit(lambda x: value(of, scope.given({name: x})), value(to, scope), how)


def least(scope, which: str, name: str, of: Node, wanted: str) -> object:
    sign = -1 if which.endswith("max") else 1
    place = argmin(lambda x: sign * value(of, scope.given({name: x})), scope.value(name))
    return place if wanted == "place" else value(of, scope.given({name: place}))


BINDING: dict[str, Callable] = {
    "name": lambda scope, name: scope.value(name),
    "entry": entry,
    "extreme": extreme,
    "power": power,
    "cases": case,
    "call": call,
    "nabla": gradient,
    "derivative": partial,
    "series": series,
    "limit": limit_of,
    "argmin": least,
}
