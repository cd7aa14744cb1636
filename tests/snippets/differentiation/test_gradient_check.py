import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import check_grad, rosen, rosen_der

from snippets.differentiation.gradient_check import gradient_check

POINT = np.array([-1.2, 1.0, 0.5])


def square(x):
    return x @ x


def test_a_right_gradient_is_off_by_rounding_alone():
    assert gradient_check(rosen, rosen_der, POINT).max() < 1e-7
    assert check_grad(rosen, rosen_der, POINT) < 1e-4  # scipy says the same of it


@given(st.floats(0.01, 0.99))
def test_a_factor_below_one_gives_one_minus_that_factor_in_every_entry(factor):
    errors = gradient_check(square, lambda x: factor * 2 * x, POINT)
    assert errors == pytest.approx(np.full(3, 1 - factor), abs=1e-8)


def test_a_lost_two_gives_a_half():
    assert gradient_check(square, lambda x: x, POINT) == pytest.approx([0.5] * 3)


def test_a_wrong_sign_gives_two_in_that_entry_and_nothing_in_the_others():
    errors = gradient_check(square, lambda x: 2 * x * [1, -1, 1], POINT)
    assert errors == pytest.approx([0, 2, 0], abs=1e-8)


def test_a_kink_closer_than_the_nudge_raises_a_false_alarm():
    def relu(x):
        return np.maximum(0, x).sum()

    def slope(x):
        return (x > 0) * 1.0

    near = np.array([1e-6])  # the nudge of 1e-5 averages the slopes 1 and 0 to 0.55
    assert gradient_check(relu, slope, near) == pytest.approx([0.45])
    assert gradient_check(relu, slope, near, h=1e-7) == pytest.approx([0], abs=1e-9)


def test_where_both_slopes_are_zero_there_is_no_error():
    assert gradient_check(lambda x: 7.0, np.zeros_like, POINT).tolist() == [0, 0, 0]


def test_it_works_in_the_precision_of_its_point():
    seen = []

    def f(x):
        seen.append(x.dtype)
        return x @ x

    gradient_check(f, lambda x: 2 * x, POINT.astype("float32"))
    assert set(seen) == {np.dtype("float32")}


def test_it_takes_two_evaluations_for_each_entry_and_leaves_the_point_alone():
    calls, point = [], POINT.copy()
    gradient_check(lambda x: calls.append(x) or 0.0, np.zeros_like, point)
    assert len(calls) == 2 * len(point)
    assert point.tolist() == POINT.tolist()


@pytest.mark.parametrize("bad", [POINT[:2], np.tile(POINT, 2), POINT[:, None]])
def test_a_gradient_of_another_shape_is_an_error(bad):
    with pytest.raises(
        ValueError, match=rf"grad\(x\) has shape {re.escape(str(bad.shape))}, x \(3,\)"
    ):
        gradient_check(square, lambda x: bad, POINT)


@given(st.floats(1e-6, 1e6))
def test_the_error_is_relative_so_the_scale_of_the_function_does_not_matter(c):
    errors = gradient_check(lambda x: c * square(x), lambda x: c * x, POINT)
    assert errors == pytest.approx([0.5] * 3)


@pytest.mark.parametrize("h", [0, -1e-5, np.inf, np.nan])
def test_the_nudge_must_be_positive_and_finite(h):
    with pytest.raises(ValueError, match="h must be positive"):
        gradient_check(square, lambda x: 2 * x, POINT, h)
