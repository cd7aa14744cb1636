"""A page that prints something else under other versions is found, and told of by page, line and versions."""

import sys

import pytest
from kit import LESSON, Project

from scripts.blocks.run import Result, Run
from scripts.proofs import versions
from scripts.proofs.versions import Environment

VERSIONS = {"Python": "3.11.7", "NumPy": "1.26.4"}


@pytest.fixture
def here(tmp_path, monkeypatch) -> Environment:
    """The Python that runs this test, as if it were another."""
    monkeypatch.setattr(Environment, "program", sys.executable)
    monkeypatch.setattr(Environment, "folder", tmp_path)
    return Environment("3.11", "oldest")


def run(text: str, **result) -> Run:
    return Run("lesson.md", 12, 3, 20.0, ("x",), Result(text, **{"stdout": "9.0\n"} | result))


def test_what_prints_the_same_is_not_told_of(here: Environment):
    assert versions.rerun([run("print(3.0**2)", values={})], here, VERSIONS) == []
    computed = run(
        "x = 0.1 + 0.2\nprint(9.0)", values={"x": 0.3}
    )  # the last bit is not the reader's
    assert versions.rerun([computed], here, VERSIONS) == []


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
def test_what_differs_is_told_with_its_place_and_the_versions(here, text, result, said):
    (wrong,) = versions.rerun([run(text, **result)], here, VERSIONS)
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


def test_the_oldest_goes_with_the_oldest_and_the_newest_with_the_newest():
    made = versions.matrix({"3.14": "c", "3.9": "a", "3.11": "b"})
    assert [(one.python, one.packages) for one in made] == [
        ("3.9", "oldest"),
        ("3.9", "pinned"),
        ("3.11", "pinned"),
        ("3.14", "pinned"),
        ("3.14", "newest"),
    ]


def test_a_python_that_is_not_there_is_named(monkeypatch, capsys):
    monkeypatch.setattr(versions, "PYTHONS", ("3.99", f"3.{sys.version_info.minor}"))
    monkeypatch.setattr(versions, "fetched", lambda minor: None)
    assert list(versions.pythons()) == [f"3.{sys.version_info.minor}"]
    assert "NOT TRIED: there is no Python 3.99" in capsys.readouterr().out


def test_the_reader_is_told_the_oldest_versions(site):
    for url in ("about/", "use/"):
        text = " ".join(site.pages[url].soup.select_one("article").get_text().split())
        assert (
            "Python {Python}, NumPy {NumPy} and Matplotlib {Matplotlib}".format(**versions.OLDEST)
            in text
        )
