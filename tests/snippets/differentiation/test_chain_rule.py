from fractions import Fraction

import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.differentiation.chain_rule import chain, dg, du, g, u

x = sympy.Symbol("x")


def test_the_slope_of_the_cube_of_x2_plus_1_at_2_is_300():
    assert g(u(2)) == 125
    assert chain(2) == 300


def test_the_chain_rule_agrees_with_expanding_first_and_differentiating_then():
    expanded = sympy.expand((x**2 + 1) ** 3)
    assert sympy.expand(g(u(x))) == expanded
    assert sympy.expand(chain(x)) == sympy.diff(expanded, x)


def test_each_link_of_the_chain_is_a_right_derivative():
    assert du(x) == sympy.diff(u(x), x)
    assert dg(x) == sympy.diff(g(x), x)


@given(st.fractions(-100, 100, max_denominator=1000))
def test_the_slope_of_an_even_function_is_odd(at: Fraction):
    assert chain(-at) == -chain(at)
