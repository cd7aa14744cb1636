import numpy as np
import pytest
import scipy.optimize
from descents import REFUSES, ROWS, down
from exact import U, assert_near, bowls, exact_path, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import array, cases, right, tried

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent

BEST = 0.48  # the least squares loss of the five points


def loss(p):
    return np.mean((p[0] * X + p[1] - y) ** 2)


def grad(p):
    miss = p[0] * X + p[1] - y
    return 2 * np.array([np.mean(miss * X), np.mean(miss)])


# --- theorems -------------------------------------------------------------------------------------
@given(st.floats(-10, 10), st.floats(0.01, 1.2), st.integers(0, 30))
def test_on_the_parabola_each_step_multiplies_by_1_minus_2_lr(start, lr, steps):
    path = gradient_descent(lambda x: 2 * x, [start], lr, steps)
    closed_form = start * (1 - 2 * lr) ** np.arange(steps + 1)
    # 1 − 2·lr is rounded by ε, and each step rounds once more on terms up to 1.4³⁰ ≈ 24,000
    np.testing.assert_allclose(path[:, 0], closed_form, rtol=1e-11, atol=1e-11)


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


@given(st.floats(0, 2 * np.pi))
def test_turning_the_landscape_turns_the_path(t):
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    start = np.array([2.0, -1.0])
    path = gradient_descent(lambda x: H @ x, start, 0.1, 20)
    turned = gradient_descent(lambda x: R @ H @ R.T @ x, R @ start, 0.1, 20)
    np.testing.assert_allclose(turned, path @ R.T, atol=1e-13)


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_every_step_of_gradient_descent_is_that_of_50_digits(seed):
    for H, random in bowls(seed, kappa=3):
        n, steps = len(H), 40
        minimum, x0 = scales(random) * random.normal(size=(2, n))
        lr = random.uniform(0.05, 1) * 2 / np.linalg.norm(H, 2)
        path = gradient_descent(lambda x: H @ (x - minimum), x0, lr, steps)  # noqa: B023
        # Below 2/L no step makes an error larger, and each adds its own: x − x* rounds once, H·
        # rounds n times, lr· and − once each, all of at most twice the size of x and x*.
        size = np.linalg.norm(x0) + 2 * np.linalg.norm(minimum)
        allowed = 2 * (n**1.5 + 4) * U * size
        for k, exact in enumerate(exact_path(H, minimum, x0, lr, steps)):
            assert_near(path[k], exact, k * allowed)


def softplus_bowl(random, n):
    """A smooth convex function that is no quadratic, its gradient, and a bound of its curvature."""
    A, c = random.normal(size=(3 * n, n)), random.normal(size=3 * n)

    def f(x, np=np):
        return np.sum(np.logaddexp(0, np.dot(A, x) + c)) + 0.5 * np.sum(x**2)

    def grad(x):
        return A.T @ (1 / (1 + np.exp(-(A @ x + c)))) + x

    return f, grad, np.linalg.norm(A, 2) ** 2 / 4 + 1


@seeds
@pytest.mark.parametrize("method", ["BFGS", "CG", "trust-constr"])
def test_scipys_minimisers_arrive_where_gradient_descent_arrives(seed, method):
    random = rng(seed)
    s, x0 = scales(random), random.normal(size=3)
    f, grad, L = softplus_bowl(random, 3)
    # In units of s: a function of x/s has 1/s times the slope, and s² times the stable rate.
    end = gradient_descent(lambda x: grad(x / s) / s, x0 * s, s**2 / L, 60 * int(L))[-1] / s
    oracle = scipy.optimize.minimize(f, x0, jac=grad, method=method, tol=1e-9).x
    # The curvature is at least 1, so a point is no farther from the minimum than its slope is long;
    # ours shrinks by 1 − 1/L a step, to e⁻⁶⁰ of what it was.
    assert np.linalg.norm(grad(end)) < 1e-12 * L
    assert np.linalg.norm(end - oracle) <= np.linalg.norm(grad(oracle)) + 1e-12 * L
    assert np.linalg.norm(grad(oracle)) < 1e-3  # or the line above would say nothing


# --- bad input ------------------------------------------------------------------------------------
def two_steps(grad, x0, lr):
    return gradient_descent(grad, x0, lr, 2)


test_bad_input = tried(
    cases(two_steps, *(down, array(200, 4), 0.5), keeps=False, rows=ROWS, refuses=REFUSES),
    cases(
        gradient_descent,
        rows=[right(down, [4.0], 0.5, np.int64(1), is_=[[4], [2]])],
        refuses={
            "steps must be a whole number ≥ 0": [
                (down, [0.5, 1.0], 0.01, steps) for steps in (-1, 2.5, 2.0, "3", None)
            ],
        },
    ),
)
