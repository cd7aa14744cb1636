import numpy as np


def residuals(w, A, y):
    """A·w − y: how far each row is missed

    A has shape (n, d), w (d,) and y (n,), and so have the residuals.
    Raises: ValueError if they do not fit, n = 0, or a row is masked;
    so do the others.
    """
    n, d = np.size(y), np.size(w)
    if n == 0 or [np.shape(v) for v in (w, A, y)] != [(d,), (n, d), (n,)]:
        raise ValueError("A must have shape (n, d), w (d,), y (n,), with n > 0")
    if np.ma.is_masked(A) or np.ma.is_masked(y):
        raise ValueError("leave out the rows that are masked")
    return np.divide(A, 1) @ np.divide(w, 1) - y  # in floats


def loss(w, A, y):
    """L(w) = ‖A·w − y‖² / n"""
    return np.mean(residuals(w, A, y) ** 2)


def loss_grad(w, A, y):
    """∇L(w) = (2/n) Aᵀ(A·w − y), of shape (d,)"""
    miss = residuals(w, A, y)
    return 2 / len(miss) * np.transpose(A) @ miss


def loss_hessian(A):
    """∇²L = (2/n) AᵀA, of shape (d, d): the same wherever w is

    Raises: ValueError unless A has shape (n, d), with n > 0, none masked.
    """
    if np.ndim(A) != 2 or len(A) == 0:
        raise ValueError("A must have shape (n, d), with n > 0")
    if np.ma.is_masked(A):
        raise ValueError("leave out the rows that are masked")
    A = np.divide(A, 1)  # whole numbers become floats
    return 2 / len(A) * A.T @ A
