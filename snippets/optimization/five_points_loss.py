import numpy as np

# The five points, and how wrong the line w·x + b is on them: p = (w, b).
X = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
y = np.array([2.0, 4.0, 5.0, 4.0, 5.0])


def loss(p):
    """L(p) = (1/n) Σ (w·xᵢ + b − yᵢ)², where p = (w, b)

    Raises: ValueError unless p has shape (2,); so does grad.
    """
    w, b = knobs(p)
    return np.mean((w * X + b - y) ** 2)


def grad(p, rows=slice(None)):
    """∇L(p) = (∂L/∂w, ∂L/∂b), of shape (2,); of some rows, if named"""
    w, b = knobs(p)
    miss = w * X[rows] + b - y[rows]
    return 2 * np.array([np.mean(miss * X[rows]), np.mean(miss)])


def knobs(p):
    """p as two numbers, w and b

    Raises: ValueError unless p has shape (2,).
    """
    p = np.divide(np.ma.filled(p, np.nan), 1)  # in floats
    if p.shape != (2,):
        raise ValueError(f"p must have shape (2,), got {p.shape}")
    return p
