"""Partial derivatives and gradients against exact fractions, SymPy and automatic differentiation."""

import autograd
import autograd.numpy
import numpy as np
import pytest
import sympy
from exact import U, assert_near, fractions, rng, scales, signed

from snippets.multivariable import bowl, partial_derivatives
from snippets.multivariable.partial_difference import partial_difference

seeds = pytest.mark.parametrize("seed", range(20))


@seeds
@pytest.mark.parametrize(
    ("function", "text", "roundings"),
    [
        (partial_derivatives.f, "x**2 + 3*x*y + y**2", 4),  # of a product of three, and two sums
        (partial_derivatives.df_dx, "diff(x**2 + 3*x*y + y**2, x)", 2),
        (partial_derivatives.df_dy, "diff(x**2 + 3*x*y + y**2, y)", 2),
        (bowl.f, "x**2 + y**2", 2),
        (lambda x, y: bowl.grad(x, y)[0], "diff(x**2 + y**2, x)", 0),
        (lambda x, y: bowl.grad(x, y)[1], "diff(x**2 + y**2, y)", 0),
    ],
)
def test_values_and_slopes_are_those_of_symbolic_differentiation(seed, function, text, roundings):
    expression = sympy.sympify(text)
    names = sympy.symbols("x y")
    exact = sympy.lambdify(names, expression)
    size = sympy.lambdify(names, sum(map(abs, sympy.Add.make_args(expression))))
    x, y = signed(rng(seed), (2, 50))
    truth = [exact(*pair) for pair in zip(fractions(x), fractions(y), strict=True)]
    # A sum may cancel, so its roundings are of the size of its terms.
    assert_near(function(x, y), truth, 1.01 * roundings * U * np.abs(size(x, y)))


@seeds
@pytest.mark.parametrize("n", [1, 2, 5])
def test_partial_differences_agree_with_automatic_differentiation_at_all_scales(seed, n):
    """t·Σ sin(a·p/s) + t·Π cos(p/s): every argument has a scale of its own."""
    random = rng(seed)
    a, z, s, t = (
        random.uniform(-2, 2, n),
        random.uniform(-3, 3, n),
        scales(random, n),
        scales(random),
    )

    def f(p, np):
        return t * (np.sum(np.sin(a * p / s)) + np.prod(np.cos(p / s)))

    gradient = autograd.grad(lambda p: f(p, autograd.numpy))(z * s)
    for i in range(n):
        h = (2 * U) ** (1 / 3)
        found = partial_difference(lambda *p: f(np.array(p), np), z * s, i, h * s[i])
        # |f| is at most t·(n + 1) and its third derivative 8·t + t. Each of the two values rounds
        # 2n + 5 times, and its arguments, at most 3·|a| = 6, three times.
        allowed = (9 * h**2 / 6 + 2 * (2 * n + 5 + 18) * (n + 1) * U / (2 * h)) * t / s[i]
        assert abs(found - gradient[i]) <= allowed
