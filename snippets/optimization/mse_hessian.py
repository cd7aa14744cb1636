import numpy as np


def mse_hessian(X):
    """∇²L(w, b) = (2/n) AᵀA, where row i of A is (xᵢ, 1)

    X has shape (n,), the Hessian (2, 2). It does not depend on y, w
    or b: the loss of a line is the same bowl everywhere.
    Raises: ValueError if X is empty.
    """
    n = len(X)
    if n == 0:
        raise ValueError("X must hold at least one value")
    A = np.column_stack([X, np.ones(n)])
    return 2 / n * A.T @ A


def largest_stable_lr(H):
    """2 / λmax: gradient descent settles on the bowl for lr below it

    H is the Hessian: symmetric, no negative eigenvalue, one positive.
    Raises: ValueError if it is not so.
    Source: Goh, Why Momentum Really Works, Distill, 2017.
    """
    if not np.allclose(H, np.transpose(H)):
        raise ValueError("H must be symmetric")
    λ = np.linalg.eigvalsh(H)  # in ascending order
    if λ[-1] <= 0 or λ[0] < -1e-12 * λ[-1]:  # 1e-12 is room for rounding
        raise ValueError(f"H must be a bowl, its eigenvalues are {λ}")
    return 2 / λ[-1]
