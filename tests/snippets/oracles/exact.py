"""What the oracles share: exact numbers, and random problems of all scales.

The unit of all tolerances is u = ε/2, the relative error of one rounding. Each test says in a comment
how many roundings, of numbers of what size, lie between the exact result and the computed one.
"""

from fractions import Fraction

import mpmath
import numpy as np

U = np.finfo(float).eps / 2
DECADES = np.arange(-8, 9)
mpmath.mp.dps = 50


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
            e = mpmath.mpf(e.numerator) / e.denominator
        assert abs(mpmath.mpf(float(f)) - e) <= room, (
            f"{f} is {float(f - e):.1e} off, {room:.1e} allowed"
        )
