import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent

BEST = 0.48  # the least squares loss of the five points


def loss(p):
    return np.mean((p[0] * X + p[1] - y) ** 2)


def grad(p):
    miss = p[0] * X + p[1] - y
    return 2 * np.array([np.mean(miss * X), np.mean(miss)])


@pytest.mark.parametrize(("lr", "end"), [(0.05, 3.486784), (0.2, 0.060466), (1.1, 61.917364)])
def test_ten_steps_on_the_parabola_from_10(lr, end):
    path = gradient_descent(lambda x: 2 * x, [10.0], lr, 10)
    assert abs(path[-1, 0]) == pytest.approx(end, abs=5e-7)


@given(st.floats(-10, 10), st.floats(0.01, 1.2), st.integers(0, 30))
def test_on_the_parabola_each_step_multiplies_by_1_minus_2_lr(start, lr, steps):
    path = gradient_descent(lambda x: 2 * x, [start], lr, steps)
    closed_form = start * (1 - 2 * lr) ** np.arange(steps + 1)
    # 1 − 2·lr is rounded by ε, and each step rounds once more on terms up to 1.4³⁰ ≈ 24,000
    np.testing.assert_allclose(path[:, 0], closed_form, rtol=1e-11, atol=1e-11)


def test_one_step_from_the_first_guess():
    path = gradient_descent(grad, [0.5, 1.0], 0.01, 1)
    assert path[1] == pytest.approx([0.594, 1.03])
    assert f"{loss(path[1]):.4f}" == "1.8914"


def test_at_a_twelfth_it_takes_257_steps_to_a_gap_of_a_millionth():
    path = gradient_descent(grad, [0.5, 1.0], 1 / 12, 300)
    gaps = np.array([loss(p) for p in path]) - BEST
    assert np.all(gaps[:257] > 1e-6)
    assert gaps[257] <= 1e-6


def test_just_above_the_stable_rate_the_distance_grows_by_1_0036_a_step():
    # 2/L = 0.0845241, and |1 − 0.0846·23.661904| = 1.0018 is the factor of the distance;
    # the gap is its square.
    path = gradient_descent(grad, [0.5, 1.0], 0.0846, 3000)
    gaps = [loss(p) - BEST for p in path[-2:]]
    assert gaps[1] / gaps[0] == pytest.approx(1.0036, abs=5e-5)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.001, 0.0845))
def test_below_2_over_l_the_loss_never_rises(w, b, lr):
    losses = [loss(p) for p in gradient_descent(grad, [w, b], lr, 50)]
    assert np.all(np.diff(losses) <= 1e-12)  # rounding of a loss of order 1 … 1000


def test_it_arrives_where_an_independent_minimiser_arrives():
    path = gradient_descent(grad, [0.5, 1.0], 1 / 12, 1000)
    oracle = scipy.optimize.minimize(loss, [0.5, 1.0], method="BFGS", tol=1e-10)
    # the oracle's own finite-difference gradient leaves about 1e-8/μ, with μ = 0.338
    np.testing.assert_allclose(path[-1], oracle.x, atol=1e-6)
    np.testing.assert_allclose(path[-1], [0.6, 2.2], atol=1e-9)


@given(st.floats(0, 2 * np.pi))
def test_turning_the_landscape_turns_the_path(t):
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    start = np.array([2.0, -1.0])
    path = gradient_descent(lambda x: H @ x, start, 0.1, 20)
    turned = gradient_descent(lambda x: R @ H @ R.T @ x, R @ start, 0.1, 20)
    np.testing.assert_allclose(turned, path @ R.T, atol=1e-13)


def test_the_path_holds_the_start_and_every_step():
    path = gradient_descent(grad, [0.5, 1.0], 0.01, np.int64(7))
    assert path.shape == (8, 2)
    assert path[0].tolist() == [0.5, 1.0]


def test_after_no_steps_we_are_at_the_start():
    assert gradient_descent(grad, [0.5, 1.0], 0.01, 0).tolist() == [[0.5, 1.0]]


def test_a_start_in_whole_numbers_does_not_cut_the_steps_and_is_left_as_it_was():
    start = np.array([10])
    path = gradient_descent(lambda x: 2 * x, start, 0.05, 1)
    assert path[1].tolist() == [9.0]
    assert gradient_descent(lambda x: x, start, 0.25, 1)[1].tolist() == [7.5]
    assert start.tolist() == [10]


@pytest.mark.parametrize("lr", [0, -0.1, np.inf, np.nan])
def test_the_learning_rate_must_be_positive_and_finite(lr):
    with pytest.raises(ValueError, match="lr must be positive and finite"):
        gradient_descent(grad, [0.5, 1.0], lr, 10)


@pytest.mark.parametrize("steps", [-1, 2.5, 2.0, "3", None])
def test_the_steps_must_be_a_whole_number(steps):
    with pytest.raises(ValueError, match="steps must be a whole number"):
        gradient_descent(grad, [0.5, 1.0], 0.01, steps)
