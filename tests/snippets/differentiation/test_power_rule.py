import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.differentiation.power_rule import power, power_derivative

x_not_0 = st.fractions(-10, 10, max_denominator=100).filter(bool)
exponents = st.integers(-6, 6)


def test_the_slope_of_the_cube_at_2_is_12():
    assert power(2, 3) == 8
    assert power_derivative(2, 3) == 12


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 5, sympy.Rational(1, 2)])
def test_the_rule_agrees_with_symbolic_differentiation(n):
    x = sympy.Symbol("x", positive=True)
    assert sympy.simplify(power_derivative(x, n) - sympy.diff(x**n, x)) == 0


@given(x_not_0, exponents, exponents)
def test_the_rule_obeys_the_product_rule(x, m, n):
    product = power_derivative(x, m) * power(x, n) + power(x, m) * power_derivative(x, n)
    assert power(x, m) * power(x, n) == power(x, m + n)
    assert power_derivative(x, m + n) == product


@given(x_not_0)
def test_a_constant_has_slope_0_and_a_line_through_0_has_slope_1(x):
    assert power_derivative(x, 0) == 0
    assert power_derivative(x, 1) == 1
