import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet

from snippets.figures.descent_paths import descent_paths

MINIMUM = (0.6, 2.2)
START = np.array([0.5, 1.0])


def loss(w, b):
    """The loss of the five points, by its Hessian: 11·dw² + 6·dw·db + db² above 0.48."""
    dw, db = w - MINIMUM[0], b - MINIMUM[1]
    return 0.48 + 11 * dw**2 + 6 * dw * db + db**2


def path(lr, steps=30):
    H = np.array([[22.0, 6.0], [6.0, 2.0]])
    points = [START]
    for _ in range(steps):
        points.append(points[-1] - lr * H @ (points[-1] - MINIMUM))
    return np.array(points)


PATHS = [path(0.01), path(0.05), path(1 / 12)]
LABELS = ["lr 0.01", "lr 0.05", "lr 1/12"]


def contour_of(fig):
    (contour,) = [c for c in fig.axes[0].collections if isinstance(c, ContourSet)]
    return contour


def test_each_path_is_drawn_as_it_was_run_in_its_own_colour():
    lines = descent_paths(loss, PATHS, LABELS, MINIMUM).axes[0].lines
    for line, run, label, color in zip(lines, PATHS, LABELS, ["C3", "C5", "C1"], strict=False):
        assert np.array_equal(line.get_xydata(), run)
        assert (line.get_label(), line.get_color()) == (label, color)


def test_the_start_and_the_minimum_are_marked():
    lines = descent_paths(loss, PATHS, LABELS, MINIMUM).axes[0].lines
    marked = {line.get_label(): line.get_xydata().tolist() for line in lines[3:]}
    assert marked == {"start": [START.tolist()], "minimum": [list(MINIMUM)]}
    assert [line.get_color() for line in lines[3:]] == ["black", "black"]


def test_of_paths_that_start_apart_the_first_one_has_the_mark():
    lines = descent_paths(loss, [PATHS[0], PATHS[1][5:]], LABELS[:2], MINIMUM).axes[0].lines
    (start,) = [line for line in lines if line.get_label() == "start"]
    assert start.get_xydata().tolist() == [START.tolist()]


def test_contours_are_drawn_where_the_loss_has_their_level():
    contour = contour_of(descent_paths(loss, PATHS, LABELS, MINIMUM))
    for level, line in zip(contour.levels, contour.get_paths(), strict=True):
        # interpolation on cells 0.02 by 0.02 misses by about f″·h²/8 ~ 1e-3
        assert np.all(np.abs(loss(*line.vertices.T) - level) < 4e-3)


def test_the_height_above_the_minimum_grows_by_a_constant_factor_from_contour_to_contour():
    levels = contour_of(descent_paths(loss, PATHS, LABELS, MINIMUM)).levels - 0.48
    assert levels[1:] / levels[:-1] == pytest.approx(
        np.full(len(levels) - 1, levels[1] / levels[0])
    )
    assert levels[0] == pytest.approx(levels[-1] / 1000)


def test_the_contours_are_muted_and_fill_a_box_beyond_all_paths_and_the_minimum():
    contour = contour_of(descent_paths(loss, PATHS, LABELS, MINIMUM))
    drawn = np.vstack([line.vertices for line in contour.get_paths()])
    corners = np.vstack([*PATHS, MINIMUM])
    size = np.ptp(corners, axis=0)
    assert np.all(drawn.min(axis=0) < corners.min(axis=0))
    assert np.all(drawn.max(axis=0) > corners.max(axis=0))
    assert np.all(np.ptp(drawn, axis=0) < 1.5 * size)
    assert all(same_color(edge, "0.5") for edge in contour.get_edgecolor())
    # the highest contour is the highest point of that box
    highest = max(loss(w, b) for w in contour.axes.get_xlim() for b in contour.axes.get_ylim())
    assert contour.levels[-1] == pytest.approx(highest, rel=1e-9)


def test_the_landscape_reaches_beyond_all_paths_and_the_minimum():
    ax = descent_paths(loss, PATHS, LABELS, MINIMUM).axes[0]
    corners = np.vstack([*PATHS, MINIMUM])
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    assert np.all(low < corners.min(axis=0))
    assert np.all(high > corners.max(axis=0))


def test_colour_is_not_all_that_tells_the_paths_apart():
    lines = descent_paths(loss, PATHS, LABELS, MINIMUM).axes[0].lines[:3]
    assert len({line.get_linestyle() for line in lines}) == 3
    assert len({line.get_marker() for line in lines}) == 3


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_is_well_made(check, count):
    check(descent_paths(loss, PATHS[:count], LABELS[:count], MINIMUM))


# --- bad input ------------------------------------------------------------------------------------
WALK = array(4, 1, 2, 1, 1, 1).reshape(3, 2)
test_bad_input = bad_input(
    descent_paths,
    rows=[drawn(loss, [WALK.tolist()], ["one"], [0, 0])],
    refuses={
        "zip": [
            (loss, [WALK], ["one", "two"], (1, 1)),
            (loss, [WALK] * 4, ["a", "b", "c", "d"], (1, 1)),
        ],
        "dimension": [(loss, [np.ones((4, 3))], ["one"], (1, 1))],
        "increasing": [(loss, [], [], (1, 1))],
        "paths and minimum must be finite": [
            (loss, [WALK * INF], ["one"], (1, 1)),
            (loss, [WALK], ["one"], (1, NAN)),
        ],
    },
)
