import autograd
import autograd.numpy
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from snippets.autodiff.neuron import backward, forward, sigmoid

numbers = st.floats(-3, 3)


def test_the_forward_pass_of_the_lesson():
    z, a, L = forward(2.0, 1.0, 0.5, 0.1)
    assert [f"{v:.4f}" for v in (z, a, L)] == ["1.1000", "0.7503", "0.0624"]


def test_the_backward_pass_of_the_lesson():
    _, a, _ = forward(2.0, 1.0, 0.5, 0.1)
    gradients = backward(2.0, 1.0, a)
    assert list(gradients) == ["dL_da", "da_dz", "dz_dw", "dz_db", "dL_dw", "dL_db"]
    assert f"{gradients['dL_dw']:.4f}" == "-0.1872"
    assert f"{gradients['dL_db']:.4f}" == "-0.0936"


def test_with_the_target_0_the_weight_must_go_down():
    _, a, _ = forward(2.0, 0.0, 0.5, 0.1)
    assert f"{backward(2.0, 0.0, a)['dL_dw']:.4f}" == "0.5623"


def test_every_local_derivative_agrees_with_symbolic_differentiation():
    x, y, w, b, z, a = sympy.symbols("x y w b z a")
    values = {x: 2.0, y: 1.0, w: 0.5, b: 0.1}
    exact_a = 1 / (1 + sympy.exp(-z))
    loss = (exact_a.subs(z, w * x + b) - y) ** 2
    values[z] = 2.0 * 0.5 + 0.1
    values[a] = float(exact_a.subs(values))
    oracle = {
        "dL_da": sympy.diff((a - y) ** 2, a),
        "da_dz": sympy.diff(exact_a, z),
        "dz_dw": sympy.diff(w * x + b, w),
        "dz_db": sympy.diff(w * x + b, b),
        "dL_dw": sympy.diff(loss, w),
        "dL_db": sympy.diff(loss, b),
    }
    gradients = backward(2.0, 1.0, values[a])
    for name, exact in oracle.items():
        assert gradients[name] == pytest.approx(float(exact.subs(values)), rel=1e-12)


@given(numbers, numbers, numbers, numbers)
def test_the_gradients_agree_with_automatic_differentiation(x, y, w, b):
    def loss(p):
        return (1 / (1 + autograd.numpy.exp(-(p[0] * x + p[1]))) - y) ** 2

    _, a, L = forward(x, y, w, b)
    gradients = backward(x, y, a)
    oracle = autograd.grad(loss)(np.array([w, b]))
    assert pytest.approx(loss((w, b)), rel=1e-12) == L
    # 1 − a can be as small as e⁻¹² and is rounded by ε: a relative error of 4e-11
    assert [gradients["dL_dw"], gradients["dL_db"]] == pytest.approx(oracle, rel=1e-9, abs=1e-13)


@given(st.floats(-30, 30))
def test_the_sigmoid_is_half_at_0_and_symmetric_about_it(z):
    assert sigmoid(0.0) == 0.5
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=1e-15)
    assert sigmoid(z) == pytest.approx((1 + np.tanh(z / 2)) / 2, abs=1e-15)


@given(numbers, numbers, numbers)
def test_a_neuron_that_is_right_has_nothing_to_learn(x, w, b):
    _, a, _ = forward(x, 0.0, w, b)
    _, _, L = forward(x, a, w, b)
    gradients = backward(x, a, a)
    assert L == gradients["dL_dw"] == gradients["dL_db"] == 0


@given(numbers, numbers, numbers, numbers)
def test_the_weight_learns_x_times_as_fast_as_the_bias(x, y, w, b):
    _, a, _ = forward(x, y, w, b)
    gradients = backward(x, y, a)
    assert gradients["dL_dw"] == pytest.approx(x * gradients["dL_db"], rel=1e-12, abs=1e-300)
