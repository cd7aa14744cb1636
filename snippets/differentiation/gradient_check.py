import numpy as np


def gradient_check(f, grad, x, h=1e-5):
    """|gᵢ − nᵢ| / max(|gᵢ|, |nᵢ|), where nᵢ ≈ ∂f/∂xᵢ

    n is the central difference with step h, one coordinate at a time.
    f(x) is a number, x and grad(x) have shape (n,). Where both slopes
    are 0, so is the error.

    Raises: ValueError if x or grad(x) has another shape, or h is not > 0.
    Source: Stanford CS231n, notes on neural networks, part 3.
    """
    g = np.asarray(grad(x))
    if np.ndim(x) != 1 or g.shape != np.shape(x):
        raise ValueError(f"grad(x) has shape {g.shape}, x {np.shape(x)}")
    if not 0 < h < np.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    steps = h * np.eye(len(x), dtype=np.asarray(x).dtype)
    n = np.array([(f(x + e) - f(x - e)) / (2 * h) for e in steps])
    size = np.maximum(np.abs(g), np.abs(n))
    return np.abs(g - n) / np.where(size > 0, size, 1)
