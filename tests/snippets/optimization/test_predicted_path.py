import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.predicted_path import predicted_path

H = np.array([[22.0, 6.0], [6.0, 2.0]])
MINIMUM = np.array([0.6, 2.2])
START = np.array([0.5, 1.0])


@pytest.mark.parametrize("lr", [0.01, 0.05, 1 / 12, 0.0846])
def test_the_prediction_for_the_five_points_is_what_gradient_descent_does(lr):
    def grad(p):
        miss = p[0] * X + p[1] - y
        return 2 * np.array([np.mean(miss * X), np.mean(miss)])

    path = gradient_descent(grad, START, lr, 300)
    # 300 steps round about 300 times, on numbers of order 1
    np.testing.assert_allclose(predicted_path(H, MINIMUM, START, lr, 300), path, atol=1e-12)


@given(st.integers(0, 1000), st.floats(0.01, 0.5), st.integers(0, 40))
def test_it_agrees_with_powers_of_the_step_matrix(seed, lr, steps):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(3, 3))
    H, minimum, x0 = A @ A.T / 10, rng.normal(size=3), rng.normal(size=3)
    path = predicted_path(H, minimum, x0, lr, steps)
    step = np.eye(3) - lr * H
    last = minimum + np.linalg.matrix_power(step, steps) @ (x0 - minimum)
    assert path.shape == (steps + 1, 3)
    # The largest factor is |1 − lr·λmax| < 2 and rarely above 1; rounding grows with the path.
    np.testing.assert_allclose(path[-1], last, atol=1e-10 * max(1, np.abs(last).max()))


def test_along_an_eigenvector_the_path_is_straight_and_shrinks_by_1_minus_lr_lambda():
    path = predicted_path(np.diag([4.0, 1.0]), [0.0, 0.0], [0.0, 8.0], 0.5, 3)
    np.testing.assert_allclose(path, [[0, 8], [0, 4], [0, 2], [0, 1]], atol=1e-15)


def test_at_lr_1_over_lambda_an_eigenvector_is_finished_in_one_step():
    path = predicted_path(np.diag([4.0, 1.0]), [1.0, 1.0], [2.0, 3.0], 0.25, 1)
    np.testing.assert_allclose(path[1], [1, 2.5])


def test_the_path_starts_at_the_start_and_stays_at_the_minimum():
    assert predicted_path(H, MINIMUM, START, 0.05, 0) == pytest.approx(START[None])
    still = predicted_path(H, MINIMUM, MINIMUM, 0.05, 5)
    assert still == pytest.approx(np.tile(MINIMUM, (6, 1)))


def test_whole_numbers_are_as_good_as_floats():
    path = predicted_path([[2, 0], [0, 2]], [0, 0], [1, 1], 0.25, 1)
    assert path[1] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("steps", [-1, 2.5, None])
def test_the_steps_must_be_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps must be a whole number"):
        predicted_path(H, MINIMUM, START, 0.05, steps)


def test_a_hessian_is_symmetric():
    with pytest.raises(ValueError, match="symmetric"):
        predicted_path([[2.0, 1.0], [0.0, 2.0]], MINIMUM, START, 0.05, 3)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_symmetric_means_up_to_rounding_whatever_the_scale(scale):
    H = scale * np.array([[2.0, 0.0], [0.0, 1.0]])
    H[0, 1] = 1e-10 * scale
    assert np.isfinite(predicted_path(H, MINIMUM, START, 0.1 / scale, 3)).all()
    H[0, 1] = 1e-3 * scale
    with pytest.raises(ValueError, match="symmetric"):
        predicted_path(H, MINIMUM, START, 0.1 / scale, 3)


@pytest.mark.parametrize(
    ("H", "minimum", "x0"),
    [
        (np.eye(3), MINIMUM, START),
        (np.eye(1), MINIMUM, START),
        (H, MINIMUM[:1], START),
        (H, np.zeros(3), START),
        (H, MINIMUM, START[:, None]),
        (H, MINIMUM, START[None]),
    ],
)
def test_the_shapes_must_fit(H, minimum, x0):
    with pytest.raises(ValueError, match="must have shape"):
        predicted_path(H, minimum, x0, 0.05, 3)


@pytest.mark.parametrize("lr", [0, -0.1, np.inf, np.nan])
def test_the_learning_rate_must_be_positive_and_finite(lr):
    with pytest.raises(ValueError, match="lr must be positive and finite"):
        predicted_path(H, MINIMUM, START, lr, 3)


def test_a_hessian_is_finite():
    with pytest.raises(ValueError, match="finite"):
        predicted_path(np.full((2, 2), np.inf), MINIMUM, START, 0.05, 3)
