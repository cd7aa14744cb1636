import numpy as np


def standardize(X):
    """(xᵢⱼ − meanⱼ) / stdⱼ: every column gets mean 0 and deviation 1

    X has shape (n, d). Also returns the means and the deviations, both
    of shape (d,), so that new rows can be treated alike.

    Raises: ValueError if a column holds one value only, or is not finite.
    """
    mean, std = np.mean(X, axis=0), np.std(X, axis=0)
    if not np.all(std > 0):
        raise ValueError(f"every column must vary: the deviations are {std}")
    return (X - mean) / std, mean, std
