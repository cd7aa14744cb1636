import numpy as np
import pytest
from exact import U, assert_near, fractions, rng, scales, seeds
from inputs import INF, NAN, array, cases, right, tried

from snippets.datasets import five_points
from snippets.optimization.five_points_loss import X, grad, knobs, loss, y
from snippets.optimization.mean_squared_error import mse, mse_grad


# --- theorems -------------------------------------------------------------------------------------
def test_the_points_are_the_data_set_of_the_lessons():
    assert np.array_equal(X, five_points.X)
    assert np.array_equal(y, five_points.y)


@seeds
def test_loss_and_gradient_are_those_of_a_line_on_any_points(seed):
    random = rng(seed)
    for p in scales(random) * random.normal(size=(20, 2)):
        assert loss(p) == pytest.approx(mse(*p, X, y), rel=1e-12)
        size = np.abs(mse_grad(*np.abs(p), X, -y))
        assert np.all(np.abs(grad(p) - mse_grad(*p, X, y)) <= 1e-12 * size)
        rows = random.permutation(5)[: random.integers(1, 6)]
        of_rows = mse_grad(*p, X[rows], y[rows])
        assert np.all(np.abs(grad(p, rows) - of_rows) <= 5e-12 * size)


def test_at_the_start_of_the_lesson_they_are_2_75_and_minus_9_4_and_minus_3():
    assert loss((0.5, 1.0)) == pytest.approx(2.75)
    assert grad((0.5, 1.0)) == pytest.approx([-9.4, -3.0])


def test_the_gradients_of_single_points_have_the_whole_gradient_as_their_mean():
    singles = [grad((0.3, 2.0), [row]) for row in range(5)]
    assert np.mean(singles, axis=0) == pytest.approx(grad((0.3, 2.0)))


def test_the_knobs_are_two_numbers_in_their_order():
    w, b = knobs([3, 4])
    assert (w, b) == (3.0, 4.0)


# --- oracle ---------------------------------------------------------------------------------------
@seeds
def test_loss_and_gradient_are_those_of_fractions(seed):
    random = rng(seed)
    p = scales(random) * random.normal(size=2)
    w, b = fractions(knobs(p))
    points = list(zip(fractions(X), fractions(y), strict=True))
    misses = [w * x + b - t for x, t in points]
    size = np.abs(p) @ [5, 1] + 5  # no miss is larger
    exact = [2 * sum(m * x for m, (x, _) in zip(misses, points, strict=True)) / 5]
    exact.append(2 * sum(misses) / 5)
    assert_near(loss(p), sum(m * m for m in misses) / 5, 12 * U * size**2)
    assert_near(grad(p), exact, 12 * U * size * np.array([10, 2]))


# --- bad input ------------------------------------------------------------------------------------
P = array(4, 100)
SHAPES = r"p must have shape \(2,\)"
test_bad_input = tried(
    cases(loss, P, shapes=SHAPES, keeps=False, refuses={SHAPES: [(1.0,), (np.ones(3),)]}),
    cases(grad, P, shapes=SHAPES, keeps=False, refuses={SHAPES: [(1.0,), (np.ones(3),)]}),
    cases(
        knobs,
        P,
        shapes=SHAPES,
        rows=[right([NAN, INF], is_=[NAN, INF])],
        refuses={SHAPES: [(1.0,), (np.ones(3),)]},
    ),
)
