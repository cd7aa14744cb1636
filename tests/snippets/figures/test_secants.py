import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn

from snippets.figures.secants import secants


def square(x):
    return x**2


def twice(x):
    return 2 * x


def straight(fig, color):
    """The two ends of each straight line of that colour."""
    return [
        ln.get_xydata()
        for ln in fig.axes[0].lines
        if ln.get_color() == color and len(ln.get_xdata()) == 2 and ln.get_linestyle() == "-"
    ]


def slope(ends):
    (x0, y0), (x1, y1) = ends
    return (y1 - y0) / (x1 - x0)


def test_the_curve_is_the_function():
    curve = secants(square, twice, 1.0, [2.0, 1.0, 0.5]).axes[0].lines[0]
    assert curve.get_color() == "C0"
    np.testing.assert_allclose(curve.get_ydata(), curve.get_xdata() ** 2)


def test_the_secants_of_the_square_at_1_have_slope_2_plus_h():
    lines = straight(secants(square, twice, 1.0, [2.0, 1.0, 0.5]), "0.5")
    assert sorted(map(slope, lines)) == pytest.approx([2.5, 3, 4])


def test_every_secant_goes_through_the_point_and_through_its_second_point():
    hs = [2.0, 1.0, 0.5]
    for (x0, y0), (x1, y1) in straight(secants(np.sin, np.cos, 1.0, hs), "0.5"):
        m = slope([(x0, y0), (x1, y1)])
        assert y0 + m * (1 - x0) == pytest.approx(np.sin(1))
        misses = [abs(y0 + m * (1 + h - x0) - np.sin(1 + h)) for h in hs]
        assert min(misses) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("f", "df"), [(square, twice), (np.sin, np.cos), (np.exp, np.exp)])
def test_the_tangent_has_the_slope_of_the_derivative_and_touches_at_the_point(f, df):
    ((x0, y0), (x1, y1)) = straight(secants(f, df, 1.0, [2.0, 1.0, 0.5]), "C1")[0]
    assert slope([(x0, y0), (x1, y1)]) == pytest.approx(df(1.0))
    assert y0 + df(1.0) * (1 - x0) == pytest.approx(f(1.0))


def test_the_points_are_marked():
    fig = secants(square, twice, 1.0, [2.0, 1.0])
    marked = {
        ln.get_color(): ln.get_xydata().tolist()
        for ln in fig.axes[0].lines
        if ln.get_marker() == "o"
    }
    assert marked == {"C0": [[3, 9], [2, 4]], "black": [[1, 1]]}


def test_each_line_is_labelled_with_its_h_and_its_slope_from_the_flattest_up(texts):
    fig = secants(square, twice, 3.0, [2.0, 1.0, 0.5])
    assert texts(fig) == [
        "tangent, slope 6",
        "h = 0.5, slope 6.5",
        "h = 1, slope 7",
        "h = 2, slope 8",
    ]


def test_a_falling_tangent_has_a_slope_with_a_true_minus_sign(texts):
    assert texts(secants(square, twice, -2.0, [1.0])) == ["tangent, slope −4", "h = 1, slope −3"]


@pytest.mark.parametrize("hs", [[2.0, 1.0, 0.5], [0.4, 0.2, 0.1]])
def test_all_points_are_in_view_and_none_is_crowded(hs):
    ax = secants(square, twice, 1.0, hs).axes[0]
    left, right = ax.get_xlim()
    assert 0.2 < (1 - left) / max(hs) < 1
    assert 1.05 < (right - 1) / max(hs) < 1.5
    curve = ax.lines[0].get_xdata()
    assert (curve[0], curve[-1]) == (left, right)


def test_a_label_stands_where_its_line_ends():
    fig = secants(square, twice, 1.0, [4.0, 2.0])
    ends = sorted(ends[1].tolist() for color in ("C1", "0.5") for ends in straight(fig, color))
    places = sorted(list(text.get_position()) for text in fig.axes[0].texts)
    np.testing.assert_allclose(places, ends)


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("x", [-2.0, 1.0, 3.0])
@pytest.mark.parametrize(("f", "df"), [(square, twice), (np.sin, np.cos), (np.exp, np.exp)])
def test_it_is_well_made(check, f, df, x):
    check(secants(f, df, x, [2.0, 1.0, 0.5, 0.25]))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    secants,
    rows=[drawn(square, twice, 1, [2, 1])],
    refuses={
        "ambiguous": [(square, twice, array(1, 2), [1.0])],
        "empty": [(square, twice, 1.0, [])],
        "NaN or Inf": [(square, twice, NAN, [1.0])],
        "every h must be positive and finite": [
            (square, twice, 1.0, [h, 1.0]) for h in (NAN, INF, 0, -1)
        ],
    },
)
