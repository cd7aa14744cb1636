import numpy as np


def gradient_descent(grad, x0, lr, steps):
    """xₖ₊₁ = xₖ − lr·∇f(xₖ)

    x0 has shape (n,) and grad(x) returns shape (n,).
    Returns the whole path, of shape (steps + 1, n); path[0] is x0.

    Raises: ValueError unless lr is positive and finite,
    and steps a whole number ≥ 0.
    Source: Cauchy, 1847; Boyd & Vandenberghe, section 9.3.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be positive and finite, got {lr}")
    if not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number ≥ 0, got {steps}")
    path = np.empty((steps + 1, np.size(x0)))
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * grad(path[k])
    return path
