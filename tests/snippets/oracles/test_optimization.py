"""Losses, curvatures and whole paths against exact fractions, 50 digits, autograd and SciPy."""

from fractions import Fraction
from itertools import accumulate

import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
from exact import U, assert_near, digits, fractions, rng, scales, signed

from snippets.optimization.gradient_descent import gradient_descent
from snippets.optimization.least_squares import least_squares
from snippets.optimization.mean_squared_error import misses, mse, mse_grad
from snippets.optimization.mse_hessian import largest_stable_lr, mse_hessian
from snippets.optimization.predicted_path import predicted_path
from snippets.optimization.steps_to_gap import steps_to_gap
from snippets.optimization.stochastic_gradient_descent import stochastic_gradient_descent

seeds = pytest.mark.parametrize("seed", range(20))


# --- the loss of a line ---------------------------------------------------------------------------


def lines(seed):
    """w, b, X, y, where every number has a scale of its own."""
    random = rng(seed)
    for n in [1, 2, 5, 20]:
        w, b = signed(random, 2)
        yield w, b, signed(random, n), signed(random, n)


@seeds
def test_the_loss_of_a_line_and_its_gradient_agree_with_exact_fractions(seed):
    for w, b, X, y in lines(seed):
        n, (W, B) = len(X), fractions([w, b])
        rows = list(zip(fractions(X), fractions(y), strict=True))
        miss = [W * x + B - t for x, t in rows]
        size = abs(w * X) + abs(b) + abs(y)  # of the terms of a miss, which rounds three times
        assert_near(misses(w, b, X, y), miss, 3.01 * U * size)
        # a square doubles its error; the sum of n rounds at most n times, a mean once more
        loss = sum(m**2 for m in miss) / n
        assert_near(mse(w, b, X, y), loss, (6 + n + 3) * U * np.mean(size**2))
        slopes = [
            2 * sum(m * x for m, (x, _) in zip(miss, rows, strict=True)) / n,
            2 * sum(miss) / n,
        ]
        sums = 2 * np.array([np.mean(size * abs(X)), np.mean(size)])
        assert_near(mse_grad(w, b, X, y), slopes, (3 + n + 4) * U * sums)


@seeds
def test_the_gradient_and_the_hessian_are_those_of_automatic_differentiation(seed):
    for w, b, X, y in lines(seed):

        def loss(p, X=X, y=y):
            return autograd.numpy.mean((p[0] * X + p[1] - y) ** 2)

        n, p = len(X), np.array([w, b])
        size = abs(w * X) + abs(b) + abs(y)
        sums = 2 * np.array([np.mean(size * abs(X)), np.mean(size)])
        error = np.abs(mse_grad(w, b, X, y) - autograd.grad(loss)(p))
        assert np.all(error <= 2 * (n + 7) * U * sums)  # both sides round
        sums = 2 * np.array([[np.mean(X * X), np.mean(abs(X))], [np.mean(abs(X)), 1]])
        assert np.all(np.abs(mse_hessian(X) - autograd.hessian(loss)(p)) <= 2 * (n + 7) * U * sums)


@seeds
def test_the_hessian_agrees_with_exact_fractions(seed):
    for *_, X, _ in lines(seed):
        n, x = len(X), fractions(X)
        exact = [2 * sum(v * v for v in x) / n, 2 * sum(x) / n, 2 * sum(x) / n, Fraction(2)]
        size = 2 * np.array([np.mean(X * X), np.mean(abs(X)), np.mean(abs(X)), 1])
        assert_near(mse_hessian(X), exact, (n + 3) * U * size)  # 2/n, times A, and sums of n


@seeds
@pytest.mark.parametrize("far", [0, 1, 1e3, 1e6, 1e8])
def test_the_best_line_agrees_with_exact_fractions_even_far_from_x_0(seed, far):
    random = rng(seed)
    s, t, n = *scales(random, 2), int(random.integers(2, 12))
    X, y = s * (far + random.normal(size=n)), t * random.normal(size=n)
    x, values = fractions(X), fractions(y)
    mean, middle = sum(x) / n, sum(values) / n
    spread = sum((v - mean) ** 2 for v in x)
    slope = sum((v - mean) * (z - middle) for v, z in zip(x, values, strict=True)) / spread
    w, b = least_squares(X, y)
    # A backward stable method finds the exact line of data that are off by c·n·u, after X was
    # centred, which rounds by u·far·s. So far as the points spread, that moves the line by:
    spread = float(spread) ** 0.5
    reach = np.max(np.abs(X))
    of_w = 20 * n * U * (np.linalg.norm(y) / spread) * (1 + reach / spread)
    assert_near(w, slope, of_w)
    assert_near(b, middle - slope * mean, of_w * reach + 20 * n * U * np.linalg.norm(y))


@seeds
def test_scipy_finds_no_better_line(seed):
    random = rng(seed)
    s, t = scales(random, 2)
    X, y = s * random.normal(size=10), t * random.normal(size=10)
    w, b = least_squares(X, y)
    found = scipy.optimize.lsq_linear(np.column_stack([X / s, np.ones(10)]), y / t, tol=1e-14)
    # at a minimum the loss is flat: an error of 1e-8 in the line is one of 1e-16 in the loss
    assert mse(w, b, X, y) / t**2 == pytest.approx(2 * found.cost / 10, rel=1e-12)
    np.testing.assert_allclose([w * s / t, b / t], found.x, rtol=1e-7, atol=1e-7)


# --- curvature ------------------------------------------------------------------------------------


def bowls(seed, kappa=8):
    """H = Q diag(λ) Qᵀ of any scale, with eigenvalues over up to `kappa` powers of ten."""
    random = rng(seed)
    for n in [1, 2, 3, 6]:
        λ = scales(random) * 10.0 ** random.uniform(-kappa, 0, n)
        Q = np.linalg.qr(random.normal(size=(n, n)))[0]
        H = Q * λ @ Q.T
        yield (H + H.T) / 2, random


@seeds
def test_the_largest_stable_rate_agrees_with_eigenvalues_to_50_digits(seed):
    for H, _ in bowls(seed):
        λ = mpmath.eigsy(digits(H), eigvals_only=True)
        # A symmetric eigenvalue moves by no more than the matrix, which is worked on to c·n·u.
        n = len(H)
        assert_near(largest_stable_lr(H), 2 / max(λ), 20 * n * U * 2 / max(λ))
        other = 2 / scipy.linalg.eigh(H, eigvals_only=True, driver="ev")[-1]
        assert largest_stable_lr(H) == pytest.approx(other, rel=40 * n * U)


def exact_path(H, minimum, x0, lr, steps):
    """The steps themselves, with 50 digits."""
    H, minimum, lr = digits(H), digits(minimum), mpmath.mpf(lr)
    path = [digits(x0)]
    for _ in range(steps):
        path.append(path[-1] - lr * (H * (path[-1] - minimum)))
    return [list(x) for x in path]


@seeds
def test_every_step_of_gradient_descent_is_that_of_50_digits(seed):
    for H, random in bowls(seed, kappa=3):
        n, steps = len(H), 40
        minimum, x0 = scales(random) * random.normal(size=(2, n))
        lr = random.uniform(0.05, 1) * 2 / np.linalg.norm(H, 2)
        path = gradient_descent(lambda x: H @ (x - minimum), x0, lr, steps)  # noqa: B023
        # Below 2/L no step makes an error larger, and each adds its own: x − x* rounds once, H·
        # rounds n times, lr· and − once each, all of at most twice the size of x and x*.
        size = np.linalg.norm(x0) + 2 * np.linalg.norm(minimum)
        allowed = 2 * (n**1.5 + 4) * U * size
        for k, exact in enumerate(exact_path(H, minimum, x0, lr, steps)):
            assert_near(path[k], exact, k * allowed)


@seeds
def test_the_predicted_path_is_that_of_50_digits_below_and_above_the_stable_rate(seed):
    for H, random in bowls(seed, kappa=6):
        n, steps = len(H), 60
        minimum, x0 = scales(random) * random.normal(size=(2, n))
        factor = random.uniform(0.05, 1.1)
        path = predicted_path(H, minimum, x0, factor * 2 / np.linalg.norm(H, 2), steps)
        exact = exact_path(H, minimum, x0, factor * 2 / np.linalg.norm(H, 2), steps)
        # λ is off by 5·n·u·L, so 1 − lr·λ by 10·n·u, and its power k by k times that; V and its
        # transpose turn by 5·n·u each. A factor beyond −1 makes all of it grow.
        distance = np.linalg.norm(x0 - minimum)
        for k in range(steps + 1):
            growth = max(1, 2 * factor - 1) ** k * distance
            allowed = (11 * n * (k + 1) + 10 * n) * U * growth + 2 * U * np.abs(minimum).max()
            assert_near(path[k], exact[k], allowed)


def softplus_bowl(random, n):
    """A smooth convex function that is no quadratic, its gradient, and a bound of its curvature."""
    A, c = random.normal(size=(3 * n, n)), random.normal(size=3 * n)

    def f(x, np=np):
        return np.sum(np.logaddexp(0, np.dot(A, x) + c)) + 0.5 * np.sum(x**2)

    def grad(x):
        return A.T @ (1 / (1 + np.exp(-(A @ x + c)))) + x

    return f, grad, np.linalg.norm(A, 2) ** 2 / 4 + 1


@seeds
@pytest.mark.parametrize("method", ["BFGS", "CG", "trust-constr"])
def test_scipys_minimisers_arrive_where_gradient_descent_arrives(seed, method):
    random = rng(seed)
    s, x0 = scales(random), random.normal(size=3)
    f, grad, L = softplus_bowl(random, 3)
    # In units of s: a function of x/s has 1/s times the slope, and s² times the stable rate.
    end = gradient_descent(lambda x: grad(x / s) / s, x0 * s, s**2 / L, 60 * int(L))[-1] / s
    oracle = scipy.optimize.minimize(f, x0, jac=grad, method=method, tol=1e-9).x
    # The curvature is at least 1, so a point is no farther from the minimum than its slope is long;
    # ours shrinks by 1 − 1/L a step, to e⁻⁶⁰ of what it was.
    assert np.linalg.norm(grad(end)) < 1e-12 * L
    assert np.linalg.norm(end - oracle) <= np.linalg.norm(grad(oracle)) + 1e-12 * L
    assert np.linalg.norm(grad(oracle)) < 1e-3  # or the line above would say nothing


@seeds
def test_a_path_down_a_curved_valley_is_that_of_automatic_differentiation_in_a_plain_loop(seed):
    random = rng(seed)
    f, grad, L = softplus_bowl(random, 2)
    slope = autograd.grad(lambda x: f(x, autograd.numpy))
    x0 = random.normal(size=2)
    plain = accumulate(range(50), lambda x, _: x - slope(x) / L, initial=x0)
    path = gradient_descent(grad, x0, 1 / L, 50)
    # each step adds a few roundings of numbers up to the slope's, and makes none larger
    np.testing.assert_allclose(path, list(plain), rtol=0, atol=50 * 50 * U * (1 + np.abs(x0).max()))


# --- noise ----------------------------------------------------------------------------------------


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


# --- counting -------------------------------------------------------------------------------------


@seeds
def test_the_first_step_within_a_gap_is_the_one_that_exact_fractions_find(seed):
    random = rng(seed)
    for _ in range(20):
        s, q, steps = scales(random), random.uniform(0.3, 0.95), 200
        best = random.choice([-1, 0, 1]) * s
        losses = best + s * scales(random) * q ** np.arange(steps)
        tol = s * 10.0 ** random.uniform(-6, 6)
        gaps = [loss - Fraction(float(best)) for loss in fractions(losses)]
        first = next((k for k, gap in enumerate(gaps) if gap <= Fraction(float(tol))), None)
        if first is None:
            with pytest.raises(ValueError, match="no gap is as small"):
                steps_to_gap(losses, best, tol)
        else:
            # a difference rounds once, so a gap within u of the tolerance could go either way
            near = min(abs(gap / Fraction(float(tol)) - 1) for gap in gaps)
            assert near > 2 * U
            assert steps_to_gap(losses, best, tol) == first


@seeds
def test_the_smallest_change_of_the_tolerance_decides_between_two_steps(seed):
    random = rng(seed)
    losses, k = scales(random) * 0.5 ** np.arange(50), int(random.integers(40))
    assert steps_to_gap(losses, 0.0, losses[k]) == k
    assert steps_to_gap(losses, 0.0, np.nextafter(losses[k], 0)) == k + 1
