"""What one takes along of a page runs as one program and prints what the page shows, or the page is not published."""

from itertools import accumulate

import pytest

from scripts.blocks.run import Result, Run, stop_workers
from scripts.downloads.joined import prints_as_shown
from scripts.text.context import Page

TRACED = "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    print(traceback.format_exc())"
SHOWN = (
    'Traceback (most recent call last):\n  File "cell 2", line 3, in <module>\n    1 / 0\n    ~~^~~\n'
    "ZeroDivisionError: division by zero\n\n"
)
SEEN = "import numpy as np\nprint(np.array([1 / 3]))"
# Blocks with what each prints for itself, what is said of the one program, and of which block.
PROGRAMS = {
    "nothing": ([("x = 1", ""), ("x = 2\nprint(x)", "2\n")], "", 0),
    "a traceback": ([("x = 1", ""), (TRACED, SHOWN)], "", 0),
    "a statement that must be first": (
        [("print(1)", "1\n"), ("from __future__ import annotations\nprint(2)", "2\n")],
        "__future__ imports must occur at the beginning",
        2,
    ),
    "a name of Python's": (
        [("sum = 3", ""), ("print(4)", "4\n"), ("print(sum([1, 2]))", "3\n")],
        "it ends so: TypeError: 'int' object is not callable",
        3,
    ),
    "a setting": (
        [("import numpy as np\nnp.set_printoptions(precision=2)", ""), (SEEN, "[0.33333333]\n")],
        "there this prints '[0.33]'",
        2,
    ),
    "a name that the notebook had": ([("2", ""), ("print(_)", "2\n")], "name '_' is not", 2),
    "what only a notebook can": (
        [("import asyncio", ""), ("await asyncio.sleep(0)", "")],
        "'await' outside function",
        2,
    ),
    "a random number": (
        [("import random", ""), ("print(random.random() < 2)", "True\n")],
        "the state of random numbers is not the same",
        2,
    ),
    "a thread": (
        [("import threading", ""), ("threading.Thread(target=print).start()", "\n")],
        "the Python of the page has no threads",
        2,
    ),
    "a time": ([("import time", ""), ("print(time.time())", "1.5\n"), ("1", "")], "in a second", 2),
}


@pytest.mark.parametrize(("blocks", "says", "block"), PROGRAMS.values(), ids=PROGRAMS)
def test_blocks_print_below_each_other_what_each_prints(blocks, says: str, block: int):
    page = Page(source="lesson.md", offset=3)
    ran = [
        Run("lesson.md", 10 * number, number, 99.0, (), Result(f"{code}\n", stdout))
        for number, (code, stdout) in enumerate(blocks, 1)
    ]
    wholes = list(accumulate(each.result.text for each in ran))
    assert prints_as_shown(ran, wholes, page) == (not says)
    stop_workers()
    assert len(page.faults) == bool(says)
    for fault in page.faults:
        assert fault.message.startswith(
            f"lesson.md, line {10 * block}, block {block}: one can take"
        )
        assert says in fault.message


def test_a_page_without_code_is_taken_as_it_is():
    assert prints_as_shown([], [], Page())
