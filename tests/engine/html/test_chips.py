"""What a listing folds: docstrings of several lines, and what only refuses bad input."""

import pytest

from scripts.html.folds import folds

HEAD = "def f(x, y):\n"
REFUSES = "    if x < 0:\n        raise ValueError(x)\n"
DOC = '''    """y = x²

    Raises: ValueError.
    """
'''
CASES = {
    "a docstring, by its first line": (DOC + "    return x\n", [(2, 5, "y = x²")]),
    "no docstring of one line": ('    """y = x²"""\n    return x\n', []),
    "a guard": (REFUSES + "    return x\n", [(2, 3, "checks its input")]),
    "both": (DOC + REFUSES + "    return x\n", [(2, 5, "y = x²"), (6, 7, "checks its input")]),
    "what only a guard uses, and a parameter in another form": (
        f"    n = x.size\n    y = list(y)\n{REFUSES.replace('x', 'n')}    return y\n",
        [(2, 5, "checks its input")],
    ),
    "not what is used below": (f"    n = x.size\n{REFUSES}    return n\n", []),
    "not a guard below the work": (f"    print(x)\n{REFUSES}    return x\n", []),
    "not arithmetic": (f"    x = x / 2\n{REFUSES}    return x\n", []),
    "not a branch that goes on": (f"{REFUSES}    else:\n        y = 1\n    return y\n", []),
}


@pytest.mark.parametrize(("body", "wanted"), CASES.values(), ids=CASES)
def test_a_fold_hides_what_is_not_the_idea(body, wanted):
    assert [(fold.first, fold.last, fold.says) for fold in folds(HEAD + body)] == wanted
