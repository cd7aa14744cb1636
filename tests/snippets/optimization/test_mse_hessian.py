import autograd
import autograd.numpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.mse_hessian import largest_stable_lr, mse_hessian

samples = st.lists(st.floats(-10, 10), min_size=1, max_size=8)


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


def test_it_agrees_with_automatic_differentiation_wherever_the_line_is():
    def loss(p):
        return autograd.numpy.mean((p[0] * X + p[1] - y) ** 2)

    for p in np.random.default_rng(0).normal(size=(3, 2)):
        np.testing.assert_allclose(mse_hessian(X), autograd.hessian(loss)(p), rtol=1e-12)


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


@given(samples)
def test_shifting_the_data_keeps_the_determinant(sample):
    def determinant(H):
        return H[0, 0] * H[1, 1] - H[0, 1] * H[1, 0]

    # det H = 4·variance, which knows no origin; its terms are of order 4·20² = 1600
    before, after = (determinant(mse_hessian(np.add(sample, shift))) for shift in (0, 10))
    assert after == pytest.approx(before, abs=1e-9)
    assert before == pytest.approx(4 * np.var(sample), abs=1e-9)


def test_below_the_largest_stable_rate_distances_shrink_and_above_it_they_grow():
    H = np.array([[3.0, 1.0], [1.0, 2.0]])
    limit = largest_stable_lr(H)
    for lr, settles in [(0.99 * limit, True), (1.01 * limit, False)]:
        step = np.eye(2) - lr * H  # a step multiplies the distance to the minimum by this
        assert (np.linalg.norm(np.linalg.matrix_power(step, 500)) < 0.1) == settles


@given(st.floats(0.01, 100))
def test_doubling_the_curvature_halves_the_largest_stable_rate(c):
    assert largest_stable_lr(np.diag([c, c / 3])) == pytest.approx(2 / c)


def test_a_valley_with_a_flat_floor_still_has_a_largest_stable_rate():
    assert largest_stable_lr(mse_hessian([3.0, 3.0])) == pytest.approx(2 / 20)


def test_there_is_no_loss_of_no_points():
    with pytest.raises(ValueError, match="at least one value"):
        mse_hessian([])


@pytest.mark.parametrize(
    "H", [[[2.0, 3.0], [3.0, 2.0]], [[-2.0, 0.0], [0.0, -1.0]], [[0.0, 0.0], [0.0, 0.0]]]
)
def test_a_saddle_a_hill_and_a_plain_have_no_stable_rate(H):
    with pytest.raises(ValueError, match="bowl"):
        largest_stable_lr(H)


def test_a_hessian_is_symmetric():
    with pytest.raises(ValueError, match="symmetric"):
        largest_stable_lr([[2.0, 1.0], [0.0, 2.0]])


def test_a_tiny_hessian_is_symmetric_or_not_by_its_own_measure():
    with pytest.raises(ValueError, match="symmetric"):
        largest_stable_lr([[2e-9, 1e-9], [0.0, 2e-9]])
    assert largest_stable_lr([[2e-9, 1e-9], [1e-9, 2e-9]]) == pytest.approx(2 / 3e-9)


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_symmetric_means_up_to_rounding_whatever_the_scale(scale):
    H = scale * np.array([[2.0, 0.0], [0.0, 1.0]])
    H[0, 1] = 1e-10 * scale
    assert largest_stable_lr(H) == pytest.approx(1 / scale)
    H[0, 1] = 1e-3 * scale
    with pytest.raises(ValueError, match="symmetric"):
        largest_stable_lr(H)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_a_table_is_no_row_of_numbers(shape):
    with pytest.raises(ValueError, match="shape"):
        mse_hessian(X.reshape(shape))


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_a_flat_floor_may_be_off_by_rounding_and_a_saddle_is_one_at_every_scale(scale):
    for floor in [0.0, -1e-15]:
        assert largest_stable_lr(scale * np.diag([1.0, floor])) == pytest.approx(2 / scale)
    with pytest.raises(ValueError, match="bowl"):
        largest_stable_lr(scale * np.diag([1.0, -1e-6]))


def test_a_curvature_beyond_the_floats_is_refused():
    with pytest.raises(ValueError, match="bowl"):
        largest_stable_lr(np.full((2, 2), 1.5e308))
