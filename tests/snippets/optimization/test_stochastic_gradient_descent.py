from fractions import Fraction

import numpy as np
import pytest
from descents import REFUSES, ROWS, down
from exact import U, assert_near, fractions, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import array, cases, tried

from snippets.datasets.five_points import X, y
from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.mean_squared_error import mse_grad
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


# --- theorems -------------------------------------------------------------------------------------
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


def test_without_noise_in_the_data_it_finds_the_line_itself():
    def clean(p, rows):
        miss = p[0] * X[rows] + p[1] - (0.6 * X[rows] + 2.2)
        return 2 * np.array([np.mean(miss * X[rows]), np.mean(miss)])

    path = stochastic_gradient_descent(clean, [0.0, 0.0], 0.02, 5, 1, 2000, seed=0)
    # all rows agree on the minimum, so the noise dies out with the distance
    np.testing.assert_allclose(path[-1], [0.6, 2.2], atol=1e-6)


def test_after_no_epochs_we_are_at_the_start():
    path = stochastic_gradient_descent(grad, [0.5, 1.0], 0.01, 5, 2, np.int64(0), seed=0)
    assert path.tolist() == [[0.5, 1.0]]


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_every_noisy_step_is_the_exact_one_on_the_rows_that_it_was_given(seed):
    random = rng(seed)
    rows_of_steps, (s, t) = [], scales(random, 2)
    X, y, x0 = s * random.normal(size=7), t * random.normal(size=7), t * random.normal(size=2)
    x0[0] /= s

    def grad(p, rows):
        rows_of_steps.append(rows.copy())
        return mse_grad(*(p * unit), X[rows] / s, y[rows]) / unit

    unit = np.array([s, 1])  # w counts in units of 1/s, and so its slope in units of s
    path = stochastic_gradient_descent(grad, x0, 0.05, 7, 3, 4, seed)
    assert len(path) == len(rows_of_steps) + 1 == 4 * 3 + 1
    for epoch in range(4):
        visited = np.concatenate(rows_of_steps[3 * epoch : 3 * epoch + 3])
        assert sorted(visited) == list(range(7))
    for k, rows in enumerate(rows_of_steps):
        w, b = fractions(path[k] * unit)
        pairs = list(zip(fractions(X[rows] / s), fractions(y[rows]), strict=True))
        slopes = [2 * sum((w * x + b - z) * x**i for x, z in pairs) / len(rows) for i in (1, 0)]
        exact = [v - Fraction(0.05) * slope for v, slope in zip((w, b), slopes, strict=True)]
        size = np.abs(path[k] * unit).sum() + np.abs(y).max()
        reach = 1 + np.max(np.abs(X / s)) ** 2
        # a dozen roundings of the step's own terms, before and after the change of units
        assert_near(path[k + 1] * unit, exact, 30 * U * size * reach)


@pytest.mark.parametrize("λ", [1e-8, 1.0, 1e8])
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0, 1.9])
def test_a_constant_rate_ends_in_a_cloud_of_the_width_that_theory_gives(λ, share):
    """The variance is lr·s²/(λ(2 − lr·λ)), for noise of variance s² in every slope."""
    random, chains, s = rng(5), 20_000, 3.0
    lr = share / λ

    def grad(x, rows):
        return λ * x + random.normal(scale=s, size=chains)

    path = stochastic_gradient_descent(grad, np.zeros(chains), lr, 1, 1, 120, seed=0)
    # After 120 steps 0.9²⁴⁰ of the start is left, and the variance of 20,000 independent chains is
    # known to √(2/20,000), which is 1 %; five times that is seen once in two million.
    assert np.var(path[-1]) == pytest.approx(lr * s**2 / (λ * (2 - lr * λ)), rel=0.05)


# --- bad input ------------------------------------------------------------------------------------
def two_steps(grad, x0, lr):
    return stochastic_gradient_descent(lambda x, rows: grad(x), x0, lr, 5, 5, epochs=2, seed=0)


test_bad_input = tried(
    cases(two_steps, *(down, array(200, 4), 0.5), keeps=False, rows=ROWS, refuses=REFUSES),
    cases(
        stochastic_gradient_descent,
        refuses={
            "batch_size must be 1 … 5": [
                (grad, [0.5, 1.0], 0.01, 5, size, 1, 0) for size in (0, -1, 6, 1.5)
            ],
            "epochs must be a whole number ≥ 0": [
                (grad, [0.5, 1.0], 0.01, 5, 2, epochs, 0) for epochs in (-1, 2.5, None)
            ],
        },
    ),
)
