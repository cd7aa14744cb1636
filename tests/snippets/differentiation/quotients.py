"""What the tests of the forward and of the central difference share.

A class of these is told `quotient`, and its `order`: the error is proportional to h to that power.
"""

import mpmath
import numpy as np
import pytest
from exact import U, assert_near, digits, rng, scales, seeds
from inputs import INF, NAN, array, cases, column, f32, refused, right, u8
from scipy.optimize._numdiff import approx_derivative

EPS = 2 * U
# t·f(x/s) has the slope t·f′(x/s)/s: with s and t of all scales, and h in units of s.
CURVES = {
    "sin": (np.sin, mpmath.sin, mpmath.cos),
    "exp": (np.exp, mpmath.exp, mpmath.exp),
    "cube": (lambda z: z * z * z, lambda z: z**3, lambda z: 3 * z**2),
    "reciprocal": (lambda z: 1 / z, lambda z: 1 / z, lambda z: -1 / z**2),
}
LARGEST = {"sin": 1, "exp": 21, "cube": 27, "reciprocal": 8}  # |f|, |f′| … on ½ … 3
curves = pytest.mark.parametrize("name", CURVES)


def problems(seed, name):
    random = rng(seed)
    for _ in range(10):
        s, t = scales(random, 2)
        yield random.uniform(0.6, 2.8), s, t, CURVES[name]


def sampled(function, s, t):
    return lambda x: t * function(x / s)


class Theorems:
    def test_on_logarithmic_axes_the_truncation_error_has_the_slope_of_its_order(self):
        hs = 10.0 ** -np.arange(1, 5)
        errors = [abs(self.quotient(np.sin, 1.0, h) - np.cos(1)) for h in hs]
        slope, _ = np.polyfit(np.log(hs), np.log(errors), 1)
        assert slope == pytest.approx(self.order, abs=0.02)

    @pytest.mark.parametrize("h", [1e-1, 1e-2, 1e-3])
    def test_the_error_is_halved_once_for_each_order_when_h_is_halved(self, h):
        # The error of exp at 0 is h/2 + h²/6 + … or h²/6 + h⁴/120 + …
        error, half = (self.quotient(np.exp, 0.0, step) - 1 for step in (h, h / 2))
        rounding = 1e-5  # at most, ε/h³
        assert error / half == pytest.approx(2**self.order, rel=max(h**self.order, rounding))

    def test_the_best_decade_is_the_root_of_epsilon_that_theory_gives(self):
        decades = range(1, 16)
        errors = [abs(self.quotient(np.exp, 0.0, 10.0**-k) - 1) for k in decades]
        assert decades[int(np.argmin(errors))] == {1: 8, 2: 5}[self.order]  # ε^(1/2), ε^(1/3)

    def test_the_step_is_near_that_unless_another_is_asked_for(self):
        # On x² or x³ at 0 the quotient is h or h² itself.
        found = self.quotient(lambda x: x ** (self.order + 1), 0.0)
        assert found == pytest.approx({1: 1e-7, 2: 1e-10}[self.order], rel=1e-12)


class Oracle:
    @seeds
    @curves
    @pytest.mark.parametrize("h_of_1", [1e-2, EPS ** (1 / 3), EPS**0.5])
    def test_it_misses_the_quotient_of_exact_values_by_rounding_over_h(self, seed, name, h_of_1):
        for z, s, t, (function, exact, _) in problems(seed, name):
            x, h = z * s, h_of_1 * s
            x_, h_, s_, t_ = map(mpmath.mpf, (x, h, s, t))
            back = x_ - h_ * (self.order - 1)
            rise = t_ * exact((x_ + h_) / s_) - t_ * exact(back / s_)
            # The two arguments round twice (x ± h and /s), each worth z·f′, and the two values four
            # times: 2·(2·3 + 4)·u of the largest number, divided by h.
            found = self.quotient(sampled(function, s, t), x, h)
            assert_near(found, rise / (self.order * h_), 24 * U * LARGEST[name] * t / h)

    @seeds
    @curves
    def test_at_the_best_step_the_error_is_that_of_theory_and_scipy_takes_the_same_quotient(
        self, seed, name
    ):
        for z, s, t, (function, _, slope) in problems(seed, name):
            truth, f = t * slope(mpmath.mpf(z * s) / s) / s, sampled(function, s, t)
            # f″/2 or f‴/6 of the truncation (3 · 8 for 1/x), and rounding over h as in the test before
            h = EPS ** (1 / (self.order + 1))
            allowed = (3 * h**self.order + 24 * U / h) * LARGEST[name] * t / s
            assert_near(self.quotient(f, z * s, h * s), truth, allowed)
            method = ["2-point", "3-point"][self.order - 1]
            other = float(np.squeeze(approx_derivative(f, z * s, method=method, abs_step=1e-5 * s)))
            # it divides by (x + h) − x, which is h up to u·x, and evaluates the same points
            allowed = (1e-10 + 24 * U / 1e-5) * LARGEST[name] * t / s
            assert self.quotient(f, z * s, 1e-5 * s) == pytest.approx(other, rel=0, abs=allowed)

    @seeds
    def test_in_single_precision_the_same_holds_with_its_own_epsilon(self, seed):
        eps = float(np.finfo(np.float32).eps)
        h = np.float32(eps ** (1 / (self.order + 1)))
        x = rng(seed).uniform(0.6, 2.8, 20).astype(np.float32)
        found = self.quotient(np.sin, x, h)
        assert found.dtype == np.float32
        # truncation is below h/2 and h²/6; x ± h and sin round, in units of eps/2, and h divides
        truth = digits(x).apply(mpmath.cos)
        assert_near(found, truth, float(h) ** self.order / 2 + 8 * eps / float(h))


def square(x):
    return x * x


def quotient_cases(quotient, slope_at_3):
    """Bad input; the slope of x², with h = ½ exactly, is one half more if taken forward."""
    half = slope_at_3 - 6
    return cases(
        quotient,
        *(square, array(200, 3, 5), 0.5),
        rows=[
            right(square, column(3, 5), 0.5, is_=column(6 + half, 10 + half)),
            right(square, array(), 0.5, is_=array()),
            right(square, 3, 0.5, is_=6 + half),
            right(square, np.array(3), 0.5, is_=6 + half),
            # x² is 1e20, which is too much for 64 bits; its floats lie 2¹⁴ apart
            right(square, array(10**10, dtype=int), 0.5, is_=[2e10], within=1e-5),
            right(np.sin, u8(0), 1, is_=[np.sin(1)]),  # 0 − 1 is 255 in these
            right(square, f32(3), 0.5, is_=[6 + half], dtype=np.float32),
            right(square, 1e12, 1e6, is_=2e12, within=1e-6),
            # with the usual h
            *[refused(square, x, words="lost") for x in (1e12, -1e12, [3.0, 1e12], f32(300))],
        ],
        refuses={
            "h must be positive and finite": [(square, 3.0, h) for h in (NAN, INF, 0, -1)],
            "is lost in x, take a larger one": [
                (square, np.float32(3), np.float32(1e-7)),
                *[(square, x, 0.5) for x in (1e200, 2.0**53, array(3, 2.0**53))],
                (square, 2.0**40 + 1, 1.5 * 2.0**-12),
            ],
        },
    )
