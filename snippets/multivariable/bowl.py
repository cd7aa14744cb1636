import numpy as np


def f(x, y):
    """f(x, y) = x² + y²"""
    return x**2 + y**2


def grad(x, y):
    """∇f = (∂f/∂x, ∂f/∂y) = (2x, 2y), of shape (2,)"""
    return 2 * np.array([x, y], dtype=float)
