import numpy as np


def forward_difference(f, x, h=1e-7):
    """f′(x) ≈ (f(x + h) − f(x)) / h

    The error is about h·f″(x)/2, until rounding takes over for tiny h.
    Works in the precision of x: a float32 stays a float32.

    Raises: ValueError unless h is positive and finite, or where x is
    so large that rounding moves x + h by more than 1 % of h.
    Source: Nocedal & Wright, Numerical Optimization, section 8.1.
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    x = np.divide(x, 1)  # whole numbers and lists become floats
    if np.any(abs((x + h) - x - h) > h / 100):
        raise ValueError(f"h = {h} is lost in x, take a larger one")
    return (f(x + h) - f(x)) / h
