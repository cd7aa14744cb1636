import numpy as np


def partial_difference(f, point, i, h=1e-5):
    """∂f/∂xᵢ ≈ (f(p + h·eᵢ) − f(p − h·eᵢ)) / 2h

    Only argument i moves; eᵢ is 1 there and 0 elsewhere.
    point has n numbers, and f is called as f(*point).

    Raises: ValueError unless h is positive and finite;
    IndexError if there is no argument i (the first is 0).
    """
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    p = np.array(point, dtype=float)
    e = np.eye(len(p))[i]
    return (f(*(p + h * e)) - f(*(p - h * e))) / (2 * h)
