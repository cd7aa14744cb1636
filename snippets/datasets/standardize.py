import numpy as np


def standardize(X):
    """(xᵢⱼ − meanⱼ) / stdⱼ: every column gets mean 0 and deviation 1

    X has shape (n, d). Also returns the means and the deviations, both
    of shape (d,), so that new rows can be treated alike.

    Raises: ValueError if a column holds one value only, or is not finite.
    """
    X = np.divide(X, 1)  # whole numbers and lists become floats
    low, high = np.min(X, axis=0), np.max(X, axis=0)
    if not np.all((-np.inf < low) & (low < high) & (high < np.inf)):
        raise ValueError(f"every column must vary, from {low} to {high}")
    mean, std = np.mean(X, axis=0), np.std(X, axis=0)
    return (X - mean) / std, mean, std
