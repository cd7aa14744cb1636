import numpy as np
import pytest
import sympy

from snippets.differentiation.curves import curves

x = sympy.Symbol("x", positive=True)
FORMULAS = {"square": x**2, "cube": x**3, "root": sympy.sqrt(x), "reciprocal": 1 / x}


def test_each_function_has_a_formula_to_be_held_against():
    assert set(curves) == set(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("at", [0.1, 0.5, 1.0, 2.0, 3.0])
def test_function_and_derivative_are_those_of_the_formula(name, at):
    f, df = curves[name]
    assert f(at) == pytest.approx(float(FORMULAS[name].subs(x, at)), rel=4e-16)
    assert df(at) == pytest.approx(float(sympy.diff(FORMULAS[name], x).subs(x, at)), rel=4e-16)


@pytest.mark.parametrize("name", FORMULAS)
def test_an_array_is_taken_number_by_number(name):
    numbers = np.array([0.25, 1.0, 4.0])
    for function in curves[name]:
        assert np.broadcast_to(function(numbers), 3).tolist() == [function(n) for n in numbers]
