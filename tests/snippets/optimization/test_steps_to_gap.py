import math
from fractions import Fraction

import numpy as np
import pytest
from exact import U, fractions, rng, scales, seeds
from hypothesis import assume, given
from hypothesis import strategies as st
from inputs import INF, NAN, array, bad_input, f32, right, u8

from snippets.optimization.steps_to_gap import steps_to_gap


# --- theorems -------------------------------------------------------------------------------------
@given(st.floats(0.1, 0.9), st.floats(1e-6, 0.5))
def test_a_gap_that_shrinks_by_q_takes_log_tol_over_log_q_steps(q, tol):
    exact = math.log(tol) / math.log(q)
    assume(abs(exact - round(exact)) > 1e-6)  # at a tie, rounding would decide
    gaps = q ** np.arange(200)
    assert steps_to_gap(2.0 + gaps, 2.0, tol) == pytest.approx(math.ceil(exact), abs=0)


def test_the_first_visit_counts_even_if_the_loss_rises_again():
    assert steps_to_gap([5.0, 1.0, 3.0, 1.0], best=1.0) == 1


def test_the_tolerance_is_a_millionth_unless_another_is_asked_for():
    assert steps_to_gap([1.0, 2e-6, 0.9e-6], best=0.0) == 2


def test_who_starts_at_the_best_needs_no_step_and_the_count_is_a_plain_number():
    steps = steps_to_gap(np.array([0.0]), 0.0)
    assert steps == 0
    assert type(steps) is int


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_the_first_step_within_a_gap_is_the_one_that_exact_fractions_find(seed):
    random = rng(seed)
    for _ in range(20):
        s, q, steps = scales(random), random.uniform(0.3, 0.95), 200
        best = random.choice([-1, 0, 1]) * s
        losses = best + s * scales(random) * q ** np.arange(steps)
        tol = s * 10.0 ** random.uniform(-6, 6)
        gaps = [loss - Fraction(float(best)) for loss in fractions(losses)]
        first = next((k for k, gap in enumerate(gaps) if gap <= Fraction(float(tol))), None)
        if first is None:
            with pytest.raises(ValueError, match="no gap is as small"):
                steps_to_gap(losses, best, tol)
        else:
            # a difference rounds once, so a gap within u of the tolerance could go either way
            near = min(abs(gap / Fraction(float(tol)) - 1) for gap in gaps)
            assert near > 2 * U
            assert steps_to_gap(losses, best, tol) == first


@seeds
def test_the_smallest_change_of_the_tolerance_decides_between_two_steps(seed):
    random = rng(seed)
    losses, k = scales(random) * 0.5 ** np.arange(50), int(random.integers(40))
    assert steps_to_gap(losses, 0.0, losses[k]) == k
    assert steps_to_gap(losses, 0.0, np.nextafter(losses[k], 0)) == k + 1


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    steps_to_gap,
    *(array(200, 10, 3, 1), 1.0, 2.0),
    shapes="losses must be a row|zero-size",
    nan=None,
    rows=[
        right([INF, NAN, 1.0], 1.0, is_=2, dtype=int),
        right(u8(10, 3), 5, is_=1, dtype=int),
        right(f32(3, 1.5, 1), 1, 0.25, is_=2, dtype=int),
        right([1e308, 1e200], 0.0, 1e200, is_=1, dtype=int),
        right([5e200, 1.5e200], 1e200, 1e200, is_=1, dtype=int),
    ],
    refuses={
        r"1e-06: the smallest in 2 steps is 0\.25$": [([1.0, 0.5, 0.75], 0.25)],
        "smallest in 2 steps is 1": [([1.0, INF, NAN], 0.0)],
        "smallest in 1 steps is nan": [([NAN, NAN], 1.0)],
        "must be a row": [(3.0, 1.0), (np.eye(2), 1.0)],
        "ambiguous": [([3.0, 1.0], array(1, 1)), ([3.0, 1.0], 1.0, array(1, 1))],
        "best and tol finite numbers": [
            *[([3.0, 1.0], bad) for bad in (NAN, INF, -INF)],
            *[([3.0, 1.0], *bad) for bad in [(1.0, NAN), (1.0, INF), (1.7e308, 1.7e308)]],
        ],
    },
)
