import numpy as np


def NAME(x):
    """f(x) = x³

    x is a number or an array, and the result has its shape.

    Raises: ValueError if x is not finite.
    Source: say where the formula can be read.
    """
    x = np.asarray(x, dtype=float)
    if not np.all(np.isfinite(x)):
        raise ValueError(f"x must be finite, got {x}")
    return x**3
