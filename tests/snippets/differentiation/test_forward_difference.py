from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.differentiation.forward_difference import forward_difference

rationals = st.fractions(-100, 100, max_denominator=1000)
steps = st.fractions(Fraction(1, 1000), 10, max_denominator=1000)


def test_the_slope_of_the_square_at_3_prints_as_6():
    assert f"{forward_difference(lambda x: x**2, 3.0):.6f}" == "6.000000"


@pytest.mark.parametrize(("h", "quotient"), [("1", 5), ("0.1", "2.3"), ("0.01", "2.03")])
def test_the_quotient_of_3x2_minus_4x_at_1_is_2_plus_3h(h, quotient):
    result = forward_difference(lambda x: 3 * x**2 - 4 * x, Fraction(1), Fraction(h))
    assert result == Fraction(quotient) == 2 + 3 * Fraction(h)


@given(rationals, rationals, rationals, steps)
def test_on_a_line_it_is_exact_for_every_h(m, c, x, h):
    assert forward_difference(lambda t: m * t + c, x, h) == m


@given(rationals, rationals, rationals, rationals, steps)
def test_on_a_quadratic_the_error_is_exactly_half_of_h_times_the_second_derivative(a, b, c, x, h):
    quotient = forward_difference(lambda t: a * t**2 + b * t + c, x, h)
    assert quotient - (2 * a * x + b) == a * h


@pytest.mark.parametrize("h", [1e-2, 1e-3, 1e-4])
def test_the_forward_error_is_halved_when_h_is_halved(h):
    # The error of exp at 0 is h/2 + h²/6 + …, so the ratio is 2 + h/3 + …; rounding adds
    # about ε/h to an error of h/2, which is below h as long as h > 1e-5.
    error = forward_difference(np.exp, 0.0, h) - 1
    half = forward_difference(np.exp, 0.0, h / 2) - 1
    assert error / half == pytest.approx(2, abs=h)


def test_on_logarithmic_axes_the_truncation_error_has_slope_1():
    hs = np.array([10.0**-k for k in range(1, 7)])
    errors = [abs(forward_difference(np.sin, 1.0, h) - np.cos(1)) for h in hs]
    slope, _ = np.polyfit(np.log(hs), np.log(errors), 1)
    assert slope == pytest.approx(1, abs=0.01)


def test_the_best_decade_for_the_exponential_at_0_is_the_root_of_the_machine_epsilon():
    decades = range(1, 16)
    errors = [abs(forward_difference(np.exp, 0.0, 10.0**-k) - 1) for k in decades]
    assert decades[int(np.argmin(errors))] == 8


def test_a_float32_stays_one():
    result = forward_difference(lambda x: x**2, np.float32(3), np.float32(0.5))
    assert result == 6.5
    assert isinstance(result, np.float32)


# Above 2⁵³ floats lie 2 apart: 2⁵³ + h is even, so h is moved by up to 1.
@pytest.mark.parametrize("h", [0.5, 97.0, 99.0, 99.005])
def test_an_h_that_rounding_moves_by_more_than_a_hundredth_is_refused(h):
    for x in (2.0**53, np.array([3.0, 2.0**53])):
        with pytest.raises(ValueError, match="is lost in x, take a larger one"):
            forward_difference(np.square, x, h)


@pytest.mark.parametrize("h", [99.015, 101.0, 1e6])
def test_a_larger_h_is_not(h):
    assert forward_difference(lambda x: 2 * x, 2.0**53, h) == pytest.approx(2, rel=0.01)


def test_the_usual_h_is_lost_in_a_float32():
    with pytest.raises(ValueError, match="is lost in x"):
        forward_difference(np.square, np.float32(3))


def test_it_works_on_all_elements_of_an_array_at_once():
    x = np.array([0.0, 1.0, 2.0])
    # h·f″/2 = 1e-7, and rounding of values near 4 gives at most 4·ε/h ≈ 1e-8 more
    np.testing.assert_allclose(forward_difference(lambda t: t**2, x), 2 * x, atol=2e-7)


@pytest.mark.parametrize("h", [0, -1e-7, np.inf, np.nan])
def test_h_must_be_positive_and_finite(h):
    with pytest.raises(ValueError, match="h must be positive and finite"):
        forward_difference(np.sin, 1.0, h)


def test_the_step_is_1e_7_unless_another_is_asked_for():
    # On x² at 0 the quotient is h itself.
    assert forward_difference(lambda x: x**2, 0.0) == pytest.approx(1e-7, rel=1e-12)


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert forward_difference(lambda x: x, 2.0**52 - 0.5, 50.0) == 1.01
