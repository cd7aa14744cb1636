from fractions import Fraction

import numpy as np
import pytest
import quotients
from exact import rng, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import tried

from snippets.differentiation.forward_difference import forward_difference

rationals = st.fractions(-100, 100, max_denominator=1000)
steps = st.fractions(Fraction(1, 1000), 10, max_denominator=1000)


# --- theorems -------------------------------------------------------------------------------------
class TestTheorems(quotients.Theorems):
    quotient, order = staticmethod(forward_difference), 1


@pytest.mark.parametrize(("h", "quotient"), [("1", 5), ("0.1", "2.3"), ("0.01", "2.03")])
def test_the_quotient_of_3x2_minus_4x_at_1_is_2_plus_3h(h, quotient):
    result = forward_difference(lambda x: 3 * x**2 - 4 * x, Fraction(1), Fraction(h))
    assert result == Fraction(quotient) == 2 + 3 * Fraction(h)


@given(rationals, rationals, rationals, rationals, steps)
def test_on_a_quadratic_the_error_is_exactly_half_of_h_times_the_second_derivative(a, b, c, x, h):
    quotient = forward_difference(lambda t: a * t**2 + b * t + c, x, h)
    assert quotient - (2 * a * x + b) == a * h  # and so on a line it is exact


def test_it_works_on_all_elements_of_an_array_at_once():
    x = np.array([0.0, 1.0, 2.0])
    # h·f″/2 = 1e-7, and rounding of values near 4 gives at most 4·ε/h ≈ 1e-8 more
    np.testing.assert_allclose(forward_difference(lambda t: t**2, x), 2 * x, atol=2e-7)


# --- oracle ---------------------------------------------------------------------------------------
class TestOracle(quotients.Oracle):
    quotient, order = staticmethod(forward_difference), 1


@seeds
def test_on_squares_of_few_digits_there_is_no_rounding_at_all(seed):
    a, b, c, x = map(float, rng(seed).integers(-1000, 1000, 4))
    for h in [2.0**-k for k in range(-3, 8)]:
        square = forward_difference(lambda t: a * t**2 + b * t + c, x, h)
        exact = 2 * Fraction(a) * Fraction(x) + Fraction(b) + Fraction(a) * Fraction(h)
        assert Fraction(square) == exact


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(quotients.quotient_cases(forward_difference, slope_at_3=6.5))


# Above 2⁵³ floats lie 2 apart: 2⁵³ + h is even, so h is moved by up to 1.
@pytest.mark.parametrize("h", [0.5, 97.0, 99.0, 99.005])
def test_an_h_that_rounding_moves_by_more_than_a_hundredth_is_refused(h):
    with pytest.raises(ValueError, match="is lost in x, take a larger one"):
        forward_difference(np.square, 2.0**53, h)


@pytest.mark.parametrize("h", [99.015, 101.0, 1e6])
def test_a_larger_h_is_not(h):
    assert forward_difference(lambda x: 2 * x, 2.0**53, h) == pytest.approx(2, rel=0.01)


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert forward_difference(lambda x: x, 2.0**52 - 0.5, 50.0) == 1.01
