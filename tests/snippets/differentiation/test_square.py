from fractions import Fraction

import sympy
from exact import assert_rounded, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import formula, tried

from snippets.differentiation.square import df, f

rationals = st.fractions(-100, 100, max_denominator=1000)


# --- theorems -------------------------------------------------------------------------------------
def test_the_slope_of_the_square_at_3_is_6():
    assert f(3) == 9
    assert df(3) == 6


@given(rationals, rationals)
def test_what_the_tangent_misses_is_exactly_h_squared(x: Fraction, h: Fraction):
    assert f(x + h) - f(x) - df(x) * h == h**2


# --- oracle ---------------------------------------------------------------------------------------
def test_the_derivative_agrees_with_symbolic_differentiation():
    x = sympy.Symbol("x")
    assert f(x) == x**2
    assert sympy.expand(df(x) - sympy.diff(x**2, x)) == 0


@seeds
def test_both_are_off_by_their_roundings_alone(seed):
    assert_rounded(f, lambda x: x**2, 1, seed)
    assert_rounded(df, lambda x: 2 * x, 0, seed)


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(formula(f, 3.0), formula(df, 3.0))
