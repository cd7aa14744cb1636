"""Whether a relation holds between two values: numbers, vectors, or matrices in the order of their eigenvalues."""

import autograd.numpy as np

from scripts.claims.formulas.value import value

ROUNDING = 1e-10  # of values near 1, after a few dozen operations in doubles
REVERSED = {">": "<", "≥": "≤", "≻": "≺", "⪰": "⪯"}


def holds(relation: str, left: object, right: object) -> bool:
    if relation in ("=", "≠"):
        room = ROUNDING * max(1, np.max(np.abs(left)), np.max(np.abs(right)))
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
