import numpy as np


def unpack(p):
    """p = (w1, b1, w2, b2), of shapes (3,), (3,), (3,) and ()

    Raises: ValueError unless p has shape (10,); so do all that follow.
    """
    p = np.divide(np.ma.filled(p, np.nan), 1)  # in floats
    if p.shape != (10,):
        raise ValueError(f"p must have shape (10,), got {p.shape}")
    return p[:3], p[3:6], p[6:9], p[9]


def network(p, x):
    """a = w2·tanh(w1·x + b1) + b2, of the shape of x"""
    w1, b1, w2, b2 = unpack(p)
    z = np.multiply.outer(np.ma.filled(x, np.nan), w1) + b1
    return np.tanh(z) @ w2 + b2


def network_loss(p, X, y):
    """L(p) = (1/n) Σ (a(xᵢ) − yᵢ)²

    Raises: ValueError unless X and y have shape (n,), not empty or masked.
    """
    if not np.shape(X) == np.shape(y) == (np.size(X),) != (0,):
        raise ValueError("X and y must have the same shape (n,), not empty")
    if np.ma.is_masked(X) or np.ma.is_masked(y):
        raise ValueError("leave out the points that are masked")
    return np.mean((network(p, X) - y) ** 2)


def network_grad(p, X, y):
    """∇L(p), of shape (10,), by back-propagation

    Forward, then back: each backward line names its forward line.
    Raises: ValueError unless X and y have shape (n,), not empty or masked.
    """
    if not np.shape(X) == np.shape(y) == (np.size(X),) != (0,):
        raise ValueError("X and y must have the same shape (n,), not empty")
    if np.ma.is_masked(X) or np.ma.is_masked(y):
        raise ValueError("leave out the points that are masked")
    w1, b1, w2, b2 = unpack(p)
    z = np.outer(X, w1) + b1  # (n, 3)
    h = np.tanh(z)
    a = h @ w2 + b2  # (n,)

    da = 2 * (a - y) / len(X)  # L = (1/n) Σ (a − y)²
    db2 = np.sum(da)  # a = h·w2 + b2
    dw2 = h.T @ da  # a = h·w2 + b2
    dh = np.outer(da, w2)  # a = h·w2 + b2
    dz = dh * (1 - h**2)  # h = tanh(z)
    db1 = np.sum(dz, axis=0)  # z = x·w1 + b1
    dw1 = X @ dz  # z = x·w1 + b1
    return np.concatenate([dw1, db1, dw2, [db2]])
