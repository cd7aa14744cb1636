import numpy as np


def forward_difference(f, x, h=1e-7):
    """f′(x) ≈ (f(x + h) − f(x)) / h

    The error is about h·f″(x)/2, until rounding takes over for tiny h.
    Works in the precision of x: a float32 stays a float32, and where
    x + h rounds to x the slope is 0.

    Raises: ValueError unless h is positive and finite.
    Source: Nocedal & Wright, Numerical Optimization, section 8.1.
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    x = np.divide(x, 1)  # whole numbers and lists become floats
    return (f(x + h) - f(x)) / h
