import numpy as np
import pytest
from inputs import INF, NAN, bad_input, drawn

from snippets.figures.surface_slice import surface_slice
from snippets.multivariable.partial_derivatives import df_dx, f

POINTS = [(2.0, 3.0), (-1.0, 0.5), (0.0, 0.0)]
points = pytest.mark.parametrize(("x", "y"), POINTS)


def lines(x, y):
    """The slice, the tangent and the point, in space and in the plane."""
    solid, flat = surface_slice(f, df_dx, x, y).axes
    return [np.array(line.get_data_3d()) for line in solid.lines], [
        line.get_xydata().T for line in flat.lines
    ]


@points
def test_the_slice_is_the_function_where_y_is_held_still(x, y):
    in_space, in_plane = lines(x, y)
    s, t, height = in_space[0]
    assert (s[0], s[-1], set(t)) == (x - 2, x + 2, {y})
    assert np.array_equal(height, f(s, y))
    assert np.array_equal(in_plane[0], [s, height])


@points
def test_the_tangent_goes_through_the_point_with_the_slope_of_the_partial_derivative(x, y):
    in_space, in_plane = lines(x, y)
    (x0, x1), (y0, y1) = in_plane[1]
    assert (y1 - y0) / (x1 - x0) == pytest.approx(df_dx(x, y))
    assert (x0 + x1) / 2 == pytest.approx(x)
    assert (y0 + y1) / 2 == pytest.approx(f(x, y))
    assert 1 < x1 - x0 < 3
    assert np.array_equal(in_space[1], [[x0, x1], [y, y], [y0, y1]])
    assert in_plane[2].ravel().tolist() == [x, f(x, y)]
    assert in_space[2].ravel().tolist() == [x, y, f(x, y)]


@points
def test_the_grid_lies_on_the_surface_around_the_point(x, y):
    (grid,) = surface_slice(f, df_dx, x, y).axes[0].collections
    corners = np.vstack([np.array(segment) for segment in grid._segments3d])
    s, t, height = corners.T
    np.testing.assert_allclose(height, f(s, t))
    assert (s.min(), s.max(), t.min(), t.max()) == (x - 2, x + 2, y - 2, y + 2)


def test_what_is_one_thing_has_one_colour_and_the_slope_is_told():
    solid, flat = surface_slice(f, df_dx, -1.0, 0.5).axes
    for axes in (solid, flat):
        assert [line.get_color() for line in axes.lines] == ["C0", "C1", "black"]
    assert flat.get_title() == "slope −0.5"
    assert flat.title.get_color() == "C1"
    assert flat.get_ylabel() == "f(x, 0.5)"
    assert solid.get_xticks().tolist() == [-3, -1, 1]
    assert solid.get_yticks().tolist() == [-1.5, 0.5, 2.5]
    assert solid.get_zticks().size == 0


# --- laws -----------------------------------------------------------------------------------------
@points
def test_it_is_well_made(check, x, y):
    check(surface_slice(f, df_dx, x, y))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    surface_slice,
    rows=[drawn(f, df_dx, 2, 3)],
    refuses={
        "x and y must be finite": [
            (f, df_dx, *bad) for bad in ((NAN, 1.0), (1.0, NAN), (INF, 1.0), (1.0, -INF))
        ],
    },
)
