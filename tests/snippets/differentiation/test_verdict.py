import numpy as np
import pytest

from snippets.differentiation.verdict import verdict


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (0.0, "right"),
        (1e-7, "right"),
        (1.1e-7, "fair"),
        (1e-4, "fair"),
        (1.1e-4, "suspicious"),
        (1e-2, "suspicious"),
        (1.1e-2, "wrong"),
        (2.0, "wrong"),
        (np.inf, "wrong"),
        (np.nan, "wrong"),
    ],
)
def test_the_bands_end_where_the_literature_has_them(error, word):
    assert verdict(error) == word
