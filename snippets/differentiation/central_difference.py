import numpy as np


def central_difference(f, x, h=1e-5):
    """f′(x) ≈ (f(x + h) − f(x − h)) / 2h

    The error is about h²·f‴(x)/6, 0 on quadratics, plus rounding.
    Works in the precision of x, number by number if x is an array.

    Raises: ValueError unless h is positive and finite, or where x is
    so large that rounding changes 2h by more than 1 %.
    Source: Nocedal & Wright, Numerical Optimization, section 8.1.
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    x = np.divide(x, 1)  # whole numbers and lists become floats
    if np.any(abs((x + h) - (x - h) - 2 * h) > h / 50):
        raise ValueError(f"h = {h} is lost in x, take a larger one")
    return (f(x + h) - f(x - h)) / (2 * h)
