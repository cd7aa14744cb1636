import numpy as np
import pytest

from snippets.figures.decision_line import decision_line

X = np.array([[0.0, 0.0], [1.0, 3.0], [3.0, 1.0], [4.0, 4.0], [0.5, 1.0]])
y = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
W = np.array([-3.0, 2.0, -0.5])  # the line 2·x₁ − x₂/2 = 3
NAMES, AXES = ["Adelie", "Chinstrap"], ["bill length", "bill depth"]


def drawn():
    return decision_line(X, y, W, NAMES, AXES)


def test_each_class_has_its_points_and_its_own_mark():
    first, second, *_ = drawn().axes[0].lines
    assert first.get_xydata().tolist() == X[y == 0].tolist()
    assert second.get_xydata().tolist() == X[y == 1].tolist()
    assert first.get_marker() != second.get_marker()


def test_the_points_on_the_wrong_side_have_a_ring():
    rings = drawn().axes[0].lines[2]
    assert rings.get_xydata().tolist() == [[0.5, 1.0]]
    assert rings.get_fillstyle() == "none"


def test_on_the_line_the_score_is_zero_and_it_crosses_the_figure():
    ends = drawn().axes[0].lines[3].get_xydata()
    assert W[0] + ends @ W[1:] == pytest.approx([0, 0], abs=1e-9)
    assert np.ptp(ends, axis=0).max() > 100


def test_the_view_is_that_of_the_points():
    ax = drawn().axes[0]
    assert ax.get_xlim()[0] > -1
    assert ax.get_xlim()[1] < 5


def test_the_classes_and_axes_are_named():
    ax = drawn().axes[0]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == [*NAMES, "wrong side"]
    assert [ax.get_xlabel(), ax.get_ylabel()] == AXES


def test_it_is_well_made(check):
    check(drawn())
