"""Bad input: what every function must stand, made from one good call, and rows of its own.

What is never accepted is a wrong number in silence. Warnings are errors here, so "right" is right without
a word; and no call may change what it was given.
"""

import warnings
from contextlib import nullcontext
from fractions import Fraction
from functools import partial
from itertools import chain

import numpy as np
import pytest

NAN, INF = np.nan, np.inf


def array(*numbers, dtype=np.float64):
    return np.array(numbers, dtype=dtype)


def u8(*numbers):
    """Whole numbers that wrap early: 200 + 100 is 44."""
    return array(*numbers, dtype=np.uint8)


def f32(*numbers):
    return array(*numbers, dtype=np.float32)


def column(*numbers):
    return array(*numbers).reshape(-1, 1)


def call(function, arguments):
    """The function's result; what it was given is as it was."""
    before = repr(arguments)
    try:
        return function(*arguments)
    finally:
        assert repr(arguments) == before


def parts(result) -> list:
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, tuple) else [result]


def assert_alike(found, expected, dtype=None, within=0):
    """Equal up to a few roundings of its type; `within` where there are more, relative."""
    for one, other in zip(parts(found), parts(expected), strict=True):
        if dtype is not None and isinstance(one, np.ndarray | np.generic):
            assert one.dtype == dtype
        one = np.asarray(one)
        assert one.shape == np.shape(other)
        exact = not np.issubdtype(one.dtype, np.inexact)
        rtol = within or (0 if exact else 16 * np.finfo(one.dtype).eps)
        np.testing.assert_allclose(one, other, rtol=rtol)


# --- rows of a function's own ---------------------------------------------------------------------


def right(*arguments, is_, dtype=np.float64, within=0, warns=""):
    """The right result, of this type; inf and nan may come, though not in silence."""

    def holds(function):
        with pytest.warns(RuntimeWarning, match=warns) if warns else nullcontext():
            found = call(function, arguments)
        assert_alike(found if isinstance(is_, tuple) else np.asarray(found), is_, dtype, within)

    return holds


def refused(*arguments, words=None, error=ValueError):
    """A ValueError, or Python's own TypeError for what is no number at all, in these words."""

    def holds(function):
        with pytest.raises(error, match=words):
            call(function, arguments)

    return holds


def drawn(*arguments):
    """A picture."""

    def holds(function):
        assert call(function, arguments).axes

    return holds


def tried(*cases):
    """One test of all cases in these lists."""

    @pytest.mark.parametrize("case", list(chain(*cases)))
    def test(case):
        case()

    return test


# --- from one good call ---------------------------------------------------------------------------

KINDS = {"list": list, "float32": np.float32, "int64": np.int64, "int8": np.int8, "uint8": np.uint8}


def converted(kind, a):
    """The same numbers in another kind, or as they are if they are not all of that kind."""
    if kind is list:
        return a.tolist()
    if np.issubdtype(kind, np.integer):
        fits = (a == np.round(a)) & (np.iinfo(kind).min <= a) & (a <= np.iinfo(kind).max)
        return a.astype(kind) if fits.all() else a
    return a.astype(kind)


MISSHAPEN = {
    "too deep": lambda a: a[None],
    "a column": lambda a: a[..., None],
    "too flat": lambda a: a[0],
    "empty": lambda a: a[:0],
    "too wide": lambda a: np.concatenate([a, a[..., :1]], axis=-1),
}


def bad_input(*good, **how):
    """A test of such cases alone."""
    return tried(cases(*good, **how))


def cases(
    function, *good, shapes="", nan="", keeps=True, empty=True, within=0, rows=(), refuses=None
):
    """The cases of a function that takes these arrays, floats, and whatever else.

    shapes and nan: the words in which another shape, or a number that is not finite, is refused, of all arrays or
    by their places; without `nan`, what is not a number shows in the result (None: it counts for nothing).
    keeps: a float32 stays one. empty: that too is refused. rows, refuses: calls of its own, and the words.
    """
    arrays = [i for i, a in enumerate(good) if isinstance(a, np.ndarray)]
    found = {}

    def replaced(changes: dict):
        return [changes.get(i, a) for i, a in enumerate(good)]

    def same(arguments, dtype=None, within=0):
        expected = function(*good)
        dtype = dtype or np.asarray(parts(expected)[0]).dtype
        assert_alike(call(function, arguments), expected, dtype, within)

    def shows(arguments):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found, expected = call(function, arguments), function(*good)
        found, expected = (np.hstack([np.ravel(p) for p in parts(r)]) for r in (found, expected))
        assert np.isnan(found).any()
        assert np.all(np.isnan(found) | np.isclose(found, expected, rtol=1e-12))

    def is_refused(arguments, words=None, error=ValueError):
        refused(*arguments, words=words, error=error)(function)

    for kind, type_ in KINDS.items():
        other = replaced({i: converted(type_, good[i]) for i in arrays})
        if any(other[i] is not good[i] for i in arrays):
            narrow = kind == "float32" and keeps
            found[kind] = partial(
                same, other, np.float32 if narrow else None, narrow and (within or 16 * 2**-23)
            )
    for name, change in MISSHAPEN.items() if shapes else ():
        for i in arrays if len(arrays) > 1 or name != "too wide" else ():
            if len(arrays) > 1 or empty or name != "empty":
                found[f"{name}, {i}"] = partial(is_refused, replaced({i: change(good[i])}), shapes)
        if name != "too wide" and (empty or name != "empty"):
            every = replaced({i: change(good[i]) for i in arrays})
            found[f"{name}, all"] = partial(is_refused, every, shapes)
    for i in arrays:
        words = nan.get(i, "") if isinstance(nan, dict) else nan
        for bad in (NAN, INF, -INF) if words else (NAN,) if words == "" else ():
            check = partial(is_refused, words=words) if words else shows
            found[f"{bad} in {i}"] = partial(check, replaced({i: with_first(good[i], bad)}))
        text = replaced({i: np.full(good[i].shape, "a")})
        found[f"text in {i}"] = partial(is_refused, text, error=(ValueError, TypeError))
        found[f"masked in {i}"] = partial(masked, function, good, i)
    for i, number in enumerate(good):
        if isinstance(number, float):
            found[f"0-d {i}"] = partial(same, replaced({i: np.array(number)}))
            found[f"nan as {i}"] = partial(nan_or_refused, function, replaced({i: NAN}))
    refusals = [refused(*given, words=w) for w, each in (refuses or {}).items() for given in each]
    for number, row in enumerate([*rows, *refusals]):
        found[f"row {number}"] = partial(row, function)
    name = getattr(function, "__name__", "")
    return [pytest.param(check, id=f"{name}, {case}") for case, check in found.items()]


def with_first(value, first, mask=False):
    """`value` with another first number, which may be masked."""
    found = np.ma.array(value, dtype=float, copy=True)
    found.flat[0] = first
    found.mask = mask * (np.arange(found.size).reshape(found.shape) == 0)
    return found if mask else found.data


def outcome(function, arguments) -> str:
    """What comes of a call, or the words of the refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = call(function, arguments)
        return str(np.ma.asarray(result, dtype=object).filled("masked"))
    except (ValueError, TypeError) as error:
        return f"refused: {error}"


def masked(function, good, i):
    """What is masked is refused, or masked in the result, or counts as NaN, whatever lies under the mask."""
    one, other, of_nan = (
        outcome(function, [*good[:i], with_first(good[i], first, mask), *good[i + 1 :]])
        for first, mask in ((1.0, True), (7.0, True), (NAN, False))
    )
    assert one == other
    seen = one.startswith("refused") or "masked" in one or "--" in one  # in a dict
    assert seen or one == of_nan


def nan_or_refused(function, arguments):
    found = outcome(function, arguments)
    assert found.startswith("refused") or "nan" in found


# --- a formula ------------------------------------------------------------------------------------


def formula(function, *at, huge=True):
    """The cases of f(x, …), tried at these numbers and near them.

    It is right for whatever can be multiplied: array for array, each pair of numbers that broadcasting brings
    together by itself, and in the arithmetic that it is given. Whole numbers of a fixed width stay so, and
    are right modulo that width, as NumPy says; 2 · a list is Python's longer list: no number, and it shows.
    """
    first, *rest = at
    whole = [int(np.ceil(number)) for number in at]

    def number_by_number():
        grid = [column(first, first + 2), *[array(y, y + 1) for y in rest[:1]], *rest[1:]]
        assert_alike(call(function, grid), np.vectorize(function)(*grid))
        assert call(function, [array(), *rest]).shape == (0,)
        assert np.isnan(call(function, [array(NAN), *rest])).all()
        assert_alike(call(function, list(map(np.array, at))), function(*at))
        assert_alike(call(function, [f32(first), *rest]), [function(*at)], np.float32, 2e-6)
        masked(function, grid, 0)

    def whole_numbers(kind, others):
        expected = function(whole[0], *others)
        try:
            found = call(function, [array(whole[0], dtype=kind), *others])
        except OverflowError:  # a constant of the formula is no number of that kind
            assert kind is np.uint8
            return
        if found.dtype == np.uint8:
            expected %= 256
        assert_alike(found, np.array([expected]))

    def lists(arguments):
        try:
            found = call(function, arguments)
        except TypeError:
            return
        if not isinstance(found, list):
            assert_alike(found, np.vectorize(function)(*arguments))
        else:
            assert len(found) > 2

    def of_1e200():
        exact = function(Fraction(1e200), *map(Fraction, rest))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            found = call(function, [array(1e200), *rest])
        beyond = abs(exact) > Fraction(np.finfo(float).max)
        assert_alike(found, [np.sign(exact) * INF if beyond else float(exact)])
        assert all("overflow" in str(warning.message) for warning in told)
        assert told or not beyond  # not in silence

    checks = {"numbers": number_by_number, "list": partial(lists, [[first, 5.0], *rest])}
    checks["lists"] = partial(lists, [[number, number + 2] for number in at])
    for kind in (np.int64, np.uint8):
        for others in (whole[1:], rest):
            checks[f"{kind.__name__} {others}"] = partial(whole_numbers, kind, others)
    if huge:
        checks["huge"] = of_1e200
    return [pytest.param(check, id=f"{function.__name__}, {c}") for c, check in checks.items()]
