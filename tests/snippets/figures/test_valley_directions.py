import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet
from matplotlib.quiver import Quiver

from snippets.figures.valley_directions import valley_directions
from snippets.optimization.five_points_loss import grad, loss

MINIMUM = array(0.6, 2.2)
DIRECTIONS = np.linalg.eigh([[22.0, 6.0], [6.0, 2.0]])[1].T
LABELS = ["flat, curvature 0.34", "steep, 23.7"]
POINTS = np.array([MINIMUM - 1.3 * DIRECTIONS[0], MINIMUM + 0.5 * DIRECTIONS[1], [0.5, 1.0]])
GIVEN = (loss, grad, MINIMUM, DIRECTIONS, LABELS, POINTS)


def axes():
    return valley_directions(*GIVEN).axes[0]


def artist(kind):
    (found,) = [c for c in axes().collections if isinstance(c, kind)]
    return found


def test_each_direction_is_a_line_through_the_minimum_across_the_whole_picture():
    ax = axes()
    lines = [line for line in ax.lines if line.get_label() in LABELS]
    assert [line.get_linestyle() for line in lines] == ["-", "--"]
    assert [line.get_color() for line in lines] == ["C0", "C5"]
    corner = np.hypot(np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())) / 2
    for line, along in zip(lines, DIRECTIONS, strict=True):
        for end in line.get_xydata() - MINIMUM:
            assert abs(end[0] * along[1] - end[1] * along[0]) < 1e-12
            assert np.linalg.norm(end) > corner
        assert line.get_xydata().mean(axis=0) == pytest.approx(MINIMUM)


def test_how_long_a_direction_is_does_not_matter():
    longer = valley_directions(loss, grad, MINIMUM, 7 * DIRECTIONS, LABELS, POINTS).axes[0]
    for one, other in zip(axes().lines, longer.lines, strict=True):
        assert one.get_xydata() == pytest.approx(other.get_xydata())


def test_the_arrows_point_downhill_from_their_points_and_have_one_length():
    arrows = artist(Quiver)
    assert np.array_equal(arrows.XY, POINTS)
    drawn = np.column_stack([arrows.U, arrows.V])
    lengths = np.linalg.norm(drawn, axis=1)
    size = 1.3 * 1.3 * abs(DIRECTIONS[0][1])
    assert lengths == pytest.approx(np.full(3, 0.3 * size))
    for arrow, point in zip(drawn, POINTS, strict=True):
        g = grad(point)
        assert arrow / lengths[0] == pytest.approx(-g / np.linalg.norm(g))
    assert (arrows.angles, arrows.scale_units, arrows.scale) == ("xy", "xy", 1)


def test_a_contour_goes_through_each_point():
    contour = artist(ContourSet)
    assert contour.levels == pytest.approx(sorted(loss(p) for p in POINTS))
    assert all(same_color(edge, "0.5") for edge in contour.get_edgecolor())
    for level, line in zip(contour.levels, contour.get_paths(), strict=True):
        assert np.all(np.abs([loss(p) - level for p in line.vertices]) < 1e-2)


def test_both_axes_have_one_scale_and_hold_all_points_with_the_minimum_in_the_middle():
    ax = axes()
    assert ax.get_aspect() == 1
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    assert (low + high) / 2 == pytest.approx(MINIMUM)
    reach = 1.3 * np.abs(POINTS - MINIMUM).max(axis=0)
    assert high - MINIMUM == pytest.approx([max(reach[0], 0.8 * reach[1]), reach[1]])


def test_points_and_minimum_are_marked():
    marks = {line.get_marker(): line.get_xydata() for line in axes().lines}
    assert marks["o"] == pytest.approx(POINTS)
    assert marks["*"] == pytest.approx(MINIMUM[None])


# --- laws -----------------------------------------------------------------------------------------
def test_it_is_well_made(check):
    check(valley_directions(*GIVEN))


# --- bad input ------------------------------------------------------------------------------------
SHAPES = r"minimum must have shape \(2,\), directions \(2, 2\), points \(k, 2\)"
test_bad_input = bad_input(
    valley_directions,
    rows=[
        drawn(loss, grad, [1, 2], [[1, 0], [0, 1]], LABELS, [[0, 1], [1, 1]]),
    ],
    refuses={
        SHAPES: [
            (loss, grad, array(1), DIRECTIONS, LABELS, POINTS),
            (loss, grad, MINIMUM, DIRECTIONS[:1], LABELS, POINTS),
            (loss, grad, MINIMUM, DIRECTIONS, LABELS, POINTS[0]),
            (loss, grad, MINIMUM, DIRECTIONS, LABELS, np.ones((2, 3))),
        ],
        "zip": [(loss, grad, MINIMUM, DIRECTIONS, LABELS[:1], POINTS)],
        "minimum, directions and points must be finite": [
            (loss, grad, array(1, NAN), DIRECTIONS, LABELS, POINTS),
            (loss, grad, MINIMUM, DIRECTIONS * INF, LABELS, POINTS),
            (loss, grad, MINIMUM, DIRECTIONS, LABELS, POINTS * NAN),
        ],
    },
)
