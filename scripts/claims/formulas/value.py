"""Computes what the reader has read, at a point; derivatives by automatic differentiation.

A vector is a column and has one axis, a transposed one is a row and has two; shapes must fit as they do on paper, and
nothing is stretched: a number and a vector have no sum. Entries are counted from 1. What a name means is the `scope`'s to
say (names.py): its `value`, its `function`, an `entry`; `given` is the same scope with other values.
"""

from collections.abc import Callable

import autograd.numpy as np

from scripts.claims.formulas.numeric import argmin, differentiated, limit
from scripts.claims.formulas.tokens import Node, TexError, inside

FUNCTIONS: dict[str, Callable] = {
    name: getattr(np, name)
    for name in ("sin", "cos", "tan", "exp", "log", "tanh", "sinh", "cosh", "arctan", "sign")
}
FUNCTIONS |= {"ln": np.log, "sgn": np.sign, "Re": np.real, "Im": np.imag}
FUNCTIONS |= {"tr": np.trace, "det": np.linalg.det, "diag": np.diag}
SERIES = {
    "sum": sum,
    "product": np.prod,
    "mean": lambda all_: sum(all_) / len(all_),
    "max": max,
    "min": min,
}
KINDS = ("a number", "a vector", "a matrix")


def value(node: Node, scope) -> object:
    parts = node.parts
    match node.kind:
        case "number":
            return parts[0]
        case "name":
            return scope.value(parts[0])
        case "entry":
            return entry(scope, *parts)
        case "extreme":
            return extreme(scope, *parts)
        case "sum":
            return added(parts[0], scope)
        case "product":
            return product(parts[0], scope)
        case "power":
            return power(parts[0], value(parts[1], scope), scope)
        case "root":
            return np.power(number(value(parts[0], scope), "a root"), 1 / value(parts[1], scope))
        case "transpose":
            found = value(parts[0], scope)
            if np.ndim(found) == 0:
                raise TexError("a number is transposed")
            return found[None, :] if np.ndim(found) == 1 else column(np.transpose(found))
        case "vector":
            return np.array(items(parts[0], scope, value))
        case "matrix":
            return column(np.array(items(parts[0], scope, lambda row, at: items(row, at, value))))
        case "cases":
            return case(parts[0], scope)
        case "absolute":
            return np.abs(number(value(parts[0], scope), "|…|, which of a vector is \\|…\\|,"))
        case "norm":
            return norm(value(parts[0], scope), parts[1])
        case "extremes":
            return SERIES[parts[0]](value(part, scope) for part in parts[1])
        case "apply":
            return FUNCTIONS[parts[0]](value(parts[1], scope))
        case "call":
            names, function, at = called(scope, *parts[:2], parts[3])
            if not parts[2]:
                return function(*at)
            if len(at) != 1 or np.ndim(at[0]):
                raise TexError(
                    f"{parts[0]} takes {', '.join(names)}; a prime is for a function of one number"
                )
            return differentiated(function, at[0], parts[2])
        case "nabla":
            return gradient(scope, *parts)
        case "derivative":
            return partial(scope, *parts)
        case "series":
            return series(scope, *parts)
        case "limit":
            name, to, of = parts
            end = None if to is None else value(to, scope)
            return limit(lambda x: value(of, scope.given({name: x})), end)
        case "argmin":
            sign, name, of, wanted = -1 if parts[0] == "max" else 1, *parts[1:]
            least = argmin(lambda x: sign * value(of, scope.given({name: x})), scope.value(name))
            return least if wanted == "place" else value(of, scope.given({name: least}))
        case "dots":
            raise TexError("the dots stand between no first and last entry")
        case "order":
            raise TexError("an order of magnitude, O(h^2), is the last term of a side")
    raise TexError(f"the ∂ of {parts[0].parts[0]} stands alone")


# --- shapes -----------------------------------------------------------------------------------------------------------


def kind(found: object) -> str:
    shape = "×".join(map(str, np.shape(found)))
    return KINDS[min(np.ndim(found), 2)] + f" ({shape})" * bool(shape)


def number(found: object, what: str) -> object:
    if np.ndim(found):
        raise TexError(f"{what} is for a number, not {kind(found)}: write it for one entry, x_i")
    return found * 1.0


def column(found: object) -> object:
    """A matrix of one column as the vector that it is, one of a single entry as the number."""
    if np.shape(found) == (1, 1):
        return found[0, 0]
    return found[:, 0] if np.ndim(found) == 2 and np.shape(found)[1] == 1 else found


def added(terms: list, scope) -> object:
    found = items(terms, scope, lambda term, at: term[0] * value(term[1], at))
    for other in found[1:]:
        if np.shape(other) != np.shape(found[0]):
            raise TexError(f"{kind(found[0])} and {kind(other)} have no sum or difference")
    return sum(found[1:], found[0])


def product(factors: list, scope) -> object:
    """Factors from the left, by the rules of numbers, vectors and matrices."""
    made, *values = items(factors, scope, lambda factor, at: value(factor[1], at))
    operators = [operator for operator, _ in factors][1:]
    for operator, found in zip([*operators, *[" "] * len(values)], values, strict=False):
        sizes = np.ndim(made), np.ndim(found)
        if operator == "/":
            made = made / number(found, "a divisor")
        elif 0 in sizes:
            made = made * found
        elif operator == r"\odot":
            if np.shape(made) != np.shape(found):
                raise TexError(f"{kind(made)} and {kind(found)} have no product \\odot")
            made = made * found
        elif operator == r"\times":
            raise TexError("\\times is for numbers")
        elif sizes == (1, 1) and operator != r"\cdot":
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


def power(base: Node, exponent: object, scope) -> object:
    if base == Node("name", ("e",)) and not scope.means("e"):
        return np.exp(exponent)
    found = value(base, scope)
    if np.ndim(exponent) or np.ndim(found) == 1:
        raise TexError(
            "a vector has no power: write x \\odot x, \\|x\\|^2, or the formula for one entry"
        )
    if np.ndim(found) == 2:
        return np.linalg.inv(found) if exponent == -1 else np.linalg.matrix_power(found, exponent)
    return np.power(found * 1.0, exponent)


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


def extreme(scope, which: str, name: str, of: list[Node] | None) -> object:
    """λ_max: of the list λ, or λ_max(A) of the eigenvalues of a symmetric matrix."""
    if of is None:
        return getattr(np, which)(scope.value(name))
    found = value(of[0], scope)
    if np.ndim(found) != 2 or not np.allclose(found, np.transpose(found)):
        raise TexError(
            f"{name}_{which}(…) is an eigenvalue of a symmetric matrix, and this is none"
        )
    return np.linalg.eigvalsh(found)[0 if which == "min" else -1]


def items(nodes: list, scope, compute: Callable) -> list:
    """The values of a row of nodes; where dots stand, all from the first to that of the last one's letter."""
    dots = [at for at, node in enumerate(nodes) if only_dots(node)]
    if not dots:
        return [compute(node, scope) for node in nodes]
    first, last = nodes[: dots[0]], nodes[dots[0] + 1 :]
    if len(dots) != 1 or len(last) != 1 or not first:
        raise TexError("dots stand before the last entry, and after the first: x_1, \\dots, x_n")
    inner = [*inside(last)]
    letters = {
        n.parts[0]
        for e in inner
        if e.kind == "entry"
        for i in e.parts[1]
        for n in i
        if n.kind == "name"
    }
    letters = letters or {
        n.parts[0] for n in inner if n.kind == "name" and scope.is_size(n.parts[0])
    }
    if len(letters) != 1:
        raise TexError("the entry after the dots needs one letter that counts: x_1, \\dots, x_n")
    (letter,) = letters
    size = whole(scope.value(letter))
    for start in (1, 0):
        try:
            found = [compute(last[0], scope.given({letter: i})) for i in range(start, size + 1)]
            begun = [compute(node, scope) for node in first[: len(found)]]
        except TexError:
            if start:
                raise
            break
        if all(
            np.shape(a) == np.shape(b) and np.allclose(a, b)
            for a, b in zip(begun, found, strict=False)
        ):
            return found
    raise TexError("what stands before the dots are not the first of those that end after them")


def only_dots(node: object) -> bool:
    """Of a node, of a term with its sign, of a row."""
    return {each.kind for each in inside([node])} == {"dots"}


def whole(found: object) -> int:
    if np.ndim(found) or found != int(found):
        raise TexError(f"{found} is not a whole number")
    return int(found)


# --- names with more than a value -------------------------------------------------------------------------------------


def entry(scope, base: Node, index: list[Node]) -> object:
    """x_i and A_{ij}, counted from 1; or what a label says of x_k."""
    at = [whole(value(each, scope)) for each in index]
    if base.kind == "name" and scope.is_sequence(base.parts[0]):
        return scope.term(base.parts[0], *at)
    return entry_of(value(base, scope), at, base.parts[0] if base.kind == "name" else "it")


def entry_of(found: object, at: list[int], name: str) -> object:
    if np.ndim(found) != len(at):
        raise TexError(f"{name} is {kind(found)}, and has {len(at)} index here")
    for one, size in zip(at, np.shape(found), strict=True):
        if not 1 <= one <= size:
            raise TexError(f"{name} has no entry {one}; they are counted from 1 to {size}")
    return found[tuple(one - 1 for one in at)]


def called(scope, name: str, index: list[Node] | None, arguments: list[Node] | None) -> tuple:
    """A function with the names of what it takes, and what it is taken at: by itself, the values of those names."""
    at_index = None if index is None else [whole(value(each, scope)) for each in index]
    names, function, is_indexed = scope.function(name, at_index)
    if at_index is not None and not is_indexed:
        whole_function = function
        function = lambda *values: entry_of(whole_function(*values), at_index, name)  # noqa: E731
    if arguments is None:
        return names, function, [scope.value(each) for each in names]
    found = [value(argument, scope) for argument in arguments]
    if len(found) != len(names):
        raise TexError(f"{name} takes {len(names)} ({', '.join(names)}), not {len(found)}")
    return names, function, found


def case(cases: list, scope) -> object:
    for node, conditions in cases:
        if all(scope.is_true(condition) for condition in conditions):
            return value(node, scope)
    raise TexError("none of the cases holds at some point: the last is \\text{otherwise}")


def series(scope, how: str, name: str, runs: tuple | None, body: Node) -> object:
    if not name:  # an expectation over what all its lists hold
        names = {
            node.parts[0]
            for node in body
            if node.kind == "name" and not scope.is_function(node.parts[0])
        }
        lists = {each: scope.value(each) for each in names}
        lists = {each: found for each, found in lists.items() if np.ndim(found) == 1}
        if len({len(found) for found in lists.values()}) != 1:
            raise TexError(
                "the mean is of which list? Give it an index, \\mathbb{E}_i, or one list"
            )
        rows = zip(*lists.values(), strict=True)
        return SERIES[how](
            [value(body, scope.given(dict(zip(lists, row, strict=True)))) for row in rows]
        )
    if runs and runs[0] == "in":
        over = list(value(runs[1], scope))
    else:
        first = whole(value(runs[1], scope)) if runs and runs[0] == "from" else 1
        last = whole(value(runs[2], scope)) if runs and runs[2] else length(body, name, scope)
        over = list(range(first, last + 1))
        if runs and runs[0] == "but":
            over.remove(whole(value(runs[1], scope)))
    return SERIES[how]([value(body, scope.given({name: each})) for each in over])


def length(body: Node, name: str, scope) -> int:
    """How far an index without bounds goes: over the list that has it."""
    for node in body:
        if node.kind in ("entry", "call") and node.parts[1]:
            for axis, index in enumerate(node.parts[1]):
                if index == Node("name", (name,)):
                    here = scope.given({name: 1})
                    whole_ = (
                        node.parts[0]
                        if node.kind == "entry"
                        else Node("call", (node.parts[0], None, *node.parts[2:]))
                    )
                    if np.ndim(found := value(whole_, here)) > axis:
                        return np.shape(found)[axis]
    raise TexError(f"the index {name} does not say how far it goes: \\sum_{{{name}=1}}^{{n}}")


# --- derivatives and what is found by them ----------------------------------------------------------------------------


def gradient(scope, of: Node, by: Node | None, times: int) -> object:
    """All derivatives of a number in a vector, or all second ones in a matrix."""
    if by is not None:
        found = partial(scope, [by] * times, of)
        if np.ndim(value(of, scope)):
            raise TexError(
                f"∇ is of a number, and this is {kind(value(of, scope))}: write \\frac{{\\partial f}}{{\\partial x}}"
            )
        return found
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
    index = (
        [] if variable.kind == "name" else [whole(value(each, scope)) for each in variable.parts[1]]
    )
    root = variable if variable.kind == "name" else variable.parts[0]
    if root.kind != "name" or (index and scope.is_sequence(root.parts[0])):
        raise TexError("one differentiates by a name, or by the entry of a vector")
    name = root.parts[0]
    if of.kind == "name" and of != root and scope.is_free(of.parts[0]):
        raise TexError(f"nothing says what {of.parts[0]} depends on: % {of.parts[0]}({name}) = …")

    def moved(x):
        here = scope.given({name: x})
        return partial(here, more, of) if more else value(of, here)

    found = differentiated(moved, scope.value(name))
    return found[(..., *(at - 1 for at in index))] if index else found
