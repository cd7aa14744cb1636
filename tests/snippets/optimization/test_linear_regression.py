import autograd
import autograd.numpy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.datasets.five_points import X, y
from snippets.optimization.linear_regression import loss, loss_grad, loss_hessian
from snippets.optimization.mean_squared_error import mse, mse_grad
from snippets.optimization.mse_hessian import mse_hessian

A = np.column_stack([X, np.ones(5)])
numbers = st.floats(-10, 10)
rng = np.random.default_rng(0)


@given(numbers, numbers)
def test_with_one_feature_and_a_constant_it_is_the_loss_of_the_lessons(w, b):
    assert loss(np.array([w, b]), A, y) == pytest.approx(mse(w, b, X, y), rel=1e-12)
    assert loss_grad(np.array([w, b]), A, y) == pytest.approx(
        mse_grad(w, b, X, y), rel=1e-9, abs=1e-10
    )


def test_the_hessian_is_that_of_the_lessons():
    np.testing.assert_allclose(loss_hessian(A), mse_hessian(X), rtol=1e-14)


def test_gradient_and_hessian_agree_with_automatic_differentiation():
    B, t, w = rng.normal(size=(7, 4)), rng.normal(size=7), rng.normal(size=4)

    def oracle(w):
        return autograd.numpy.sum((autograd.numpy.dot(B, w) - t) ** 2) / 7

    assert loss(w, B, t) == pytest.approx(oracle(w))
    np.testing.assert_allclose(loss_grad(w, B, t), autograd.grad(oracle)(w), rtol=1e-12)
    np.testing.assert_allclose(loss_hessian(B), autograd.hessian(oracle)(w), rtol=1e-12)


def test_at_the_solution_of_lstsq_the_gradient_is_zero():
    B, t = rng.normal(size=(9, 3)), rng.normal(size=9)
    best, *_ = np.linalg.lstsq(B, t)
    assert loss_grad(best, B, t) == pytest.approx(np.zeros(3), abs=1e-14)
    assert loss(best + 0.1, B, t) > loss(best, B, t)
