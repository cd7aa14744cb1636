from fractions import Fraction

import numpy as np
import pytest
import quotients
import sympy
from exact import rng, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import tried

from snippets.differentiation.central_difference import central_difference

rationals = st.fractions(-100, 100, max_denominator=1000)
steps = st.fractions(Fraction(1, 1000), 10, max_denominator=1000)


# --- theorems -------------------------------------------------------------------------------------
class TestTheorems(quotients.Theorems):
    quotient, order = staticmethod(central_difference), 2


@given(rationals, rationals, rationals, rationals, steps)
def test_on_a_quadratic_it_is_exact_for_every_h(a, b, c, x, h):
    assert central_difference(lambda t: a * t**2 + b * t + c, x, h) == 2 * a * x + b


@given(rationals, rationals, steps)
def test_on_a_cubic_the_error_is_exactly_h_squared_times_a_sixth_of_the_third_derivative(a, x, h):
    assert central_difference(lambda t: a * t**3, x, h) - 3 * a * x**2 == a * h**2


@given(rationals, steps)
def test_the_slope_of_an_even_function_at_0_is_0_and_odd_functions_have_even_slopes(x, h):
    assert central_difference(lambda t: t**4 - t**2, Fraction(0), h) == 0
    slope_right = central_difference(lambda t: t**3 + t, x, h)
    assert slope_right == central_difference(lambda t: t**3 + t, -x, h)


# --- oracle ---------------------------------------------------------------------------------------
class TestOracle(quotients.Oracle):
    quotient, order = staticmethod(central_difference), 2


@pytest.mark.parametrize("text", ["sin(x)", "exp(-x**2)", "log(x + 3)", "x / (1 + x**2)"])
@pytest.mark.parametrize("at", [-1.7, -0.3, 0.0, 0.9, 2.2])
def test_it_agrees_with_symbolic_differentiation(text, at):
    x = sympy.Symbol("x")
    expression = sympy.sympify(text)
    exact = float(sympy.diff(expression, x).subs(x, at))
    # truncation h²·f‴/6 < 1e-9 here, and rounding ε·|f|/h < 1e-10
    assert central_difference(sympy.lambdify(x, expression), at) == pytest.approx(exact, abs=1e-9)


@seeds
def test_on_squares_of_few_digits_there_is_no_rounding_at_all(seed):
    a, b, c, x = map(float, rng(seed).integers(-1000, 1000, 4))
    for h in [2.0**-k for k in range(-3, 8)]:
        assert central_difference(lambda t: a * t**2 + b * t + c, x, h) == 2 * a * x + b


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(quotients.quotient_cases(central_difference, slope_at_3=6))


# Above 2⁵³ floats lie 2 apart, below it 1: 2⁵³ + h is even, so the distance 2h is moved by up to 1.
@pytest.mark.parametrize("h", [0.25, 49.0, 49.0075])
def test_an_h_that_rounding_moves_by_more_than_a_hundredth_is_refused(h):
    with pytest.raises(ValueError, match="is lost in x, take a larger one"):
        central_difference(np.square, 2.0**53, h)


@pytest.mark.parametrize("h", [49.015, 51.0, 1e6])
def test_a_larger_h_is_not(h):
    assert central_difference(lambda x: 2 * x, 2.0**53, h) == pytest.approx(2, rel=0.02)


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert central_difference(lambda x: x, 2.0**52 - 0.5, 25.0) == 0.99
