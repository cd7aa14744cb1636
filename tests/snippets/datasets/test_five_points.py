import numpy as np

from snippets.datasets.five_points import X, y


def test_the_five_points_are_those_of_the_course():
    assert X.tolist() == [1, 2, 3, 4, 5]
    assert y.tolist() == [2, 4, 5, 4, 5]


def test_the_points_are_floats_so_that_no_step_is_cut_to_a_whole_number():
    assert X.dtype == y.dtype == np.float64
