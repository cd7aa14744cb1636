import numpy as np


def residuals(w, A, y):
    """A·w − y, of shape (n,)

    A has shape (n, d), w (d,) and y (n,).
    Raises: ValueError if the shapes are others, or n = 0.
    """
    n, d = np.size(y), np.size(w)
    if (np.shape(A), np.shape(w), np.shape(y)) != ((n, d), (d,), (n,)) or n == 0:
        raise ValueError("A must have shape (n, d), w (d,) and y (n,)")
    return np.divide(A, 1) @ w - y


def loss(w, A, y):
    """L(w) = ‖A·w − y‖² / n"""
    return np.mean(residuals(w, A, y) ** 2)


def loss_grad(w, A, y):
    """∇L(w) = (2/n) Aᵀ(A·w − y), of shape (d,)"""
    r = residuals(w, A, y)
    return 2 / len(y) * np.transpose(A) @ r


def loss_hessian(A):
    """∇²L = (2/n) AᵀA, of shape (d, d): the same wherever w is

    Raises: ValueError unless A has shape (n, d), n ≥ 1.
    """
    if np.ndim(A) != 2 or len(A) == 0:
        raise ValueError("A must have shape (n, d), with at least one row")
    return 2 / len(A) * np.transpose(A) @ A
