"""A page that prints something else under other versions is found, and told of by page, line and versions."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from kit import LESSON, Project

from scripts.blocks.run import Result, Run, Worker
from scripts.proofs import versions
from scripts.proofs.versions import Environment

VERSIONS = "Python 3.11.7, NumPy 1.26.4"


@pytest.fixture
def here(tmp_path) -> Environment:
    """The Python that runs this test, as if it were another."""
    made = Environment.__new__(Environment)
    made.folder, made.program, made.kept = tmp_path, sys.executable, tmp_path / "proofs/kept"
    made.versions = VERSIONS
    return made


@pytest.fixture
def worker(here: Environment) -> Iterator[Worker]:
    worker = Worker(python=here.program, folder=here.folder)
    yield worker
    worker.stop()


def run(text: str, **result) -> Run:
    return Run("lesson.md", 12, 3, 20.0, ("x",), Result(text, **{"stdout": "9.0\n"} | result))


def test_what_prints_the_same_is_not_told_of(worker: Worker):
    assert versions.rerun(run("print(3.0**2)", values={}), worker, VERSIONS) == ""
    computed = run(
        "x = 0.1 + 0.2\nprint(9.0)", values={"x": 0.3}
    )  # the last bit is not the reader's
    assert versions.rerun(computed, worker, VERSIONS) == ""


@pytest.mark.parametrize(
    ("text", "result", "said"),
    [
        ("print('np.float64(9.0)')", {}, ["its stdout differs", "-9.0", "+np.float64(9.0)"]),
        ("x = 0.301\nprint(9.0)", {"values": {"x": 0.3}}, ["its x differs", "-0.3", "+0.301"]),
        ("raise ValueError('shapes')", {}, ["its error differs", "+ValueError: shapes"]),
        (
            "print(9.0)",
            {"stderr": "block.py:1: RuntimeWarning: overflow\n"},
            ["its stderr differs", "-block.py:1: RuntimeWarning: overflow"],
        ),
        (
            "import matplotlib.pyplot as plt\nplt.figure().text(0.5, 0.5, 'loss')\nprint(9.0)",
            {"figures": ["<svg><text>slope</text></svg>"]},
            ["its figure, in words, differs", "-slope", "+loss"],
        ),
    ],
)
def test_what_differs_is_told_with_its_place_and_the_versions(worker, text, result, said):
    wrong = versions.rerun(run(text, **result), worker, VERSIONS)
    assert wrong.startswith("lesson.md, line 12, block 3: with Python 3.11.7, NumPy 1.26.4, ")
    lines = [line.strip() for line in wrong.splitlines()]
    assert said[0] in lines[0]
    assert set(said[1:]) <= set(lines)


def test_a_build_says_what_it_ran_and_where_it_stands(project: Project):
    at = project.lesson('```python exec="on"\nprint("here")\n```')
    tell = "from scripts.proofs.versions import programs\n"
    tell += "print([(str(run), run.result.stdout) for run in programs()])\nraise SystemExit"
    done = project.build("-q", before=tell)
    assert f"('{LESSON}, line {at + 1}, block 2', 'here\\n')" in done.stdout


def test_what_has_passed_there_is_not_tried_again_and_what_failed_is(here, monkeypatch):
    tried, outcome = [], [(0, "no module named kit")]
    monkeypatch.setattr(versions, "tests", lambda one: outcome[0])
    monkeypatch.setattr(versions, "rerun", lambda one, *where: tried.append(one) or wrong(one))

    def wrong(one: Run) -> str:
        return "it differs" * (one.result.text == "bad")

    todo = [run("good"), run("bad")]
    assert versions.whole(here, todo) == ["it differs", "no module named kit"]
    outcome[0] = (7, "")
    assert versions.whole(here, todo) == ["it differs"]
    assert versions.whole(here, [*todo[:1], run("new")]) == []
    assert [one.result.text for one in tried] == ["good", "bad", "bad", "new"]


@pytest.mark.parametrize(
    ("says", "code"), [("no tests ran", 0), ("ERROR: no module named kit", 4), ("3 passed", 1)]
)
def test_tests_of_which_none_passed_or_one_failed_are_a_failure_with_its_reason(
    here, monkeypatch, says: str, code: int
):
    ended = subprocess.CompletedProcess([], code, stdout=says, stderr="")
    monkeypatch.setattr(versions, "run", lambda *words, **how: ended)
    assert says in versions.tests(here)[1]


def test_the_oldest_goes_with_the_oldest_and_the_newest_with_the_newest():
    minors = ["3.9", "3.11", "3.14"]
    assert versions.matrix(["newest", "oldest"], minors) == [("3.9", "oldest"), ("3.14", "newest")]
    assert versions.matrix(["pinned"], minors) == [(one, "pinned") for one in minors]


def test_a_python_that_is_not_there_is_named(monkeypatch, capsys):
    def nothing(*command):
        raise versions.VersionsError("no network")

    monkeypatch.setattr(versions, "uv", nothing)
    assert versions.python("3.99") is None
    assert "NOT TRIED: there is no Python 3.99" in capsys.readouterr().out
