import numpy as np


def partial_difference(f, point, i, h=1e-5):
    """∂f/∂xᵢ ≈ (f(p + h·eᵢ) − f(p − h·eᵢ)) / 2h

    Only argument i moves; eᵢ is 1 there and 0 elsewhere.
    point has shape (n,), i is 0 … n − 1, and f is called as f(*point).

    Raises: ValueError if point or i is not so, unless h is positive
    and finite, or if rounding changes 2h by more than 1 %.
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    p = np.array(np.ma.filled(point, np.nan), dtype=float)
    if p.ndim != 1 or i not in range(p.size):
        raise ValueError(f"no argument {i} in a point of shape {p.shape}")
    if abs((p[i] + h) - (p[i] - h) - 2 * h) > h / 50:
        raise ValueError(f"h = {h} is lost in argument {i}, take a larger one")
    e = np.eye(len(p))[i]
    return (f(*(p + h * e)) - f(*(p - h * e))) / (2 * h)
