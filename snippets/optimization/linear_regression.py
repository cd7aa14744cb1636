import numpy as np


def loss(w, A, y):
    """L(w) = ‖A·w − y‖² / n

    A has shape (n, d), w (d,) and y (n,).
    """
    return np.mean((A @ w - y) ** 2)


def loss_grad(w, A, y):
    """∇L(w) = (2/n) Aᵀ(A·w − y), of shape (d,)"""
    return 2 / len(y) * A.T @ (A @ w - y)


def loss_hessian(A):
    """∇²L = (2/n) AᵀA, of shape (d, d): the same wherever w is"""
    return 2 / len(A) * A.T @ A
