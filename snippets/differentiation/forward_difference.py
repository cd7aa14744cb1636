import numpy as np


def forward_difference(f, x, h=1e-7):
    """f′(x) ≈ (f(x + h) − f(x)) / h

    The error is about h·f″(x)/2, until rounding takes over for tiny h.
    Works in the precision of x: a float32 stays a float32.

    Raises: ValueError unless h is positive and finite.
    Source: Nocedal & Wright, Numerical Optimization, section 8.1.
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    return (f(x + h) - f(x)) / h
