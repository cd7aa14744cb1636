import numpy as np


def probability(w, A):
    """p = σ(A·w) = 1 / (1 + e^(−A·w)), row by row

    A has shape (n, d) and w (d,). Neither end overflows.
    Raises: ValueError if the shapes are others.
    """
    if np.ndim(A) != 2 or np.shape(w) != np.shape(A)[1:]:
        raise ValueError("A must have shape (n, d), and w (d,)")
    return np.exp(-np.logaddexp(0, -np.divide(A, 1) @ w))


def log_loss(w, A, y):
    """L(w) = −(1/n) Σ (yᵢ·log pᵢ + (1 − yᵢ)·log(1 − pᵢ))

    y has shape (n,) and holds 0 and 1.
    Raises: ValueError if it does not, or the shapes of A and w differ.
    """
    p = probability(w, A)
    if np.shape(y) != p.shape or p.size == 0 or not np.isin(y, [0, 1]).all():
        raise ValueError("y must have shape (n,) and hold 0 and 1")
    z = np.divide(A, 1) @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def log_loss_grad(w, A, y):
    """∇L(w) = (1/n) Aᵀ(p − y), of shape (d,)

    Raises: ValueError if y does not hold n times 0 or 1, or the shapes
    of A and w differ.
    """
    p = probability(w, A)
    if np.shape(y) != p.shape or p.size == 0 or not np.isin(y, [0, 1]).all():
        raise ValueError("y must have shape (n,) and hold 0 and 1")
    return np.transpose(A) @ (p - y) / len(y)
