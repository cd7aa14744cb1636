from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.least_squares import least_squares

whole = st.integers(-100, 100)
rows = st.lists(st.tuples(whole, whole), min_size=2, max_size=10, unique_by=lambda row: row[0])


def test_the_best_line_through_the_five_points():
    w, b = least_squares(X, y)
    assert (w, b) == pytest.approx((0.6, 2.2))
    assert np.mean((w * X + b - y) ** 2) == pytest.approx(0.48)


@given(rows)
def test_it_agrees_with_the_normal_equations_in_exact_arithmetic(rows):
    n = len(rows)
    mean_x = Fraction(sum(x for x, _ in rows), n)
    mean_y = Fraction(sum(y for _, y in rows), n)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in rows) / sum(
        (x - mean_x) ** 2 for x, _ in rows
    )
    w, b = least_squares(*np.array(rows, dtype=float).T)
    # The condition number of [X, 1] is at most about 100·√n/0.7 < 500 here, squared times ε
    # at worst, for values up to 200·100.
    assert w == pytest.approx(float(slope), rel=1e-9, abs=1e-9)
    assert b == pytest.approx(float(mean_y - slope * mean_x), rel=1e-9, abs=1e-7)


def test_it_agrees_with_an_independent_regression():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(2, 30))
    oracle = scipy.stats.linregress(X, y)
    np.testing.assert_allclose(least_squares(X, y), (oracle.slope, oracle.intercept), rtol=1e-12)


@given(st.permutations(range(5)))
def test_the_order_of_the_data_does_not_matter(order):
    assert least_squares(X[order], y[order]) == pytest.approx((0.6, 2.2))


def test_centring_x_leaves_the_slope_and_moves_the_height_to_the_mean_of_y():
    assert least_squares(X - 3, y) == pytest.approx((0.6, np.mean(y)))


def test_far_from_x_0_the_slope_keeps_its_digits():
    w, b = least_squares(X + 1e8, y)
    assert (w, b) == pytest.approx((0.6, 2.2 - 0.6e8), rel=1e-14)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_at_any_scale_the_line_is_the_same(scale):
    w, b = least_squares(X * scale, y)
    assert (w * scale, b) == pytest.approx((0.6, 2.2))
    w, b = least_squares(X, y * scale)
    assert (w / scale, b / scale) == pytest.approx((0.6, 2.2))


def test_neighbouring_floats_are_different_values():
    x = 1.0
    assert least_squares([x, np.nextafter(x, 2)], [0.0, 1.0])[0] == pytest.approx(2.0**52)


def test_a_span_beyond_all_floats_is_refused():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="of finite span"):
        least_squares([-1e308, 1e308], [0.0, 1.0])


def test_masked_points_must_be_left_out():
    masked = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
    for data in [(masked, [1.0, 2.0, 4.0]), ([1.0, 2.0, 4.0], masked)]:
        with pytest.raises(ValueError, match="leave out the points that are masked"):
            least_squares(*data)


def test_no_nearby_line_is_better():
    w, b = least_squares(X, y)
    for t in np.linspace(0, 2 * np.pi, 12):
        other = np.mean(((w + 0.01 * np.cos(t)) * X + b + 0.01 * np.sin(t) - y) ** 2)
        assert other > 0.48


@pytest.mark.parametrize("bad", [y[:4], y.reshape(5, 1)])
def test_x_and_y_must_belong_together(bad):
    with pytest.raises(ValueError, match="same shape"):
        least_squares(X, bad)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_a_table_is_no_row_of_numbers(shape):
    tables = X.reshape(shape), y.reshape(shape)
    for bad in [(tables[0], y), (X, tables[1]), tables, (X[:0], y[:0])]:
        with pytest.raises(ValueError, match="same shape"):
            least_squares(*bad)


@pytest.mark.parametrize("same", [[3.0], [3.0, 3.0, 3.0]])
def test_points_above_one_another_do_not_decide_a_line(same):
    with pytest.raises(ValueError, match="two different values"):
        least_squares(same, np.arange(len(same), dtype=float))
