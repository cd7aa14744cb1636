import numpy as np


def probability(w, A):
    """p = σ(A·w) = 1 / (1 + e^(−A·w)), row by row

    A has shape (n, d) and w (d,). Neither end overflows.
    """
    return np.exp(-np.logaddexp(0, -A @ w))


def log_loss(w, A, y):
    """L(w) = −(1/n) Σ (yᵢ·log pᵢ + (1 − yᵢ)·log(1 − pᵢ))

    y has shape (n,) and holds 0 and 1.
    """
    z = A @ w
    return np.mean(np.logaddexp(0, z) - y * z)


def log_loss_grad(w, A, y):
    """∇L(w) = (1/n) Aᵀ(p − y), of shape (d,)"""
    return A.T @ (probability(w, A) - y) / len(y)
