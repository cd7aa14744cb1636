import numpy as np


def mse_hessian(X):
    """∇²L(w, b) = (2/n) AᵀA, where row i of A is (xᵢ, 1)

    X has shape (n,), the Hessian (2, 2). It does not depend on y, w
    or b: the loss of a line is the same bowl everywhere.
    Raises: ValueError if X has another shape, is empty or masked.
    """
    n = np.size(X)
    if np.shape(X) != (n,) or n == 0:
        raise ValueError("X must have shape (n,), with at least one value")
    if np.ma.is_masked(X):
        raise ValueError("leave out the points that are masked")
    A = np.column_stack([X, np.ones(n)])
    return 2 / n * A.T @ A


def largest_stable_lr(H):
    """2 / λmax: gradient descent settles on the bowl for lr below it

    H is the Hessian, of shape (n, n): symmetric, with no negative
    eigenvalue and a positive one.
    Raises: ValueError if it is not so.
    Source: Goh, Why Momentum Really Works, Distill, 2017.
    """
    H = np.asarray(np.ma.filled(H, np.nan), dtype=float)
    size = np.max(np.abs(H))
    if not (size < np.inf and np.allclose(H, H.T, atol=1e-8 * size)):
        raise ValueError("H must be finite and symmetric")
    λ = np.linalg.eigvalsh(H)  # in ascending order
    if not 0 < λ[-1] < np.inf or λ[0] < -1e-12 * λ[-1]:  # room for rounding
        raise ValueError(f"H must be a bowl, its eigenvalues are {λ}")
    return 2 / λ[-1]
