from fractions import Fraction

import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
import scipy.linalg
from exact import U, assert_near, bowls, digits, fractions, rng, seeds, signed
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, cases, right, tried

from snippets.datasets.five_points import X
from snippets.optimization.mse_hessian import largest_stable_lr, mse_hessian

samples = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


# --- theorems -------------------------------------------------------------------------------------
def test_the_hessian_of_the_five_points_and_its_eigenvalues():
    H = mse_hessian(X)
    np.testing.assert_allclose(H, [[22, 6], [6, 2]], rtol=1e-14)
    trace, determinant = 24, 8  # λ² − 24λ + 8 = 0, so λ = 12 ± √136
    roots = np.array([trace / 2 - np.sqrt(136), trace / 2 + np.sqrt(136)])
    assert np.linalg.eigvalsh(H) == pytest.approx(roots)
    assert roots == pytest.approx([0.338096, 23.661904], abs=5e-7)
    assert np.prod(roots) == pytest.approx(determinant)
    assert np.linalg.cond(H) == pytest.approx(69.9857, abs=5e-5)


def test_the_largest_stable_rate_is_0_0845():
    assert largest_stable_lr(mse_hessian(X)) == pytest.approx(0.0845241, abs=5e-8)


def test_centring_x_separates_slope_and_height():
    assert mse_hessian(X - 3) == pytest.approx(np.diag([4.0, 2.0]))


def test_after_standardising_x_every_direction_is_equally_curved():
    assert mse_hessian((X - 3) / np.std(X)) == pytest.approx(2 * np.eye(2))


@given(samples, st.floats(-10, 10), st.floats(-10, 10))
def test_the_loss_curves_upward_in_every_direction(sample, dw, db):
    curvature = np.array([dw, db]) @ mse_hessian(sample) @ [dw, db]
    rises = [2 * (dw * x + db) ** 2 for x in sample]
    assert curvature == pytest.approx(sum(rises) / len(rises), rel=1e-9, abs=1e-9)
    assert curvature >= -1e-9  # terms up to 2·110² cancel to within a few ε of that


def test_below_the_largest_stable_rate_distances_shrink_and_above_it_they_grow():
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    limit = largest_stable_lr(H)
    for lr, settles in [(0.99 * limit, True), (1.01 * limit, False)]:
        step = np.eye(2) - lr * H  # a step multiplies the distance to the minimum by this
        assert (np.linalg.norm(np.linalg.matrix_power(step, 500)) < 0.1) == settles


# --- oracle ---------------------------------------------------------------------------------------
@seeds
@pytest.mark.parametrize("n", [1, 2, 5, 20])
def test_the_hessian_is_that_of_fractions_and_of_automatic_differentiation(seed, n):
    random = rng(seed)
    X, y, p = signed(random, n), signed(random, n), signed(random, 2)

    def loss(p):
        return autograd.numpy.mean((p[0] * X + p[1] - y) ** 2)

    x = fractions(X)
    exact = [2 * sum(v * v for v in x) / n, 2 * sum(x) / n, 2 * sum(x) / n, Fraction(2)]
    size = 2 * np.array([[np.mean(X * X), np.mean(abs(X))], [np.mean(abs(X)), 1]])
    assert_near(mse_hessian(X), exact, (n + 3) * U * size)  # 2/n, times A, and sums of n
    assert np.all(np.abs(mse_hessian(X) - autograd.hessian(loss)(p)) <= 2 * (n + 7) * U * size)


@seeds
def test_the_largest_stable_rate_agrees_with_eigenvalues_to_50_digits(seed):
    for H, _ in bowls(seed):
        λ = mpmath.eigsy(digits(H), eigvals_only=True)
        # A symmetric eigenvalue moves by no more than the matrix, which is worked on to c·n·u.
        n = len(H)
        assert_near(largest_stable_lr(H), 2 / max(λ), 20 * n * U * 2 / max(λ))
        other = 2 / scipy.linalg.eigh(H, eigvals_only=True, driver="ev")[-1]
        assert largest_stable_lr(H) == pytest.approx(other, rel=40 * n * U)


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(
    cases(
        mse_hessian,
        array(200, 100),
        shapes=r"X must have shape \(n,\), with at least one value",
        keeps=False,
        rows=[
            right([NAN], is_=[[NAN, NAN], [NAN, 2]]),
            right([1e200], is_=[[INF, 2e200], [2e200, 2]], warns="overflow"),
        ],
    ),
    cases(
        largest_stable_lr,
        array(4, 0, 0, 200).reshape(2, 2),
        shapes="two-dimensional|zero-size|symmetric|broadcast",
        nan="H must be finite and symmetric",
        keeps=False,
        rows=[right([[1e300, 0], [0, 1]], is_=2e-300)],
        refuses={
            "broadcast": [(np.ones((2, 3)),), (np.ones((3, 2, 2)),)],
            "square": [(np.ones((1, 3)),)],
            "symmetric": [([[2.0, 1.0], [0.0, 2.0]],), ([[1e-9, 5e-9], [0, 1e-9]],)],
            "H must be a bowl, its eigenvalues are": [
                *[
                    ([[2.0, 3.0], [3.0, 2.0]],),
                    (-np.eye(2),),
                    (0 * np.eye(2),),
                ],
                *[(np.full((2, 2), x),) for x in (1e308, 1.5e308)],
            ],
        },
    ),
)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_symmetric_means_up_to_rounding_whatever_the_scale(scale):
    H = scale * np.array([[2.0, 0.0], [0.0, 1.0]])
    H[0, 1] = 1e-10 * scale
    assert largest_stable_lr(H) == pytest.approx(1 / scale)
    H[0, 1] = 1e-3 * scale
    with pytest.raises(ValueError, match="symmetric"):
        largest_stable_lr(H)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_a_flat_floor_may_be_off_by_rounding_and_a_saddle_is_one_at_every_scale(scale):
    for floor in [0.0, -1e-15]:
        assert largest_stable_lr(scale * np.diag([1.0, floor])) == pytest.approx(2 / scale)
    with pytest.raises(ValueError, match="bowl"):
        largest_stable_lr(scale * np.diag([1.0, -1e-6]))
