"""Every public function on every kind of bad input: right, or refused in clear words.

What is never accepted is a wrong number in silence. Warnings are errors here, so "right" is right
without a word; and no call may change what it was given.
"""

import importlib
import inspect
import pkgutil
import warnings
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt

import snippets
from snippets.autodiff.small_network import network, network_grad, network_loss
from snippets.differentiation.curves import curves

NAN, INF = np.nan, np.inf
KINDS = {"shapes", "empty", "non-finite", "integers", "lists", "float32", "0-d", "huge"}
DRAWN = {"shapes", "empty", "non-finite", "lists"}  # of what can be seen on a picture


def array(*numbers, dtype=np.float64):
    return np.array(numbers, dtype=dtype)


def u8(*numbers):
    """Whole numbers that wrap early: 200 + 100 is 44."""
    return array(*numbers, dtype=np.uint8)


def f32(*numbers):
    return array(*numbers, dtype=np.float32)


def column(*numbers):
    return array(*numbers).reshape(-1, 1)


# --- what may become of a call --------------------------------------------------------------------


@dataclass
class Case:
    arguments: tuple
    options: dict = field(default_factory=dict)


@dataclass
class Right(Case):
    """The right result, of this type, up to a few roundings of that type."""

    value: Any = None
    dtype: Any = np.float64
    within: float = 0  # relative, where a difference quotient has an error of its own
    warns: str = ""  # inf and nan may come, though not in silence
    take: Any = np.asarray  # what to compare of the result

    def holds(self, function) -> None:
        if self.warns:
            with pytest.warns(RuntimeWarning, match=self.warns):
                result = self.take(function(*self.arguments, **self.options))
        else:
            result = self.take(function(*self.arguments, **self.options))
        assert result.dtype == self.dtype
        assert result.shape == np.shape(self.value)
        exact = not np.issubdtype(self.dtype, np.inexact)
        rtol = self.within or (0 if exact else 16 * np.finfo(self.dtype).eps)
        np.testing.assert_allclose(result, self.value, rtol=rtol)


@dataclass
class Refused(Case):
    """A ValueError, or Python's own TypeError for what is no number at all, in these words."""

    words: str = ""
    error: type = ValueError

    def holds(self, function) -> None:
        with pytest.raises(self.error, match=self.words):
            function(*self.arguments, **self.options)


@dataclass
class Longer(Case):
    """2 · a list is Python's longer list: no number, and it shows."""

    def holds(self, function) -> None:
        result = function(*self.arguments)
        assert type(result) is list
        assert len(result) > len(self.arguments[0])


@dataclass
class Drawn(Case):
    """A picture."""

    def holds(self, function) -> None:
        assert function(*self.arguments, **self.options).axes


def right(*arguments, is_, dtype=np.float64, within=0, warns="", take=np.asarray, **options):
    return Right(arguments, options, is_, dtype, within, warns, take)


def refused(*arguments, words, error=ValueError, **options):
    return Refused(arguments, options, words, error)


def drawn(*arguments):
    return Drawn(arguments)


# --- the formulas ---------------------------------------------------------------------------------
#
# f(x) = x² is right for whatever can be multiplied: array for array, each pair of numbers that
# broadcasting brings together by itself, and in the arithmetic that it is given. Whole numbers of a
# fixed width stay so, and are right modulo that width, as NumPy says.


def formula(exact, *at, huge=None, lists=None, narrow="wraps", take=np.asarray):
    """What is expected of a function that is this formula, tried at these numbers and near them."""

    def value(*numbers):
        return np.asarray(exact(*numbers))

    first, *rest = at
    others = [[number, number + 1] for number in rest[:1]]  # a row of second arguments, if any
    grid = [
        [value(x, y, *rest[1:]) for y in others[0]] if others else [value(x)]
        for x in (first, first + 2)
    ]
    rows = [array(*row) for row in others]
    n, *whole = [int(np.ceil(number)) for number in at]
    of_whole = value(n, *whole)
    cases = {
        "shapes": [right(column(first, first + 2), *rows, *rest[1:], is_=grid)],
        "empty": [right(array(), *rest, is_=array())],
        "non-finite": [right(array(NAN), *rest, is_=[NAN])],
        "integers": [right(array(n, dtype=int), *whole, is_=[of_whole], dtype=of_whole.dtype)],
        "lists": lists or [refused([first, 5.0], *rest, words="list|sequence", error=TypeError)],
        "float32": [right(f32(first), *rest, is_=[value(*at)], dtype=np.float32)],
        "0-d": [right(*map(np.array, at), is_=value(*at))],
        "huge": huge or [right(array(1e200), *rest, is_=[value(1e200, *rest)])],
    }
    if narrow == "wraps":
        cases["integers"].append(right(u8(n), *whole, is_=[of_whole % 256], dtype=np.uint8))
    if narrow == "floats":
        cases["integers"].append(right(u8(n), *rest, is_=[value(n, *rest)]))
    for case in chain.from_iterable(cases.values()):
        case.take = take
    return cases


def overflow(*rest, is_=INF):
    return [right(array(1e200), *rest, is_=[is_], warns="overflow")]


def longer(*lists):
    return [Longer(lists)]


def loss(x, y, w, b):
    return (1 / (1 + np.exp(-(w * x + b))) - y) ** 2


ONE, TWO = longer([3.0, 5.0]), longer([3.0, 5.0], [2.0, 4.0])
FORMULAS = {
    "differentiation.square.f": formula(lambda x: x**2, 3.0, huge=overflow()),
    "differentiation.square.df": formula(lambda x: 2 * x, 3.0, lists=ONE),
    "differentiation.chain_rule.u": formula(lambda x: x**2 + 1, 3.0, huge=overflow()),
    "differentiation.chain_rule.du": formula(lambda x: 2 * x, 3.0, lists=ONE),
    "differentiation.chain_rule.g": formula(lambda u: u**3, 3.0, huge=overflow()),
    "differentiation.chain_rule.dg": formula(lambda u: 3 * u**2, 3.0, huge=overflow()),
    "differentiation.chain_rule.chain": formula(
        lambda x: 6 * x * (x**2 + 1) ** 2, 3.0, huge=overflow()
    ),
    "differentiation.power_rule.power": formula(lambda x, n: x**n, 3.0, 2.0, huge=overflow(2.0)),
    "differentiation.power_rule.power_derivative": formula(
        lambda x, n: n * x ** (n - 1), 3.0, 3.0, huge=overflow(3.0)
    ),
    "differentiation.curves.square f": formula(lambda x: x**2, 3.0, huge=overflow()),
    "differentiation.curves.square df": formula(lambda x: 2 * x, 3.0, lists=ONE),
    "differentiation.curves.cube f": formula(lambda x: x**3, 3.0, huge=overflow()),
    "differentiation.curves.cube df": formula(lambda x: 3 * x**2, 3.0, huge=overflow()),
    "differentiation.curves.root f": formula(
        lambda x: x**0.5, 3.0, narrow="", lists=[right([4.0, 9.0], is_=[2, 3])]
    ),
    "differentiation.curves.root df": formula(
        lambda x: 1 / (2 * x**0.5), 3.0, narrow="", lists=[right([4.0, 16.0], is_=[0.25, 0.125])]
    ),
    "differentiation.curves.reciprocal f": formula(lambda x: 1 / x, 3.0, narrow="floats"),
    "differentiation.curves.reciprocal df": formula(
        lambda x: -1 / x**2, 3.0, narrow="", huge=overflow(is_=0)
    ),
    "multivariable.partial_derivatives.f": formula(
        lambda x, y: x**2 + 3 * x * y + y**2, 3.0, 2.0, huge=overflow(2.0)
    ),
    "multivariable.partial_derivatives.df_dx": formula(
        lambda x, y: 2 * x + 3 * y, 3.0, 2.0, lists=TWO
    ),
    "multivariable.partial_derivatives.df_dy": formula(
        lambda x, y: 3 * x + 2 * y, 3.0, 2.0, lists=TWO
    ),
    "multivariable.bowl.f": formula(lambda x, y: x**2 + y**2, 3.0, 2.0, huge=overflow(2.0)),
    "autodiff.neuron.sigmoid": formula(
        lambda z: 1 / (1 + np.exp(-z)),
        3.0,
        narrow="floats",
        huge=[right(array(1e200), is_=[1]), right(array(-1e200), is_=[0], warns="overflow")],
    ),
    "autodiff.neuron.forward": formula(
        loss, 2.0, 1.0, 0.5, 0.1, narrow="floats", take=lambda zaL: np.asarray(zaL[2])
    ),
    "autodiff.neuron.backward": formula(
        lambda x, y, a: 2 * (a - y) * a * (1 - a) * x,
        2.0,
        1.0,
        0.75,
        narrow="floats",
        take=lambda d: np.asarray(d["dL_dw"]),
    ),
}

# --- everything else ------------------------------------------------------------------------------

X, Y = array(1, 2, 4), array(2, 4, 5)
P = array(1, -2, 0.5, 0, 1, 2, 3, -1, 0.5, 0.25)
EYE = np.eye(2)
SHAPE, NUMBERS, BROAD = "same shape", "must be numbers", "ambiguous"


def square(x):
    return x * x


def surface(x, y):
    return x * x + 3 * x * y


def ahead(x, y, w, b):
    return w * x + b, w * x + b, loss(x, y, w, b)


def back(x, y, a):
    return dict.fromkeys(["dL_da", "da_dz", "dz_dw", "dz_db", "dL_dw", "dL_db"], a)


def bowl(x, y):
    return x * x + y * y


def slope(x, y):
    return np.array([2 * x, 2 * y])


def down(x):
    """The gradient of x²/2: with lr = ½ each step halves x."""
    return 1.0 * x


def halved(*start, steps=2):
    return [[x / 2**k for x in start] for k in range(steps + 1)]


def meddle(x, rows=None):
    """A gradient that works in place."""
    x *= 1
    x -= 0.5 * x
    return 2 * x


def quotient(slope_at_3, slope_at_5, slope_at_200):
    """forward and central differences of x², with h = ½ exactly."""
    return {
        "shapes": [right(square, column(3, 5), 0.5, is_=[[slope_at_3], [slope_at_5]])],
        "empty": [right(square, array(), 0.5, is_=array())],
        "non-finite": [
            right(square, array(NAN), 0.5, is_=[NAN]),
            *[refused(square, 3.0, h, words="h must be positive and") for h in (NAN, INF, 0, -1)],
        ],
        "integers": [
            right(square, 3, 0.5, is_=slope_at_3),
            right(square, u8(200), 0.5, is_=[slope_at_200]),
            # x² is 1e20, which is too much for 64 bits; its floats lie 2¹⁴ apart
            right(square, array(10**10, dtype=int), 0.5, is_=[2e10], within=1e-5),
            right(np.sin, u8(0), 1, is_=[np.sin(1)]),  # 0 − 1 is 255 in these
        ],
        "lists": [right(square, [3.0, 5.0], 0.5, is_=[slope_at_3, slope_at_5])],
        "float32": [
            right(square, f32(3), 0.5, is_=[slope_at_3], dtype=np.float32),
            refused(square, np.float32(3), np.float32(1e-7), words="lost in x"),
            refused(square, np.float32(300), words="lost in x"),  # with the usual h
        ],
        "0-d": [right(square, np.array(3), 0.5, is_=slope_at_3)],
        "huge": [
            refused(square, 1e200, 0.5, words="lost in x"),
            *[refused(square, x, words="lost in x") for x in (1e12, -1e12, [3.0, 1e12])],
            refused(
                square, 2.0**40 + 1, 1.5 * 2.0**-12, words="lost in x"
            ),  # it becomes twice 2⁻¹²
            right(square, 1e12, 1e6, is_=2e12, within=1e-6),
        ],
    }


def of_line(loss_is, gradient=lambda value: value):
    """misses, mse and mse_grad of the line 2x − 1 at X, Y: what they are, as code of (X, Y)."""
    value = loss_is(X, Y)
    bad = [
        *[(2, -1, X, Y[:2]), (2, -1, X, Y.reshape(3, 1)), (2, -1, X.reshape(3, 1), Y)],
        *[(2, -1, X.reshape(3, 1), Y.reshape(3, 1)), (2, -1, X, 3.0), (2, -1, 3.0, X)],
    ]
    return {
        "shapes": [
            *[refused(*arguments, words=SHAPE) for arguments in bad],
            refused(X, -1, X, Y, words=NUMBERS),
            refused(2, column(1, 2, 3), X, Y, words=NUMBERS),
        ],
        "empty": [refused(2, -1, [], [], words="not empty")],
        "non-finite": [right(NAN, -1, X, Y, is_=np.full_like(value, NAN))],
        "integers": [
            right(2, -1, u8(*X), u8(*Y), is_=value),
            right(2, 0, u8(200, 1), u8(250, 9), is_=loss_is(array(200, 1), array(250, 9), 0)),
        ],
        "lists": [right(2, -1, list(X), list(Y), is_=value)],
        "float32": [right(2, -1, f32(*X), f32(*Y), is_=value, dtype=np.float32)],
        "0-d": [
            right(np.array(2.0), np.array(-1.0), X, Y, is_=value),
            refused(2, -1, np.array(3.0), np.array(2.0), words=SHAPE),
        ],
    }


def line_misses(X, Y, b=-1):
    return array(*(2 * x + b - y for x, y in zip(X, Y, strict=True)))


def line_loss(X, Y, b=-1):
    return np.asarray(sum(line_misses(X, Y, b) ** 2) / len(X))


def line_gradient(X, Y, b=-1):
    miss = line_misses(X, Y, b)
    return array(sum(miss * X), sum(miss)) * 2 / len(X)


def of_network(value):
    """network_loss and network_grad: like floats, whatever the numbers come in."""
    is_ = value(P, X, Y)
    p = np.round(P)
    bad = [(X, Y[:2]), (X, column(*Y)), (column(*X), Y), (column(*X), column(*Y)), (X, 3.0)]
    return {
        "shapes": [
            *[refused(P, *data, words=SHAPE) for data in bad],
            refused(column(*P), X, Y, words="p must have"),
            refused(P[:9], X, Y, words="p must have"),
        ],
        "empty": [refused(P, [], [], words="not empty"), refused([], X, Y, words="p must have")],
        "non-finite": [
            right(P, X, array(2, NAN, 5), is_=value(P, X, array(2, NAN, 5))),
            right(np.full(10, NAN), X, Y, is_=np.full_like(is_, NAN)),
        ],
        "integers": [
            right(p.astype(np.int8), u8(*X), u8(*Y), is_=value(p, X, Y)),
            right(100 * p.astype(int), 100 * X, Y.astype(int), is_=value(100 * p, 100 * X, Y)),
        ],
        "lists": [right(list(P), list(X), list(Y), is_=is_)],
        "float32": [right(f32(*P), f32(*X), f32(*Y), is_=is_, dtype=np.float32, within=1e-5)],
        "0-d": [
            refused(P, np.array(1.0), np.array(2.0), words=SHAPE),
            refused(np.array(1.0), X, Y, words="p must have"),
        ],
        "huge": [right(P, 1e200 * X, Y, is_=value(P, 1e9 * X, Y))],  # tanh is ±1 there already
    }


def descent(*rest, **more):
    """gradient_descent and its stochastic sister with one batch; `down` halves x with lr = ½."""

    def call(make, start, *, lr=0.5, gradient=down, **expected):
        return make(lambda x, rows=None: gradient(x), start, lr, *rest, **more, **expected)

    return {
        "shapes": [
            call(right, column(4, 8), is_=np.reshape(halved(4, 8), (3, 2, 1))),
            call(refused, [4.0, 8.0], gradient=np.sum, words=r"shape \(\) at x of \(2,\)"),
            call(refused, [4.0, 8.0], gradient=lambda x: column(*x), words=r"shape \(2, 1\)"),
            call(refused, [4.0, 8.0], gradient=lambda x: x[:1], words=r"shape \(1,\)"),
            call(refused, [4.0, 8.0], lr=array(0.5, 0.1), words=BROAD),
        ],
        "empty": [call(right, [], is_=np.empty((3, 0)))],
        "non-finite": [
            call(right, [4.0, NAN], is_=halved(4, NAN)),
            *[call(refused, [4.0], lr=lr, words="lr must be") for lr in (NAN, INF, -INF)],
        ],
        "integers": [
            call(right, [5], is_=halved(5)),
            # x² of a whole 200 is 64 in so narrow a type
            call(right, u8(200), gradient=square, lr=0.001, is_=[[200], [160], [134.4]]),
            call(right, u8(5), gradient=lambda x: u8(2), lr=200, is_=[[5], [-395], [-795]]),
        ],
        "lists": [call(right, [4.0, 8.0], gradient=list, is_=halved(4, 8))],
        "float32": [call(right, f32(4, 8), gradient=np.float32, is_=halved(4, 8))],
        "0-d": [call(right, np.array(4.0), is_=[4, 2, 1])],
        "huge": [
            call(right, [1e200], is_=halved(1e200)),
            call(right, [1e200], gradient=square, is_=[[1e200], [-INF], [-INF]], warns="overflow"),
        ],
    }


def said(error, word):
    """A verdict, as its place in the list of words."""
    words = ["right", "fair", "suspicious", "wrong"]
    return right(error, is_=words.index(word), dtype=int, take=lambda w: np.array(words.index(w)))


def scalar(x):
    return np.sum(x * x)


def down_to(slope):
    """A line of that slope, from numbers of any kind."""
    return lambda x: slope * np.sum(x)


def first(found):
    return np.asarray(found[0])


A, W, CLASS = array(1, 2, 1, -1, 1, 0).reshape(3, 2), array(0.5, 2), array(1, 0, 1)
FEATURES, OTHERS = "A must have shape", "y must hold 0 and 1"
MISFITS = [
    *[(W[:1], A), (column(*W), A), (2.0, A), (EYE, A)],
    *[(W, A.T), (W, A[0]), (W, A[:, 0]), (W, A[None]), (EYE, EYE[None])],
]


def of_rows(value, y, nan=""):
    """A loss over the rows of A or its gradient: in floats, whatever the numbers come in."""
    is_, whole, t = value(W, A, y), u8(*A[0], 200, 1, 3, 100).reshape(3, 2), y.astype(np.uint8)
    bad = [y[:2], column(*y), 1.0, EYE]
    return {
        "shapes": [
            *[refused(*misfit, y, words=FEATURES) for misfit in MISFITS],
            *[refused(W, A, other, words=f"{FEATURES}|{OTHERS}") for other in bad],
        ],
        "empty": [refused(W, A[:0], [], words=FEATURES)],
        "non-finite": [right(W * NAN, A, y, is_=np.full_like(is_, NAN), warns=nan)],
        "integers": [
            right(u8(2, 200), whole, t, is_=value(array(2, 200), whole.astype(float), y)),
            right(-W.astype(int), -A.astype(np.int8), t, is_=value(-np.trunc(W), -A, y)),
        ],
        "lists": [right(W.tolist(), A.tolist(), y.tolist(), is_=is_)],
        "float32": [right(W.astype("f4"), A.astype("f4"), y.astype("f4"), is_=is_, dtype="f4")],
        "0-d": [refused(np.array(1.0), np.array(2.0), np.array(1.0), words=FEATURES)],
    }


def rows_misses(w, A, y):
    return array(*(sum(a * b for a, b in zip(w, row, strict=True)) for row in A)) - y


def rows_loss(w, A, y):
    return np.asarray(sum(rows_misses(w, A, y) ** 2) / len(y))


def rows_gradient(w, A, y):
    return sum(2 * m * row for m, row in zip(rows_misses(w, A, y), A, strict=True)) / len(y)


def paid(w, A, y):
    """What is paid for the truth, −log p or −log(1 − p), row by row."""
    z = (1 - 2 * y) * rows_misses(w, A, 0)  # of the other class
    return np.asarray(sum(max(v, 0) + np.log1p(np.exp(-abs(v))) for v in z) / len(y))


def paid_gradient(w, A, y):
    p = [np.exp(min(v, 0)) / (1 + np.exp(-abs(v))) for v in rows_misses(w, A, 0)]
    return sum((q - c) * row for q, c, row in zip(p, y, A, strict=True)) / len(y)


def of_classes(value):
    """log_loss and its gradient; y holds two classes, or it is refused."""
    cases = of_rows(value, CLASS, nan="invalid")
    wrong = [array(1, -1, 1), array(1, 2, 1), array(1, 0.5, 1), array(1, NAN, 1)]
    cases["integers"].append(right(W, A, array(1, 0, 1, dtype=bool), is_=value(W, A, CLASS)))
    cases["non-finite"] += [refused(W, A, y, words=OTHERS) for y in wrong]
    return cases


def of_scores(value, nan=""):
    """scores and probability: value is of a score."""
    is_ = value(rows_misses(W, A, 0))
    whole = u8(1, 2, 200, 1, 3, 100).reshape(3, 2)
    return {
        "shapes": [refused(*misfit, words=FEATURES) for misfit in MISFITS],
        "empty": [refused(W, A[:0], words=FEATURES)],
        "non-finite": [right(array(NAN, 1), A, is_=[NAN] * 3, warns=nan)],
        "integers": [
            right(u8(1, 200), whole, is_=value(whole @ array(1, 200))),
            right(array(1, -1), whole, is_=value(whole @ array(1, -1))),
        ],
        "lists": [right(W.tolist(), A.tolist(), is_=is_)],
        "float32": [right(W.astype("f4"), A.astype("f4"), is_=is_, dtype="f4")],
        "0-d": [refused(np.array(1.0), np.array(2.0), words=FEATURES)],
    }


def predicted(H, minimum, x0, lr=0.5, steps=1):
    return (H, minimum, x0, lr, steps)


REST = {
    "differentiation.forward_difference.forward_difference": quotient(6.5, 10.5, 400.5),
    "differentiation.central_difference.central_difference": quotient(6, 10, 400),
    "differentiation.gradient_check.gradient_check": {
        "shapes": [
            refused(np.sum, np.ones_like, column(3, 5), words=r"grad\(x\) .* x \(2, 1\)"),
            refused(np.sum, np.ones_like, EYE, words=r"x \(2, 2\)"),
            refused(np.sum, lambda x: np.ones(2), column(3, 5), words=r"x \(2, 1\)"),
            refused(scalar, lambda x: column(*x), [3.0, 5.0], words=r"shape \(2, 1\), x"),
            refused(scalar, np.sum, [3.0, 5.0], words=r"shape \(\), x \(2,\)"),
            refused(square, np.ones_like, [3.0, 5.0], words=r"f\(x\) is no number.* \(2,\)"),
            refused(square, np.ones_like, [3.0], words=r"f\(x\) is no number.* \(1,\)"),
            refused(scalar, down, [3.0, 5.0], array(0.5, 0.5), words=BROAD),
        ],
        "empty": [right(scalar, down, [], is_=[])],
        "non-finite": [
            right(scalar, down, [NAN, 3.0], 0.5, is_=[NAN, NAN]),
            right(lambda x: NAN, down, [3.0], 0.5, is_=[NAN]),
            refused(scalar, down, [INF], words="change x"),
            *[refused(scalar, down, [3.0], h, words="h must be") for h in (NAN, INF, 0, -1)],
            refused(scalar, down, [NAN], 0, words="h must be"),
        ],
        "integers": [
            right(scalar, lambda x: 2 * x, [3, 5], 0.5, is_=[0, 0]),
            right(scalar, lambda x: 2 * x, u8(200), 0.5, is_=[0]),
            right(down_to(128), lambda x: np.array([-128], np.int8), [3], 0.5, is_=[2]),
        ],
        "lists": [right(scalar, lambda x: [2 * x[0], x[1]], [3.0, 5.0], 0.5, is_=[0, 0.5])],
        "float32": [
            right(scalar, down, f32(3, 5), 0.5, is_=[0.5, 0.5], dtype=np.float32),
            refused(scalar, down, f32(3000), 1e-5, words="change x"),
        ],
        "0-d": [refused(scalar, down, np.array(3.0), words=r"x \(\)")],
        # where h is lost any slope of f is 0, and a gradient of 0 would pass
        "huge": [refused(scalar, np.zeros_like, [1e200], words="change x")],
    },
    "differentiation.verdict.verdict": {
        "shapes": [refused(array(0.1, 0.2), words=BROAD)],
        "empty": [refused(array(), words="ambiguous")],
        "non-finite": [
            said(NAN, "wrong"),
            said(INF, "wrong"),
            refused(-INF, words="below 0"),
            refused(-1e-9, words="below 0"),  # g − n has a sign, and |g − n| has none
        ],
        "integers": [said(0, "right"), said(np.uint8(2), "wrong")],
        "lists": [refused([0.5], words="not supported", error=TypeError)],
        "float32": [said(np.float32(0.5), "wrong"), said(np.float32(2e-7), "fair")],
        "0-d": [said(np.array(1e-3), "suspicious")],
        "huge": [said(1e300, "wrong"), said(1e-300, "right")],
    },
    "datasets.standardize.standardize": {
        "shapes": [
            right([1.0, 3.0], is_=[-1, 1], take=first),
            right(column(1, 3), is_=[[-1], [1]], take=first),
            refused(array(1, 2).reshape(1, 2), words="must vary"),
        ],
        "empty": [refused(bad, words="zero-size") for bad in ([], np.empty((0, 2)))],
        "non-finite": [
            *[refused([1, bad], words="must vary, and be finite") for bad in (NAN, INF, -INF)],
            refused([[1, 1], [2, NAN]], words="must vary, and be finite"),
        ],
        "integers": [
            right(u8(10, 250), is_=[-1, 1], take=first),
            right(np.array([-100, 100], np.int8), is_=[-1, 1], take=first),
        ],
        "lists": [right([[1, 10], [3, 50]], is_=[[-1, -1], [1, 1]], take=first)],
        "float32": [right(f32(1, 3), is_=[-1, 1], dtype=np.float32, take=first)],
        "0-d": [refused(3.0, words="must vary")],
        "huge": [
            right([1e200, 3e200], is_=[-1, 1], take=first),
            right([1e-200, 3e-200], is_=[-1, 1], take=first),
            right([1e15, 1e15 + 2], is_=[-1, 1], take=first),
            # their mean is not 0.1, and the deviations from it are no zeros
            *[refused([number] * 3, words="must vary") for number in (0.1, 1e200, 0)],
        ],
    },
    "datasets.penguins.penguins": {
        "shapes": [refused(["sex", "year"], words="no column")],
        "empty": [right(is_=[]), refused("", words="no column")],
        "non-finite": [
            right("body_mass_g", is_=2, dtype=int, take=lambda found: np.sum(np.isnan(found))),
            refused(NAN, words="no column nan"),
        ],
        "integers": [refused(0, words="no column 0")],
        "lists": [refused(["year"], words="no column")],
        "float32": [refused(np.float32(1), words="no column")],
        "0-d": [right(np.array("year"), is_=2007, take=lambda found: found[0][0])],
        "huge": [refused("year" * 1000, words="no column 'yearyear")],
    },
    "optimization.linear_regression.residuals": of_rows(rows_misses, Y)
    | {"huge": [right(1e200 * W, 1e200 * A, Y, is_=[INF, -INF, INF], warns="overflow")]},
    "optimization.linear_regression.loss": of_rows(rows_loss, Y)
    | {"huge": [right(1e200 * W, A, Y, is_=INF, warns="overflow")]},
    "optimization.linear_regression.loss_grad": of_rows(rows_gradient, Y)
    | {"huge": [right(array(1e99, 1e99), 1e150 * abs(A), Y, is_=[INF, INF], warns="overflow")]},
    "optimization.linear_regression.loss_hessian": {
        "shapes": [
            refused(bad, words=FEATURES) for bad in (array(1, 2), A[None], np.ones((2, 2, 2)))
        ],
        "empty": [
            refused(A[:0], words=FEATURES),
            refused([], words=FEATURES),
            right(A[:, :0], is_=np.empty((0, 0))),
        ],
        "non-finite": [right([[NAN, 1]], is_=[[NAN, NAN], [NAN, 2]])],
        "integers": [right(u8(200, 100).reshape(1, 2), is_=[[80000, 40000], [40000, 20000]])],
        "lists": [right([[1, 2], [3, 4]], is_=[[10, 14], [14, 20]])],
        "float32": [right(f32(1, 3).reshape(1, 2), is_=[[2, 6], [6, 18]], dtype=np.float32)],
        "0-d": [refused(2.0, words=FEATURES)],
        "huge": [right([[1e200, 1]], is_=[[INF, 2e200], [2e200, 2]], warns="overflow")],
    },
    "optimization.logistic_regression.scores": of_scores(lambda z: z)
    | {"huge": [right(1e200 * W, 1e200 * A, is_=[INF, -INF, INF], warns="overflow")]},
    "optimization.logistic_regression.probability": of_scores(
        lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-abs(z))), nan="invalid"
    )
    | {"huge": [right(1e200 * W, A, is_=[1, 0, 1])]},
    "optimization.logistic_regression.log_loss": of_classes(paid)
    | {
        "huge": [
            right(1e200 * W, A, array(1, 0, 1), is_=0),
            right([1e200, 0], A, array(0, 0, 1), is_=2e200 / 3),
            right([INF], [[1], [2]], [1, 1], is_=0),  # once ∞ − ∞
            right([40], [[1]], [1], is_=np.log1p(np.exp(-40))),  # once 0
        ]
    },
    "optimization.logistic_regression.log_loss_grad": of_classes(paid_gradient)
    | {"huge": [right([1e200, 0], A, array(1, 0, 0), is_=[2 / 3, -1 / 3])]},
    "optimization.confusion_matrix.confusion_matrix": {
        "shapes": [
            refused([0, 1, 1], [0, 1], words=SHAPE),
            refused([0, 1], column(0, 1), words=SHAPE),
            refused(column(0, 1), column(0, 1), words=SHAPE),
            refused([0, 1], 1, words=SHAPE),
            *[refused(bad, [0, 1], words=SHAPE) for bad in ([[0, 1]], column(0, 1))],
        ],
        "empty": [right([], [], is_=np.zeros((2, 2)), dtype=int)],
        "non-finite": [
            refused([0, NAN], [0, 1], words="0 and 1"),
            refused([0, 1], [0, INF], words="0 and 1"),
        ],
        "integers": [
            right(u8(*[1] * 300), u8(*[0] * 300), is_=[[0, 0], [300, 0]], dtype=int),
            refused(array(-1, 1, dtype=int), [0, 1], words="0 and 1"),
        ],
        "lists": [right([0, 1, 1], [False, True, False], is_=[[1, 0], [1, 1]], dtype=int)],
        "float32": [
            right(f32(0, 1), f32(1, 1), is_=[[0, 1], [0, 1]], dtype=int),
            refused(f32(0, 1), f32(0.5, 1), words="0 and 1"),  # a probability is no class
        ],
        "0-d": [refused(1, 1, words=SHAPE)],
        "huge": [refused([1e200, 1], [1, 1], words="0 and 1")],
    },
    "multivariable.partial_difference.partial_difference": {
        "shapes": [
            refused(surface, column(3, 2), 0, 0.5, words=r"no argument 0 .* shape \(2, 1\)"),
            refused(surface, EYE, 0, 0.5, words=r"shape \(2, 2\)"),
            refused(surface, (3.0, 2.0), [0, 1], 0.5, words=r"no argument \[0, 1\]"),
            refused(surface, (3.0, 2.0), -1, 0.5, words="no argument -1"),
        ],
        "empty": [refused(surface, [], 0, 0.5, words=r"shape \(0,\)")],
        "non-finite": [
            right(surface, (NAN, 2.0), 0, 0.5, is_=NAN),
            *[refused(surface, (3.0, 2.0), 0, h, words="h must be") for h in (NAN, INF, 0)],
        ],
        "integers": [right(surface, u8(200, 2), 0, 1, is_=406)],
        "lists": [right(surface, [3, 2], 1, 0.5, is_=9)],
        "float32": [right(surface, f32(3, 2), 0, is_=12, within=1e-9)],
        "0-d": [refused(surface, np.array(3.0), 0, 0.5, words=r"shape \(\)")],
        "huge": [
            refused(surface, (1e200, 2.0), 0, 0.5, words="lost in argument 0"),
            refused(surface, (3.0, -1e12), 1, words="lost in argument 1"),
            right(surface, (2.0, 1e200), 0, 0.5, is_=3e200),
        ],
    },
    "multivariable.bowl.grad": {
        "shapes": [
            right(column(3, 5), column(2, 4), is_=[[[6], [10]], [[4], [8]]]),
            refused(array(3, 5), column(2, 4), words="inhomogeneous"),
        ],
        "empty": [right(array(), array(), is_=np.empty((2, 0)))],
        "non-finite": [right(NAN, INF, is_=[NAN, INF])],
        "integers": [right(3, 4, is_=[6, 8]), right(u8(200), u8(100), is_=[[400], [200]])],
        "lists": [right([3, 5], [2, 4], is_=[[6, 10], [4, 8]])],
        "float32": [right(np.float32(3), np.float32(4), is_=[6, 8])],
        "0-d": [right(np.array(3), np.array(4), is_=[6, 8])],
        "huge": [right(1e300, 1e-300, is_=[2e300, 2e-300])],
    },
    "autodiff.small_network.unpack": {
        "shapes": [
            refused(bad, words="p must have") for bad in (P[:9], column(*P), P.reshape(2, 5))
        ],
        "empty": [refused([], words="p must have")],
        "non-finite": [right(P * NAN, is_=P * NAN, take=np.hstack)],
        "integers": [right(u8(*range(10)), is_=array(*range(10)), take=np.hstack)],
        "lists": [right(list(P), is_=P, take=np.hstack)],
        "float32": [right(f32(*P), is_=P, dtype=np.float32, take=np.hstack)],
        "0-d": [refused(np.array(1.0), words="p must have")],
        "huge": [right(1e200 * P, is_=1e200 * P, take=np.hstack)],
    },
    "autodiff.small_network.network": {
        "shapes": [
            right(P, column(*X), is_=column(*(network(P, x) for x in X))),
            refused(column(*P), X, words="p must have"),
        ],
        "empty": [right(P, [], is_=[]), refused([], X, words="p must have")],
        "non-finite": [right(P, [NAN, 1], is_=[NAN, network(P, 1.0)])],
        "integers": [
            right(
                np.full(10, 100, np.int8), u8(1), is_=network(np.full(10, 100.0), array(1)).tolist()
            )
        ],
        "lists": [right(list(P), list(X), is_=network(P, X))],
        "float32": [right(f32(*P), f32(*X), is_=network(P, X), dtype=np.float32)],
        "0-d": [right(P, np.array(2), is_=network(P, 2.0))],
        "huge": [right(P, [1e200], is_=network(P, [1e9]))],
    },
    "autodiff.small_network.network_loss": of_network(network_loss),
    "autodiff.small_network.network_grad": of_network(network_grad),
    "optimization.mean_squared_error.misses": of_line(line_misses)
    | {"huge": [right(1e200, -1, 1e200 * X, Y, is_=[INF] * 3, warns="overflow")]},
    "optimization.mean_squared_error.mse": of_line(line_loss)
    | {"huge": [right(1e200, -1, X, Y, is_=INF, warns="overflow")]},
    "optimization.mean_squared_error.mse_grad": of_line(line_gradient)
    | {"huge": [right(1e200, -1, 1e200 * X, Y, is_=[INF, INF], warns="overflow")]},
    "optimization.least_squares.least_squares": {
        "shapes": [
            refused(*data, words=SHAPE)
            for data in [(X, Y[:2]), (X, column(*Y)), (column(*X), Y), (column(*X), column(*Y))]
        ],
        "empty": [refused([], [], words="not empty")],
        "non-finite": [
            *[refused(array(1, 2, bad), Y, words="finite") for bad in (NAN, INF)],
            *[refused(X, array(1, 2, bad), words="finite") for bad in (NAN, -INF)],
        ],
        "integers": [right(u8(0, 100, 200), u8(50, 150, 250), is_=[1, 50])],
        "lists": [right([1, 2], [3, 5], is_=[2, 1])],
        "float32": [right(f32(1, 2), f32(3, 5), is_=[2, 1])],
        "0-d": [refused(1.0, 2.0, words=SHAPE)],
        "huge": [
            right(1e8 + X, 2 * X, is_=[2, -2e8]),  # far from 0: once refused, or without digits
            right(1e8 * X, X + 1, is_=[1e-8, 1]),
            right([1e200, 2e200], [2.0, 3.0], is_=[1e-200, 1]),
            right([1e-200, 2e-200], [2.0, 3.0], is_=[1e200, 1]),
            right([1.0, 2.0], [2e200, 3e200], is_=[1e200, 1e200]),
            refused([1e200, 1e200], [1.0, 2.0], words="two different values"),
        ],
    },
    "optimization.mse_hessian.mse_hessian": {
        "shapes": [refused(bad, words=r"shape \(n,\)") for bad in (column(1, 2), EYE)],
        "empty": [refused([], words="at least one value")],
        "non-finite": [right([NAN], is_=[[NAN, NAN], [NAN, 2]])],
        "integers": [right(u8(200, 100), is_=[[50000, 300], [300, 2]])],
        "lists": [right([1, 3], is_=[[10, 4], [4, 2]])],
        "float32": [right(f32(1, 3), is_=[[10, 4], [4, 2]])],
        "0-d": [refused(3.0, words=r"shape \(n,\)")],
        "huge": [right([1e200], is_=[[INF, 2e200], [2e200, 2]], warns="overflow")],
    },
    "optimization.mse_hessian.largest_stable_lr": {
        "shapes": [
            refused(np.ones((2, 3)), words="broadcast"),
            refused(np.ones((1, 3)), words="square"),
            refused(array(1, 2), words="two-dimensional"),
            refused(np.ones((3, 2, 2)), words="broadcast"),
        ],
        "empty": [refused(np.empty((0, 0)), words="zero-size")],
        "non-finite": [
            refused([[NAN, 0], [0, 1]], words="symmetric"),
            refused([[INF, 0], [0, 1]], words="finite"),
        ],
        "integers": [right(u8(4, 0, 0, 200).reshape(2, 2), is_=0.01)],
        "lists": [right([[4, 0], [0, 2]], is_=0.5)],
        "float32": [right(f32(4, 0, 0, 2).reshape(2, 2), is_=0.5)],
        "0-d": [refused(2.0, words="two-dimensional")],
        "huge": [
            right([[1e300, 0], [0, 1]], is_=2e-300),
            refused(np.full((2, 2), 1e308), words="bowl"),  # λmax is beyond all floats
            refused([[1e-9, 5e-9], [0, 1e-9]], words="symmetric"),  # however small
        ],
    },
    "optimization.predicted_path.predicted_path": {
        "shapes": [
            refused(*predicted(EYE, bad, [4.0, 8.0]), words="must have shape")
            for bad in (column(0, 0), 0.0, [0.0], [0.0, 0.0, 0.0])
        ]
        + [
            refused(*predicted(bad, [0.0, 0.0], [4.0, 8.0]), words="must have shape")
            for bad in (np.eye(3), np.ones((2, 3)), [1.0, 1.0], 1.0)
        ]
        + [refused(*predicted(EYE, [0.0, 0.0], [4.0, 8.0], array(0.5, 0.1)), words=BROAD)],
        "empty": [refused(*predicted(np.empty((0, 0)), [], []), words="zero-size")],
        "non-finite": [
            right(*predicted(EYE, [0, 0], [4, NAN]), is_=[[NAN, NAN], [NAN, NAN]]),
            refused(*predicted(EYE * NAN, [0, 0], [4, 8]), words="symmetric"),
            *[
                refused(*predicted(EYE, [0, 0], [4, 8], lr), words="lr must be")
                for lr in (NAN, INF, -0.5)
            ],
        ],
        "integers": [
            right(
                *predicted(u8(1, 0, 0, 1).reshape(2, 2), u8(6, 8), u8(4, 8)), is_=[[4, 8], [5, 8]]
            )
        ],
        "lists": [right(*predicted([[1, 0], [0, 1]], [0, 0], [4, 8]), is_=halved(4, 8, steps=1))],
        "float32": [
            right(
                *predicted(np.eye(2, dtype=np.float32), f32(0, 0), f32(4, 8)),
                is_=halved(4, 8, steps=1),
            )
        ],
        "0-d": [refused(*predicted(1.0, 0.0, 4.0), words="must have shape")],
        "huge": [
            right(*predicted(EYE, [0, 0], [1e200, 0]), is_=[[1e200, 0], [5e199, 0]]),
            refused(
                *predicted(1e-9 * array(1, 5, 0, 1).reshape(2, 2), [0, 0], [1, 1]),
                words="symmetric",
            ),
        ],
    },
    "optimization.gradient_descent.gradient_descent": descent(2),
    "optimization.stochastic_gradient_descent.stochastic_gradient_descent": descent(
        5, 5, epochs=2, seed=0
    ),
    "optimization.steps_to_gap.steps_to_gap": {
        "shapes": [
            *[refused(bad, 1.0, words="must be a row") for bad in (column(3, 1), EYE, 3.0)],
            refused([3.0, 1.0], array(1, 1), words=BROAD),
            refused([3.0, 1.0], 1.0, array(1, 1), words=BROAD),
        ],
        "empty": [refused([], 1.0, words="zero-size")],
        "non-finite": [
            right([INF, NAN, 1.0], 1.0, is_=2, dtype=int),
            refused([NAN, NAN], 1.0, words="smallest in 1 steps is nan"),
            *[refused([3.0, 1.0], bad, words="finite") for bad in (NAN, INF, -INF)],
            refused([3.0, 1.0], 1.0, NAN, words="finite"),
        ],
        "integers": [right(u8(10, 3), 5, is_=1, dtype=int)],
        "lists": [right([3, 2, 1], 1, 0.5, is_=2, dtype=int)],
        "float32": [right(f32(3, 1.5, 1), 1, 0.25, is_=2, dtype=int)],
        "0-d": [refused(np.array(1.0), 1.0, words="must be a row")],
        "huge": [right([1e308, 1e200], 0.0, 1e200, is_=1, dtype=int)],
    },
}

PLACES = array(1, 2, 3, 5, 4, 0).reshape(3, 2)
WALK, GAPS = array(4, 1, 2, 1, 1, 1).reshape(3, 2), [array(1, 0.1, 0.01)]
ONE_SHAPE = "inhomogeneous|broadcast"
FIGURES = {
    "figures.secants.secants": {
        "shapes": [refused(square, down, array(1, 2), [1.0], words=BROAD)],
        "empty": [refused(square, down, 1.0, [], words="empty")],
        "non-finite": [
            refused(square, down, NAN, [1.0], words="NaN or Inf"),
            *[refused(square, down, 1.0, [h, 1.0], words="positive") for h in (NAN, INF, 0, -1)],
        ],
        "lists": [drawn(square, down, 1, [2, 1])],
    },
    "figures.fitted_line.fitted_line": {
        "shapes": [
            refused(X, Y[:2], [(1, 0)], ["line"], words=ONE_SHAPE),
            refused(X, column(*Y), [(1, 0)], ["line"], words=ONE_SHAPE),
            refused(X, Y, [(1, 0)], ["line", "one too many"], words="zip"),
        ],
        "empty": [refused([], [], [(1, 0)], ["line"], words="zero-size")],
        "non-finite": [
            refused(array(1, 2, NAN), Y, [(1, 0)], ["line"], words="finite"),
            refused(X, array(1, 2, INF), [(1, 0)], ["line"], words="finite"),
            *[refused(X, Y, [(1, bad)], ["line"], words="finite") for bad in (NAN, INF)],
        ],
        "lists": [drawn(list(X), list(Y), [(1, 0)], ["line"])],
    },
    "figures.check_bands.check_bands": {
        "shapes": [
            refused([1e-9, 1e-3], ["one"], words="labels"),
            refused([1e-9], ["one", "two"], words="labels"),
        ],
        "empty": [refused([[]], ["one"], words="empty sequence"), drawn([], [])],
        "non-finite": [
            *[refused([[0, bad]], ["one"], words="negative or NaN") for bad in (NAN, -1, -INF)],
            drawn([INF], ["it left"]),  # at the right end
        ],
        "lists": [drawn([[1e-9, 1e-3], 0], ["one", "two"])],
    },
    "figures.decision_line.decision_line": {
        "shapes": [
            refused(*bad, "ab", "xy", words="must have shape")
            for bad in [
                *[(PLACES, CLASS[:2], (1, 2, 3)), (PLACES, column(*CLASS), (1, 2, 3))],
                *[(PLACES.T, CLASS, (1, 2, 3)), (PLACES, CLASS, (1, 2, 3, 4))],
                *[(PLACES[:, 0], CLASS, (1, 2, 3)), (np.ones((3, 3)), CLASS, (1, 2, 3))],
                *[(PLACES, CLASS, column(1, 2, 3)), (PLACES, 1.0, (1, 2, 3))],
            ]
        ]
        + [refused(PLACES, CLASS, (1, 2, 3), "a", "xy", words="index", error=IndexError)],
        "empty": [drawn(PLACES[:0], [], (1, 2, 3), "ab", "xy")],
        "non-finite": [
            refused(PLACES * NAN, CLASS, (1, 2, 3), "ab", "xy", words="finite"),
            *[
                refused(PLACES, CLASS, w, "ab", "xy", words="finite")
                for w in [(NAN, 2, 3), (1, INF, 3), (1, 2, NAN), (1, 0, 0)]
            ],
            *[
                refused(PLACES, y, (1, 2, 3), "ab", "xy", words="of 0 and 1")
                for y in [(1, 0, NAN), (1, 0, 2), (1, -1, 1), (1, 0, 0.5)]
            ],
        ],
        "lists": [drawn(PLACES.tolist(), list(CLASS), [1, 2, 3], ["a", "b"], ["x", "y"])],
    },
    "figures.network_fit.network_fit": {
        "shapes": [refused(X, Y[:2], (1, 0), square, words=ONE_SHAPE)],
        "empty": [refused([], [], (1, 0), square, words="zero-size")],
        "non-finite": [
            refused(array(1, 2, NAN), Y, (1, 0), square, words="finite"),
            refused(X, array(1, 2, INF), (1, 0), square, words="finite"),
        ],
        "lists": [drawn(list(X), list(Y), (1, 0), square)],
    },
    "figures.descent_paths.descent_paths": {
        "shapes": [
            refused(surface, [WALK], ["one", "two"], (1, 1), words="zip"),
            refused(surface, [np.ones((4, 3))], ["one"], (1, 1), words="dimension"),
        ],
        "empty": [refused(surface, [], [], (1, 1), words="increasing")],
        "non-finite": [
            refused(surface, [WALK * INF], ["one"], (1, 1), words="finite"),
            refused(surface, [WALK], ["one"], (1, NAN), words="finite"),
        ],
        "lists": [drawn(bowl, [WALK.tolist()], ["one"], [0, 0])],
    },
    "figures.loss_curves.loss_curves": {
        "shapes": [refused(GAPS, ["one", "two"], words="zip")],
        "empty": [refused([[]], ["one"], words="positive")],
        "non-finite": [
            drawn([array(1, 10, INF, NAN), array(1, 0.1)], ["it left", "it stayed"]),
            refused([array(NAN, NAN)], ["one"], words="positive"),
        ],
        "lists": [drawn([[1, 0.1], [1, 0.2]], ["one", "two"])],
    },
    "figures.gradient_field.gradient_field": {
        "shapes": [
            refused(bowl, slope, bad, words=r"shape \(k, 2\)") for bad in ([3.0, 4.0], EYE[None])
        ],
        "empty": [refused(bowl, slope, np.empty((0, 2)), words="zero-size")],
        "non-finite": [refused(bowl, slope, [(3, NAN)], words="finite")],
        "lists": [drawn(bowl, slope, [[3, 4], [1, 2]])],
    },
    "figures.neuron_circuit.neuron_circuit": {
        "shapes": [
            refused(array(1, 2), 1, 0.5, 0.1, ahead, back, words="__round__", error=TypeError)
        ],
        "empty": [refused(array(), 1, 0.5, 0.1, ahead, back, words="__round__", error=TypeError)],
        "non-finite": [drawn(NAN, 1, 0.5, 0.1, ahead, back)],  # which it says, at each wire
        "lists": [refused([1.0], 1, 0.5, 0.1, ahead, back, words="sequence", error=TypeError)],
    },
}
TABLE = FORMULAS | REST | FIGURES


# --- the tests ------------------------------------------------------------------------------------


def public() -> dict:
    """Every public function of `snippets` by its name, and the functions of the table of curves."""
    found = {}
    for module in pkgutil.walk_packages(snippets.__path__, "snippets."):
        for name, function in vars(importlib.import_module(module.name)).items():
            own = getattr(function, "__module__", "") == module.name
            if inspect.isfunction(function) and own and not name.startswith("_"):
                found[f"{module.name.removeprefix('snippets.')}.{name}"] = function
    for curve, (f, df) in curves.items():
        found |= {
            f"differentiation.curves.{curve} f": f,
            f"differentiation.curves.{curve} df": df,
        }
    return found


FUNCTIONS = public()
CASES = [
    pytest.param(name, case, id=f"{name.rpartition('.')[2]}-{kind}-{number}")
    for name, kinds in TABLE.items()
    for kind, cases in kinds.items()
    for number, case in enumerate(cases)
]


def test_every_public_function_is_in_the_table_with_every_kind_of_bad_input():
    missing, gone = set(FUNCTIONS) - set(TABLE), set(TABLE) - set(FUNCTIONS)
    assert not missing, f"add a row to TABLE for {', '.join(sorted(missing))}"
    assert not gone, f"TABLE has a row for what is not there: {', '.join(sorted(gone))}"
    for name, kinds in TABLE.items():
        assert set(kinds) == (DRAWN if name in FIGURES else KINDS), name
        assert all(kinds.values()), f"{name} is tried with nothing"


@pytest.mark.parametrize(("name", "case"), CASES)
def test_bad_input_is_right_or_refused_and_left_as_it_was(name, case):
    before = deepcopy(case.arguments)
    case.holds(FUNCTIONS[name])
    plt.close("all")
    assert repr(case.arguments) == repr(before)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("optimization.gradient_descent.gradient_descent", {"steps": 2}),
        (
            "optimization.stochastic_gradient_descent.stochastic_gradient_descent",
            {"data_size": 5, "batch_size": 5, "epochs": 2, "seed": 0},
        ),
    ],
)
def test_a_gradient_that_works_in_place_does_not_change_the_path(name, settings):
    path = FUNCTIONS[name](meddle, [4.0, 8.0], 0.5, **settings)
    assert path.tolist() == halved(4, 8)


def test_to_change_what_comes_out_of_unpack_does_not_change_what_went_in():
    p = P.copy()
    for part in FUNCTIONS["autodiff.small_network.unpack"](p)[:3]:
        part[:] = 0
    assert p.tolist() == P.tolist()


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if "curves." not in name])
def test_a_docstring_says_the_shapes_and_what_is_raised(name):
    words = inspect.getdoc(FUNCTIONS[name])
    assert words, f"{name} says nothing of itself"
    source = inspect.getsource(FUNCTIONS[name])
    if "raise ValueError" in source:
        assert "Raises: ValueError" in words, f"{name} does not say what it raises"
        assert "shape" in words or "h must be" in source, f"{name} does not say its shapes"


def with_first(value, first, mask: bool):
    """`value` with another first number, which may be masked."""
    found = np.ma.array(value, dtype=float)
    found.flat[0] = first
    found.mask = mask * (np.arange(found.size).reshape(found.shape) == 0)
    return found if mask else found.data


def outcome(function, arguments: list, options: dict) -> str:
    """What comes of a call, or the words of the refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = function(*arguments, **options)
        return str(np.ma.asarray(result, dtype=object).filled("masked"))
    except (ValueError, TypeError) as error:
        return f"refused: {error}"


# bowl.grad collects two numbers, and says so; np.array forgets what is masked in more.
COUNTS = [name for name in FORMULAS | REST if name != "multivariable.bowl.grad"]


@pytest.mark.parametrize("name", COUNTS)
def test_what_is_masked_is_refused_or_masked_in_the_result_or_counts_as_nan(name):
    for case in chain.from_iterable(TABLE[name].values()):
        for at, value in enumerate(case.arguments):
            if not isinstance(case, Right) or not isinstance(value, np.ndarray | list):
                continue
            if np.size(value) == 0 or np.ndim(value) == 0:
                continue
            found = []
            for first, mask in ((1.0, True), (7.0, True), (NAN, False)):
                arguments = deepcopy(list(case.arguments))
                arguments[at] = with_first(value, first, mask)
                found.append(outcome(FUNCTIONS[name], arguments, case.options))
            one, other, of_nan = found
            assert one == other, (at, case)  # whatever lies under the mask
            seen = one.startswith("refused") or "masked" in one or "--" in one  # in a dict
            assert seen or one == of_nan, (at, case, one)
