import mpmath
import numpy as np
import pytest
from exact import U, assert_near, fractions, real, rng, scales, seeds
from hypothesis import given
from hypothesis import strategies as st
from inputs import array, bad_input

from snippets.datasets.standardize import standardize

TABLE = np.random.default_rng(0).normal(3, 5, size=(20, 3))


# --- theorems -------------------------------------------------------------------------------------
def test_every_column_has_mean_zero_and_deviation_one():
    Z, _, _ = standardize(TABLE)
    assert Z.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-15)
    assert Z.std(axis=0) == pytest.approx(np.ones(3))


def test_the_way_back_is_to_multiply_and_add():
    Z, mean, std = standardize(TABLE)
    np.testing.assert_allclose(Z * std + mean, TABLE, rtol=1e-13)


@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_the_unit_and_the_origin_of_a_column_do_not_matter(scale, shift):
    np.testing.assert_allclose(
        standardize(scale * TABLE + shift)[0], standardize(TABLE)[0], atol=1e-9
    )


def test_one_column_may_be_a_plain_array():
    Z, mean, std = standardize(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_allclose(Z, [-np.sqrt(1.5), 0, np.sqrt(1.5)])
    assert (mean, std) == (2, pytest.approx(np.sqrt(2 / 3)))


# --- oracle ---------------------------------------------------------------------------------------
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


# --- bad input ------------------------------------------------------------------------------------
def columns(X):
    return standardize(X)[0]


test_bad_input = bad_input(
    standardize,
    array(10, 30, 250, 20).reshape(2, 2),
    nan="must vary, and be finite",
    refuses={"must vary, and be finite": [([[1.0, 2.0], [1.0, 3.0]],)]},
)
