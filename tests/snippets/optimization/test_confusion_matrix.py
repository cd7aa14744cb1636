import numpy as np
import pytest
from exact import rng, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, bad_input, f32, right, u8

from snippets.optimization.confusion_matrix import confusion_matrix


# --- theorems -------------------------------------------------------------------------------------
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


# --- oracle ---------------------------------------------------------------------------------------
@seeds
@pytest.mark.parametrize("kind", [bool, float, np.uint8, np.float32, int])
def test_the_confusion_matrix_is_that_of_a_slow_count(seed, kind):
    random = rng(seed)
    n, share = int(random.integers(0, 400)), random.random()
    truth, guess = random.random((2, n)) < share
    slow = {(i, j): 0 for i in (0, 1) for j in (0, 1)}
    for pair in zip(truth.tolist(), guess.tolist(), strict=True):
        slow[pair] += 1
    C = confusion_matrix(truth.astype(kind), guess.astype(kind))
    assert [int(c) for c in C.flat] == list(slow.values())


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    confusion_matrix,
    *(array(1, 0, 1), array(0, 1, 1)),
    shapes="same shape",
    nan="0 and 1",
    empty=False,
    keeps=False,
    rows=[
        right([], [], is_=np.zeros((2, 2)), dtype=int),
        right(u8(*[1] * 300), u8(*[0] * 300), is_=[[0, 0], [300, 0]], dtype=int),
        right([0, 1, 1], [False, True, False], is_=[[1, 0], [1, 1]], dtype=int),
    ],
    refuses={
        "0 and 1": [
            *[([bad, 1], [0, 1]) for bad in (2, -1, 0.5, NAN, 1e200)],
            *[([0, 1], [bad, 1]) for bad in (2, INF)],
            (f32(0, 1), f32(0.5, 1)),
        ],
    },
)
