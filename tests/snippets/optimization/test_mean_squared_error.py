from fractions import Fraction

import autograd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.mean_squared_error import misses, mse, mse_grad

numbers = st.floats(-10, 10)
points = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8)


def exactly(w, b, X, y):
    """The loss and both partial derivatives in rational arithmetic."""
    w, b = Fraction(w), Fraction(b)
    rows = [(Fraction(float(xi)), Fraction(float(yi))) for xi, yi in zip(X, y, strict=True)]
    misses = [(w * xi + b - yi, xi) for xi, yi in rows]
    loss = sum(miss**2 for miss, _ in misses) / len(misses)
    dw = sum(2 * miss * xi for miss, xi in misses) / len(misses)
    db = sum(2 * miss for miss, _ in misses) / len(misses)
    return float(loss), float(dw), float(db)


def test_the_loss_and_gradient_of_the_first_guess():
    assert f"{mse(0.5, 1.0, X, y):.4f}" == "2.7500"
    assert [f"{slope:.4f}" for slope in mse_grad(0.5, 1.0, X, y)] == ["-9.4000", "-3.0000"]


def test_a_line_misses_each_point_by_its_height_above_it():
    assert misses(0.5, 1.0, X, y).tolist() == [-0.5, -2.0, -2.5, -1.0, -1.5]


def test_the_gradient_of_the_flat_line_at_0():
    assert mse_grad(0.0, 0.0, X, y) == pytest.approx([-26.4, -8.0])


@given(numbers, numbers, points)
def test_both_agree_with_exact_arithmetic(w, b, rows):
    X, y = np.array(rows).T
    loss, dw, db = exactly(w, b, X, y)
    # Residuals are at most 120 and are multiplied by at most 10; sums of 8 round by a few ε.
    assert mse(w, b, X, y) == pytest.approx(loss, rel=1e-13, abs=1e-10)
    assert mse_grad(w, b, X, y) == pytest.approx([dw, db], rel=1e-13, abs=1e-10)


def test_the_gradient_agrees_with_automatic_differentiation():
    oracle = autograd.grad(lambda p: autograd.numpy.mean((p[0] * X + p[1] - y) ** 2))
    for p in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(mse_grad(*p, X, y), oracle(p), rtol=1e-12)


@given(numbers, numbers, st.permutations(range(5)))
def test_the_order_of_the_data_does_not_matter(w, b, order):
    assert mse(w, b, X[order], y[order]) == pytest.approx(mse(w, b, X, y))
    shuffled = mse_grad(w, b, X[order], y[order])
    assert shuffled == pytest.approx(mse_grad(w, b, X, y), abs=1e-11)


@given(numbers, numbers)
def test_doubling_the_data_changes_nothing_because_it_is_a_mean(w, b):
    twice = np.tile(X, 2), np.tile(y, 2)
    assert mse(w, b, *twice) == pytest.approx(mse(w, b, X, y))
    assert mse_grad(w, b, *twice) == pytest.approx(mse_grad(w, b, X, y), abs=1e-11)


@given(numbers, numbers)
def test_a_line_through_all_points_has_no_loss_and_no_slope(w, b):
    assert mse(w, b, X, w * X + b) == 0
    assert mse_grad(w, b, X, w * X + b).tolist() == [0, 0]


@pytest.mark.parametrize("function", [misses, mse, mse_grad])
@pytest.mark.parametrize("bad", [y[:4], y.reshape(5, 1), 3.0])
def test_x_and_y_must_belong_together(function, bad):
    with pytest.raises(ValueError, match="same shape"):
        function(0.5, 1.0, X, bad)


@pytest.mark.parametrize("function", [mse, mse_grad])
@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_a_table_is_no_row_of_numbers(function, shape):
    tables = X.reshape(shape), y.reshape(shape)
    for bad in [(tables[0], y), (X, tables[1]), tables]:
        with pytest.raises(ValueError, match="same shape"):
            function(0.5, 1.0, *bad)


@given(numbers, numbers, numbers, numbers)
def test_of_a_single_point_the_loss_is_its_squared_error(w, b, x, y):
    miss = w * x + b - y
    assert mse(w, b, np.array([x]), np.array([y])) == pytest.approx(miss**2)
    slopes = mse_grad(w, b, np.array([x]), np.array([y]))
    assert slopes == pytest.approx([2 * miss * x, 2 * miss])


@pytest.mark.parametrize("function", [misses, mse, mse_grad])
def test_there_is_no_mean_of_no_points(function):
    with pytest.raises(ValueError, match="not empty"):
        function(0.5, 1.0, X[:0], y[:0])
