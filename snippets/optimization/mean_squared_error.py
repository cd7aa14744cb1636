import numpy as np


def misses(w, b, X, y):
    """w·xᵢ + b − yᵢ: how far the line lies above each point

    X and y have shape (n,), and so have the misses.
    Raises: ValueError if the shapes differ, n = 0, something is masked,
    or w or b is an array.
    """
    if not np.shape(X) == np.shape(y) == (np.size(X),) != (0,):
        raise ValueError("X and y must have the same shape (n,), not empty")
    if np.ma.is_masked(X) or np.ma.is_masked(y):
        raise ValueError("leave out the points that are masked")
    if np.ndim(w) or np.ndim(b):
        raise ValueError("w and b must be numbers")
    X = np.divide(X, 1)  # whole numbers become floats, a float32 stays one
    return w * X + b - y


def mse(w, b, X, y):
    """L(w, b) = (1/n) Σ (w·xᵢ + b − yᵢ)²

    Raises as misses does.
    """
    return np.mean(misses(w, b, X, y) ** 2)


def mse_grad(w, b, X, y):
    """∂L/∂w = (2/n) Σ (w·xᵢ + b − yᵢ)·xᵢ
    ∂L/∂b = (2/n) Σ (w·xᵢ + b − yᵢ)

    Returns ∇L = (∂L/∂w, ∂L/∂b), of shape (2,). Raises as misses does.
    """
    miss = misses(w, b, X, y)
    n = len(miss)
    dw = 2 / n * np.sum(miss * X)
    db = 2 / n * np.sum(miss)
    return np.array([dw, db])
