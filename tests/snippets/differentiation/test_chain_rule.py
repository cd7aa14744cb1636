from fractions import Fraction

import pytest
import sympy
from exact import assert_rounded, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import formula, tried

from snippets.differentiation.chain_rule import chain, dg, du, g, u

x = sympy.Symbol("x")


# --- theorems -------------------------------------------------------------------------------------
def test_the_slope_of_the_cube_of_x2_plus_1_at_2_is_300():
    assert g(u(2)) == 125
    assert chain(2) == dg(u(2)) * du(2) == 300


@given(st.fractions(-100, 100, max_denominator=1000))
def test_the_slope_of_an_even_function_is_odd(at: Fraction):
    assert chain(-at) == -chain(at)


# --- oracle ---------------------------------------------------------------------------------------
def test_the_chain_rule_agrees_with_expanding_first_and_differentiating_then():
    expanded = sympy.expand((x**2 + 1) ** 3)
    assert sympy.expand(g(u(x))) == expanded
    assert sympy.expand(chain(x)) == sympy.diff(expanded, x)


def test_each_link_of_the_chain_is_a_right_derivative():
    assert du(x) == sympy.diff(u(x), x)
    assert dg(x) == sympy.diff(g(x), x)


@seeds
@pytest.mark.parametrize(
    ("function", "exact", "roundings"),
    [
        (u, lambda x: x**2 + 1, 2),
        (du, lambda x: 2 * x, 0),
        (g, lambda x: x**3, 2),  # a power is within one unit of the last place: two roundings
        (dg, lambda x: 3 * x**2, 2),
        # u is off by 2, its square by 5, three times that by 6, times 2x by 7
        (chain, lambda x: 6 * x * (x**2 + 1) ** 2, 7),
    ],
)
def test_each_is_off_by_its_roundings_alone(seed, function, exact, roundings):
    assert_rounded(function, exact, roundings, seed)


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried([case for f in (u, du, g, dg, chain) for case in formula(f, 3.0)])
