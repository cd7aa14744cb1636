import numpy as np


def gradient_check(f, grad, x, h=1e-5):
    """|gᵢ − mᵢ| / max(|gᵢ|, |mᵢ|), where mᵢ ≈ ∂f/∂xᵢ

    m is the central difference with step h, one coordinate at a time.
    f(x) is a number, x and grad(x) have shape (n,). Where both slopes
    are 0, so is the error; where both are nearly 0, as at a minimum,
    the error says nothing. Works in the precision of x.

    Raises: ValueError if x, grad(x) or f(x) has another shape, or
    unless h is positive and finite, and large enough to change x.
    Source: Stanford CS231n, notes on neural networks, part 3.
    """
    x = np.divide(np.ma.filled(x, np.nan), 1)  # in floats
    if not 0 < h < np.inf or np.any(x + h == x - h):
        raise ValueError(f"h must be positive, finite and change x, got {h}")
    g = np.divide(grad(x.copy()), 1)
    if not g.shape == x.shape == (x.size,):
        raise ValueError(f"grad(x) has shape {g.shape}, x {x.shape}")

    steps = h * np.eye(x.size, dtype=x.dtype)
    m = np.array([(f(x + e) - f(x - e)) / (2 * h) for e in steps])
    if m.shape != x.shape:
        raise ValueError(f"f(x) is no number, it has shape {m.shape[1:]}")
    size = np.maximum(np.abs(g), np.abs(m))
    return np.abs(g - m) / np.where(size > 0, size, 1)
