"""What the labs compute, against 50 digits, exact fractions, autograd and a slow count."""

from fractions import Fraction

import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
from exact import DECADES, U, assert_near, fractions, rng, scales, signed

from snippets.datasets.standardize import standardize
from snippets.differentiation.gradient_check import gradient_check
from snippets.differentiation.verdict import verdict
from snippets.optimization.confusion_matrix import confusion_matrix
from snippets.optimization.linear_regression import loss, loss_grad, loss_hessian, residuals
from snippets.optimization.logistic_regression import (
    log_loss,
    log_loss_grad,
    probability,
    scores,
)

seeds = pytest.mark.parametrize("seed", range(20))
SMALLEST = 5e-324  # of all numbers above 0; below it results are 0


def tables(seed):
    """w, A, y, where every number has a scale of its own."""
    random = rng(seed)
    for n, d in [(1, 1), (2, 3), (5, 2), (20, 4)]:
        yield signed(random, d), signed(random, (n, d)), signed(random, n)


def dot(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


# --- least squares with many features -------------------------------------------------------------


@seeds
def test_least_squares_and_its_gradient_agree_with_exact_fractions(seed):
    for w, A, y in tables(seed):
        n, d = A.shape
        rows = [fractions(row) for row in A]
        miss = [dot(row, fractions(w)) - t for row, t in zip(rows, fractions(y), strict=True)]
        size = abs(A) @ abs(w) + abs(y)  # a sum of d products rounds d times, its difference once
        assert_near(residuals(w, A, y), miss, 1.01 * (d + 1) * U * size)
        # a square doubles its error and rounds; the sum of n rounds at most n times, the mean once
        exact = sum(m**2 for m in miss) / n
        assert_near(loss(w, A, y), exact, (2 * d + n + 5) * U * np.mean(size**2))
        # 2/n, times A, times the miss, and the sum
        slopes = [2 * dot(miss, column) / n for column in zip(*rows, strict=True)]
        allowed = (d + n + 5) * U * 2 * abs(A).T @ size / n
        assert_near(loss_grad(w, A, y), slopes, allowed)


@seeds
def test_the_hessian_of_least_squares_agrees_with_exact_fractions(seed):
    for _, A, _ in tables(seed):
        n = len(A)
        columns = [fractions(column) for column in A.T]
        exact = [2 * dot(one, other) / n for one in columns for other in columns]
        assert_near(loss_hessian(A), exact, (n + 3) * U * 2 / n * abs(A).T @ abs(A))


@seeds
def test_gradient_and_hessian_of_least_squares_are_those_of_automatic_differentiation(seed):
    for w, A, y in tables(seed):

        def oracle(w, A=A, y=y):
            return autograd.numpy.mean((autograd.numpy.dot(A, w) - y) ** 2)

        n, d = A.shape
        sums = 2 / n * abs(A).T @ (abs(A) @ abs(w) + abs(y))
        error = np.abs(loss_grad(w, A, y) - autograd.grad(oracle)(w))
        assert np.all(error <= 2 * (d + n + 5) * U * sums)  # both sides round
        error = np.abs(loss_hessian(A) - autograd.hessian(oracle)(w))
        assert np.all(error <= 2 * (n + 5) * U * 2 / n * abs(A).T @ abs(A))


# --- the logistic model ---------------------------------------------------------------------------


def classes(seed):
    """w, A, y and exact bounds of the scores: the computed ones lie between them.

    The products w·a are of all scales from 1e-8 to 1e8: p is ½ for some, and beyond all floats for others.
    """
    random = rng(seed)
    for n, d in [(1, 1), (3, 2), (8, 3), (20, 4)]:
        w = signed(random, d)
        A = signed(random, (n, d)) / abs(w)
        exact = [dot(fractions(row), fractions(w)) for row in A]
        room = [Fraction(r) for r in 1.01 * d * U * (abs(A) @ abs(w))]
        bounds = [(real(z - r), real(z + r)) for z, r in zip(exact, room, strict=True)]
        yield w, A, random.integers(0, 2, n), bounds


def real(fraction):
    return mpmath.mpf(fraction.numerator) / fraction.denominator


def sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


def softplus(z):
    return mpmath.log1p(mpmath.exp(z)) if z < 100 else z + mpmath.exp(-z)


def chances(bounds):
    """Bounds of p: it is e^(−L), where L = −log p is off by 4 roundings and so p by 4·L."""
    for low, high in bounds:
        room = sigmoid(high) * (4 * softplus(-low) + 4) * U + SMALLEST
        yield sigmoid(low) - room, sigmoid(high) + room


@seeds
def test_scores_and_probabilities_lie_where_50_digits_have_them_also_when_scores_are_huge(seed):
    for w, A, _, bounds in classes(seed):
        for z, (low, high) in zip(scores(w, A), bounds, strict=True):
            assert low <= z <= high
        for p, (low, high) in zip(probability(w, A), chances(bounds), strict=True):
            assert low <= p <= high


@seeds
def test_the_log_loss_has_all_its_digits_even_where_p_is_0_or_1(seed):
    for w, A, y, bounds in classes(seed):
        # −log p of the truth grows with the score of the other class, and so do its bounds
        other = [
            (-high, -low) if c else (low, high) for c, (low, high) in zip(y, bounds, strict=True)
        ]
        low, high = (sum(map(softplus, ends)) / len(y) for ends in zip(*other, strict=True))
        room = (len(y) + 6) * U * high + SMALLEST
        assert low - room <= log_loss(w, A, y) <= high + room


@pytest.mark.parametrize("z", [-1e300, -1e8, -745, -40, -1e-8, 0.0, 1e-8, 40, 745, 1e8, 1e300])
@pytest.mark.parametrize("truth", [0, 1])
def test_one_row_pays_what_50_digits_say(z, truth):
    paid = softplus(mpmath.mpf(-z if truth else z))
    assert_near(log_loss([z], [[1]], [truth]), paid, 8 * U * float(paid) + SMALLEST)


@seeds
def test_the_gradient_of_the_log_loss_lies_where_50_digits_have_it(seed):
    for w, A, y, bounds in classes(seed):
        n, d = A.shape
        ranges = [
            sorted([a * (low - int(c)), a * (high - int(c))])
            for row, c, (low, high) in zip(A, y, chances(bounds), strict=True)
            for a in map(mpmath.mpf, row)
        ]
        for j, slope in enumerate(log_loss_grad(w, A, y)):
            low, high = (sum(ends) / n for ends in zip(*ranges[j::d], strict=True))
            room = (n + 4) * U * np.mean(abs(A[:, j]))  # p − y, times A, a sum, and a mean
            assert low - room <= slope <= high + room


@seeds
def test_the_gradient_of_the_log_loss_is_that_of_automatic_differentiation(seed):
    random = rng(seed)
    for n, d in [(1, 1), (5, 2), (20, 4)]:
        s, y = scales(random, d), random.integers(0, 2, n)
        A, w = random.normal(size=(n, d)) * s, random.normal(size=d) / s

        def oracle(w, A=A, y=y):
            z = autograd.numpy.dot(A, w)
            return autograd.numpy.mean(autograd.numpy.logaddexp(0.0, z) - y * z)

        # a slope of p is ¼ at most, and z is off by d roundings on either side
        room = 2 * (n + d + 8) * U * np.mean(abs(A) * (1 + abs(A) @ abs(w))[:, None], axis=0)
        assert np.all(np.abs(log_loss_grad(w, A, y) - autograd.grad(oracle)(w)) <= room)


# --- standardising --------------------------------------------------------------------------------


@seeds
@pytest.mark.parametrize("far", [0, 1, 1e4, 1e8, 1e14])
def test_standardising_has_all_its_digits_at_any_scale_and_however_far_from_0(seed, far):
    random = rng(seed)
    n, s = int(random.integers(2, 30)), scales(random, 2)
    X = s * (far + random.normal(size=(n, 2)))
    Z, mean, std = standardize(X)
    for j in range(2):
        x = fractions(X[:, j])
        middle = sum(x) / n
        deviation = mpmath.sqrt(real(sum((v - middle) ** 2 for v in x) / n))
        exact = [real(v - middle) / deviation for v in x]
        # In units of the span all numbers are up to 1 and off by 2·u, their mean by n + 3, a
        # deviation by n + 6. Two of them are a unit apart, so std is at least 1/√(2n).
        span = float(max(x) - min(x))
        assert_near(std[j], deviation, 3 * (n + 8) * U * span)
        assert_near(mean[j], middle, (n + 8) * U * span + 2 * U * abs(float(middle)))
        allowed = 3 * (n + 8) * U * np.sqrt(2 * n) * (1 + np.abs(Z[:, j]))
        assert_near(Z[:, j], exact, allowed)


# --- checking gradients ---------------------------------------------------------------------------


@pytest.mark.parametrize("decade", DECADES)
@pytest.mark.parametrize("t", [0.3, 1e-2, 1e-3])
def test_a_right_gradient_is_off_by_the_square_of_the_step_at_any_scale(decade, t):
    """n of e^x is sinh(h)/h times the slope, so the error is 1 − h/sinh(h), about h²/6."""
    s, x = 10.0**decade, np.array([-1.0, 0.25, 0.0, 1.5])
    found = gradient_check(
        lambda x: np.sum(np.exp(x / s)), lambda x: np.exp(x / s) / s, s * x, t * s
    )
    exact = 1 - mpmath.mpf(t) / mpmath.sinh(t)
    assert float(exact) == pytest.approx(t**2 / 6, rel=t**2 / 8)
    # f and its two arguments round a few times, and a difference of 2·t magnifies that
    sums = np.sum(np.exp(x)) / np.exp(x)
    assert_near(found, [exact] * 4, 10 * U * (sums + 2) / t)


@seeds
def test_a_gradient_that_is_off_by_a_factor_is_off_by_what_50_digits_say(seed):
    random = rng(seed)
    s, t = scales(random), 1e-3
    factors = random.uniform(-3, 3, 5)
    x = random.normal(size=5)
    found = gradient_check(
        lambda x: np.sum(np.exp(x / s)), lambda x: factors * np.exp(x / s) / s, s * x, t * s
    )
    n = mpmath.sinh(t) / mpmath.mpf(t)
    exact = [abs(q - n) / max(abs(q), n) for q in map(mpmath.mpf, factors)]
    sums = np.sum(np.exp(x)) / np.exp(x)
    assert_near(found, exact, 20 * U * (sums + 3) / t)


@pytest.mark.parametrize("scale", [1e-8, 1, 1e8])
def test_autograd_passes_the_check(scale):
    def f(x):
        return autograd.numpy.sum(autograd.numpy.sin(x / scale) * x[::-1] / scale)

    x = scale * rng(3).normal(size=6)
    assert {verdict(e) for e in gradient_check(f, autograd.grad(f), x, 1e-5 * scale)} == {"right"}


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [(1e-7, "right", "fair"), (1e-4, "fair", "suspicious"), (1e-2, "suspicious", "wrong")],
)
def test_a_verdict_changes_from_one_float_to_the_next(limit, within, beyond):
    assert verdict(limit) == verdict(np.nextafter(limit, 0)) == within
    assert verdict(np.nextafter(limit, 1)) == beyond


# --- counting -------------------------------------------------------------------------------------


@seeds
@pytest.mark.parametrize("kind", [bool, float, np.uint8, np.float32, int])
def test_the_confusion_matrix_is_that_of_a_slow_count(seed, kind):
    random = rng(seed)
    n, share = int(random.integers(0, 400)), random.random()
    truth, guess = random.random((2, n)) < share
    slow = {(i, j): 0 for i in (0, 1) for j in (0, 1)}
    for pair in zip(truth.tolist(), guess.tolist(), strict=True):
        slow[pair] += 1
    C = confusion_matrix(truth.astype(kind), guess.astype(kind))
    assert [int(c) for c in C.flat] == list(slow.values())
