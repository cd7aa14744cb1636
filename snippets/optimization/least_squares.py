import numpy as np


def least_squares(X, y):
    """(w, b) that minimise Σ (w·xᵢ + b − yᵢ)² = ‖A·(w, b) − y‖²

    Row i of A is (xᵢ, 1); X and y have shape (n,). The code solves
    for X shifted and scaled, where no digit is lost, and goes back.

    Raises: ValueError if the shapes differ, if a number is not finite
    or masked, or if X holds fewer than two different values (then many
    lines fit equally well).
    """
    if np.ma.is_masked(X) or np.ma.is_masked(y):
        raise ValueError("leave out the points that are masked")
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if not X.shape == y.shape == (X.size,) != (0,):
        raise ValueError("X and y must have the same shape (n,), not empty")
    if not np.isfinite([X, y]).all():
        raise ValueError("X and y must be finite")

    span = np.ptp(X)
    if not 0 < span < np.inf:
        raise ValueError("X must hold two different values, of finite span")
    near = (X - X[0]) / span  # near 0 no digit is lost
    mean = np.mean(near)
    A = np.column_stack([near - mean, np.ones(X.size)])
    (w, height), *_ = np.linalg.lstsq(A, y)
    return w / span, height - w * (X[0] / span + mean)
