import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn

from snippets.differentiation.square import df, f
from snippets.figures.curve_walks import curve_walks

PATHS = [10 * q ** np.arange(11) for q in (0.9, 0.6, -1.2)]
LABELS = ["lr 0.05\nends at 3.49", "lr 0.2\nends at 0.0605", "lr 1.1\nends at 61.9"]


def every():
    return curve_walks(f, df, PATHS, LABELS).axes


def test_each_walk_stands_on_the_curve_in_a_picture_and_a_colour_of_its_own():
    for ax, path, label, color in zip(every(), PATHS, LABELS, ["C3", "C5", "C1"], strict=True):
        (walk,) = [line for line in ax.lines if line.get_color() == color]
        assert np.array_equal(walk.get_xydata(), np.column_stack([path, f(path)]))
        assert ax.get_title() == label
        assert ax.title.get_color() == color


def test_the_pictures_share_one_scale_that_shows_the_curve_on_both_sides():
    for ax in every():
        assert ax.get_xlim() == pytest.approx((-15, 15))
        assert ax.get_ylim() == pytest.approx((-18, 225))
        curve = ax.lines[0].get_xydata()
        assert np.array_equal(curve[:, 1], f(curve[:, 0]))
        assert curve[[0, -1], 0] == pytest.approx(ax.get_xlim())
        assert len(curve) == 101  # it looks round


def test_the_tangent_at_the_start_goes_down_to_zero():
    for ax in every():
        (dashed,) = [line for line in ax.lines if line.get_linestyle() == "--"]
        assert dashed.get_xydata() == pytest.approx(np.array([[10, 100], [5, 0]]))


def test_start_and_minimum_are_marked():
    for ax in every():
        marks = {line.get_marker(): line.get_xydata().tolist() for line in ax.lines}
        assert marks["o"] == [[10, 100]]
        assert marks["*"] == [[0, 0]]


def test_a_start_on_the_other_side_is_the_mirror_image():
    ax = curve_walks(f, df, [-PATHS[0]], LABELS[:1]).axes[0]
    assert ax.get_xlim() == pytest.approx((-15, 15))
    (dashed,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert dashed.get_xydata() == pytest.approx(np.array([[-10, 100], [-5, 0]]))


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_is_well_made(check, count):
    check(curve_walks(f, df, PATHS[:count], LABELS[:count]))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    curve_walks,
    rows=[drawn(f, df, [[10, 9, 8.1], array(10, 6)], ["one", "two"])],
    refuses={
        "zip": [
            (f, df, PATHS, LABELS[:2]),
            (f, df, [PATHS[0]] * 4, ["a", "b", "c", "d"]),
        ],
        "all places must be finite": [
            (f, df, [array(10, NAN)], ["one"]),
            (f, df, [array(10, INF)], ["one"]),
        ],
        "one start, and not 0, for all": [
            (f, df, [array(10, 9), array(9, 8)], ["one", "two"]),
            (f, df, [array(0, 1)], ["one"]),
        ],
    },
)
