from bisect import bisect_left

import numpy as np
import pytest
from exact import rng, scales, seeds
from inputs import INF, array, bad_input, refused

from snippets.differentiation.verdict import verdict

WORDS, LIMITS = ["right", "fair", "suspicious", "wrong"], [1e-7, 1e-4, 1e-2]


# --- theorems -------------------------------------------------------------------------------------
@pytest.mark.parametrize("i", range(3))
def test_a_verdict_changes_from_one_float_to_the_next(i):
    limit = LIMITS[i]
    assert verdict(limit) == verdict(np.nextafter(limit, 0)) == WORDS[i]
    assert verdict(np.nextafter(limit, 1)) == WORDS[i + 1]


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_the_bands_are_those_in_which_a_search_finds_the_error(seed):
    for error in [0.0, *scales(rng(seed), 50)]:
        assert verdict(error) == WORDS[bisect_left(LIMITS, error)]


# --- bad input ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "word"),
    [
        *[(0, "right"), (np.uint8(2), "wrong"), (np.array(1e-3), "suspicious"), (2.0, "wrong")],
        *[(np.float32(0.5), "wrong"), (np.float32(2e-7), "fair"), (1e-300, "right")],
        *[(1e300, "wrong"), (np.inf, "wrong"), (np.nan, "wrong")],
    ],
)
def test_a_number_of_any_kind_has_its_verdict(error, word):
    assert verdict(error) == word


test_bad_input = bad_input(
    verdict,
    rows=[
        refused(array(0.1, 0.2), words="ambiguous"),
        refused(-INF, words="below 0"),
        refused(-1e-9, words="below 0"),  # g − n has a sign, and |g − n| has none
        refused([0.5], words="not supported", error=TypeError),
    ],
)
