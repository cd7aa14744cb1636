"""Every way to break a lab stops the build, and nothing of a lab is kept that has become untrue."""

from pathlib import Path

import jupytext
import pytest
from kit import LESSON, NAV, Project

from scripts import blocks, context, labs
from scripts.cache import Cache

LAB = f"""\
# ---
# description: A lab.
# able: [do it]
# needs: [nothing]
# lessons: [{LESSON}]
# ---

# %% [markdown]
# The power $x^2$ grows, as in the [lesson](../{LESSON}).
#
# ## A section

# %%
from snippets.differentiation.square import f

print("the square of 3 is", f(3.0))

# %% [markdown]
# It did.
"""
DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
SETTINGS = {"execute": True, "kernel_name": ""}


@pytest.fixture
def project(project: Project) -> Project:
    """A project with a lab."""
    project.write("mkdocs.yml", f"{NAV}      - Labs:\n          - A Lab: labs/lab.py\n")
    project.write("docs/labs/lab.py", LAB)
    return project


def cell(code: str, options: str = "") -> str:
    return f"\n# %%{options}\n{code}\n"


# Something wrong at the end of the lab, what the message must say of it, and the line that it must name.
BREAKS = {
    "an exception": (cell("x = 0\n1 / x"), "line 23, cell 2: ZeroDivisionError", "\n    1 / x"),
    "an exception in a snippet": (cell('f("3")'), "line 22, cell 2: TypeError", '\n    f("3")'),
    "a syntax error": (cell("y = = 2"), "line 22, cell 2: SyntaxError", "y = = 2"),
    "a missing snippet": (
        cell("from snippets.differentiation.cube import f"),
        "line 22, cell 2: ModuleNotFoundError",
        "No module named 'snippets.differentiation.cube'",
    ),
    "a warning": (
        cell("import numpy as np\nnp.array([1.0]) / 0.0\nprint(1)"),
        "line 23, cell 2: a RuntimeWarning",
        "divide by zero",
    ),
    "a printed NaN": (cell("print(float('nan'))"), "cell 2: it printed nan", 'prints="nan"'),
    "a value that is not printed": (
        cell("1 + 1"),
        "line 22, cell 2: its last line leaves",
        "1 + 1",
    ),
    "the end of its process": (cell("import os\nos._exit(0)"), "cell 2: its process ended", ""),
    "a figure without alt": (cell(DRAWS), "cell 2: its figure has no text alternative", ""),
    "an unknown option": (cell(DRAWS, ' alts="x"'), "line 21: ", "did you mean 'alt'"),
    "a cell without an empty line": (
        cell("x = 1").rstrip("\n") + "\n# %%\ny = 2\n",
        "line 22: a cell of code ends with an empty line",
        "",
    ),
    "prose without its mark": ("more prose\n", "line 20: a line of prose begins with '# '", ""),
    "a dead link": ("# [there](nowhere.md)\n", "nowhere.md", "labs/lab.py"),
    "a dead anchor": (f"# [there](../{LESSON}#nowhere)\n", "nowhere", "labs/lab.py"),
    "an unknown command in a formula": ("# $\\fraq12$\n", "line 20: the formula", "\\fraq"),
}


@pytest.mark.parametrize(("text", "says", "also"), BREAKS.values(), ids=BREAKS)
def test_a_broken_lab_stops_the_build_and_says_where(
    text: str, says: str, also: str, project: Project
):
    before = project.read("site/index.html")
    project.write("docs/labs/lab.py", LAB + text)
    done = project.build("-q", "--strict")
    assert done.returncode == 1
    assert says in done.stdout
    assert also in done.stdout
    assert "labs/lab.py" in done.stdout
    assert "Traceback (most" not in done.stdout
    assert project.read("site/index.html") == before
    assert not (project.folder / "site" / "labs").exists()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("# able: [do it]\n", "", "labs/lab.py: its front matter lacks able"),
        (LESSON, "tutorials/none.md", "names 'tutorials/none.md' as its lesson"),
    ],
)
def test_wrong_front_matter_stops_the_build(old: str, new: str, says: str, project: Project):
    project.write("docs/labs/lab.py", LAB.replace(f"[lesson](../{LESSON})", "").replace(old, new))
    done = project.build("-q")
    assert done.returncode == 1
    assert says in done.stdout


def test_a_lab_that_is_not_run_is_not_published(project: Project):
    project.edit("whole.yml", "execute: true", "execute: false")
    done = project.build("-q")
    assert done.returncode == 1
    assert "needs execute: true" in done.stdout


def output(project: Project) -> str:
    return project.built().pages["labs/lab/"].outputs


def test_a_changed_snippet_changes_the_page_of_the_lab(project: Project):
    assert output(project) == "the square of 3 is 9.0\n"
    project.edit("snippets/differentiation/square.py", "return x**2", "return x**4")
    assert output(project) == "the square of 3 is 81.0\n"


def test_a_build_runs_a_lab_though_nothing_changed(project: Project):
    project.edit("docs/labs/lab.py", "print(", "import time\nprint(time.time_ns())\nprint(")
    assert output(project) != output(project)


def test_a_lab_is_read_line_for_line_and_as_jupytext_reads_it():
    page = labs.markdown(LAB, context.Page(source="labs/lab.py"))
    lines = page.split("\n")
    for at, text in enumerate(LAB.rstrip("\n").split("\n")):
        if text.startswith("# %%") or not text:
            assert lines[at] in ("", "```", '```python exec="on" cell="1"')
        else:
            assert lines[at] in (text, text[2:])
    cells = jupytext.reads(LAB, fmt="py:percent").cells
    assert labs.code_cells(LAB) == [cell.source for cell in cells if cell.cell_type == "code"]


# --- under serve ------------------------------------------------------------------------------------


@pytest.fixture
def kept(monkeypatch, tmp_path: Path):
    """How often a lab ran, told by a function that asks for its results as `serve` does."""
    snippets = tmp_path / "snippets"
    (snippets / "datasets").mkdir(parents=True)
    (snippets / "datasets" / "birds.csv").write_text("1,2")
    (snippets / "square.py").write_text("x = 1")
    store, ran = Cache(tmp_path / "cache"), []
    monkeypatch.setattr(labs, "SNIPPETS", snippets)
    monkeypatch.setattr(blocks, "store", lambda: store)

    def execute(codes: list[str], kernel: str) -> list[dict]:
        ran.append(codes)
        return [{"error": "it failed" if "1 / 0" in code else None} for code in codes]

    monkeypatch.setattr(labs, "execute", execute)

    def times(source: str = LAB) -> int:
        runs = labs.Runs({"labs/lab.py": source}, SETTINGS, keep=True)
        found = runs.results("labs/lab.py", context.Page())
        assert len(found) == source.count("# %%\n")
        return len(ran)

    return times, snippets


def test_serve_keeps_a_result_while_nothing_changed(kept):
    times, _ = kept
    assert (times(), times()) == (1, 1)


def test_serve_does_not_run_a_lab_for_a_change_of_its_prose(kept):
    times, _ = kept
    assert (times(), times(LAB.replace("It did.", "It did so."))) == (1, 1)


@pytest.mark.parametrize("file", ["square.py", "datasets/birds.csv", "new.py"])
def test_serve_runs_a_lab_again_after_a_change_of_anything_that_it_could_read(kept, file: str):
    times, snippets = kept
    times()
    (snippets / file).write_text("x = 2")
    assert times() == 2


def test_serve_runs_a_lab_again_after_a_change_of_a_cell(kept):
    times, _ = kept
    assert (times(), times(LAB.replace("f(3.0)", "f(4.0)"))) == (1, 2)


def test_serve_runs_a_lab_again_after_a_change_of_the_kernel(kept, monkeypatch):
    times, _ = kept
    times()
    monkeypatch.setattr(labs, "version", lambda name: "0")
    assert times() == 2


def test_serve_does_not_keep_a_failure(kept):
    times, _ = kept
    failing = LAB + cell("1 / 0")
    assert (times(failing), times(failing)) == (1, 2)
