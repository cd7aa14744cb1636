import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, column, drawn

from snippets.datasets.five_points import X, y
from snippets.figures.line_misses import line_misses

LINES = [(0.5, 1.0), (2.0, 3.0), (-0.6, 6.0), (0.6, 2.2), (0.0, 0.0)]


def parts(w, b):
    line, *stretches, points = line_misses(X, y, w, b).axes[0].lines
    return line, stretches, points


def test_the_points_are_the_data():
    *_, points = parts(0.5, 1.0)
    assert np.array_equal(points.get_xydata(), np.column_stack([X, y]))
    assert (points.get_color(), points.get_linestyle()) == ("C4", "None")


@pytest.mark.parametrize(("w", "b"), LINES)
def test_the_line_has_its_slope_and_height_and_spans_the_data(w, b):
    line, *_ = parts(w, b)
    (x0, y0), (x1, y1) = line.get_xydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(w)
    assert y0 - w * x0 == pytest.approx(b)
    assert X.min() - x0 == pytest.approx(x1 - X.max())
    assert 0.5 < X.min() - x0 < 1.5
    assert line.axes.get_xlim() == (x0, x1)
    assert line.get_color() == "C0"


@pytest.mark.parametrize(("w", "b"), LINES)
def test_each_miss_leads_from_its_point_to_the_line_and_has_its_number(w, b):
    _, stretches, _ = parts(w, b)
    texts = stretches[0].axes.texts
    for xi, yi, stretch, text in zip(X, y, stretches, texts, strict=True):
        assert stretch.get_xydata().tolist() == [[xi, yi], [xi, w * xi + b]]
        assert float(text.get_text().replace("−", "-")) == pytest.approx(w * xi + b - yi, abs=1e-3)
        assert text.get_position()[1] == pytest.approx((yi + w * xi + b) / 2)
        assert stretch.get_color() == text.get_color() == "C3"


@pytest.mark.parametrize(("w", "b"), LINES)
def test_a_number_stands_on_the_side_of_its_miss_from_which_the_line_turns_away(w, b):
    for xi, yi, text in zip(X, y, line_misses(X, y, w, b).axes[0].texts, strict=True):
        at, on_line = text.get_position()[0], w * xi + b
        assert 0.05 < abs(at - xi) < 0.2
        assert text.get_ha() == ("right" if at < xi else "left")
        if w and abs(on_line - yi) > 1e-9:  # as far from the line as at the miss itself, or farther
            middle = (on_line + yi) / 2
            assert abs(w * at + b - middle) > abs(on_line - middle)


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("w", "b"), LINES)
def test_it_is_well_made(check, w, b):
    check(line_misses(X, y, w, b))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    line_misses,
    rows=[drawn(list(X), list(y), 1, 0)],
    refuses={
        "inhomogeneous|broadcast": [(X, bad, 1, 0) for bad in (y[:2], column(*y))],
        "zero-size": [([], [], 1, 0)],
        "X, y, w and b must be finite": [
            (array(1, 2, 3, 4, NAN), y, 1, 0),
            (X, array(1, 2, 3, 4, INF), 1, 0),
            *[(X, y, *bad) for bad in ((NAN, 0), (1, INF))],
        ],
    },
)
