import numpy as np


def predicted_path(H, minimum, x0, lr, steps):
    """xₖ = x* + V diag(1 − lr·λ)ᵏ Vᵀ (x0 − x*)

    Where gradient descent will be, without running it, on a quadratic
    with Hessian H = V diag(λ) Vᵀ and minimum x*. Along eigenvector i
    each step multiplies the stretch to x* by 1 − lr·λᵢ.
    H has shape (n, n), the path (steps + 1, n).

    Raises: ValueError if H is not symmetric, if shapes do not fit, and
    on a bad lr or steps.
    Source: Goh, Why Momentum Really Works, Distill, 2017.
    """
    given = (np.ma.filled(a, np.nan) for a in (H, minimum, x0))
    H, minimum, x0 = (np.asarray(a, dtype=float) for a in given)
    n = x0.size
    if (H.shape, minimum.shape, x0.shape) != ((n, n), (n,), (n,)):
        raise ValueError("H must have shape (n, n), minimum and x0 (n,)")
    size = np.max(np.abs(H))
    if not (size < np.inf and np.allclose(H, H.T, atol=1e-8 * size)):
        raise ValueError("H must be finite and symmetric")
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be positive and finite, got {lr}")
    if not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number ≥ 0, got {steps}")

    λ, V = np.linalg.eigh(H)
    k = np.arange(steps + 1).reshape(-1, 1)
    start = V.T @ (x0 - minimum)
    return minimum + ((1 - lr * λ) ** k * start) @ V.T
