import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from snippets.optimization.steps_to_gap import steps_to_gap


@given(st.floats(0.1, 0.9), st.floats(1e-6, 0.5))
def test_a_gap_that_shrinks_by_q_takes_log_tol_over_log_q_steps(q, tol):
    exact = math.log(tol) / math.log(q)
    assume(abs(exact - round(exact)) > 1e-6)  # at a tie, rounding would decide
    gaps = q ** np.arange(200)
    assert steps_to_gap(2.0 + gaps, 2.0, tol) == pytest.approx(math.ceil(exact), abs=0)


def test_the_first_visit_counts_even_if_the_loss_rises_again():
    assert steps_to_gap([5.0, 1.0, 3.0, 1.0], best=1.0) == 1


def test_a_gap_of_exactly_the_tolerance_is_close_enough():
    assert steps_to_gap([4.0, 2.5, 2.0], best=2.0, tol=0.5) == 1


def test_the_tolerance_is_a_millionth_unless_another_is_asked_for():
    assert steps_to_gap([1.0, 2e-6, 0.9e-6], best=0.0) == 2


def test_who_starts_at_the_best_needs_no_step_and_the_count_is_a_plain_number():
    steps = steps_to_gap(np.array([0.0]), 0.0)
    assert steps == 0
    assert type(steps) is int


def test_a_run_that_never_comes_close_says_how_close_it_came():
    with pytest.raises(ValueError, match=r"1e-06: the smallest in 2 steps is 0\.25$"):
        steps_to_gap([1.0, 0.5, 0.75], best=0.25)


def test_a_run_that_left_the_numbers_says_so_too():
    with pytest.raises(ValueError, match="smallest in 2 steps is 1"):
        steps_to_gap([1.0, np.inf, np.nan], best=0.0)


@pytest.mark.parametrize(("best", "tol"), [(1.0, np.inf), (1.7e308, 1.7e308)])
def test_the_limit_must_be_a_finite_number(best, tol):
    with pytest.raises(ValueError, match="finite"):
        steps_to_gap([1.0, 0.5], best, tol)


def test_large_numbers_are_as_good_as_small_ones():
    assert steps_to_gap([5e200, 1.5e200], 1e200, 1e200) == 1
