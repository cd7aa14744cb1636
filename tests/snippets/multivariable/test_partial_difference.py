import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.multivariable.partial_difference import partial_difference

whole = st.integers(-1000, 1000)


def test_at_2_3_the_partial_derivatives_print_as_13_and_12():
    def f(x, y):
        return x**2 + 3 * x * y + y**2

    assert f"{partial_difference(f, (2.0, 3.0), 0):.4f}" == "13.0000"
    assert f"{partial_difference(f, (2.0, 3.0), 1):.4f}" == "12.0000"


@given(whole, whole, whole, whole, whole)
def test_on_quadratics_it_is_exact(a, b, c, x, y):
    # With h = ½ and whole numbers every operation is exact in floating point.
    def f(x, y):
        return a * x**2 + b * x * y + c * y**2

    assert partial_difference(f, (x, y), 0, h=0.5) == 2 * a * x + b * y
    assert partial_difference(f, (x, y), 1, h=0.5) == b * x + 2 * c * y


def test_only_the_chosen_argument_moves_and_by_h_to_either_side():
    seen = []
    partial_difference(lambda *p: seen.append(p) or 0.0, (1, 2, 3), 1, h=0.25)
    assert sorted(seen) == [(1, 1.75, 3), (1, 2.25, 3)]


def test_the_point_itself_is_left_as_it_was():
    point = np.array([1.0, 2.0])
    partial_difference(lambda x, y: x * y, point, 0)
    assert point.tolist() == [1, 2]


def test_the_error_is_quartered_when_h_is_halved():
    # ∂/∂x of eˣ·sin y: the error is h²/6·eˣ·sin y + O(h⁴), so the ratio is 4 + O(h²).
    def error(h):
        wave = partial_difference(lambda x, y: np.exp(x) * np.sin(y), (0.0, 1.0), 0, h)
        return wave - np.sin(1)

    assert error(1e-2) / error(5e-3) == pytest.approx(4, rel=1e-4)


def test_all_partial_derivatives_agree_with_symbolic_differentiation():
    names = x, y, z = sympy.symbols("x y z")
    expression = sympy.sin(x * y) + sympy.exp(-z) * x**2 / (1 + y**2)
    f = sympy.lambdify(names, expression)
    point = (0.7, -1.2, 0.4)
    for i, name in enumerate(names):
        exact = float(sympy.diff(expression, name).subs(dict(zip(names, point, strict=True))))
        # truncation h²·f‴/6 ~ 1e-10, rounding ε·|f|/h ~ 1e-11
        assert partial_difference(f, point, i) == pytest.approx(exact, abs=1e-9)


# Above 2⁵³ floats lie 2 apart, below it 1: 2⁵³ + h is even, so the distance 2h is moved by up to 1.
@pytest.mark.parametrize("h", [0.25, 49.0, 49.0075])
def test_an_h_that_rounding_moves_by_more_than_a_hundredth_is_refused(h):
    with pytest.raises(ValueError, match="is lost in argument 1, take a larger one"):
        partial_difference(lambda x, y: y, (1.0, 2.0**53), 1, h)


@pytest.mark.parametrize("h", [49.015, 51.0, 1e6])
def test_a_larger_h_is_not_nor_one_that_another_argument_would_swallow(h):
    assert partial_difference(lambda x, y: 2 * y, (1.0, 2.0**53), 1, h) == pytest.approx(
        2, rel=0.02
    )
    assert partial_difference(lambda x, y: 2 * x, (1.0, 2.0**53), 0, h) == pytest.approx(2)


def test_what_is_masked_is_not_a_number():
    point = np.ma.array([3.0, 2.0], mask=[0, 1])
    assert np.isnan(partial_difference(lambda x, y: x * y, point, 0))


@pytest.mark.parametrize("h", [0, -1e-5, np.inf, np.nan])
def test_h_must_be_positive_and_finite(h):
    with pytest.raises(ValueError, match="h must be positive and finite"):
        partial_difference(lambda x, y: x, (1.0, 2.0), 0, h)


@pytest.mark.parametrize("i", [2, -1])
def test_there_is_no_third_argument_to_move_in_a_function_of_two(i):
    with pytest.raises(ValueError, match=rf"no argument {i} in a point of shape \(2,\)"):
        partial_difference(lambda x, y: x, (1.0, 2.0), i)


def test_the_step_is_1e_5_unless_another_is_asked_for():
    # On x³ at 0 the quotient is h² itself.
    slope = partial_difference(lambda x, y: x**3 + y, (0.0, 0.0), 0)
    assert slope == pytest.approx(1e-10, rel=1e-12)


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert partial_difference(lambda x: x, [2.0**52 - 0.5], 0, 25.0) == 0.99
