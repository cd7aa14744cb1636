from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.differentiation.square import df, f

rationals = st.fractions(-100, 100, max_denominator=1000)


def test_the_slope_of_the_square_at_3_is_6():
    assert f(3) == 9
    assert df(3) == 6


def test_the_derivative_agrees_with_symbolic_differentiation():
    x = sympy.Symbol("x")
    assert f(x) == x**2
    assert sympy.expand(df(x) - sympy.diff(x**2, x)) == 0


@given(rationals, rationals)
def test_what_the_tangent_misses_is_exactly_h_squared(x: Fraction, h: Fraction):
    assert f(x + h) - f(x) - df(x) * h == h**2
