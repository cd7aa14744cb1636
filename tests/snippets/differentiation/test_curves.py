import mpmath
import pytest
import sympy
from exact import U, assert_near, assert_rounded, rng, scales, seeds
from inputs import formula, tried

from snippets.differentiation.curves import curves

x = sympy.Symbol("x", positive=True)
FORMULAS = {"square": x**2, "cube": x**3, "root": sympy.sqrt(x), "reciprocal": 1 / x}


# --- theorems -------------------------------------------------------------------------------------
def test_each_function_has_a_formula_to_be_held_against():
    assert set(curves) == set(FORMULAS)


# --- oracle ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("at", [0.1, 0.5, 1.0, 2.0, 3.0])
def test_function_and_derivative_are_those_of_the_formula(name, at):
    f, df = curves[name]
    assert f(at) == pytest.approx(float(FORMULAS[name].subs(x, at)), rel=4e-16)
    assert df(at) == pytest.approx(float(sympy.diff(FORMULAS[name], x).subs(x, at)), rel=4e-16)


@seeds
@pytest.mark.parametrize(
    ("name", "exact", "slope", "roundings"),
    [
        ("square", lambda x: x**2, lambda x: 2 * x, (1, 0)),
        ("cube", lambda x: x**3, lambda x: 3 * x**2, (2, 2)),
        ("reciprocal", lambda x: 1 / x, lambda x: -1 / x**2, (1, 2)),
    ],
)
def test_both_are_off_by_their_roundings_alone(seed, name, exact, slope, roundings):
    for function, truth, count in zip(curves[name], (exact, slope), roundings, strict=True):
        assert_rounded(function, truth, count, seed)


@seeds
@pytest.mark.parametrize("name", curves)
def test_each_derivative_is_the_slope_that_50_digits_see_in_its_function(seed, name):
    function, derivative = curves[name]
    for at in scales(rng(seed), 5):
        exact = mpmath.sqrt if name == "root" else function
        slope = mpmath.diff(exact, mpmath.mpf(at), relative=True)
        assert_near(derivative(at), slope, 8 * U * abs(slope))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = tried(
    *[formula(f, 4.0, huge=name != "root") for name, pair in curves.items() for f in pair]
)
