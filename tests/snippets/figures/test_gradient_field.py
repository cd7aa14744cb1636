import numpy as np
import pytest
from inputs import NAN, bad_input, drawn
from matplotlib.colors import same_color
from matplotlib.contour import ContourSet
from matplotlib.quiver import Quiver

from snippets.figures.gradient_field import gradient_field

POINTS = [(3.0, 4.0), (-4.0, 3.0), (2.0, -4.0)]


def bowl(x, y):
    return x**2 + y**2


def bowl_grad(x, y):
    return np.array([2 * x, 2 * y])


def saddle(x, y):
    return x**2 + 3 * x * y - y**2


def saddle_grad(x, y):
    return np.array([2 * x + 3 * y, 3 * x - 2 * y])


SURFACES = [(bowl, bowl_grad), (saddle, saddle_grad)]


def arrows(fig):
    """(tail, arrow as drawn) for each arrow, by colour-bearing artist."""
    return [
        (np.array(q.XY), np.column_stack([q.U, q.V]) / q.scale)
        for q in fig.axes[0].collections
        if isinstance(q, Quiver)
    ]


def contours(fig):
    return [c for c in fig.axes[0].collections if isinstance(c, ContourSet)]


@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_each_point_has_its_gradient_as_an_arrow_and_the_first_the_opposite_step(f, grad):
    (tails, ups), (tail, down) = arrows(gradient_field(f, grad, POINTS))
    exact = np.array([grad(*p) for p in POINTS])
    assert tails == pytest.approx(np.array(POINTS))
    assert tail == pytest.approx(np.array(POINTS[:1]))
    factor = np.linalg.norm(ups[0]) / np.linalg.norm(exact[0])
    assert ups == pytest.approx(factor * exact)
    assert down[0] == pytest.approx(-ups[0])


@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_every_arrow_is_at_right_angles_to_the_contour_through_its_point(f, grad):
    fig = gradient_field(f, grad, POINTS)
    through = contours(fig)[1]
    (tails, ups), _ = arrows(fig)
    for tail, up in zip(tails, ups, strict=True):
        level = np.argmin(np.abs(through.levels - f(*tail)))
        corners = through.get_paths()[level].vertices
        near = corners[np.hypot(*(corners - tail).T) < 0.5]
        assert len(near) > 5  # the contour does pass here
        _, _, (along, _) = np.linalg.svd(near - near.mean(axis=0))
        cosine = along @ up / np.linalg.norm(up)
        # Over 0.5 to either side the bends of the contour cancel, up to one cell of 0.113
        # times a curvature below ½.
        assert abs(cosine) < 0.06


@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_contours_are_drawn_where_the_function_has_their_level(f, grad):
    for contour in contours(gradient_field(f, grad, POINTS)):
        for level, path in zip(contour.levels, contour.get_paths(), strict=True):
            heights = f(*path.vertices.T)
            # interpolation on cells of width 0.11 misses by about f″·0.11²/8 ≤ 0.02
            assert np.all(np.abs(heights - level) < 0.02)


def test_one_contour_goes_through_each_point_and_no_other_hugs_it():
    others, through = contours(gradient_field(bowl, bowl_grad, POINTS))
    assert through.levels == pytest.approx([20, 25])
    assert np.abs(np.subtract.outer(others.levels, through.levels)).min() > 3


def test_both_axes_have_the_same_scale_so_that_right_angles_look_right():
    assert gradient_field(bowl, bowl_grad, POINTS).axes[0].get_aspect() == 1


@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_uphill_and_downhill_are_written_where_the_first_two_arrows_end(f, grad):
    fig = gradient_field(f, grad, POINTS)
    up, down = fig.axes[0].texts
    (_, ups), _ = arrows(fig)
    for text, sign, color in [(up, 1, "C2"), (down, -1, "C3")]:
        offset = np.subtract(text.get_position(), POINTS[0])
        assert offset == pytest.approx(1.25 * sign * ups[0])
        assert text.get_color() == color
    assert (up.get_text(), down.get_text()) == ("∇f, uphill", "−∇f, downhill")


@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_arrows_and_points_stay_inside_the_landscape(f, grad):
    fig = gradient_field(f, grad, POINTS)
    (left, right), (bottom, top) = fig.axes[0].get_xlim(), fig.axes[0].get_ylim()
    for tails, ups in arrows(fig):
        x, y = np.vstack([tails, tails + ups]).T
        assert left < x.min() < x.max() < right
        assert bottom < y.min() < y.max() < top


def test_gradients_descent_points_and_contours_have_their_own_colours():
    fig = gradient_field(bowl, bowl_grad, POINTS)
    drawn = fig.axes[0].collections
    colors = [drawing.get_facecolor() for drawing in drawn if isinstance(drawing, Quiver)]
    assert same_color(colors[0][0], "C2")
    assert same_color(colors[1][0], "C3")
    assert fig.axes[0].lines[0].get_color() == "black"
    for contour in contours(fig):
        assert all(same_color(edge, "0.5") for edge in contour.get_edgecolor())


def test_the_lighter_contours_span_all_heights_of_the_landscape():
    fig = gradient_field(saddle, saddle_grad, POINTS)
    x, y = np.meshgrid(*[np.linspace(*fig.axes[0].get_xlim(), 201)] * 2)
    levels = contours(fig)[0].levels
    assert levels[0] == pytest.approx(saddle(x, y).min(), rel=1e-3)
    assert levels[-1] == pytest.approx(saddle(x, y).max(), rel=1e-3)


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("f", "grad"), SURFACES)
def test_the_points_are_marked_and_the_figure_is_well_made(check, f, grad):
    fig = gradient_field(f, grad, POINTS)
    assert fig.axes[0].lines[0].get_xydata() == pytest.approx(np.array(POINTS))
    check(fig)


def test_whole_numbers_and_a_single_point_will_do(check):
    check(gradient_field(bowl, bowl_grad, [(3, 4)]))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    gradient_field,
    rows=[drawn(bowl, bowl_grad, [[3, 4], [1, 2]])],
    refuses={
        "zero-size": [(bowl, bowl_grad, np.empty((0, 2)))],
        r"points must be finite, of shape \(k, 2\)": [
            (bowl, bowl_grad, bad) for bad in ([3.0, 4.0], np.eye(2)[None], [(3, NAN)])
        ],
    },
)
