import mpmath
import numpy as np
import pytest
import sympy
from exact import U, assert_near, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import formula, tried

from snippets.differentiation.power_rule import power, power_derivative

x_not_0 = st.fractions(-10, 10, max_denominator=100).filter(bool)
exponents = st.integers(-6, 6)


# --- theorems -------------------------------------------------------------------------------------
def test_the_slope_of_the_cube_at_2_is_12():
    assert power(2, 3) == 8
    assert power_derivative(2, 3) == 12


@given(x_not_0, exponents, exponents)
def test_the_rule_obeys_the_product_rule(x, m, n):
    product = power_derivative(x, m) * power(x, n) + power(x, m) * power_derivative(x, n)
    assert power(x, m) * power(x, n) == power(x, m + n)
    assert power_derivative(x, m + n) == product


@given(x_not_0)
def test_a_constant_has_slope_0_and_a_line_through_0_has_slope_1(x):
    assert power_derivative(x, 0) == 0
    assert power_derivative(x, 1) == 1


# --- oracle ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 5, sympy.Rational(1, 2)])
def test_the_rule_agrees_with_symbolic_differentiation(n):
    x = sympy.Symbol("x", positive=True)
    assert sympy.simplify(power_derivative(x, n) - sympy.diff(x**n, x)) == 0


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


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(formula(power, 3.0, 2.0), formula(power_derivative, 3.0, 3.0))
