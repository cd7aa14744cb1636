"""What is found of a function by computing it: its derivative, its limit, and where it is least."""

from collections.abc import Callable

import autograd.numpy as np
from autograd import jacobian

from scripts.claims.formulas.tex import TexError


def differentiated(function: Callable, at: object, times: int = 1) -> object:
    for _ in range(times):  # 0·x, since a function that takes no notice of x has a derivative too
        function = jacobian(lambda x, inner=function: inner(x) + 0.0 * np.sum(x))
    return function(at * 1.0)


def limit(function: Callable, end: object) -> object:
    """The value that a polynomial through ever nearer points has at the end (Neville)."""
    steps = [0.1 / 2**i for i in range(8)]
    found = [function(round(1 / step) if np.isinf(end) else end + step) for step in steps]
    for level in range(1, len(steps)):
        found = [
            (steps[i] * found[i + 1] - steps[i + level] * found[i]) / (steps[i] - steps[i + level])
            for i in range(len(found) - 1)
        ]
    return found[0]


def argmin(function: Callable, start: object) -> object:
    """Where a convex function is least, by Newton's steps."""
    shape = np.shape(start)

    def f(x):
        return function(np.reshape(x, shape) if shape else x[0])

    x = np.ravel(np.asarray(start, float))
    for _ in range(60):
        slope = np.reshape(differentiated(f, x), -1)
        hessian = np.reshape(differentiated(f, x, 2), (len(x), len(x)))
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
