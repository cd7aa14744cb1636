import numpy as np
import pytest
from inputs import INF, NAN, bad_input, drawn, refused

from snippets.autodiff.neuron import sigmoid
from snippets.figures.sigmoid_slope import sigmoid_slope

POINTS = [-4.0, 0.0, 1.1]


def slope(z):
    return 1 / (2 + np.exp(z) + np.exp(-z))


def figure():
    return sigmoid_slope(sigmoid, slope, POINTS)


def test_above_is_the_sigmoid_and_below_its_slope_over_the_same_stretch():
    above, below = figure().axes
    for axes, function, color in ((above, sigmoid, "C0"), (below, slope, "C1")):
        z, height = axes.lines[0].get_xydata().T
        assert (z[0], z[-1], axes.lines[0].get_color()) == (-6, 6, color)
        assert np.array_equal(height, function(z))
    assert above.get_xlim() == below.get_xlim()


def test_both_curves_and_all_tangents_are_in_view():
    for axes in figure().axes:
        low, high = axes.get_ylim()
        heights = np.concatenate([line.get_ydata() for line in axes.lines])
        assert low < heights.min() < heights.max() < high
        assert high - low < 1.4 * np.ptp(heights)


def test_each_point_stands_on_both_curves():
    for axes, function in zip(figure().axes, (sigmoid, slope), strict=True):
        dots = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "o"]
        assert dots == [[[z, function(z)]] for z in POINTS]


def test_each_tangent_goes_through_its_point_with_the_slope_that_stands_below():
    above, below = figure().axes
    tangents = [line for line in above.lines if len(line.get_xdata()) == 2]
    for z, tangent, text in zip(POINTS, tangents, below.texts, strict=True):
        (x0, y0), (x1, y1) = tangent.get_xydata()
        found = (y1 - y0) / (x1 - x0)
        assert found == pytest.approx(slope(z))
        assert (x0 + x1) / 2 == pytest.approx(z)
        assert (y0 + y1) / 2 == pytest.approx(sigmoid(z))
        assert 1 < x1 - x0 < 3
        assert text.get_text() == f"{slope(z):.4f}"
        assert tangent.get_color() == text.get_color() == "C1"


def test_a_number_stands_on_the_outer_side_of_the_hump():
    for z, text in zip(POINTS, figure().axes[1].texts, strict=True):
        at, height = text.get_position()
        assert (at > z) == (z >= 0) == (text.get_ha() == "left")
        assert 0.1 < abs(at - z) < 0.5
        assert 0.005 < height - slope(z) < 0.03


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("points", [POINTS, [-4, -1, 1, 4], [0]])
def test_it_is_well_made(check, points):
    check(sigmoid_slope(sigmoid, slope, points))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    sigmoid_slope,
    rows=[
        drawn(sigmoid, slope, []),
        drawn(sigmoid, slope, [-6, 6]),
        refused(sigmoid, slope, 1.0, error=TypeError),
    ],
    refuses={
        "every point must be between": [
            (sigmoid, slope, [0.0, bad]) for bad in (NAN, INF, -6.1, 6.1)
        ],
    },
)
