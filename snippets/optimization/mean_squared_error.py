import numpy as np


def mse(w, b, X, y):
    """L(w, b) = (1/n) Σ (w·xᵢ + b − yᵢ)²

    X and y have shape (n,).
    Raises: ValueError if their shapes differ or n = 0.
    """
    if np.shape(X) != np.shape(y) or len(X) == 0:
        raise ValueError("X and y must have the same shape, not empty")
    return np.mean((w * X + b - y) ** 2)


def mse_grad(w, b, X, y):
    """∂L/∂w = (2/n) Σ (w·xᵢ + b − yᵢ)·xᵢ
    ∂L/∂b = (2/n) Σ (w·xᵢ + b − yᵢ)

    Returns ∇L = (∂L/∂w, ∂L/∂b), of shape (2,); raises as mse does.
    """
    if np.shape(X) != np.shape(y) or len(X) == 0:
        raise ValueError("X and y must have the same shape, not empty")
    n = len(X)
    dw = 2 / n * np.sum((w * X + b - y) * X)
    db = 2 / n * np.sum(w * X + b - y)
    return np.array([dw, db])
