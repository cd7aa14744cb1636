"""What the oracles share: exact numbers, and random problems of all scales.

The unit of all tolerances is u = ε/2, the relative error of one rounding. Each test says in a comment
how many roundings, of numbers of what size, lie between the exact result and the computed one.
"""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy

U = np.finfo(float).eps / 2
DECADES = np.arange(-8, 9)
mpmath.mp.dps = 50
seeds = pytest.mark.parametrize("seed", range(20))


def rng(seed):
    return np.random.default_rng(seed)


def scales(random, size=None):
    """Powers of ten, with any mantissa, from 1e-8 to 1e8."""
    return 10.0 ** random.uniform(-8, 8, size)


def signed(random, size=None):
    """Numbers of either sign, each with a scale of its own."""
    return random.choice([-1.0, 1.0], size) * scales(random, size)


def fractions(numbers):
    """The numbers as they are stored, exactly."""
    return [Fraction(float(number)) for number in np.ravel(numbers)]


def real(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def digits(numbers):
    """The numbers as they are stored, as an mpmath matrix that computes on with 50 digits."""
    return mpmath.matrix(np.asarray(numbers, dtype=float).tolist())


def assert_near(found, exact, allowed):
    """|found − exact| ≤ allowed, element by element; exact has more digits than a float."""
    found, allowed = np.ravel(found), np.broadcast_to(np.ravel(allowed), np.size(found))
    exact = list(exact) if np.iterable(exact) else [exact]
    assert len(found) == len(exact)
    for f, e, room in zip(found, exact, allowed, strict=True):
        assert np.isfinite(f)
        if isinstance(e, Fraction):
            e = real(e)
        assert abs(mpmath.mpf(float(f)) - e) <= room, (
            f"{f} is {float(f - e):.1e} off, {room:.1e} allowed"
        )


def assert_rounded(function, exact, roundings, seed):
    """A formula without cancellation is off by its roundings alone."""
    x = signed(rng(seed), 50)
    truth = [exact(number) for number in fractions(x)]
    # (1 + u)ⁿ is a little more than 1 + n·u
    assert_near(function(x), truth, [1.01 * roundings * U * abs(float(t)) for t in truth])


def assert_symbolic(function, text, roundings, seed):
    """A formula in x and y is off by its roundings, of the size of its terms: a sum may cancel."""
    expression, names = sympy.sympify(text), sympy.symbols("x y")
    exact = sympy.lambdify(names, expression)
    size = sympy.lambdify(names, sum(map(abs, sympy.Add.make_args(expression))))
    x, y = signed(rng(seed), (2, 50))
    truth = [exact(*pair) for pair in zip(fractions(x), fractions(y), strict=True)]
    assert_near(function(x, y), truth, 1.01 * roundings * U * np.abs(size(x, y)))


def bowls(seed, kappa=8):
    """H = Q diag(λ) Qᵀ of any scale, with eigenvalues over up to `kappa` powers of ten."""
    random = rng(seed)
    for n in [1, 2, 3, 6]:
        λ = scales(random) * 10.0 ** random.uniform(-kappa, 0, n)
        Q = np.linalg.qr(random.normal(size=(n, n)))[0]
        H = Q * λ @ Q.T
        yield (H + H.T) / 2, random


def exact_path(H, minimum, x0, lr, steps):
    """The steps themselves, with 50 digits."""
    H, minimum, lr = digits(H), digits(minimum), mpmath.mpf(lr)
    path = [digits(x0)]
    for _ in range(steps):
        path.append(path[-1] - lr * (H * (path[-1] - minimum)))
    return [list(x) for x in path]


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))
