import numpy as np


def predicted_path(H, minimum, x0, lr, steps):
    """xₖ = x* + V (1 − lr·λ)ᵏ Vᵀ (x0 − x*)

    Where gradient descent will be, without running it, on a quadratic
    with Hessian H = V diag(λ) Vᵀ and minimum x*. Along eigenvector i
    each step multiplies the distance to x* by 1 − lr·λᵢ.
    H has shape (n, n), the path (steps + 1, n).

    Raises: ValueError if H is not symmetric or steps < 0.
    Source: Goh, Why Momentum Really Works, Distill, 2017.
    """
    if not np.allclose(H, np.transpose(H)):
        raise ValueError("H must be symmetric")
    if not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number ≥ 0, got {steps}")
    λ, V = np.linalg.eigh(H)
    k = np.arange(steps + 1).reshape(-1, 1)
    start = V.T @ np.subtract(x0, minimum)
    return minimum + ((1 - lr * λ) ** k * start) @ V.T
