"""Cells become a notebook that is valid, and a program that runs; the same cells, the same bytes."""

import ast
import json
import subprocess
import sys

import nbformat
import pytest

from scripts.downloads.files import Cell, downloads, notebook, opens, picture, program, stream

CELLS = [
    Cell("markdown", "# A title\n\nIt costs $x_1$ and \\[no more."),
    Cell("code", 'print("π is", 3.14)', [stream("π is 3.14\n")], id="block-1"),
    Cell("markdown", "Think.\n\n- twice", fold="Solution"),
    Cell("code", "print(2)", [picture("aGk=", "A dot.")], fold="Solution"),
    Cell("code", "def f(x):\n    return ...", open=True),
]


def test_a_notebook_is_valid_and_holds_the_cells_in_order():
    made = nbformat.reads(notebook(CELLS), as_version=nbformat.NO_CONVERT)
    nbformat.validate(made)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    assert [cell.cell_type for cell in made.cells] == [cell.kind for cell in CELLS]
    assert [cell.id for cell in made.cells][1] == "block-1"
    assert made.cells[0].source == CELLS[0].source
    assert made.cells[1].outputs[0].text == "π is 3.14\n"
    assert made.cells[3].outputs[0].data["text/plain"] == "A dot."


def test_what_is_folded_opens_by_its_line():
    made = json.loads(notebook(CELLS))["cells"]
    assert "".join(made[2]["source"]).startswith("<details>\n<summary>Solution</summary>\n\nThink.")
    assert made[3]["metadata"] == {"jupyter": {"source_hidden": True}}


def test_a_notebook_is_what_its_program_library_would_write():
    text = notebook(CELLS)
    assert text == notebook(CELLS)
    assert text == nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"


def test_a_program_runs_the_code_and_says_the_rest_in_comments():
    text = program(CELLS)
    run = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "π is 3.14\n2\n", "")
    assert [type(node) for node in ast.parse(text).body] == [ast.Expr, ast.Expr]
    assert "# # A title\n#\n# It costs $x_1$" in text
    assert "# **Solution**\n#\n# Think." in text
    assert "#     return ..." in text
    assert text.count("# %%\n") == 2


def test_files_are_named_after_their_page():
    taken = downloads("tutorials/a-track/a-lesson/", CELLS, None)
    assert taken.notebook.address == "tutorials/a-track/a-lesson/a-lesson.ipynb"
    assert taken.program.name == "a-lesson.py"
    assert taken.opens == {}


def test_a_notebook_opens_from_the_branch_of_a_repository_on_github():
    made = opens("https://github.com/you/course.git", "a/b c.ipynb")
    colab = "https://colab.research.google.com/github/you/course/blob/notebooks/a/b%20c.ipynb"
    binder = "https://mybinder.org/v2/gh/you/course/notebooks?labpath=a%2Fb%20c.ipynb"
    assert made == {"Colab": colab, "Binder": binder}


@pytest.mark.parametrize(
    "repository",
    [
        None,
        "",
        "https://gitlab.com/you/course",
        "https://github.com/you",
        "https://github.com.example/you/course",
    ],
)
def test_elsewhere_no_notebook_opens(repository):
    assert opens(repository, "a.ipynb") == {}
