import numpy as np


def standardize(X):
    """(xᵢⱼ − meanⱼ) / stdⱼ: every column gets mean 0 and deviation 1

    X has shape (n, d). Also returns the means and the deviations, both
    of shape (d,), so that new rows can be treated alike.

    Raises: ValueError if a column holds one value only, or is not finite,
    or if something is masked.
    """
    if np.ma.is_masked(X):
        raise ValueError("leave out the rows that are masked")
    X = np.divide(X, 1)  # whole numbers become floats
    span = np.ptp(X, axis=0)
    if not np.all((span > 0) & (span < np.inf)):
        raise ValueError(f"every column must vary, and be finite: {span}")
    near = (X - X[0]) / span  # near 0 no digit is lost
    mean, std = np.mean(near, axis=0), np.std(near, axis=0)
    return (near - mean) / std, X[0] + mean * span, std * span
