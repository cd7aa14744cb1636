import numpy as np


def least_squares(X, y):
    """(w, b) that minimise Σ (w·xᵢ + b − yᵢ)² = ‖A·(w, b) − y‖²

    Row i of A is (xᵢ, 1); X and y have shape (n,).

    Raises: ValueError if the shapes differ, or if X holds fewer than
    two different values (then many lines fit equally well).
    """
    if np.shape(X) != np.shape(y):
        raise ValueError("X and y must have the same shape")
    A = np.column_stack([X, np.ones(len(X))])
    (w, b), _, rank, _ = np.linalg.lstsq(A, y)
    if rank < 2:
        raise ValueError("X must hold at least two different values")
    return w, b
