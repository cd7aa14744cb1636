import autograd
import autograd.numpy
import numpy as np
import pytest
from exact import U, assert_near, dot, fractions, rng, seeds, signed
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, cases, right, tried

from snippets.datasets.five_points import X, y
from snippets.optimization.linear_regression import loss, loss_grad, loss_hessian, residuals
from snippets.optimization.mean_squared_error import misses, mse, mse_grad
from snippets.optimization.mse_hessian import mse_hessian

A = np.column_stack([X, np.ones(5)])
numbers = st.floats(-10, 10)


# --- theorems -------------------------------------------------------------------------------------
@given(numbers, numbers)
def test_with_one_feature_and_a_constant_it_is_the_loss_of_the_lessons(w, b):
    np.testing.assert_allclose(residuals([w, b], A, y), misses(w, b, X, y), atol=1e-12)
    assert loss(np.array([w, b]), A, y) == pytest.approx(mse(w, b, X, y), rel=1e-12)
    assert loss_grad(np.array([w, b]), A, y) == pytest.approx(
        mse_grad(w, b, X, y), rel=1e-9, abs=1e-10
    )


def test_the_hessian_is_that_of_the_lessons():
    np.testing.assert_allclose(loss_hessian(A), mse_hessian(X), rtol=1e-14)


def test_at_the_solution_of_lstsq_the_gradient_is_zero():
    random = rng(0)
    B, t = random.normal(size=(9, 3)), random.normal(size=9)
    best, *_ = np.linalg.lstsq(B, t)
    assert loss_grad(best, B, t) == pytest.approx(np.zeros(3), abs=1e-14)
    assert loss(best + 0.1, B, t) > loss(best, B, t)


# --- oracle ---------------------------------------------------------------------------------------
def tables(seed):
    """w, A, y, where every number has a scale of its own."""
    random = rng(seed)
    for n, d in [(1, 1), (2, 3), (5, 2), (20, 4)]:
        yield signed(random, d), signed(random, (n, d)), signed(random, n)


@seeds
def test_least_squares_and_its_gradient_agree_with_exact_fractions(seed):
    for w, A, t in tables(seed):
        n, d = A.shape
        rows = [fractions(row) for row in A]
        miss = [dot(row, fractions(w)) - z for row, z in zip(rows, fractions(t), strict=True)]
        size = abs(A) @ abs(w) + abs(t)  # a sum of d products rounds d times, its difference once
        assert_near(residuals(w, A, t), miss, 1.01 * (d + 1) * U * size)
        # a square doubles its error and rounds; the sum of n rounds at most n times, the mean once
        exact = sum(m**2 for m in miss) / n
        assert_near(loss(w, A, t), exact, (2 * d + n + 5) * U * np.mean(size**2))
        # 2/n, times A, times the miss, and the sum
        slopes = [2 * dot(miss, column) / n for column in zip(*rows, strict=True)]
        allowed = (d + n + 5) * U * 2 * abs(A).T @ size / n
        assert_near(loss_grad(w, A, t), slopes, allowed)


@seeds
def test_the_hessian_of_least_squares_agrees_with_exact_fractions(seed):
    for _, A, _ in tables(seed):
        n = len(A)
        columns = [fractions(column) for column in A.T]
        exact = [2 * dot(one, other) / n for one in columns for other in columns]
        assert_near(loss_hessian(A), exact, (n + 3) * U * 2 / n * abs(A).T @ abs(A))


@seeds
def test_gradient_and_hessian_of_least_squares_are_those_of_automatic_differentiation(seed):
    for w, A, t in tables(seed):

        def oracle(w, A=A, t=t):
            return autograd.numpy.mean((autograd.numpy.dot(A, w) - t) ** 2)

        n, d = A.shape
        sums = 2 / n * abs(A).T @ (abs(A) @ abs(w) + abs(t))
        error = np.abs(loss_grad(w, A, t) - autograd.grad(oracle)(w))
        assert np.all(error <= 2 * (d + n + 5) * U * sums)  # both sides round
        error = np.abs(loss_hessian(A) - autograd.hessian(oracle)(w))
        assert np.all(error <= 2 * (n + 5) * U * 2 / n * abs(A).T @ abs(A))


# --- bad input ------------------------------------------------------------------------------------
W, ROWS, T = array(2, 200), array(100, 200, 1, 3, 100, 5).reshape(3, 2), array(2, 4, 200)
SHAPES = "A must have shape"
HUGE = {
    residuals: right([1e200], [[1e200], [-1e200]], [0, 0], is_=[INF, -INF], warns="overflow"),
    loss: right([1e200, 1], [[1, 1]], [0], is_=INF, warns="overflow"),
    loss_grad: right([1e99, 1e99], [[1e150, 1e150]], [0], is_=[INF, INF], warns="overflow"),
}
test_bad_input = tried(
    *[cases(f, W, ROWS, T, shapes=SHAPES, refuses={SHAPES: [(W, ROWS[:0], T[:0])]}) for f in HUGE],
    *[cases(f, -W / 2, -ROWS, T, rows=[huge]) for f, huge in HUGE.items()],
    cases(
        loss_hessian,
        array(200, 100).reshape(1, 2),
        shapes=SHAPES,
        rows=[
            right([[NAN, 1]], is_=[[NAN, NAN], [NAN, 2]]),
            right([[1, 2], [3, 4]], is_=[[10, 14], [14, 20]]),
            right(ROWS[:, :0], is_=np.empty((0, 0))),
            right([[1e200, 1]], is_=[[INF, 2e200], [2e200, 2]], warns="overflow"),
        ],
        refuses={SHAPES: [(2.0,), ([],)]},
    ),
)
