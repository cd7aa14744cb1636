from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.differentiation.central_difference import central_difference

rationals = st.fractions(-100, 100, max_denominator=1000)
steps = st.fractions(Fraction(1, 1000), 10, max_denominator=1000)


def test_the_slope_of_the_square_at_3_is_exactly_6_even_with_h_of_1():
    assert central_difference(lambda x: x**2, 3.0, h=1.0) == 6


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


def test_the_central_error_is_quartered_when_h_is_halved():
    # The error of exp at 0 is h²/6 + h⁴/120 + …, so the ratio is 4 + O(h²).
    for h in [1e-1, 1e-2, 1e-3]:
        error = central_difference(np.exp, 0.0, h) - 1
        half = central_difference(np.exp, 0.0, h / 2) - 1
        assert error / half == pytest.approx(4, rel=max(h**2, 1e-5))  # rounding: ε/h³ ~ 1e-6


def test_on_logarithmic_axes_the_truncation_error_has_slope_2():
    hs = np.array([10.0**-k for k in range(1, 5)])
    errors = [abs(central_difference(np.sin, 1.0, h) - np.cos(1)) for h in hs]
    slope, _ = np.polyfit(np.log(hs), np.log(errors), 1)
    assert slope == pytest.approx(2, abs=0.01)


def test_the_best_decade_for_the_exponential_at_0_is_the_cube_root_of_the_machine_epsilon():
    decades = range(1, 16)
    errors = [abs(central_difference(np.exp, 0.0, 10.0**-k) - 1) for k in decades]
    assert decades[int(np.argmin(errors))] == 5


def test_the_slope_of_x_cubed_minus_1_over_x_at_1_is_4():
    assert central_difference(lambda x: x**3 - 1 / x, 1.0) == pytest.approx(4, abs=1e-9)


@pytest.mark.parametrize("text", ["sin(x)", "exp(-x**2)", "log(x + 3)", "x / (1 + x**2)"])
@pytest.mark.parametrize("at", [-1.7, -0.3, 0.0, 0.9, 2.2])
def test_it_agrees_with_symbolic_differentiation(text, at):
    x = sympy.Symbol("x")
    expression = sympy.sympify(text)
    exact = float(sympy.diff(expression, x).subs(x, at))
    # truncation h²·f‴/6 < 1e-9 here, and rounding ε·|f|/h < 1e-10
    assert central_difference(sympy.lambdify(x, expression), at) == pytest.approx(exact, abs=1e-9)


# Above 2⁵³ floats lie 2 apart, below it 1: 2⁵³ + h is even, so the distance 2h is moved by up to 1.
@pytest.mark.parametrize("h", [0.25, 49.0, 49.0075])
def test_an_h_that_rounding_moves_by_more_than_a_hundredth_is_refused(h):
    for x in (2.0**53, np.array([3.0, 2.0**53])):
        with pytest.raises(ValueError, match="is lost in x, take a larger one"):
            central_difference(np.square, x, h)


@pytest.mark.parametrize("h", [49.015, 51.0, 1e6])
def test_a_larger_h_is_not(h):
    assert central_difference(lambda x: 2 * x, 2.0**53, h) == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("x", [1e12, -1e12, np.float32(300)])
def test_the_usual_h_is_lost_in_a_large_x(x):
    with pytest.raises(ValueError, match="is lost in x"):
        central_difference(np.square, x)


@pytest.mark.parametrize("h", [0, -1e-5, np.inf, np.nan])
def test_h_must_be_positive_and_finite(h):
    with pytest.raises(ValueError, match="h must be positive and finite"):
        central_difference(np.sin, 1.0, h)


def test_the_step_is_1e_5_unless_another_is_asked_for():
    # On x³ at 0 the quotient is h² itself.
    assert central_difference(lambda x: x**3, 0.0) == pytest.approx(1e-10, rel=1e-12)


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert central_difference(lambda x: x, 2.0**52 - 0.5, 25.0) == 0.99
