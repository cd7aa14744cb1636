import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, column, drawn

from snippets.datasets.five_points import X, y
from snippets.figures.fitted_line import fitted_line

LINES = [(0.5, 1.0), (0.9, 1.2), (0.6, 2.2)]
LABELS = ["start", "10 steps", "best"]


def test_the_points_are_the_data():
    points = fitted_line(X, y, LINES, LABELS).axes[0].lines[0]
    assert np.array_equal(points.get_xydata(), np.column_stack([X, y]))
    assert (points.get_color(), points.get_linestyle()) == ("C4", "None")


def test_each_line_has_its_slope_and_height_and_spans_the_data():
    lines = fitted_line(X, y, LINES, LABELS).axes[0].lines[1:]
    for line, (w, b) in zip(lines, LINES, strict=True):
        (x0, y0), (x1, y1) = line.get_xydata()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(w)
        assert y0 - w * x0 == pytest.approx(b)
        assert x0 < X.min() < X.max() < x1
        assert X.min() - x0 == pytest.approx(x1 - X.max())  # as far on either side


def test_the_last_line_is_the_bold_one():
    lines = fitted_line(X, y, LINES, LABELS).axes[0].lines[1:]
    assert [line.get_color() for line in lines] == ["0.5", "0.5", "C0"]
    assert lines[2].get_linewidth() > lines[0].get_linewidth()


def test_the_axes_and_the_points_can_be_told_what_they_are():
    ax = fitted_line(X, y, LINES, LABELS, ["length", "mass"], size=3).axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("length", "mass")
    assert ax.lines[0].get_markersize() == 3


def test_each_line_is_named_at_its_right_end_in_its_colour():
    ax = fitted_line(X, y, LINES, LABELS).axes[0]
    ends = {line.get_xydata()[1, 1]: line.get_color() for line in ax.lines[1:]}
    named = {t.get_text().strip(): (t.get_position()[1], t.get_color()) for t in ax.texts}
    assert {t.get_position()[0] for t in ax.texts} == {ax.lines[1].get_xdata()[1]}
    for (w, b), label in zip(LINES, LABELS, strict=True):
        height, color = named[label]
        assert height == pytest.approx(w * 5.4 + b)
        assert color == ends[min(ends, key=lambda end: abs(end - height))]


def test_a_line_below_zero_is_named_there_too():
    (name,) = fitted_line(X, -y, [(-0.6, -2.2)], ["best"]).axes[0].texts
    assert name.get_position() == pytest.approx((5.4, -0.6 * 5.4 - 2.2))


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("lines", [LINES, [(0.0, 0.0), (0.6, 2.2)], [(0.6, 2.2)] * 3])
def test_it_is_well_made_even_if_lines_coincide(check, lines):
    check(fitted_line(X, y, lines, LABELS[-len(lines) :]))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    fitted_line,
    rows=[drawn(list(X), list(y), [(1, 0)], ["line"])],
    refuses={
        "inhomogeneous|broadcast": [(X, bad, [(1, 0)], ["line"]) for bad in (y[:2], column(*y))],
        "zip": [(X, y, [(1, 0)], ["line", "one too many"])],
        "zero-size": [([], [], [(1, 0)], ["line"])],
        "X, y and the lines must be finite": [
            (array(1, 2, 3, 4, NAN), y, [(1, 0)], ["line"]),
            (X, array(1, 2, 3, 4, INF), [(1, 0)], ["line"]),
            *[(X, y, [(1, bad)], ["line"]) for bad in (NAN, INF)],
        ],
    },
)
