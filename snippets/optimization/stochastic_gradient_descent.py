import numpy as np


def stochastic_gradient_descent(
    grad,
    x0,
    lr,
    data_size,
    batch_size,
    epochs,
    seed,
):
    """xₖ₊₁ = xₖ − lr·∇f(xₖ, rows of batch k)

    Each epoch shuffles the rows 0 … data_size − 1 and takes them in
    batches; the last batch may be smaller. grad(x, rows) returns the
    gradient on those rows, of shape (n,). The path has shape
    (steps + 1, n), in float64.

    Raises: ValueError on a bad lr, batch_size or epochs, and on a
    gradient of another shape than x0.
    Source: the idea is Robbins & Monro's, 1951; their steps shrink.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be positive and finite, got {lr}")
    if batch_size not in range(1, data_size + 1):
        raise ValueError(f"batch_size must be 1 … {data_size}")
    if not isinstance(epochs, int | np.integer) or epochs < 0:
        raise ValueError(f"epochs must be a whole number ≥ 0, got {epochs}")

    rng = np.random.default_rng(seed)
    x = np.array(np.ma.filled(x0, np.nan), dtype=float)
    path = [x]
    for _ in range(epochs):
        order = rng.permutation(data_size)
        for i in range(0, data_size, batch_size):
            rows = order[i : i + batch_size]
            g = np.asarray(grad(x.copy(), rows), dtype=float)
            if g.shape != x.shape:
                raise ValueError(f"gradient of shape {g.shape} at x of {x.shape}")
            x = x - lr * g
            path.append(x)
    return np.array(path)
