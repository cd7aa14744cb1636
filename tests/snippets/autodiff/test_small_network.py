import autograd
import autograd.numpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.autodiff.small_network import network, network_grad, network_loss, unpack
from snippets.datasets.five_points import X as RAW
from snippets.datasets.five_points import y
from snippets.optimization.gradient_descent import gradient_descent

X = RAW - 3
seeds = st.integers(0, 10_000)


def some_parameters(seed):
    return np.random.default_rng(seed).normal(size=10)


def one_by_one(p, x):
    """The same network with a loop over its three hidden units."""
    return sum(p[6 + j] * autograd.numpy.tanh(p[j] * x + p[3 + j]) for j in range(3)) + p[9]


def test_the_ten_parameters_are_three_three_three_and_one():
    w1, b1, w2, b2 = unpack(np.arange(10.0))
    assert [w1.tolist(), b1.tolist(), w2.tolist(), b2] == [[0, 1, 2], [3, 4, 5], [6, 7, 8], 9]


@given(seeds, st.floats(-5, 5))
def test_the_network_is_three_bent_lines_added_up(seed, x):
    p = some_parameters(seed)
    assert network(p, x) == pytest.approx(one_by_one(p, x), abs=1e-13)


def test_many_inputs_give_as_many_predictions_in_the_same_shape():
    p = some_parameters(0)
    grid = np.linspace(-2, 2, 6).reshape(2, 3)
    assert network(p, grid) == pytest.approx(one_by_one(p, grid))
    assert np.shape(network(p, 1.0)) == ()


def test_the_loss_is_the_mean_of_the_squared_errors():
    p = some_parameters(1)
    squares = [(one_by_one(p, xi) - yi) ** 2 for xi, yi in zip(X, y, strict=True)]
    assert network_loss(p, X, y) == pytest.approx(sum(squares) / 5)


@given(seeds)
def test_back_propagation_agrees_with_automatic_differentiation(seed):
    p = some_parameters(seed)
    oracle = autograd.grad(lambda p: autograd.numpy.mean((one_by_one(p, X) - y) ** 2))
    # both multiply the same numbers in another order: a few ε of gradients of order 10
    np.testing.assert_allclose(network_grad(p, X, y), oracle(p), rtol=1e-9, atol=1e-12)


def test_back_propagation_agrees_with_central_differences():
    p, h = some_parameters(2), 1e-5
    for i in range(10):
        e = h * np.eye(10)[i]
        slope = (network_loss(p + e, X, y) - network_loss(p - e, X, y)) / (2 * h)
        # truncation h²·L‴/6 ~ 1e-9, rounding ε·L/h ~ 1e-9
        assert network_grad(p, X, y)[i] == pytest.approx(slope, abs=1e-7)


@given(seeds, st.permutations(range(3)))
def test_the_hidden_units_may_change_places(seed, order):
    p = some_parameters(seed)
    places = np.concatenate([order, np.add(order, 3), np.add(order, 6), [9]])
    assert network_loss(p[places], X, y) == pytest.approx(network_loss(p, X, y))
    np.testing.assert_allclose(
        network_grad(p[places], X, y), network_grad(p, X, y)[places], rtol=1e-9, atol=1e-12
    )


@given(seeds)
def test_turning_all_signs_of_a_hidden_unit_changes_nothing_because_tanh_is_odd(seed):
    p = some_parameters(seed)
    turned = p * [-1, 1, 1, -1, 1, 1, -1, 1, 1, 1]
    assert network_loss(turned, X, y) == pytest.approx(network_loss(p, X, y))


@given(seeds, st.permutations(range(5)))
def test_the_order_of_the_data_does_not_matter(seed, order):
    p = some_parameters(seed)
    shuffled = network_grad(p, X[order], y[order])
    np.testing.assert_allclose(shuffled, network_grad(p, X, y), rtol=1e-9, atol=1e-12)


def test_training_beats_the_best_line_and_does_not_hang_on_the_last_bits():
    def trained(p0):
        path = gradient_descent(lambda p: network_grad(p, X, y), p0, 0.05, 1000)
        return [network_loss(p, X, y) for p in path]

    rng = np.random.default_rng(1)
    p0 = rng.normal(size=10) * 0.5
    losses = trained(p0)
    assert np.all(np.diff(losses) < 0)
    assert f"{losses[-1]:.3f}" == "0.139"  # the best line has 0.48
    assert trained(p0 + 1e-12 * rng.normal(size=10))[-1] == pytest.approx(losses[-1], abs=1e-9)


@pytest.mark.parametrize("bad", [np.zeros(9), np.zeros((10, 1)), 0.0])
def test_the_parameters_must_be_ten(bad):
    for call in [
        lambda: unpack(bad),
        lambda: network(bad, 1.0),
        lambda: network_grad(bad, X, y),
    ]:
        with pytest.raises(ValueError, match=r"p must have shape \(10,\)"):
            call()


@given(seeds)
def test_of_a_single_point_the_loss_is_its_squared_error(seed):
    p = some_parameters(seed)
    assert network_loss(p, X[:1], y[:1]) == pytest.approx((one_by_one(p, X[0]) - y[0]) ** 2)
    all_of_them = np.mean([network_grad(p, X[[i]], y[[i]]) for i in range(5)], axis=0)
    np.testing.assert_allclose(all_of_them, network_grad(p, X, y), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("function", [network_loss, network_grad])
@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_a_table_is_no_row_of_numbers_and_of_nothing_there_is_no_mean(function, shape):
    for bad in [
        (X.reshape(shape), y),
        (X, y.reshape(shape)),
        (X.reshape(shape), y.reshape(shape)),
        (X[:0], y[:0]),
    ]:
        with pytest.raises(ValueError, match="same shape"):
            function(np.zeros(10), *bad)


@pytest.mark.parametrize("function", [network_loss, network_grad])
@pytest.mark.parametrize("bad", [y[:4], y.reshape(5, 1)])
def test_x_and_y_must_belong_together(function, bad):
    with pytest.raises(ValueError, match="same shape"):
        function(np.zeros(10), X, bad)
