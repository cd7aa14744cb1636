import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn

from snippets.datasets.five_points import X, y
from snippets.figures.network_fit import network_fit


def network(x):
    return 4 + np.tanh(x)


def figure():
    return network_fit(X - 3, y, (0.6, 4.0), network)


def by_label():
    return {line.get_label(): line for line in figure().axes[0].lines}


def test_the_points_are_the_data():
    data = by_label()["data"]
    assert np.array_equal(data.get_xydata(), np.column_stack([X - 3, y]))
    assert (data.get_color(), data.get_linestyle()) == ("C4", "None")


def test_the_line_has_its_slope_and_height():
    x, height = by_label()["line"].get_xydata().T
    np.testing.assert_allclose(height, 0.6 * x + 4.0)
    assert by_label()["line"].get_color() == "0.5"


def test_the_curve_is_the_network_and_spans_the_data():
    x, height = by_label()["network"].get_xydata().T
    assert np.array_equal(height, network(x))
    assert -2.5 < x[0] < -2.2
    assert 2.2 < x[-1] < 2.5
    assert by_label()["network"].get_color() == "C0"


def test_the_legend_names_line_network_and_data():
    names = [t.get_text() for t in figure().axes[0].get_legend().get_texts()]
    assert names == ["line", "network", "data"]
    assert not figure().axes[0].get_legend().get_frame_on()


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("slope", [0.6, -0.6])
def test_it_is_well_made(check, slope):
    check(network_fit(X - 3, y, (slope, 4.0), network))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    network_fit,
    rows=[drawn(list(X), list(y), (1, 0), network)],
    refuses={
        "inhomogeneous|broadcast": [(X, y[:2], (1, 0), network)],
        "zero-size": [([], [], (1, 0), network)],
        "X and y must be finite": [
            (array(1, 2, 3, 4, NAN), y, (1, 0), network),
            (X, array(1, 2, 3, 4, INF), (1, 0), network),
        ],
    },
)
