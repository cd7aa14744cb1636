"""Whether a relation holds between two values: numbers, vectors, or matrices in the order of their eigenvalues; and what
the difference looks like."""

import autograd.numpy as np

from scripts.claims.formulas.value import value

ROUNDING = 1e-10  # of values near 1, after a few dozen operations in doubles
REVERSED = {">": "<", "≥": "≤", "≻": "≺", "⪰": "⪯"}


def holds(relation: str, left: object, right: object) -> bool:
    if relation in ("=", "≠"):
        room = ROUNDING * (1e-3 + max(np.max(np.abs(left)), np.max(np.abs(right))))
        return bool(np.all(np.abs(left - right) <= room)) == (relation == "=")
    least, room = slack(relation, left, right)
    return least > room if relation in "<>≺≻" else least >= -room


def slack(relation: str, left: object, right: object) -> tuple[float, float]:
    """By how much an inequality holds, at least, and what rounding may do to that."""
    if relation in REVERSED:
        relation, left, right = REVERSED[relation], right, left
    apart = np.asarray(right - left, float)
    if relation in "≺⪯":
        if np.ndim(apart) == 0:
            apart = apart * np.eye(max(len(np.atleast_1d(left)), len(np.atleast_1d(right))))
        apart = np.linalg.eigvalsh(apart)
    room = ROUNDING * (1e-3 + np.maximum(np.max(np.abs(left)), np.max(np.abs(right))))
    return float(np.min(apart)), float(room)


def true(statement, scope) -> bool:
    """Whether a statement holds at a point: for each entry of a list, if it says so."""
    if statement.every and np.ndim(entries := scope.value(statement.every)) == 1:
        scopes = [scope.given({statement.every: each}) for each in entries]
    else:
        scopes = [scope]
    return all(
        holds(relation, *(np.asarray(value(side, at)) for side in statement.sides[i : i + 2]))
        for at in scopes
        for i, relation in enumerate(statement.relations)
    )


def guess(found: list[tuple]) -> str:
    """What the difference looks like, where that is plain."""
    left = np.concatenate([np.ravel(pair[0]) for pair in found])
    right = np.concatenate([np.ravel(pair[1]) for pair in found])
    with np.errstate(all="ignore"):
        ratio = left / right
    if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-6 * np.max(np.abs(ratio)):
        if abs(ratio[0] + 1) < 1e-6:
            return " (the negative of it at every point: a sign?)"
        return f" ({ratio[0]:.4g} times as much at every point: a lost factor?)"
    if np.ptp(left - right) < 1e-6:
        return f" ({left[0] - right[0]:+.4g} at every point)"
    if np.shape(np.transpose(found[0][0])) != np.shape(found[0][1]):
        return ""
    if all(np.ndim(a) == 1 and np.allclose(a[::-1], b) for a, b, _ in found):
        return " (the entries stand the other way round)"
    if all(np.ndim(a) == 2 and np.allclose(np.transpose(a), b) for a, b, _ in found):
        return " (it is transposed)"
    return ""
