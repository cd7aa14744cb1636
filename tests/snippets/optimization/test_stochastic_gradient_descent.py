import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.stochastic_gradient_descent import stochastic_gradient_descent


def grad(p, rows):
    miss = p[0] * X[rows] + p[1] - y[rows]
    return 2 * np.array([np.mean(miss * X[rows]), np.mean(miss)])


def batches(data_size, batch_size, epochs, seed):
    """The rows of each step, as the gradient function sees them."""
    seen = []
    stochastic_gradient_descent(
        lambda p, rows: seen.append(list(rows)) or 0 * p,
        [0.0],
        0.1,
        data_size,
        batch_size,
        epochs,
        seed,
    )
    return seen


@given(st.integers(0, 1000), st.floats(0.001, 0.08))
def test_with_all_rows_in_one_batch_it_is_gradient_descent(seed, lr):
    noisy = stochastic_gradient_descent(grad, [0.5, 1.0], lr, 5, 5, 20, seed)
    plain = gradient_descent(lambda p: grad(p, slice(None)), [0.5, 1.0], lr, 20)
    np.testing.assert_allclose(noisy, plain, atol=1e-12)  # only the order of a sum differs


@given(st.integers(1, 12), st.data())
def test_every_epoch_visits_every_row_once(data_size, data):
    batch_size = data.draw(st.integers(1, data_size))
    steps = -(-data_size // batch_size)
    seen = batches(data_size, batch_size, 3, seed=0)
    assert len(seen) == 3 * steps
    for epoch in range(3):
        of_epoch = seen[epoch * steps : (epoch + 1) * steps]
        assert sorted(row for rows in of_epoch for row in rows) == list(range(data_size))
        assert all(len(rows) == batch_size for rows in of_epoch[:-1])


def test_each_epoch_is_shuffled_afresh():
    seen = batches(20, 20, 2, seed=1)
    assert seen[0] != seen[1]
    assert seen[0] != list(range(20))


def test_the_same_seed_gives_the_same_path_and_another_seed_another():
    first, again, other = (
        stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, 4, seed) for seed in (7, 7, 8)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_path_holds_the_start_and_every_step():
    path = stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, 4, seed=0)
    assert path.shape == (4 * 3 + 1, 2)
    assert path[0].tolist() == [0.5, 1.0]


def test_each_step_goes_against_the_gradient_of_its_own_batch():
    path = stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, 4, seed=3)
    for k, rows in enumerate(batches(5, 2, 4, seed=3)):
        np.testing.assert_allclose(path[k + 1], path[k] - 0.01 * grad(path[k], rows))


def test_without_noise_in_the_data_it_finds_the_line_itself():
    def clean(p, rows):
        miss = p[0] * X[rows] + p[1] - (0.6 * X[rows] + 2.2)
        return 2 * np.array([np.mean(miss * X[rows]), np.mean(miss)])

    path = stochastic_gradient_descent(clean, [0.0, 0.0], 0.02, 5, 1, 2000, seed=0)
    # all rows agree on the minimum, so the noise dies out with the distance
    np.testing.assert_allclose(path[-1], [0.6, 2.2], atol=1e-6)


def test_a_step_of_1_forgets_the_past_and_jumps_to_the_value_just_seen():
    values = np.array([2.0, 4.0, 5.0, 4.0, 5.0])
    path = stochastic_gradient_descent(
        lambda m, rows: m - np.mean(values[rows]), [0.0], 1.0, 5, 1, 1, seed=0
    )
    visited = [values[rows[0]] for rows in batches(5, 1, 1, seed=0)]
    assert path[1:, 0].tolist() == visited


def test_a_start_in_whole_numbers_does_not_cut_the_steps_and_is_left_as_it_was():
    start = np.array([1, 1])
    path = stochastic_gradient_descent(lambda p, rows: p, start, 0.25, 5, 5, 1, seed=0)
    assert path[1].tolist() == [0.75, 0.75]
    assert start.tolist() == [1, 1]


def test_after_no_epochs_we_are_at_the_start():
    path = stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, np.int64(0), seed=0)
    assert path.tolist() == [[0.5, 1.0]]


@pytest.mark.parametrize("lr", [0, -0.1, np.inf, np.nan])
def test_the_learning_rate_must_be_positive_and_finite(lr):
    with pytest.raises(ValueError, match="lr must be positive and finite"):
        stochastic_gradient_descent(grad, [0.5, 1.0], lr, 5, 2, 1, seed=0)


@pytest.mark.parametrize("batch_size", [0, -1, 6, 1.5])
def test_a_batch_holds_at_least_one_row_and_at_most_all(batch_size):
    with pytest.raises(ValueError, match="batch_size must be 1 … 5"):
        stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, batch_size, 1, seed=0)


@pytest.mark.parametrize("epochs", [-1, 2.5, None])
def test_the_epochs_must_be_a_whole_number(epochs):
    with pytest.raises(ValueError, match="epochs must be a whole number"):
        stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, epochs, seed=0)
