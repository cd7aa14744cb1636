from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.SUBJECT.MODULE import NAME


# --- theorems -------------------------------------------------------------------------------------
@given(st.integers(-1000, 1000))
def test_twice_the_input_gives_eight_times_the_output(x: int):
    assert NAME(2 * x) == 8 * NAME(x)


def test_an_array_keeps_its_shape():
    assert NAME([[1, 2], [3, 4]]).tolist() == [[1, 8], [27, 64]]


# --- oracle ---------------------------------------------------------------------------------------
@given(st.fractions(-8, 8, max_denominator=16))
def test_it_agrees_with_exact_fractions(x: Fraction):
    """Another way to the same value, which shares no code with this one; two roundings may differ."""
    assert NAME(float(x)) == pytest.approx(float(x * x * x), rel=1e-15)


# --- bad input ------------------------------------------------------------------------------------
@pytest.mark.parametrize("x", [np.nan, np.inf, -np.inf, [1.0, np.nan]])
def test_bad_input_is_refused_by_name(x):
    with pytest.raises(ValueError, match="x must be finite, got"):
        NAME(x)
