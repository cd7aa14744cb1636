"""Derivatives and difference quotients against 50 digits, exact fractions and SciPy."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from exact import U, assert_near, digits, fractions, rng, scales, signed
from scipy.optimize._numdiff import approx_derivative

from snippets.differentiation.central_difference import central_difference
from snippets.differentiation.chain_rule import chain, dg, du, g, u
from snippets.differentiation.curves import curves
from snippets.differentiation.forward_difference import forward_difference
from snippets.differentiation.power_rule import power, power_derivative
from snippets.differentiation.square import df, f

seeds = pytest.mark.parametrize("seed", range(20))
EPS = 2 * U


@seeds
@pytest.mark.parametrize(
    ("function", "exact", "roundings"),
    [
        (f, lambda x: x**2, 1),
        (df, lambda x: 2 * x, 0),
        (u, lambda x: x**2 + 1, 2),
        (du, lambda x: 2 * x, 0),
        (g, lambda x: x**3, 2),  # a power is within one unit of the last place: two roundings
        (dg, lambda x: 3 * x**2, 2),
        # u is off by 2, its square by 5, three times that by 6, times 2x by 7
        (chain, lambda x: 6 * x * (x**2 + 1) ** 2, 7),
        (curves["square"][0], lambda x: x**2, 1),
        (curves["square"][1], lambda x: 2 * x, 0),
        (curves["cube"][0], lambda x: x**3, 2),
        (curves["cube"][1], lambda x: 3 * x**2, 2),
        (curves["reciprocal"][0], lambda x: 1 / x, 1),
        (curves["reciprocal"][1], lambda x: -1 / x**2, 2),
    ],
    ids=[
        "f",
        "df",
        "u",
        "du",
        "g",
        "dg",
        "chain",
        "square",
        "2x",
        "cube",
        "3x²",
        "reciprocal",
        "−1/x²",
    ],
)
def test_a_formula_without_cancellation_is_off_by_its_roundings_alone(
    seed, function, exact, roundings
):
    x = signed(rng(seed), 50)
    truth = [exact(number) for number in fractions(x)]
    # (1 + u)ⁿ is a little more than 1 + n·u
    assert_near(function(x), truth, [1.01 * roundings * U * abs(float(t)) for t in truth])


@seeds
@pytest.mark.parametrize(
    ("function", "derivative"),
    [(f, df), (u, du), (g, dg), (lambda x: g(u(x)), chain), *curves.values()],
    ids=["square", "inner", "outer", "chain", *curves],
)
def test_each_derivative_is_the_slope_that_50_digits_see_in_its_function(
    seed, function, derivative
):
    for x in scales(rng(seed), 5):
        if function is curves["root"][0]:
            slope = mpmath.diff(mpmath.sqrt, mpmath.mpf(x), relative=True)
        else:
            slope = mpmath.diff(function, mpmath.mpf(x), relative=True)
        assert_near(derivative(x), slope, 8 * U * abs(slope))  # at most 7 roundings, as above


@seeds
def test_the_power_rule_has_the_slope_that_50_digits_see(seed):
    random = rng(seed)
    for x, n in zip(scales(random, 10), random.uniform(-6, 6, 10), strict=True):
        x_, n_ = mpmath.mpf(x), mpmath.mpf(n)
        # power and product round three times; n − 1 rounds once, and an exponent that is off by
        # u·(n − 1) changes the power by its logarithm
        allowed = (4 + abs(np.log(x) * (n - 1))) * U
        slope = mpmath.diff(lambda t: t**n_, x_, relative=True)  # noqa: B023  (called at once)
        assert_near(power(x, n), x_**n_, 4 * U * x_**n_)
        assert_near(power_derivative(x, n), slope, allowed * abs(slope))


# --- difference quotients -------------------------------------------------------------------------
#
# t·f(x/s) has the slope t·f′(x/s)/s: with s and t of all scales, and h in units of s.

CURVES = {
    "sin": (np.sin, mpmath.sin, mpmath.cos),
    "exp": (np.exp, mpmath.exp, mpmath.exp),
    "cube": (lambda z: z * z * z, lambda z: z**3, lambda z: 3 * z**2),
    "reciprocal": (lambda z: 1 / z, lambda z: 1 / z, lambda z: -1 / z**2),
}
LARGEST = {"sin": 1, "exp": 21, "cube": 27, "reciprocal": 8}  # |f|, |f′| … on ½ … 3


def problems(seed, name):
    random = rng(seed)
    for _ in range(10):
        s, t = scales(random, 2)
        yield random.uniform(0.6, 2.8), s, t, CURVES[name]


def sampled(function, s, t):
    return lambda x: t * function(x / s)


@seeds
@pytest.mark.parametrize("name", CURVES)
@pytest.mark.parametrize("h_of_1", [1e-2, EPS ** (1 / 3), EPS**0.5])
@pytest.mark.parametrize("quotient", [forward_difference, central_difference])
def test_a_quotient_misses_the_quotient_of_exact_values_by_rounding_over_h(
    seed, name, quotient, h_of_1
):
    forward = quotient is forward_difference
    for z, s, t, (function, exact, _) in problems(seed, name):
        x, h = z * s, h_of_1 * s
        x_, h_, s_, t_ = map(mpmath.mpf, (x, h, s, t))
        back = x_ if forward else x_ - h_
        rise = t_ * exact((x_ + h_) / s_) - t_ * exact(back / s_)
        truth = rise / (h_ if forward else 2 * h_)
        # The two arguments round twice (x ± h and /s), each worth z·f′, and the two values four
        # times: 2·(2·3 + 4)·u of the largest number, divided by h.
        assert_near(quotient(sampled(function, s, t), x, h), truth, 24 * U * LARGEST[name] * t / h)


@seeds
@pytest.mark.parametrize("name", CURVES)
def test_at_the_best_step_the_error_is_the_root_of_epsilon_forward_and_its_two_thirds_central(
    seed, name
):
    for z, s, t, (function, _, slope) in problems(seed, name):
        truth = t * slope(mpmath.mpf(z * s) / s) / s
        # f″/2 or f‴/6 of the truncation (3 · 8 for 1/x), and rounding over h as in the test before
        for quotient, h, order in [
            (forward_difference, EPS**0.5, 1),
            (central_difference, EPS ** (1 / 3), 2),
        ]:
            allowed = (3 * h**order + 24 * U / h) * LARGEST[name] * t / s
            assert_near(quotient(sampled(function, s, t), z * s, h * s), truth, allowed)


@seeds
@pytest.mark.parametrize("name", CURVES)
def test_scipy_takes_the_same_quotients(seed, name):
    for z, s, t, (function, *_) in problems(seed, name):
        x, h, f = z * s, 1e-5 * s, sampled(function, s, t)
        for quotient, method in [(forward_difference, "2-point"), (central_difference, "3-point")]:
            scipys = approx_derivative(f, x, method=method, abs_step=h)
            # it divides by (x + h) − x, which is h up to u·x, and evaluates the same points
            assert quotient(f, x, h) == pytest.approx(
                float(np.squeeze(scipys)),
                rel=0,
                abs=(1e-10 + 24 * U / 1e-5) * LARGEST[name] * t / s,
            )


@seeds
def test_on_lines_and_squares_of_few_digits_there_is_no_rounding_at_all(seed):
    a, b, c, x = map(float, rng(seed).integers(-1000, 1000, 4))
    for h in [2.0**-k for k in range(-3, 8)]:
        square = forward_difference(lambda t: a * t**2 + b * t + c, x, h)
        assert Fraction(square) == 2 * Fraction(a) * Fraction(x) + Fraction(b) + Fraction(
            a
        ) * Fraction(h)
        assert central_difference(lambda t: a * t**2 + b * t + c, x, h) == 2 * a * x + b


@seeds
@pytest.mark.parametrize("quotient", [forward_difference, central_difference])
def test_in_single_precision_the_same_holds_with_its_own_epsilon(seed, quotient):
    eps = float(np.finfo(np.float32).eps)
    h = np.float32(eps**0.5 if quotient is forward_difference else eps ** (1 / 3))
    x = rng(seed).uniform(0.6, 2.8, 20).astype(np.float32)
    found = quotient(np.sin, x, h)
    assert found.dtype == np.float32
    # truncation is below h/2 and h²/6; x ± h and sin round, in units of eps/2, and h divides
    order = 1 if quotient is forward_difference else 2
    truth = digits(x).apply(mpmath.cos)
    assert_near(found, truth, float(h) ** order / 2 + 8 * eps / float(h))
