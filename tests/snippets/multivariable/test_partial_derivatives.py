import sympy
from exact import assert_symbolic, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import formula, tried

from snippets.multivariable.partial_derivatives import df_dx, df_dy, f

rationals = st.fractions(-100, 100, max_denominator=1000)


# --- theorems -------------------------------------------------------------------------------------
def test_at_2_3_the_partial_derivatives_are_13_and_12():
    assert (f(2, 3), df_dx(2, 3), df_dy(2, 3)) == (31, 13, 12)


@given(rationals, rationals)
def test_x_times_fx_plus_y_times_fy_is_twice_f(x, y):
    """Euler's theorem: every term of f has degree 2."""
    assert x * df_dx(x, y) + y * df_dy(x, y) == 2 * f(x, y)


@given(rationals, rationals)
def test_exchanging_x_and_y_exchanges_the_partial_derivatives(x, y):
    assert f(x, y) == f(y, x)
    assert df_dx(x, y) == df_dy(y, x)


# --- oracle ---------------------------------------------------------------------------------------
def test_both_agree_with_symbolic_differentiation():
    x, y = sympy.symbols("x y")
    exact = x**2 + 3 * x * y + y**2
    assert sympy.expand(f(x, y) - exact) == 0
    assert sympy.expand(df_dx(x, y) - sympy.diff(exact, x)) == 0
    assert sympy.expand(df_dy(x, y) - sympy.diff(exact, y)) == 0


@seeds
def test_each_is_off_by_its_roundings_alone(seed):
    assert_symbolic(f, "x**2 + 3*x*y + y**2", 4, seed)  # of a product of three, and two sums
    assert_symbolic(df_dx, "diff(x**2 + 3*x*y + y**2, x)", 2, seed)
    assert_symbolic(df_dy, "diff(x**2 + 3*x*y + y**2, y)", 2, seed)


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(
    [case for function in (f, df_dx, df_dy) for case in formula(function, 3.0, 2.0)]
)
