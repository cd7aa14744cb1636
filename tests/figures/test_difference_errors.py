import numpy as np
import pytest

from snippets.figures.difference_errors import difference_errors

HS = [10.0**-k for k in range(16)]


def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def figure(hs=HS):
    return difference_errors(np.sin, np.cos, 1.0, hs, forward, central)


def test_the_curves_are_the_errors_of_the_two_differences():
    one, two = figure().axes[0].lines
    for line, difference in [(one, forward), (two, central)]:
        errors = [abs(difference(np.sin, 1.0, h) - np.cos(1.0)) for h in HS]
        assert line.get_xdata().tolist() == HS
        assert line.get_ydata().tolist() == errors
    assert (one.get_label(), one.get_color()) == ("forward difference", "C1")
    assert (two.get_label(), two.get_color()) == ("central difference", "C5")


def test_both_axes_are_logarithmic_so_that_an_order_is_a_slope():
    ax = figure().axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    for line, order in zip(ax.lines, [1, 2], strict=True):
        h, error = line.get_xydata()[1:5].T
        assert np.polyfit(np.log(h), np.log(error), 1)[0] == pytest.approx(order, abs=0.03)


@pytest.mark.parametrize("hs", [HS, HS[1:9], [0.1, 0.01, 0.001]])
def test_it_is_well_made(check, hs):
    check(figure(hs))


def test_the_legend_names_both_curves():
    legend = figure().axes[0].get_legend()
    names = [t.get_text() for t in legend.get_texts()]
    assert names == ["forward difference", "central difference"]
    assert not legend.get_frame_on()


def test_colour_is_not_all_that_tells_the_curves_apart():
    one, two = figure().axes[0].lines
    assert one.get_linestyle() != two.get_linestyle()
    assert one.get_marker() != two.get_marker()
