import numpy as np


def gradient_descent(grad, x0, lr, steps):
    """xₖ₊₁ = xₖ − lr·∇f(xₖ)

    x0 has shape (n,) and grad(x) returns shape (n,).
    Returns the whole path in float64, of shape (steps + 1, n); path[0]
    is x0.

    Raises: ValueError unless lr is positive and finite, steps a whole
    number ≥ 0, and each gradient of the shape of x0.
    Source: Cauchy, 1847; Boyd & Vandenberghe, section 9.3.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be positive and finite, got {lr}")
    if not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number ≥ 0, got {steps}")

    x = np.array(np.ma.filled(x0, np.nan), dtype=float)
    path = [x]
    for _ in range(steps):
        g = np.asarray(grad(x.copy()), dtype=float)
        if g.shape != x.shape:
            raise ValueError(f"gradient of shape {g.shape} at x of {x.shape}")
        x = x - lr * g
        path.append(x)
    return np.array(path)
