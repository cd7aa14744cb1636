import autograd
import numpy as np
import pytest
from exact import assert_symbolic, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import INF, NAN, array, bad_input, column, formula, refused, right, tried, u8

from snippets.multivariable.bowl import f, grad

numbers = st.floats(-100, 100)
angles = st.floats(0, 2 * np.pi)


def rotation(t):
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


# --- theorems -------------------------------------------------------------------------------------
def test_at_3_4_the_bowl_is_25_high_and_its_gradient_is_10_long():
    assert f(3.0, 4.0) == 25.0
    assert str(grad(3.0, 4.0)) == "[6. 8.]"
    assert np.linalg.norm(grad(3.0, 4.0)) == 10


@given(numbers, numbers, angles)
def test_turning_the_bowl_leaves_its_height_and_turns_its_gradient(x, y, t):
    turned = rotation(t) @ [x, y]
    # A rotation rounds each coordinate by a few ε·100, its square by a few ε·100².
    assert f(*turned) == pytest.approx(f(x, y), abs=1e-10)
    np.testing.assert_allclose(grad(*turned), rotation(t) @ grad(x, y), atol=1e-12)


@given(numbers, numbers, angles)
def test_no_direction_climbs_faster_than_the_gradient(x, y, t):
    direction = np.array([np.cos(t), np.sin(t)])
    # The central difference is exact on a quadratic, up to rounding ε·f/h < 1e-11.
    climb = (f(*(np.array([x, y]) + direction)) - f(*(np.array([x, y]) - direction))) / 2
    assert climb <= np.linalg.norm(grad(x, y)) + 1e-10
    assert climb == pytest.approx(direction @ grad(x, y), abs=1e-10)


# --- oracle ---------------------------------------------------------------------------------------
@given(numbers, numbers)
def test_the_gradient_agrees_with_automatic_differentiation(x, y):
    oracle = autograd.grad(lambda p: p[0] ** 2 + p[1] ** 2)
    np.testing.assert_allclose(grad(x, y), oracle(np.array([x, y])), rtol=1e-14)


@seeds
def test_height_and_gradient_are_off_by_their_roundings_alone(seed):
    assert_symbolic(f, "x**2 + y**2", 2, seed)
    for i, name in enumerate("xy"):
        assert_symbolic(lambda *at: grad(*at)[i], f"diff(x**2 + y**2, {name})", 0, seed)  # noqa: B023


# --- bad input ------------------------------------------------------------------------------------
test_bad_input_of_the_bowl = tried(formula(f, 3.0, 2.0))


test_bad_input_of_its_gradient = bad_input(
    grad,
    *(3.0, 4.0),
    rows=[
        right(column(3, 5), column(2, 4), is_=[[[6], [10]], [[4], [8]]]),
        right([3, 5], [2, 4], is_=[[6, 10], [4, 8]]),
        right(array(), array(), is_=np.empty((2, 0))),
        right(3, 4, is_=[6, 8]),
        right(u8(200), u8(100), is_=[[400], [200]]),
        right(np.float32(3), np.float32(4), is_=[6, 8]),
        right(NAN, INF, is_=[NAN, INF]),
        right(1e300, 1e-300, is_=[2e300, 2e-300]),
        refused(array(3, 5), column(2, 4), words="inhomogeneous"),
    ],
)
