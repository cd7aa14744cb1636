import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from exact import U, assert_near, fractions, rng, scales, seeds
from inputs import array, bad_input, right

from snippets.datasets.five_points import X, y
from snippets.optimization.least_squares import least_squares


# --- theorems -------------------------------------------------------------------------------------
def test_the_best_line_through_the_five_points():
    w, b = least_squares(X, y)
    assert (w, b) == pytest.approx((0.6, 2.2))
    assert np.mean((w * X + b - y) ** 2) == pytest.approx(0.48)


def test_centring_x_leaves_the_slope_and_moves_the_height_to_the_mean_of_y():
    assert least_squares(X - 3, y) == pytest.approx((0.6, np.mean(y)))


def test_neighbouring_floats_are_different_values():
    x = 1.0
    assert least_squares([x, np.nextafter(x, 2)], [0.0, 1.0])[0] == pytest.approx(2.0**52)


# --- oracle ---------------------------------------------------------------------------------------
@seeds
@pytest.mark.parametrize("far", [0, 1, 1e3, 1e6, 1e8])
def test_the_best_line_agrees_with_exact_fractions_even_far_from_x_0(seed, far):
    random = rng(seed)
    s, t, n = *scales(random, 2), int(random.integers(2, 12))
    X, y = s * (far + random.normal(size=n)), t * random.normal(size=n)
    x, values = fractions(X), fractions(y)
    mean, middle = sum(x) / n, sum(values) / n
    spread = sum((v - mean) ** 2 for v in x)
    slope = sum((v - mean) * (z - middle) for v, z in zip(x, values, strict=True)) / spread
    w, b = least_squares(X, y)
    # A backward stable method finds the exact line of data that are off by c·n·u, after X was
    # centred, which rounds by u·far·s. So far as the points spread, that moves the line by:
    spread = float(spread) ** 0.5
    reach = np.max(np.abs(X))
    of_w = 20 * n * U * (np.linalg.norm(y) / spread) * (1 + reach / spread)
    assert_near(w, slope, of_w)
    assert_near(b, middle - slope * mean, of_w * reach + 20 * n * U * np.linalg.norm(y))


@seeds
def test_scipy_finds_no_better_line(seed):
    random = rng(seed)
    s, t = scales(random, 2)
    X, y = s * random.normal(size=10), t * random.normal(size=10)
    w, b = least_squares(X, y)
    found = scipy.optimize.lsq_linear(np.column_stack([X / s, np.ones(10)]), y / t, tol=1e-14)
    # at a minimum the loss is flat: an error of 1e-8 in the line is one of 1e-16 in the loss
    assert np.mean((w * X + b - y) ** 2) / t**2 == pytest.approx(2 * found.cost / 10, rel=1e-12)
    np.testing.assert_allclose([w * s / t, b / t], found.x, rtol=1e-7, atol=1e-7)


# --- bad input ------------------------------------------------------------------------------------
MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
test_bad_input = bad_input(
    least_squares,
    *(array(0, 100, 200), array(50, 150, 250)),
    shapes="same shape",
    nan="X and y must be finite",
    keeps=False,
    rows=[
        right(1e8 + X, 2 * X, is_=(2, -2e8)),  # far from 0: once refused, or without digits
        right([1e200, 2e200], [2.0, 3.0], is_=(1e-200, 1)),
        right([1e-200, 2e-200], [2.0, 3.0], is_=(1e200, 1)),
        right([1.0, 2.0], [2e200, 3e200], is_=(1e200, 1e200)),
    ],
    refuses={
        "leave out the points that are masked": [(MASKED, y[:3]), (y[:3], MASKED)],
        "two different values": [
            *[(array(*[x] * 3), y[:3]) for x in (3, 1e200)],
            ([3.0], [0.0]),
        ],
    },
)


def test_a_span_beyond_all_floats_is_refused():
    with np.errstate(over="ignore"), pytest.raises(ValueError, match="of finite span"):
        least_squares([-1e308, 1e308], [0.0, 1.0])
