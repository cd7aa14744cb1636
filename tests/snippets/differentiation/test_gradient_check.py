import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
from exact import DECADES, U, assert_near, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, bad_input, column, f32, right, u8
from scipy.optimize import check_grad, rosen, rosen_der

from snippets.differentiation.gradient_check import gradient_check

POINT = np.array([-1.2, 1.0, 0.5])


def square(x):
    return np.sum(x * x)


# --- theorems -------------------------------------------------------------------------------------
@given(st.floats(0.01, 0.99))
def test_a_factor_below_one_gives_one_minus_that_factor_in_every_entry(factor):
    errors = gradient_check(square, lambda x: factor * 2 * x, POINT)
    assert errors == pytest.approx(np.full(3, 1 - factor), abs=1e-8)


def test_a_wrong_sign_gives_two_in_that_entry_and_nothing_in_the_others():
    errors = gradient_check(square, lambda x: 2 * x * [1, -1, 1], POINT)
    assert errors == pytest.approx([0, 2, 0], abs=1e-8)


def test_a_kink_closer_than_the_nudge_raises_a_false_alarm():
    def relu(x):
        return np.maximum(0, x).sum()

    def slope(x):
        return (x > 0) * 1.0

    near = np.array([1e-6])  # the nudge of 1e-5 averages the slopes 1 and 0 to 0.55
    assert gradient_check(relu, slope, near) == pytest.approx([0.45])
    assert gradient_check(relu, slope, near, h=1e-7) == pytest.approx([0], abs=1e-9)


def test_where_both_slopes_are_zero_there_is_no_error():
    assert gradient_check(lambda x: 7.0, np.zeros_like, POINT).tolist() == [0, 0, 0]


def test_it_takes_two_evaluations_for_each_entry_in_the_precision_of_its_point():
    seen = []
    gradient_check(lambda x: seen.append(x.dtype) or 0.0, np.zeros_like, POINT.astype("float32"))
    assert seen == [np.dtype("float32")] * 6


@given(st.floats(1e-6, 1e6))
def test_the_error_is_relative_so_the_scale_of_the_function_does_not_matter(c):
    errors = gradient_check(lambda x: c * square(x), lambda x: c * x, POINT)
    assert errors == pytest.approx([0.5] * 3)


# --- oracle ---------------------------------------------------------------------------------------
def test_scipy_says_the_same_of_a_right_gradient():
    assert gradient_check(rosen, rosen_der, POINT).max() < 1e-7
    assert check_grad(rosen, rosen_der, POINT) < 1e-4


@pytest.mark.parametrize("decade", DECADES)
@pytest.mark.parametrize("t", [0.3, 1e-2, 1e-3])
def test_a_right_gradient_is_off_by_the_square_of_the_step_at_any_scale(decade, t):
    """n of e^x is sinh(h)/h times the slope, so the error is 1 − h/sinh(h), about h²/6."""
    s, x = 10.0**decade, np.array([-1.0, 0.25, 0.0, 1.5])
    found = gradient_check(
        lambda x: np.sum(np.exp(x / s)), lambda x: np.exp(x / s) / s, s * x, t * s
    )
    exact = 1 - mpmath.mpf(t) / mpmath.sinh(t)
    assert float(exact) == pytest.approx(t**2 / 6, rel=t**2 / 8)
    # f and its two arguments round a few times, and a difference of 2·t magnifies that
    sums = np.sum(np.exp(x)) / np.exp(x)
    assert_near(found, [exact] * 4, 10 * U * (sums + 2) / t)


@seeds
def test_a_gradient_that_is_off_by_a_factor_is_off_by_what_50_digits_say(seed):
    random = rng(seed)
    s, t = scales(random), 1e-3
    factors = random.uniform(-3, 3, 5)
    x = random.normal(size=5)
    found = gradient_check(
        lambda x: np.sum(np.exp(x / s)), lambda x: factors * np.exp(x / s) / s, s * x, t * s
    )
    n = mpmath.sinh(t) / mpmath.mpf(t)
    exact = [abs(q - n) / max(abs(q), n) for q in map(mpmath.mpf, factors)]
    sums = np.sum(np.exp(x)) / np.exp(x)
    assert_near(found, exact, 20 * U * (sums + 3) / t)


@pytest.mark.parametrize("scale", [1e-8, 1, 1e8])
def test_autograd_passes_the_check(scale):
    def f(x):
        return autograd.numpy.sum(autograd.numpy.sin(x / scale) * x[::-1] / scale)

    x = scale * rng(3).normal(size=6)
    assert gradient_check(f, autograd.grad(f), x, 1e-5 * scale).max() <= 1e-7


# --- bad input ------------------------------------------------------------------------------------
def half(x):
    """Half the gradient of the square."""
    return 1.0 * x


def column_of(x):
    return column(*x)


test_bad_input = bad_input(
    gradient_check,
    *(square, half, array(200, 3), 0.5),
    rows=[
        right(square, half, [], is_=[]),
        right(lambda x: NAN, half, [3.0], 0.5, is_=[NAN]),
        right(square, lambda x: [2 * x[0], x[1]], [3.0, 5.0], 0.5, is_=[0, 0.5]),
        right(square, lambda x: 2 * x, u8(200), 0.5, is_=[0]),
        # −128 is its own opposite in so narrow a type
        right(lambda x: 128 * x[0], lambda x: array(-128, dtype=np.int8), [3], 0.5, is_=[2]),
    ],
    refuses={
        r"grad\(x\) .* x \(2, 1\)": [(square, half, column(3, 5))],
        r"x \(2, 2\)": [(square, half, np.eye(2))],
        r"x \(\)": [(square, half, np.array(3.0))],
        r"x \(2, 1\)": [(square, lambda x: np.ones(2), column(3, 5))],
        r"shape \(2, 1\), x \(2,\)": [(square, column_of, [3.0, 5.0])],
        r"shape \(\), x \(2,\)": [(square, np.sum, [3.0, 5.0])],
        r"shape \(1,\), x \(2,\)": [(square, lambda x: x[:1], [3.0, 5.0])],
        r"f\(x\) is no number, it has shape \(2,\)": [(half, half, [3.0, 5.0])],
        r"f\(x\) is no number.* \(1,\)": [(half, half, [3.0])],
        "ambiguous": [(square, half, [3.0, 5.0], array(0.5, 0.5))],
        "h must be": [
            *[(square, half, [3.0], h) for h in (NAN, INF, 0, -1e-5)],
            (square, half, [NAN], 0),
        ],
        "change x": [
            *[(square, np.zeros_like, [x]) for x in (INF, 1e200, -1e12)],
            (square, half, f32(3000), 1e-5),
        ],
    },
)
