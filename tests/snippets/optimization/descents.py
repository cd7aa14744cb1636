"""Bad input of gradient descent, and of its stochastic sister with all rows in one batch."""

import numpy as np
from inputs import INF, NAN, array, column, f32, right, u8


def down(x):
    """The gradient of x²/2: with lr = ½ each step halves x."""
    return 1.0 * x


def halved(*start, steps=2):
    return np.array([[x / 2**k for x in start] for k in range(steps + 1)])


def in_place(x):
    """Twice `down`, by a function that works in place."""
    x *= 0.5
    return 2 * x


def square(x):
    return x * x


ROWS = [  # of descend(grad, x0, lr), which takes two steps
    right(down, column(4, 8), 0.5, is_=halved(4, 8).reshape(3, 2, 1)),
    right(down, [], 0.5, is_=np.empty((3, 0))),
    right(down, [4.0, NAN], 0.5, is_=halved(4, NAN)),
    right(down, np.array(4.0), 0.5, is_=[4, 2, 1]),
    right(list, [4.0, 8.0], 0.5, is_=halved(4, 8)),
    right(in_place, [4.0, 8.0], 0.5, is_=halved(4, 8)),
    right(np.float32, f32(4, 8), 0.5, is_=halved(4, 8)),
    # x² of a whole 200 is 64 in so narrow a type
    right(square, u8(200), 0.001, is_=[[200], [160], [134.4]]),
    right(lambda x: u8(2), u8(5), 200, is_=[[5], [-395], [-795]]),
    right(down, [1e200], 0.5, is_=halved(1e200)),
    right(square, [1e200], 0.5, is_=[[1e200], [-INF], [-INF]], warns="overflow"),
]
REFUSES = {
    r"gradient of shape \(\) at x of \(2,\)": [(np.sum, [4.0, 8.0], 0.5)],
    r"shape \(2, 1\)": [(lambda x: column(*x), [4.0, 8.0], 0.5)],
    r"shape \(1,\)": [(lambda x: x[:1], [4.0, 8.0], 0.5)],
    "ambiguous": [(down, [4.0, 8.0], array(0.5, 0.1))],
    "lr must be positive and finite": [(down, [4.0], lr) for lr in (0, -0.1, INF, -INF, NAN)],
}
