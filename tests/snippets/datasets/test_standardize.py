import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from snippets.datasets.standardize import standardize

TABLE = np.random.default_rng(0).normal(3, 5, size=(20, 3))


def test_every_column_has_mean_zero_and_deviation_one():
    Z, _, _ = standardize(TABLE)
    assert Z.mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-15)
    assert Z.std(axis=0) == pytest.approx(np.ones(3))


def test_it_agrees_with_scipy():
    np.testing.assert_allclose(standardize(TABLE)[0], stats.zscore(TABLE), rtol=1e-13)


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


@pytest.mark.parametrize("bad", [[[1.0, 5.0], [2.0, 5.0]], [[1.0, np.nan], [2.0, 3.0]]])
def test_a_column_that_does_not_vary_or_is_not_finite_is_an_error(bad):
    with pytest.raises(ValueError, match="every column must vary"):
        standardize(np.array(bad))
