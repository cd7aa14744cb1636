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
    gradient on those rows, of shape (n,). The path is (steps + 1, n).

    Raises: ValueError on a bad lr, batch_size or epochs.
    Source: Robbins & Monro, 1951.
    """
    if not 0 < lr < np.inf:
        raise ValueError(f"lr must be positive and finite, got {lr}")
    if batch_size not in range(1, data_size + 1):
        raise ValueError(f"batch_size must be 1 … {data_size}")
    if not isinstance(epochs, int | np.integer) or epochs < 0:
        raise ValueError(f"epochs must be a whole number ≥ 0, got {epochs}")
    rng = np.random.default_rng(seed)
    path = [np.array(x0, dtype=float)]
    for _ in range(epochs):
        order = rng.permutation(data_size)
        for i in range(0, data_size, batch_size):
            rows = order[i : i + batch_size]
            path.append(path[-1] - lr * grad(path[-1], rows))
    return np.array(path)
