import numpy as np


def least_squares(X, y):
    """(w, b) that minimise Σ (w·xᵢ + b − yᵢ)² = ‖A·(w, b) − y‖²

    Row i of A is (xᵢ, 1); X and y have shape (n,).

    Raises: ValueError if the shapes differ, if a number is not finite,
    or if X holds fewer than two different values (then many lines fit
    equally well).
    """
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if not X.shape == y.shape == (X.size,) != (0,):
        raise ValueError("X and y must have the same shape (n,), not empty")
    if not np.isfinite([X, y]).all():
        raise ValueError("X and y must be finite")

    mean = np.mean(X)
    A = np.column_stack([X - mean, np.ones(X.size)])  # centred: more digits
    (w, height), _, rank, _ = np.linalg.lstsq(A, y)
    if rank < 2:
        raise ValueError("X must hold at least two different values")
    return w, height - w * mean
