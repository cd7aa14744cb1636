import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
from exact import U, assert_near, digits, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import array, cases, column, right, tried

from snippets.autodiff.small_network import network, network_grad, network_loss, unpack
from snippets.datasets import five_points
from snippets.optimization.gradient_descent import gradient_descent

X, Y = five_points.X - 3, five_points.y
some_seed = st.integers(0, 10_000)


def some_parameters(seed):
    return np.random.default_rng(seed).normal(size=10)


# --- theorems -------------------------------------------------------------------------------------
def test_the_ten_parameters_are_three_three_three_and_one():
    w1, b1, w2, b2 = unpack(np.arange(10.0))
    assert [w1.tolist(), b1.tolist(), w2.tolist(), b2] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], 9]


@given(some_seed, st.permutations(range(3)))
def test_the_hidden_units_may_change_places(seed, order):
    p = some_parameters(seed)
    places = np.concatenate([order, np.add(order, 3), np.add(order, 6), [9]])
    assert network_loss(p[places], X, Y) == pytest.approx(network_loss(p, X, Y))
    np.testing.assert_allclose(
        network_grad(p[places], X, Y), network_grad(p, X, Y)[places], rtol=1e-9, atol=1e-12
    )


@given(some_seed)
def test_turning_all_signs_of_a_hidden_unit_changes_nothing_because_tanh_is_odd(seed):
    p = some_parameters(seed)
    turned = p * [-1, 1, 1, -1, 1, 1, -1, 1, 1, 1]
    assert network(turned, X) == pytest.approx(network(p, X))
    assert network_loss(turned, X, Y) == pytest.approx(network_loss(p, X, Y))


@given(some_seed)
def test_loss_and_gradient_of_all_points_are_the_means_of_those_of_each(seed):
    p = some_parameters(seed)
    for function in (network_loss, network_grad):
        mean = np.mean([function(p, X[[i]], Y[[i]]) for i in range(5)], axis=0)
        np.testing.assert_allclose(mean, function(p, X, Y), rtol=1e-9, atol=1e-12)


@seeds
def test_inputs_and_outputs_in_other_units_change_the_gradient_by_just_those_units(seed):
    random = rng(seed)
    p, (X, y) = random.normal(size=10), random.normal(size=(2, 5))
    s, t = 2.0 ** random.integers(-26, 27, 2)  # powers of 2, which round nothing
    units = np.repeat([1 / s, 1, t, t], [3, 3, 3, 1])
    scaled = network_grad(p * units, X * s, y * t)
    assert scaled.tolist() == (network_grad(p, X, y) * t**2 / units).tolist()
    assert network_loss(p * units, X * s, y * t) == network_loss(p, X, y) * t**2


def test_training_beats_the_best_line_and_does_not_hang_on_the_last_bits():
    def trained(p0):
        path = gradient_descent(lambda p: network_grad(p, X, Y), p0, 0.05, 1000)
        return [network_loss(p, X, Y) for p in path]

    rng = np.random.default_rng(1)
    p0 = rng.normal(size=10) * 0.5
    losses = trained(p0)
    assert np.all(np.diff(losses) < 0)
    assert f"{losses[-1]:.3f}" == "0.139"  # the best line has 0.48
    assert trained(p0 + 1e-12 * rng.normal(size=10))[-1] == pytest.approx(losses[-1], abs=1e-9)


# --- oracle ---------------------------------------------------------------------------------------
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
def test_unpacking_cuts_where_split_cuts(seed):
    p = rng(seed).normal(size=10)
    for part, other in zip(unpack(p), np.split(p, [3, 6, 9]), strict=True):
        np.testing.assert_array_equal(np.atleast_1d(part), other)


# --- bad input ------------------------------------------------------------------------------------
P = array(1, -2, 0.5, 0, 1, 2, 3, -1, 0.5, 0.25)
HUNDREDS = np.full(10, 100.0)  # 2 · 100 is −56 in the narrowest whole numbers
TEN, SAME = r"p must have shape \(10,\)", "same shape"
ROWS = [
    right(P, column(1, 2), is_=column(network(P, 1.0), network(P, 2.0))),
    right(P, np.array(2), is_=network(P, 2.0)),
    right(P, [], is_=[]),
    right(P, [1e200], is_=network(P, [1e9])),  # tanh is ±1 there already
]
HUGE = [1e200, 1.0], [2, 4]
test_bad_input = tried(
    cases(unpack, P, shapes=TEN),
    cases(unpack, HUNDREDS, rows=[right(1e200 * HUNDREDS, is_=(*np.full((3, 3), 1e202), 1e202))]),
    cases(lambda p: network(p, 1.0), P, shapes=TEN, keeps=False),
    cases(network, HUNDREDS, array(1, 200), within=1e-5),
    cases(network, P, array(1, 2), within=1e-5, rows=ROWS),
    *[
        cases(f, P, array(1, 2, 4), array(2, 4, 5), shapes=f"{TEN}|{SAME}", within=1e-5)
        for f in (network_loss, network_grad)
    ],
    *[
        cases(
            f,
            *(HUNDREDS, array(200, 1), array(250, 9)),
            rows=[right(P, *HUGE, is_=beyond)],
            refuses={SAME: [(P, X, X) for X in ([[1.0, 2.0]], column(1, 2), [], 1.0)]},
        )
        for f in (network_loss, network_grad)
        for beyond in [f(P, array(1e9, 1), array(2, 4))]
    ],
)


def test_to_change_what_comes_out_of_unpack_does_not_change_what_went_in():
    p = P.copy()
    for part in unpack(p)[:3]:
        part[:] = 0
    assert p.tolist() == P.tolist()
