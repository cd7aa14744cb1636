"""Back-propagation against 50 digits, exact fractions and automatic differentiation."""

import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
from exact import U, assert_near, digits, fractions, rng, scales, signed

from snippets.autodiff.neuron import backward, forward, sigmoid
from snippets.autodiff.small_network import network, network_grad, network_loss

seeds = pytest.mark.parametrize("seed", range(20))


# --- the neuron -----------------------------------------------------------------------------------


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


# --- the network ----------------------------------------------------------------------------------


def exact_network(p, x):
    return sum(p[6 + j] * mpmath.tanh(p[j] * x + p[3 + j]) for j in range(3)) + p[9]


def exact_network_loss(p, X, y, i):
    """The loss as a function of parameter i alone."""
    P, data = list(digits(p)), list(zip(digits(X), digits(y), strict=True))

    def loss(value):
        q = [*P[:i], value, *P[i + 1 :]]
        return sum((exact_network(q, x) - t) ** 2 for x, t in data) / len(data)

    return loss


def problems(seed):
    """Parameters and data, with a scale s for the inputs and a scale t for the outputs."""
    random = rng(seed)
    for _ in range(3):
        s, t, n = *scales(random, 2), int(random.integers(1, 7))
        p = random.normal(size=10) * np.repeat([1 / s, 1, t, t], [3, 3, 3, 1])
        yield p, s * random.normal(size=n), t * random.normal(size=n)


def sizes(p, X, y):
    """How large the terms are that back-propagation adds up, and what z's roundings do to them."""
    w1, b1, w2, b2 = np.abs(p[:3]), np.abs(p[3:6]), np.abs(p[6:9]), abs(p[9])
    miss = np.max(w2.sum() + b2 + np.abs(y))
    reach = np.max(np.abs(X))
    # z rounds twice and tanh, within one unit, twice: of the size of z or of 1
    of_h = 2 * (reach * w1.max() + b1.max()) + 2
    back = 2 * miss * np.concatenate([w2 * reach, w2, np.ones(4)])
    return miss, back, of_h


@seeds
def test_the_network_and_its_loss_agree_with_50_digits(seed):
    for p, X, y in problems(seed):
        miss, _, of_h = sizes(p, X, y)
        P = list(digits(p))
        outputs = [exact_network(P, mpmath.mpf(x)) for x in X]
        allowed = (of_h + 5) * U * miss  # h is off by of_h, and four products are added
        assert_near(network(p, X), outputs, allowed)
        loss = sum((a - mpmath.mpf(t)) ** 2 for a, t in zip(outputs, y, strict=True)) / len(y)
        assert_near(network_loss(p, X, y), loss, 3 * miss * allowed + (len(y) + 3) * U * miss**2)


@seeds
def test_back_propagation_agrees_with_the_slopes_that_50_digits_see(seed):
    for p, X, y in problems(seed):
        slopes = [
            mpmath.diff(exact_network_loss(p, X, y, i), mpmath.mpf(p[i]), relative=True)
            for i in range(10)
        ]
        _, back, of_h = sizes(p, X, y)
        # What flows back is off by h twice: in the miss and in 1 − h²; then n + 8 roundings.
        assert_near(network_grad(p, X, y), slopes, (3 * of_h + len(y) + 8) * U * back)


@seeds
def test_back_propagation_agrees_with_automatic_differentiation(seed):
    for p, X, y in problems(seed):

        def loss(p, X=X, y=y):
            h = autograd.numpy.tanh(autograd.numpy.outer(X, p[:3]) + p[3:6])
            return autograd.numpy.mean((autograd.numpy.dot(h, p[6:9]) + p[9] - y) ** 2)

        _, back, of_h = sizes(p, X, y)
        error = np.abs(network_grad(p, X, y) - autograd.grad(loss)(p))
        assert np.all(error <= 2 * (3 * of_h + len(y) + 8) * U * back)  # both sides round


@seeds
def test_inputs_and_outputs_in_other_units_change_the_gradient_by_just_those_units(seed):
    random = rng(seed)
    p, (X, y) = random.normal(size=10), random.normal(size=(2, 5))
    s, t = 2.0 ** random.integers(-26, 27, 2)  # powers of 2, which round nothing
    units = np.repeat([1 / s, 1, t, t], [3, 3, 3, 1])
    scaled = network_grad(p * units, X * s, y * t)
    assert scaled.tolist() == (network_grad(p, X, y) * t**2 / units).tolist()
    assert network_loss(p * units, X * s, y * t) == network_loss(p, X, y) * t**2
