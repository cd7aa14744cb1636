import numpy as np


def steps_to_gap(losses, best, tol=1e-6):
    """The first k with losses[k] − best ≤ tol

    losses has shape (steps + 1,): one loss per step, from step 0.
    Raises: ValueError if no step comes that close, if losses has
    another shape, or unless best and tol are finite numbers.
    """
    gaps = np.asarray(np.ma.filled(losses, np.nan), dtype=float) - best
    if np.ndim(losses) != 1 or not -np.inf < best + tol < np.inf:
        raise ValueError("losses must be a row, best and tol finite numbers")
    close = np.flatnonzero(gaps <= tol)
    if close.size == 0:
        raise ValueError(
            f"no gap is as small as {tol:g}: "
            f"the smallest in {len(gaps) - 1} steps is {np.fmin.reduce(gaps):.3g}"
        )
    return int(close[0])
