import numpy as np
import pytest
from inputs import INF, NAN, bad_input, drawn

from snippets.differentiation.verdict import verdict
from snippets.figures.check_bands import check_bands

ERRORS = [[1e-10, 3e-9], [0.5, 0.5], [2.0, 1e-8], 0.003, [0.0]]
LABELS = ["right gradient", "lost factor", "wrong sign", "float32", "zero"]


def test_the_dot_of_each_row_is_its_worst_entry():
    ax = check_bands(ERRORS, LABELS).axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    for row, (dot, errors) in enumerate(zip(dots, ERRORS, strict=True)):
        assert dot.get_ydata().tolist() == [row]
        assert not dot.get_clip_on()  # whole, at the ends too
        assert dot.get_xdata() == pytest.approx([max(np.max(errors), 1e-9)])
        assert (dot.get_color() == "C3") == (verdict(np.max(errors)) == "wrong")


def test_every_entry_has_a_tick():
    ax = check_bands(ERRORS, LABELS).axes[0]
    ticks = [line for line in ax.lines if line.get_marker() == "|"]
    wanted = [(row, error) for row, errors in enumerate(ERRORS) for error in np.ravel(errors)]
    for tick, (row, error) in zip(ticks, wanted, strict=True):
        assert tick.get_ydata().tolist() == [row]
        assert tick.get_xdata() == pytest.approx([max(error, 1e-9)])
        assert (tick.get_color() == "C3") == (verdict(error) == "wrong")


def test_what_is_rounding_alone_stands_clear_of_the_left_end():
    left, _ = check_bands(ERRORS, LABELS).axes[0].get_xlim()
    assert 1e-10 < left < 5e-10
    for line in check_bands(ERRORS, LABELS).axes[0].lines:
        if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]:
            assert line.get_xdata()[0] == left


def test_the_bands_end_where_the_verdict_changes():
    ax = check_bands(ERRORS, LABELS).axes[0]
    limits = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "-"][:3]
    names = [text.get_text() for text in ax.texts]
    assert names == ["right", "fair", "suspicious", "wrong"]
    for limit, name, above in zip(limits, names, names[1:], strict=False):
        assert verdict(limit) == name
        assert verdict(limit * 1.001) == above


def test_each_band_has_its_name_above_its_middle():
    ax = check_bands(ERRORS, LABELS).axes[0]
    left, right = ax.get_xlim()
    limits = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "-"][:3]
    for text, low, high in zip(ax.texts, [left, *limits], [*limits, right], strict=True):
        x, row = text.get_position()
        assert x / low == pytest.approx(high / x)
        assert row < ax.get_ylim()[1]


def test_an_error_on_the_limit_is_not_wrong_yet():
    dots = [
        line
        for line in check_bands([1e-2, 1.001e-2], ["on", "above"]).axes[0].lines
        if line.get_marker() == "o"
    ]
    assert [dot.get_color() for dot in dots] == ["C2", "C3"]


@pytest.mark.parametrize("count", [1, 5])
def test_every_row_is_in_view_and_there_is_no_room_for_another(count):
    bottom, top = check_bands(ERRORS[:count], LABELS[:count]).axes[0].get_ylim()
    assert -1 < top < 0
    assert count - 1 < bottom < count


def test_every_number_below_the_axis_stands_where_it_says():
    axis = check_bands(ERRORS, LABELS).axes[0].xaxis
    for place, tick in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True):
        assert float(tick.get_text()) == pytest.approx(place)


def test_the_rows_are_named_from_the_top():
    fig = check_bands(ERRORS, LABELS)
    assert [text.get_text() for text in fig.axes[0].get_yticklabels()] == LABELS
    assert fig.axes[0].yaxis_inverted()


# --- laws -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 5])
def test_it_is_well_made(check, count):
    check(check_bands(ERRORS[:count], LABELS[:count]))


# --- bad input ------------------------------------------------------------------------------------
test_bad_input = bad_input(
    check_bands,
    rows=[
        drawn([[1e-9, 1e-3], 0], ["one", "two"]),
        drawn([], []),
        drawn([INF], ["it left"]),  # at the right end
    ],
    refuses={
        "labels": [([1e-9, 1e-3], ["one"]), ([1e-9], ["one", "two"])],
        "empty sequence": [([[]], ["one"])],
        "no error may be negative or NaN": [([[0, x]], ["one"]) for x in (NAN, -1, -INF)],
    },
)
