import numpy as np
import pytest
from inputs import INF, NAN, array, bad_input, column, drawn, refused

from snippets.figures.decision_line import decision_line

X = np.array([[0.0, 0.0], [1.0, 3.0], [3.0, 1.0], [4.0, 4.0], [0.5, 1.0]])
y = np.array([0.0, 0.0, 1.0, 1.0, 1.0])
W = np.array([-3.0, 2.0, -0.5])  # the line 2·x₁ − x₂/2 = 3
NAMES, AXES = ["Adelie", "Chinstrap"], ["bill length", "bill depth"]


def shown():
    return decision_line(X, y, W, NAMES, AXES)


def test_each_class_has_its_points_and_its_own_mark():
    first, second, *_ = shown().axes[0].lines
    assert first.get_xydata().tolist() == X[y == 0].tolist()
    assert second.get_xydata().tolist() == X[y == 1].tolist()
    assert first.get_marker() != second.get_marker()


def test_the_points_on_the_wrong_side_have_a_ring():
    rings = shown().axes[0].lines[2]
    assert rings.get_xydata().tolist() == [[0.5, 1.0]]
    assert rings.get_fillstyle() == "none"


@pytest.mark.parametrize("w", [W, [0.5, -1.0, 2.0], [0.25, 0.5, 1.0]])
def test_a_ring_is_drawn_wherever_the_sign_of_the_score_and_the_class_differ(w):
    rng = np.random.default_rng(0)
    points, classes = rng.normal(size=(200, 2)), rng.integers(0, 2, 200)
    rings = decision_line(points, classes, np.array(w), NAMES, AXES).axes[0].lines[2]
    expected = [
        [a, b]
        for (a, b), c in zip(points.tolist(), classes, strict=True)
        if (w[0] + w[1] * a + w[2] * b > 0) != bool(c)
    ]
    assert rings.get_xydata().tolist() == expected


def test_a_point_on_the_line_counts_as_one_of_the_first_class():
    on_it = [[0.0, 1.0], [2.0, 1.0]]
    for classes, wrong in [([0, 0], []), ([0, 1], on_it[1:]), ([1, 0], on_it[:1])]:
        rings = decision_line(on_it, classes, [-1.0, 0.0, 1.0], NAMES, AXES).axes[0].lines[2]
        assert rings.get_xydata().tolist() == wrong


@pytest.mark.parametrize("scale", [[1, 1], [1e-6, 1e-6], [1e6, 1e6], [1e8, 1e-8]])
@pytest.mark.parametrize("w", [W, [-2.0, 1.0, 0.0], [-2.0, 0.0, -1.0], [-11.0, 2.0, 3.0]])
@pytest.mark.parametrize("away", [0, 10])
def test_the_line_is_where_the_score_is_zero_and_goes_through_the_view(scale, w, away):
    w = np.array([w[0] - away * sum(w[1:]), *w[1:]])
    ax = decision_line((X + away) * scale, y, w / [1, *scale], NAMES, AXES).axes[0]
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    ends = ax.lines[3].get_xydata()
    assert w[0] + ends / scale @ w[1:] == pytest.approx([0, 0], abs=1e-9)
    first, last = (ends - (low + high) / 2) / (high - low)  # as parts of the view, from its middle
    assert (first + last) @ (last - first) == pytest.approx(0)  # no point is nearer than half way
    assert np.hypot(*(last - first)) == pytest.approx(2)  # longer than a diagonal


def test_the_view_is_that_of_the_points():
    ax = shown().axes[0]
    assert ax.get_xlim()[0] > -1
    assert ax.get_xlim()[1] < 5


def test_the_classes_and_axes_are_named():
    ax = shown().axes[0]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words == [*NAMES, "wrong side"]
    assert [ax.get_xlabel(), ax.get_ylabel()] == AXES


# --- laws -----------------------------------------------------------------------------------------
def test_it_is_well_made(check):
    check(decision_line(X, y, W, NAMES, AXES))


# --- bad input ------------------------------------------------------------------------------------
PLACES, CLASS = array(1, 2, 3, 5, 4, 0).reshape(3, 2), array(1, 0, 1)
test_bad_input = bad_input(
    decision_line,
    rows=[
        drawn(PLACES.tolist(), list(CLASS), [1, 2, 3], ["a", "b"], ["x", "y"]),
        drawn(PLACES[:0], [], (1, 2, 3), "ab", "xy"),
        refused(PLACES, CLASS, (1, 2, 3), "a", "xy", words="index", error=IndexError),
    ],
    refuses={
        "must have shape": [
            *[(PLACES, bad, (1, 2, 3), "ab", "xy") for bad in (CLASS[:2], column(*CLASS), 1.0)],
            *[(PLACES, CLASS, bad, "ab", "xy") for bad in ((1, 2, 3, 4), column(1, 2, 3))],
            *[
                (bad, CLASS, (1, 2, 3), "ab", "xy")
                for bad in (PLACES.T, PLACES[:, 0], np.ones((3, 3)))
            ],
        ],
        "X and w must be finite, w not 0, y of 0 and 1": [
            (PLACES * NAN, CLASS, (1, 2, 3), "ab", "xy"),
            *[
                (PLACES, CLASS, w, "ab", "xy")
                for w in [(NAN, 2, 3), (1, INF, 3), (1, 2, NAN), (1, 0, 0)]
            ],
            *[(PLACES, (1, 0, bad), (1, 2, 3), "ab", "xy") for bad in (NAN, 2, -1, 0.5)],
        ],
    },
)
