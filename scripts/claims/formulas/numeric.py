"""What is found of a function by computing it: its derivative, its limit, and where it is least."""

from collections.abc import Callable
from contextlib import suppress

import autograd.numpy as np
from autograd import jacobian

from scripts.claims.formulas.tex import TexError

NEAR = 1e-6  # of what is found by ever nearer points
INSTEAD = "for one side write x \\to 0^+, for what is slow an inequality, or % unbound: and why"


def differentiated(function: Callable, at: object, times: int = 1) -> object:
    for _ in range(times):  # 0·x, since a function that takes no notice of x has a derivative too
        function = jacobian(lambda x, inner=function: inner(x) + 0.0 * np.sum(x))
    return function(at * 1.0)


def limit(function: Callable, end: object, how: str = "to") -> object:
    """What it comes to from below and from above, or over even numbers and over odd ones, if that is the same."""
    above = [10 * 2**i for i in range(8)]
    ways = {"from below": [-n for n in above], "from above": above}
    ways.pop({"down to": "from below", "up to": "from above"}.get(how), None)
    if np.isinf(end):
        even = ways["from above" if end > 0 else "from below"]
        ways = {"over even numbers": even, "over odd numbers": [n + 1 for n in even]}
    found = {}
    for way, numbers in ways.items():
        places = numbers if np.isinf(end) else [end + 1 / n for n in numbers]
        found[way] = extrapolated([1 / n for n in numbers], [function(place) for place in places])
        if np.isnan(found[way]).any():
            found[way] = crept(function, end, numbers[0])
    last = found[way]
    if not all(np.all(np.abs(each - last) <= NEAR * (1 + np.abs(last))) for each in found.values()):
        said = ", ".join(f"{np.round(each, 5)} {way}" for way, each in found.items())
        raise TexError(
            f"the limit could not be found ({said.replace('nan', 'nothing')}): {INSTEAD}"
        )
    return last


def extrapolated(steps: list, found: list) -> object:
    """The value that a polynomial through ever nearer points has at the end (Neville); nan if it still moves."""
    for level in range(1, len(steps)):
        before = found[-1]
        found = [
            (steps[i] * found[i + 1] - steps[i + level] * found[i]) / (steps[i] - steps[i + level])
            for i in range(len(found) - 1)
        ]
    return np.where(np.abs(found[0] - before) <= NEAR * (1 + np.abs(before)), found[0], np.nan)


def crept(function: Callable, end: object, first: int) -> object:
    """The value very near the end, if what is less near comes to it slowly, as √x or x·log(x) do at 0; otherwise nan."""
    side, odd = np.sign(first), first % 2
    numbers = [side * n for n in (1e5, 1e10, 1e100)]
    with suppress(ArithmeticError), np.errstate(all="ignore"):
        places = [n + odd if np.isinf(end) else end + 1 / n for n in numbers]
        far, near, last = map(function, places)
        before, apart = np.abs(far - last), np.abs(near - last)
        if np.all(before < 0.02) and np.all(10 * apart <= before):
            return last
    return np.nan


def argmin(function: Callable, start: object) -> object:
    """Where a convex function is least, by Newton's steps."""
    shape = np.shape(start)

    def f(x):
        return function(np.reshape(x, shape) if shape else x[0])

    x = np.ravel(np.asarray(start, float))
    for _ in range(60):
        slope = np.reshape(differentiated(f, x), -1)
        hessian = np.reshape(differentiated(f, x, 2), (len(x), len(x)))
        if not np.isfinite(hessian).all():  # at a kink
            break
        step = np.linalg.lstsq(hessian, slope, rcond=None)[0]
        while np.linalg.norm(step) > 1e-14 and not f(x - step) <= f(x):
            step = step / 2
        x = x - step
        if np.linalg.norm(step) <= 1e-13 * (1 + np.linalg.norm(x)):
            break
    rng = np.random.default_rng(0)
    if not all(f(x) <= f(x + rng.normal(size=x.shape)) for _ in range(20)):
        raise TexError(
            "the minimum is not found: it is for convex functions, the maximum for concave ones"
        )
    return np.reshape(x, shape) if shape else x[0]
