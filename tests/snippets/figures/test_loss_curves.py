import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, drawn

from snippets.figures.loss_curves import loss_curves

GAPS = [2.27 * q ** np.arange(n) for q, n in [(0.99, 300), (0.97, 300), (0.94, 300), (1.0036, 300)]]
LABELS = ["lr 0.01", "lr 0.05", "lr 1/12", "lr 0.0846"]


def test_each_curve_is_the_gap_of_its_run_against_the_step():
    for line, gap in zip(loss_curves(GAPS, LABELS).axes[0].lines, GAPS, strict=True):
        assert line.get_xdata().tolist() == list(range(len(gap)))
        assert np.array_equal(line.get_ydata(), gap)


def test_the_axis_is_logarithmic_so_that_a_constant_factor_is_a_straight_line():
    fig = loss_curves(GAPS, LABELS)
    ax = fig.axes[0]
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")
    assert ax.get_xlim() == (0, 299)
    for line in ax.lines:
        drawn = ax.transData.transform(line.get_xydata())
        assert np.diff(drawn[:, 1], n=2) == pytest.approx(np.zeros(len(drawn) - 2), abs=1e-6)


def test_every_curve_has_its_name_at_its_end_in_its_colour():
    ax = loss_curves(GAPS, LABELS).axes[0]
    ends = {t.get_text().strip(): t for t in ax.texts}
    colors = [line.get_color() for line in ax.lines]
    assert colors == ["C3", "C5", "C1", "C0"]
    for gap, label, color in zip(GAPS, LABELS, colors, strict=True):
        assert ends[label].get_position() == pytest.approx((299, gap[-1]))
        assert ends[label].get_color() == color


def test_what_is_counted_can_be_another_thing_than_steps():
    assert loss_curves(GAPS, LABELS).axes[0].get_xlabel() == "step"
    assert loss_curves(GAPS, LABELS, xlabel="epoch").axes[0].get_xlabel() == "epoch"


def test_colour_is_not_all_that_tells_the_curves_apart():
    lines = loss_curves(GAPS, LABELS).axes[0].lines
    assert len({line.get_linestyle() for line in lines}) == 4


# --- laws -----------------------------------------------------------------------------------------
def test_names_of_curves_that_end_together_are_moved_apart(check):
    fig = loss_curves([GAPS[0], GAPS[0] * 1.01, GAPS[0] * 1.02], LABELS[:3])
    check(fig)


def test_a_run_that_reaches_the_minimum_has_its_name_where_the_line_ends(check):
    fig = loss_curves([np.array([1.0, 1e-2, 1e-4, 0.0, -1e-17]), GAPS[0][:5]], LABELS[:2])
    end = next(t for t in fig.axes[0].texts if t.get_text().strip() == LABELS[0])
    assert end.get_position() == pytest.approx((2, 1e-4))
    check(fig)


def test_a_run_that_leaves_the_numbers_has_its_name_where_it_was_last_seen(check):
    fig = loss_curves([np.array([1.0, 10.0, np.inf, np.nan]), GAPS[0][:5]], LABELS[:2])
    end = next(t for t in fig.axes[0].texts if t.get_text().strip() == LABELS[0])
    assert end.get_position() == pytest.approx((1, 10))
    check(fig)


def test_it_is_well_made(check):
    check(loss_curves(GAPS, LABELS))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    loss_curves,
    rows=[
        drawn([[1, 0.1], [1, 0.2]], ["one", "two"]),
        drawn([array(1, 10, INF, NAN), array(1, 0.1)], ["it left", "it stayed"]),
    ],
    refuses={
        "zip": [(GAPS, LABELS[:3]), ([*GAPS, GAPS[0]], [*LABELS, "again"])],
        "no gap of 'one' is positive and finite": [([[]], ["one"]), ([array(NAN)], ["one"])],
    },
)
