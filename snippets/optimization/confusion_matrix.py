import numpy as np


def confusion_matrix(truth, guess):
    """Cᵢⱼ: how many rows are of class i and were taken for class j

    truth and guess have shape (n,) and hold 0 and 1.
    Raises: ValueError if their shapes differ, or they hold anything else
    or something masked.
    """
    if np.ma.is_masked(truth) or np.ma.is_masked(guess):
        raise ValueError("leave out the rows that are masked")
    truth, guess = np.asarray(truth), np.asarray(guess)
    if not truth.shape == guess.shape == (truth.size,):
        raise ValueError("truth and guess must have the same shape (n,)")
    if not np.isin([truth, guess], [0, 1]).all():
        raise ValueError("the classes are 0 and 1")
    C = np.zeros((2, 2), dtype=int)
    np.add.at(C, (truth.astype(int), guess.astype(int)), 1)
    return C
