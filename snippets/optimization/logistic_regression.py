import numpy as np


def scores(w, A):
    """z = A·w, row by row

    A has shape (n, d), w (d,) and z (n,), with n > 0; none is masked.
    Raises: ValueError if it is not so; so do the others.
    """
    if np.ndim(A) != 2 or np.shape(A)[1:] != np.shape(w) or len(A) == 0:
        raise ValueError("A must have shape (n, d), w (d,), with n > 0")
    if np.ma.is_masked(A) or np.ma.is_masked(w):
        raise ValueError("leave out the rows that are masked")
    return np.divide(A, 1) @ np.divide(w, 1)  # in floats


def probability(w, A):
    """p = σ(z) = 1 / (1 + e^(−z)), where z = A·w; neither end overflows"""
    return np.exp(-np.logaddexp(0, -scores(w, A)))


def log_loss(w, A, y):
    """L(w) = −(1/n) Σ (yᵢ·log pᵢ + (1 − yᵢ)·log(1 − pᵢ))

    Raises: ValueError unless y has shape (n,) and holds 0 and 1.
    """
    z = scores(w, A)
    if np.ma.is_masked(y):
        raise ValueError("leave out the rows that are masked")
    if np.shape(y) != z.shape or not np.isin(y, [0, 1]).all():
        raise ValueError(f"y must hold 0 and 1, in shape {z.shape}")
    return np.mean(np.logaddexp(0, np.where(y, -z, z)))  # −log σ(±z)


def log_loss_grad(w, A, y):
    """∇L(w) = (1/n) Aᵀ(p − y), of shape (d,)

    Raises: ValueError unless y has shape (n,) and holds 0 and 1.
    """
    p = probability(w, A)
    if np.ma.is_masked(y):
        raise ValueError("leave out the rows that are masked")
    if np.shape(y) != p.shape or not np.isin(y, [0, 1]).all():
        raise ValueError(f"y must hold 0 and 1, in shape {p.shape}")
    return np.transpose(A) @ (p - y) / len(p)
