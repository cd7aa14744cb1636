import autograd
import autograd.numpy
import numpy as np
import pytest
from exact import U, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, cases, f32, refused, right, tried

from snippets.multivariable.partial_difference import partial_difference

whole = st.integers(-1000, 1000)


# --- theorems -------------------------------------------------------------------------------------
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


def test_the_error_is_quartered_when_h_is_halved():
    # ∂/∂x of eˣ·sin y: the error is h²/6·eˣ·sin y + O(h⁴), so the ratio is 4 + O(h²).
    def error(h):
        wave = partial_difference(lambda x, y: np.exp(x) * np.sin(y), (0.0, 1.0), 0, h)
        return wave - np.sin(1)

    assert error(1e-2) / error(5e-3) == pytest.approx(4, rel=1e-4)


def test_the_step_is_1e_5_unless_another_is_asked_for():
    # On x³ at 0 the quotient is h² itself.
    slope = partial_difference(lambda x, y: x**3 + y, (0.0, 0.0), 0)
    assert slope == pytest.approx(1e-10, rel=1e-12)


# --- oracle ---------------------------------------------------------------------------------------
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


# --- bad input ------------------------------------------------------------------------------------
def surface(x, y):
    return x * x + 3 * x * y


test_bad_input = tried(
    cases(
        lambda point: partial_difference(surface, point, 0, 0.5),
        array(200, 2),
        shapes=r"no argument 0 in a point of shape \(.*\)",
        keeps=False,
    ),
    cases(
        partial_difference,
        *(surface, (3.0, 2.0), 1, 0.5),
        rows=[
            *[refused(surface, (3, 2), i, words=f"no argument {i} in .* \\(2,") for i in (2, -1)],
            right(surface, [3, 2], 1, 0.5, is_=9),
            right(surface, f32(3, 2), 0, is_=12, within=1e-9),
            right(surface, (2.0, 1e200), 0, 0.5, is_=3e200),
        ],
        refuses={
            r"no argument \[0, 1\]": [(surface, (3.0, 2.0), [0, 1])],
            "h must be positive and finite": [
                (surface, (3.0, 2.0), 0, h) for h in (NAN, INF, 0, -1)
            ],
            "lost in argument 0": [(surface, (1e200, 2.0), 0, 0.5)],
            "lost in argument 1": [(surface, (3.0, -1e12), 1)],
        },
    ),
)


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


def test_an_h_that_rounding_moves_by_just_a_hundredth_is_taken():
    # From half a unit below 2⁵², where floats begin to lie 1 apart, x + h comes to lie between two of them.
    assert partial_difference(lambda x: x, [2.0**52 - 0.5], 0, 25.0) == 0.99
