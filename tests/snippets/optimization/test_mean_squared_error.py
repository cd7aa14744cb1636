import autograd
import numpy as np
import pytest
from exact import U, assert_near, fractions, rng, seeds, signed
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, array, cases, column, right, tried

from snippets.datasets import five_points
from snippets.optimization.mean_squared_error import misses, mse, mse_grad

X, Y = five_points.X, five_points.y
numbers = st.floats(-10, 10)


# --- theorems -------------------------------------------------------------------------------------
def test_the_loss_and_gradient_of_the_first_guess():
    assert f"{mse(0.5, 1.0, X, Y):.4f}" == "2.7500"
    assert [f"{slope:.4f}" for slope in mse_grad(0.5, 1.0, X, Y)] == ["-9.4000", "-3.0000"]


def test_a_line_misses_each_point_by_its_height_above_it():
    assert misses(0.5, 1.0, X, Y).tolist() == [-0.5, -2.0, -2.5, -1.0, -1.5]


def test_the_gradient_of_the_flat_line_at_0():
    assert mse_grad(0.0, 0.0, X, Y) == pytest.approx([-26.4, -8.0])


@given(numbers, numbers)
def test_doubling_the_data_changes_nothing_because_it_is_a_mean(w, b):
    twice = np.tile(X, 2), np.tile(Y, 2)
    assert mse(w, b, *twice) == pytest.approx(mse(w, b, X, Y))
    assert mse_grad(w, b, *twice) == pytest.approx(mse_grad(w, b, X, Y), abs=1e-11)


@given(numbers, numbers)
def test_a_line_through_all_points_has_no_loss_and_no_slope(w, b):
    assert mse(w, b, X, w * X + b) == 0
    assert mse_grad(w, b, X, w * X + b).tolist() == [0, 0]


# --- oracle ---------------------------------------------------------------------------------------
def lines(seed):
    """w, b, X, y, where every number has a scale of its own."""
    random = rng(seed)
    for n in [1, 2, 5, 20]:
        w, b = signed(random, 2)
        yield w, b, signed(random, n), signed(random, n)


@seeds
def test_the_loss_of_a_line_and_its_gradient_agree_with_exact_fractions(seed):
    for w, b, X, y in lines(seed):
        n, (W, B) = len(X), fractions([w, b])
        rows = list(zip(fractions(X), fractions(y), strict=True))
        miss = [W * x + B - t for x, t in rows]
        size = abs(w * X) + abs(b) + abs(y)  # of the terms of a miss, which rounds three times
        assert_near(misses(w, b, X, y), miss, 3.01 * U * size)
        # a square doubles its error; the sum of n rounds at most n times, a mean once more
        loss = sum(m**2 for m in miss) / n
        assert_near(mse(w, b, X, y), loss, (6 + n + 3) * U * np.mean(size**2))
        slopes = [
            2 * sum(m * x for m, (x, _) in zip(miss, rows, strict=True)) / n,
            2 * sum(miss) / n,
        ]
        sums = 2 * np.array([np.mean(size * abs(X)), np.mean(size)])
        assert_near(mse_grad(w, b, X, y), slopes, (3 + n + 4) * U * sums)


@seeds
def test_the_gradient_is_that_of_automatic_differentiation(seed):
    for w, b, X, y in lines(seed):

        def loss(p, X=X, y=y):
            return autograd.numpy.mean((p[0] * X + p[1] - y) ** 2)

        n, p = len(X), np.array([w, b])
        size = abs(w * X) + abs(b) + abs(y)
        sums = 2 * np.array([np.mean(size * abs(X)), np.mean(size)])
        error = np.abs(mse_grad(w, b, X, y) - autograd.grad(loss)(p))
        assert np.all(error <= 2 * (n + 7) * U * sums)  # both sides round


# --- bad input ------------------------------------------------------------------------------------
OVERFLOWS = {misses: [INF] * 3, mse: INF, mse_grad: [INF, INF]}
test_bad_input = tried(
    *[
        cases(
            f,
            *(2.0, -1.0, array(200, 1, 3), array(250, 9, 100)),
            shapes="same shape .*, not empty",
            rows=[right(1e200, -1, [1e200] * 3, [2, 4, 5], is_=beyond, warns="overflow")],
            refuses={"w and b must be numbers": [(X, -1, X, Y), (2, column(1), X, Y)]},
        )
        for f, beyond in OVERFLOWS.items()
    ]
)
