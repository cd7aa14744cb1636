import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn

from snippets.figures.last_losses import last_losses

LOSSES = array(1.9e-7, 0.136, 0.137, 5.2e-10, 0.137, 9e-11, 3.2e-11, 0.138, 1e-8, 0.138)


def axes():
    return last_losses(LOSSES, 0.48, "the best line").axes[0]


def test_each_run_is_a_whole_dot_at_its_number_and_height():
    (dots,) = [line for line in axes().lines if line.get_marker() == "o"]
    assert dots.get_xdata().tolist() == list(range(10))
    assert np.array_equal(dots.get_ydata(), LOSSES)
    assert dots.get_linestyle() == "None"
    low, high = axes().get_ylim()
    assert low < 0.5 * min(LOSSES)
    assert high > 0.48 * 2


def test_the_dashed_line_stands_at_the_level_with_its_label():
    (dashed,) = [line for line in axes().lines if line.get_linestyle() == "--"]
    assert list(dashed.get_ydata()) == [0.48, 0.48]
    (text,) = axes().texts
    assert (text.get_text(), text.xy) == ("the best line", (0, 0.48))


def test_the_axis_is_logarithmic_and_its_numbers_are_few():
    assert axes().get_yscale() == "log"
    assert axes().get_xticks().tolist() == [0, 2, 4, 6, 8]
    few = last_losses([0.1, 0.2], 0.3, "level").axes[0]
    assert few.get_xticks().tolist() == [0, 1]
    many = last_losses(np.tile(LOSSES, 2), 0.48, "level").axes[0]
    assert many.get_xticks().tolist() == [0, 5, 10, 15]


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("level", [0.48, 1e-5])
def test_it_is_well_made(check, level):
    check(last_losses(LOSSES, level, "the best line"))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    last_losses,
    rows=[drawn([0.1, 0.2], 1, "level"), drawn(array(0.1), 0.1, "level")],
    refuses={
        "losses must be a row, not empty": [
            (0.5, 1.0, "level"),
            ([], 1.0, "level"),
            (np.eye(2), 1.0, "level"),
        ],
        "losses and level must be positive and finite": [
            *[(array(0.1, bad), 1.0, "level") for bad in (0, -1, NAN, INF)],
            *[(array(0.1), bad, "level") for bad in (0, -1, NAN, INF)],
        ],
    },
)
