from fractions import Fraction

import autograd
import autograd.numpy
import mpmath
import numpy as np
import pytest
from exact import U, assert_near, dot, fractions, real, rng, scales, seeds, signed
from inputs import INF, NAN, array, cases, right, tried
from scipy.special import expit

from snippets.optimization.logistic_regression import (
    log_loss,
    log_loss_grad,
    probability,
    scores,
)

SMALLEST = 5e-324  # of all numbers above 0; below it results are 0
A, W, CLASS = array(1, 2, 1, -1, 1, 0).reshape(3, 2), array(0.5, 2), array(1, 0, 1)


# --- theorems -------------------------------------------------------------------------------------
def test_the_probabilities_of_the_two_classes_add_up_to_one():
    np.testing.assert_allclose(probability(W, A) + probability(-W, A), np.ones(3), rtol=1e-14)
    assert scores(-W, A).tolist() == (-scores(W, A)).tolist()


def test_who_knows_nothing_pays_log_two_and_learns_from_every_row():
    assert log_loss(np.zeros(2), A, CLASS) == pytest.approx(np.log(2))
    np.testing.assert_allclose(log_loss_grad(np.zeros(2), A, CLASS), (0.5 - CLASS) @ A / 3)


# --- oracle ---------------------------------------------------------------------------------------
def test_the_probability_is_the_logistic_function_of_scipy():
    np.testing.assert_allclose(probability(W, A), expit(A @ W), rtol=1e-14)


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


# --- bad input ------------------------------------------------------------------------------------
WHOLE = array(1, 200), array(1, 2, 200, 1, 3, 100).reshape(3, 2)
SHAPES, CLASSES = "A must have shape", "y must hold 0 and 1, in shape"
OF_Y = {"shapes": f"{SHAPES}|{CLASSES}", "nan": {2: CLASSES}}
HUGE = {
    log_loss: [
        right(1e200 * W, A, CLASS, is_=0),
        right([1e200, 0], A, array(0, 0, 1), is_=2e200 / 3),
        right([INF], [[1], [2]], [1, 1], is_=0),  # once ∞ − ∞
        right([40], [[1]], [1], is_=np.log1p(np.exp(-40))),  # once 0
    ],
    log_loss_grad: [right([1e200, 0], A, array(1, 0, 0), is_=[2 / 3, -1 / 3])],
}
REFUSED = {
    CLASSES: [
        *[(W, A, array(1, bad, 1)) for bad in (-1, 2, 0.5, NAN)],
        *[(W, A, y) for y in (CLASS[:2], CLASS[:, None], 1.0, np.eye(2))],
    ]
}
test_bad_input = tried(
    cases(scores, *WHOLE, rows=[right(1e200 * W, 1e200 * A, is_=[INF, -INF, INF], warns="over")]),
    cases(probability, W, A, shapes=SHAPES, rows=[right(1e200 * W, A, is_=[1, 0, 1])]),
    *[cases(f, -W, A, shapes=SHAPES) for f in (scores, probability)],
    *[cases(f, W, A, CLASS, rows=rows, refuses=REFUSED, **OF_Y) for f, rows in HUGE.items()],
    *[cases(f, W, A, CLASS.astype(bool), **OF_Y) for f in HUGE],
    *[cases(f, -WHOLE[0] / 100, WHOLE[1], CLASS, **OF_Y) for f in HUGE],
)
