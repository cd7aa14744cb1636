import mpmath
import numpy as np
import pytest
import sympy
from exact import U, assert_near, fractions, rng, scales, seeds, signed
from hypothesis import given
from hypothesis import strategies as st
from inputs import array, cases, formula, right, tried

from snippets.autodiff.neuron import backward, forward, sigmoid

numbers = st.floats(-3, 3)


# --- theorems -------------------------------------------------------------------------------------
def test_the_forward_pass_of_the_lesson():
    z, a, L = forward(2.0, 1.0, 0.5, 0.1)
    assert [f"{v:.4f}" for v in (z, a, L)] == ["1.1000", "0.7503", "0.0624"]


def test_the_backward_pass_of_the_lesson():
    _, a, _ = forward(2.0, 1.0, 0.5, 0.1)
    gradients = backward(2.0, 1.0, a)
    assert list(gradients) == ["dL_da", "da_dz", "dz_dw", "dz_db", "dL_dw", "dL_db"]
    assert f"{gradients['dL_dw']:.4f}" == "-0.1872"
    assert f"{gradients['dL_db']:.4f}" == "-0.0936"


@given(st.floats(-30, 30))
def test_the_sigmoid_is_half_at_0_and_symmetric_about_it(z):
    assert sigmoid(0.0) == 0.5
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=1e-15)
    assert sigmoid(z) == pytest.approx((1 + np.tanh(z / 2)) / 2, abs=1e-15)


@given(numbers, numbers, numbers, numbers)
def test_the_weight_learns_x_times_as_fast_as_the_bias(x, y, w, b):
    _, a, _ = forward(x, y, w, b)
    gradients = backward(x, y, a)
    assert gradients["dL_dw"] == pytest.approx(x * gradients["dL_db"], rel=1e-12, abs=1e-300)


# --- oracle ---------------------------------------------------------------------------------------
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


def exact_sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


def exact_loss(x, y, w, b):
    return (exact_sigmoid(w * x + b) - y) ** 2


@seeds
def test_the_sigmoid_has_all_its_digits_on_both_sides(seed):
    z = signed(rng(seed), 50)
    z = z[np.abs(z) < 700]  # beyond, e⁻ᶻ is no float
    truth = [exact_sigmoid(mpmath.mpf(number)) for number in z]
    # exp is within one unit of the last place (2u), the sum and the quotient round once each
    assert_near(sigmoid(z), truth, [4.1 * U * t for t in truth])


@seeds
def test_the_forward_pass_is_off_by_the_roundings_of_z(seed):
    for x, y, w, b in neurons(seed):
        z, a, L = forward(x, y, w, b)
        x, y, w, b = map(mpmath.mpf, (x, y, w, b))
        truth = exact_sigmoid(w * x + b)
        of_z = 2 * U * (abs(w * x) + abs(b))  # a product and a sum
        of_a = truth * (1 - truth) * of_z + 4 * U * truth  # σ′ = σ(1 − σ)
        assert_near(z, w * x + b, of_z)
        assert_near(a, truth, 1.01 * of_a)
        miss = abs(truth - y)
        assert_near(L, miss**2, 1.01 * (2 * miss * of_a + of_a**2 + 3 * U * miss**2))


def neurons(seed):
    """x, y, w, b of all scales, so that w·x + b is where a sigmoid bends."""
    random = rng(seed)
    for _ in range(20):
        x, b, y = signed(random), random.uniform(-3, 3), signed(random)
        yield x, y, random.uniform(-20, 20) / x, b


@seeds
def test_each_local_derivative_is_exact_up_to_its_own_roundings(seed):
    random = rng(seed)
    for _ in range(20):
        x, y, a = signed(random), signed(random), 1 / (1 + scales(random))
        X, Y, A = fractions([x, y, a])
        found = backward(x, y, a)
        exact = {
            "dL_da": (2 * (A - Y), 1),
            "da_dz": (A * (1 - A), 2),
            "dz_dw": (X, 0),
            "dz_db": (1, 0),
            "dL_dw": (2 * (A - Y) * A * (1 - A) * X, 5),
            "dL_db": (2 * (A - Y) * A * (1 - A), 4),
        }
        assert list(found) == list(exact)
        for name, (truth, roundings) in exact.items():
            assert_near(found[name], truth, 1.01 * roundings * U * abs(float(truth)))


@seeds
def test_both_passes_together_give_the_slope_that_50_digits_see(seed):
    for x, y, w, b in neurons(seed):
        found = backward(x, y, forward(x, y, w, b)[1])
        x, y, w, b = map(mpmath.mpf, (x, y, w, b))
        a = exact_sigmoid(w * x + b)
        of_a = a * (1 - a) * 2 * U * (abs(w * x) + abs(b)) + 4 * U * a
        # 2(a − y)·a(1 − a) as a function of a has the slope 2a(1 − a) + 2(a − y)(1 − 2a)
        change = 2 * a * (1 - a) + 2 * abs(a - y) * abs(1 - 2 * a)
        slope = mpmath.diff(lambda b: exact_loss(x, y, w, b), b)  # noqa: B023  (called at once)
        allowed = 1.01 * (change * of_a + 5 * U * abs(slope)) + 4 * of_a**2 * (1 + abs(a - y))
        assert_near(found["dL_db"], slope, allowed)
        slope = mpmath.diff(lambda w: exact_loss(x, y, w, b), w, relative=True)  # noqa: B023
        assert_near(found["dL_dw"], slope, allowed * abs(x))


# --- bad input ------------------------------------------------------------------------------------
def loss(x, y, w, b):
    return forward(x, y, w, b)[2]


def slope(x, y, a):
    return backward(x, y, a)["dL_dw"]


test_bad_input = tried(
    formula(sigmoid, 3.0, huge=False),
    formula(loss, 2.0, 1.0, 0.5, 0.1, huge=False),
    formula(slope, 2.0, 1.0, 0.75),
    cases(
        sigmoid,
        3.0,
        rows=[
            right(array(1e200), is_=[1]),
            right(array(-1e200), is_=[0], warns="overflow"),
        ],
    ),
    cases(forward, *(2.0, 1.0, 0.5, 0.1)),
    cases(backward, *(2.0, 1.0, 0.75)),
)
