import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.optimization.confusion_matrix import confusion_matrix


def test_rows_are_the_truth_and_columns_the_guess():
    assert confusion_matrix([0, 0, 0, 1, 1], [0, 0, 1, 1, 1]).tolist() == [[2, 1], [0, 2]]


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_every_row_is_counted_once_and_the_diagonal_is_right(pairs):
    truth, guess = np.array(pairs, dtype=float).reshape(-1, 2).T
    C = confusion_matrix(truth, guess)
    assert C.sum() == len(pairs)
    assert np.trace(C) == sum(a == b for a, b in pairs)
    assert C[1].sum() == truth.sum()
    assert C[:, 1].sum() == guess.sum()


@pytest.mark.parametrize(("truth", "guess"), [([0, 1], [0]), ([0], [0, 1])])
def test_the_two_must_belong_together(truth, guess):
    with pytest.raises(ValueError, match="same shape"):
        confusion_matrix(truth, guess)


@pytest.mark.parametrize("bad", [[0, 2], [0.5, 1], [np.nan, 1]])
def test_there_are_two_classes(bad):
    with pytest.raises(ValueError, match="0 and 1"):
        confusion_matrix(bad, [0, 1])
