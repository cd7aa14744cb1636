import autograd
import autograd.numpy
import numpy as np
import pytest
from scipy.special import expit

from snippets.optimization.logistic_regression import log_loss, log_loss_grad, probability

rng = np.random.default_rng(0)
A, w = rng.normal(size=(12, 3)), rng.normal(size=3)
y = (rng.random(12) > 0.5) * 1.0


def test_the_probability_is_the_logistic_function_of_the_score():
    np.testing.assert_allclose(probability(w, A), expit(A @ w), rtol=1e-14)
    np.testing.assert_allclose(probability(w, A) + probability(-w, A), np.ones(12), rtol=1e-14)


def test_no_score_overflows():
    scores = np.array([[-1e4], [0.0], [1e4]])
    assert probability(np.array([1.0]), scores).tolist() == [0, 0.5, 1]
    assert log_loss(np.array([1.0]), scores, np.array([0.0, 1.0, 1.0])) == pytest.approx(
        np.log(2) / 3
    )


def test_the_loss_is_the_mean_of_minus_log_of_what_was_given_to_the_truth():
    p = expit(A @ w)
    given = np.where(y == 1, p, 1 - p)
    assert log_loss(w, A, y) == pytest.approx(-np.mean(np.log(given)))


def test_who_knows_nothing_pays_log_two():
    assert log_loss(np.zeros(3), A, y) == pytest.approx(np.log(2))


def test_the_gradient_agrees_with_automatic_differentiation():
    def oracle(w):
        z = autograd.numpy.dot(A, w)
        return autograd.numpy.mean(autograd.numpy.logaddexp(0.0, z) - y * z)

    np.testing.assert_allclose(log_loss_grad(w, A, y), autograd.grad(oracle)(w), rtol=1e-12)
