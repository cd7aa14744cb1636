import numpy as np
import pytest
from exact import U, assert_near, bowls, exact_path, scales, seeds
from inputs import INF, NAN, array, bad_input, right

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.predicted_path import predicted_path

H = np.array([[22.0, 6.0], [6.0, 2.0]])
MINIMUM = np.array([0.6, 2.2])
START = np.array([0.5, 1.0])


# --- theorems -------------------------------------------------------------------------------------
@pytest.mark.parametrize("lr", [0.01, 0.05, 1 / 12, 0.0846])
def test_the_prediction_for_the_five_points_is_what_gradient_descent_does(lr):
    def grad(p):
        miss = p[0] * X + p[1] - y
        return 2 * np.array([np.mean(miss * X), np.mean(miss)])

    path = gradient_descent(grad, START, lr, 300)
    # 300 steps round about 300 times, on numbers of order 1
    np.testing.assert_allclose(predicted_path(H, MINIMUM, START, lr, 300), path, atol=1e-12)


def test_along_an_eigenvector_the_path_is_straight_and_shrinks_by_1_minus_lr_lambda():
    path = predicted_path(np.diag([4.0, 1.0]), [0.0, 0.0], [0.0, 8.0], 0.5, 3)
    np.testing.assert_allclose(path, [[0, 8], [0, 4], [0, 2], [0, 1]], atol=1e-15)


def test_the_path_starts_at_the_start_and_stays_at_the_minimum():
    assert predicted_path(H, MINIMUM, START, 0.05, 0) == pytest.approx(START[None])
    still = predicted_path(H, MINIMUM, MINIMUM, 0.05, 5)
    assert still == pytest.approx(np.tile(MINIMUM, (6, 1)))


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_the_predicted_path_is_that_of_50_digits_below_and_above_the_stable_rate(seed):
    for H, random in bowls(seed, kappa=6):
        n, steps = len(H), 60
        minimum, x0 = scales(random) * random.normal(size=(2, n))
        factor = random.uniform(0.05, 1.1)
        path = predicted_path(H, minimum, x0, factor * 2 / np.linalg.norm(H, 2), steps)
        exact = exact_path(H, minimum, x0, factor * 2 / np.linalg.norm(H, 2), steps)
        # λ is off by 5·n·u·L, so 1 − lr·λ by 10·n·u, and its power k by k times that; V and its
        # transpose turn by 5·n·u each. A factor beyond −1 makes all of it grow.
        distance = np.linalg.norm(x0 - minimum)
        for k in range(steps + 1):
            growth = max(1, 2 * factor - 1) ** k * distance
            allowed = (11 * n * (k + 1) + 10 * n) * U * growth + 2 * U * np.abs(minimum).max()
            assert_near(path[k], exact[k], allowed)


# --- bad input ------------------------------------------------------------------------------------
EYE, ROOT = np.eye(2), np.zeros(2)
test_bad_input = bad_input(
    predicted_path,
    *(EYE, array(6, 8), array(4, 200), 0.5, 1),
    shapes=r"H must have shape \(n, n\), minimum and x0 \(n,\)|zero-size",
    nan={0: "H must be finite and symmetric"},
    keeps=False,
    rows=[right([[1, 0], [0, 1]], [0, 0], [1e200, 0], 0.5, 1, is_=[[1e200, 0], [5e199, 0]])],
    refuses={
        "must have shape": [
            *[(bad, ROOT, ROOT, 0.5, 1) for bad in (np.eye(3), 1.0, np.eye(1))],
            (EYE, ROOT, np.zeros(3), 0.5, 1),
        ],
        "ambiguous": [(EYE, ROOT, ROOT, array(0.5, 0.1), 1)],
        "lr must be positive and finite": [(EYE, ROOT, ROOT, lr, 3) for lr in (0, -0.1, INF, NAN)],
        "steps must be a whole number ≥ 0": [
            (EYE, ROOT, ROOT, 0.05, steps) for steps in (-1, 2.5, 2.0, "3", None)
        ],
        "symmetric": [(1e-9 * array(1, 5, 0, 1).reshape(2, 2), ROOT, ROOT, 0.5, 1)],
    },
)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_symmetric_means_up_to_rounding_whatever_the_scale(scale):
    H = scale * np.array([[2.0, 0.0], [0.0, 1.0]])
    H[0, 1] = 1e-10 * scale
    assert np.isfinite(predicted_path(H, MINIMUM, START, 0.1 / scale, 3)).all()
    H[0, 1] = 1e-3 * scale
    with pytest.raises(ValueError, match="symmetric"):
        predicted_path(H, MINIMUM, START, 0.1 / scale, 3)
