import autograd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.multivariable.bowl import f, grad

numbers = st.floats(-100, 100)
angles = st.floats(0, 2 * np.pi)


def rotation(t):
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


def test_at_3_4_the_bowl_is_25_high_and_its_gradient_is_10_long():
    assert f(3.0, 4.0) == 25.0
    assert str(grad(3.0, 4.0)) == "[6. 8.]"
    assert np.linalg.norm(grad(3.0, 4.0)) == 10


def test_the_gradient_of_whole_numbers_is_made_of_floats():
    assert grad(3, 4).dtype == np.float64


@given(numbers, numbers)
def test_the_gradient_agrees_with_automatic_differentiation(x, y):
    oracle = autograd.grad(lambda p: p[0] ** 2 + p[1] ** 2)
    np.testing.assert_allclose(grad(x, y), oracle(np.array([x, y])), rtol=1e-14)


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
