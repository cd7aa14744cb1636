"""Every way to break a lab stops the build, and nothing of a lab is kept that has become untrue."""

import re
from pathlib import Path
from types import SimpleNamespace

import jupytext
import pytest
from kit import LESSON, NAV, ROOT, Project
from mkdocs_jupyter import convert

from scripts.blocks import kernel, labs
from scripts.blocks.run import Result
from scripts.text import context
from scripts.text.cache import Cache

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
ALT = "#| alt: A line that climbs from one to two.\n"
DRAWS = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"


@pytest.fixture
def project(project: Project) -> Project:
    """A project with a lab."""
    project.write("mkdocs.yml", f"{NAV}      - Labs:\n          - A Lab: labs/lab.py\n")
    project.write("docs/labs/lab.py", LAB)
    return project


def faults_of(lab: str) -> str:
    """What is wrong with how a lab is written."""
    page = context.Page(source="labs/lab.py", unit="cell")
    labs.markdown(lab, page)
    return context.report(page.faults)


def cell(code: str, options: str = "") -> str:
    return f"\n# %%\n{options}{code}\n"


# Something wrong at the end of the lab, what the message must say of it, and the line that it must name.
BREAKS = {
    "an exception": (cell("x = 0\n1 / x"), "line 23, cell 2: ZeroDivisionError", "\n    1 / x"),
    "an exception in a snippet": (cell('f("3")'), "line 22, cell 2: TypeError", '\n    f("3")'),
    "an exception in a function of a cell above": (
        cell("def g():\n    return 1 / 0") + cell("x = 1\ng()"),
        "line 27, cell 3: ZeroDivisionError: division by zero\n    g()",
        "",
    ),
    "a figure of a size that no page shows": (
        cell("import matplotlib.pyplot as plt\nplt.figure(figsize=(60, 60))\nplt.show()", ALT),
        "cell 2: ValueError: a figure is 60 × 60 inches",
        "",
    ),
    "a syntax error": (cell("y = = 2"), "line 22, cell 2: SyntaxError", "y = = 2"),
    "an error of syntax that only running it finds": (
        cell("x = 1\nreturn x"),
        "line 23, cell 2: SyntaxError: 'return' outside function\n    return x",
        "",
    ),
    "a number that is to be computed into the words": (
        "# It is {{f(3.0):.1f}}.\n",
        "line 20: {{f(3.0):.1f}} is for lessons; in a lab a cell prints what the words need",
        "",
    ),
    "a number that no cell prints": (
        "# It is 12.5.\n",
        "line 20: the cell that these words belong to, as a rule the one above, neither prints",
        "the number 12.5 (the nearest that is printed is 9.0). Print it there, with its sign. A number that is no result is "
        "named in the front matter",
    ),
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
    "a printed NaN": (cell("print(float('nan'))"), "cell 2: it printed nan", "#| prints: nan"),
    "a value that is not printed": (
        cell("1 + 1"),
        "line 22, cell 2: its last line leaves",
        "1 + 1",
    ),
    "a value with a comment after it": (
        cell("x = 1\n1 + 1\n# so it is"),
        "line 23, cell 2: its last line leaves",
        "print it, or end a drawing with plt.show()\n    1 + 1",
    ),
    "a drawing that is not shown": (
        cell(DRAWS.removesuffix("\nplt.show()"), ALT),
        "line 24, cell 2: its last line leaves",
        "end a drawing with plt.show()",
    ),
    "what only a notebook displays": (
        cell("x = 1\ndisplay(x)"),
        "line 23, cell 2: display is of notebooks, and a lab is a program: print",
        "",
    ),
    "what IPython displays": (
        cell("from IPython.display import display\ndisplay(1)"),
        "line 23, cell 2: it displays text/plain, which a program does not show; print it",
        "",
    ),
    "sys.exit": (
        cell("import sys\n\nsys.exit(0)"),
        "line 24, cell 2: it called sys.exit(0)\n    sys.exit(0)",
        "",
    ),
    "an end before the end": (cell("exit()"), "line 22, cell 2: exit is of notebooks", ""),
    "a title": (
        "\n# %% Guess first\nx = 1\n",
        "line 21: a cell begins with # %% alone",
        "this one with # %% Guess first. A title is written as a heading in the prose",
    ),
    "a title of prose": ("\n# %% [markdown] Words\n# More.\n", "line 21: a cell begins with", ""),
    "a mark without its space": ("\n#%%\nx = 1\n", "line 21: a cell begins with # %% alone", ""),
    "a limit of its own": (cell("#| timeout: 1\nx = 1"), "line 21, cell 2: timeout=… is for", ""),
    "a long print": (cell("print('x' * 2_000_000)"), "cell 2: it printed 2,000,001 bytes", ""),
    "a path of the kernel": (
        cell("from pathlib import Path\nprint('in', Path.cwd())"),
        "cell 2: it shows the path ",
        "which is of this machine alone",
    ),
    "a warning of a library's line": (
        cell("import numpy as np\n\n\nnp.var([1.0], ddof=1)\nprint(1)"),
        "line 21, cell 2: a RuntimeWarning",
        "Degrees of freedom",
    ),
    "the end of its process": (cell("import os\nos._exit(0)"), "cell 2: its process ended", ""),
    "a figure without alt": (cell(DRAWS), "cell 2: its figure has no text alternative", ""),
    "an unknown option": (cell(DRAWS, "#| alts: x\n"), "line 22: ", "did you mean 'alt'"),
    "a cell without an empty line": (
        cell("x = 1").rstrip("\n") + "\n# %%\ny = 2\n",
        "line 22: a cell of code ends with an empty line",
        "",
    ),
    "prose without its mark": ("more prose\n", "line 20: a line of prose begins with '# '", ""),
    "a dead link": ("# [there](nowhere.md)\n", "nowhere.md", "labs/lab.py"),
    "a dead anchor": (f"# [there](../{LESSON}#nowhere)\n", "nowhere", "labs/lab.py"),
    "an unknown command in a formula": ("# $\\fraq{a}{b}$\n", "line 20: the formula", "\\fraq"),
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


def test_a_cell_has_an_empty_folder_and_shows_no_path_of_this_machine(project: Project):
    before = {path.name for path in (project.folder / "docs/labs").iterdir()}
    told = "import sys, traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc(file=sys.stdout)"
    library = "import numpy as np\nprint(np.var([1.0], ddof=1))"
    writes = "from pathlib import Path\nprint(list(Path().iterdir()), Path('beside.txt').write_text('12'))"
    taught = "#| warns: RuntimeWarning\n#| prints: nan\n"
    text = LAB + cell(writes) + cell(told) + cell(library, taught)
    project.write("docs/labs/lab.py", text)
    shown = output(project)
    assert "[] 2\n" in shown
    assert 'File "cell 3", line 3, in <module>\n    1 / 0' in shown
    assert re.search(r"^numpy/\S+\.py:\d+: RuntimeWarning", shown, re.MULTILINE)
    assert {path.name for path in (project.folder / "docs/labs").iterdir()} == before


def test_a_cell_waits_for_its_threads_and_a_figure_is_what_was_shown():
    late = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.5), print('late'))).start()"
    shows = f"{DRAWS}\nplt.plot([2, 1])\nplt.show()"
    waited, shown, after = run([late, shows, "print(plt.get_fignums())"])
    assert waited.stdout == "late\n"
    assert len(shown.figures) == 2
    assert (after.stdout, after.figures, after.error) == ("[]\n", [], None)


def run(codes: list[str], files: dict[str, str] | None = None) -> list[Result]:
    """What came of these cells, from mkdocs-jupyter."""
    lab = ROOT / "docs/labs/gradient-checking.py"
    return kernel.run(codes, files or {}, lambda: convert.nb2html(lab, execute=True))


def test_a_kernel_that_does_not_start_is_started_again():
    def render(tried=[]) -> str:  # noqa: B006 (it counts)
        tried.append("once")
        if len(tried) == 1:
            raise RuntimeError("Kernel died before replying to kernel_info")
        return "[]"

    assert kernel.run([], {}, render) == []


def test_a_kernel_has_of_snippets_only_what_the_lab_names():
    """So these files can be the key under which its results are kept."""
    files = {"snippets/__init__.py": "", "snippets/beside.py": "x = 1"}
    read, whole = run(
        ["from snippets.beside import x", "import snippets.differentiation.square"], files
    )
    assert read.error is None
    assert whole.error == "ModuleNotFoundError: No module named 'snippets.differentiation'"


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


BY_NAME = "from snippets.folder.file import function; this is "
# A second cell whose imports cannot be written out, what the message says of it, and the line that it names.
IMPORTS = {
    "a module": ("import snippets.differentiation.square as s", 22, BY_NAME + "import"),
    "a folder": ("from snippets import differentiation", 22, BY_NAME + "from"),
    "a module of a folder": ("from snippets.differentiation import square", 22, BY_NAME + "from"),
    "another name": ("from snippets.differentiation.square import f as g", 22, BY_NAME + "from"),
    "all names": ("from snippets.differentiation.square import *", 22, BY_NAME + "from"),
    "in a function": (
        "def g():\n    from snippets.differentiation.square import f",
        23,
        BY_NAME + "from",
    ),
    "beside code": ("from snippets.differentiation.square import f; x = 1", 22, BY_NAME + "from"),
    "a name of the lab's": (
        "def df(x):\n    return x",
        14,  # which imports f, and so brings df
        "df is snippets.differentiation.square.df here, and the lab's df besides",
    ),
    "what is imported, bound again": ("f = 3", 14, "square.f here, and the lab's f besides"),
    "a name of another file's": (
        "from snippets.multivariable.partial_derivatives import df_dx",
        22,
        "f is snippets.multivariable.partial_derivatives.f here, and snippets.differentiation.square.f besides",
    ),
    "no Python": ("%timeit f(2)", 22, "SyntaxError: invalid syntax\n    %timeit f(2)"),
}


@pytest.mark.parametrize(("code", "line", "says"), IMPORTS.values(), ids=IMPORTS)
def test_what_would_not_run_once_it_is_downloaded_is_refused(code: str, line: int, says: str):
    assert f"labs/lab.py, line {line}" in faults_of(LAB + cell(code))
    assert says in faults_of(LAB + cell(code))


def test_names_inside_of_functions_and_the_same_modules_do_not_meet():
    code = "import numpy as np\nfrom snippets.differentiation.square import df, f\n\n\ndef g(h):\n    df = f(h)\n"
    code += "    return [df for f in h]\n\n\nprint(np.sum([f(h) for h in (1, 2)]), df(3))"
    assert not faults_of(LAB + cell(code))


def test_prose_with_a_short_mark_is_told_the_whole_one():
    said = faults_of(LAB + "\n# %% [md]\n# words\n")
    assert "line 21: a cell begins with # %% alone, or with # %% [markd" in said


# --- kept between builds ------------------------------------------------------------------------------

# Python that runs before a build, in its process, and says at the end what it imported.
SAYS_IMPORTS = """
import atexit, sys
def say():
    found = [name for name in ("jupyter_client", "jupytext", "nbconvert") if name in sys.modules]
    print("imported:", *(name for name in found if vars(sys.modules[name])["__spec__"]))
atexit.register(say)
"""


def test_a_build_in_which_no_lab_runs_imports_nothing_for_it(project: Project):
    builds = [project.build("-q", before=SAYS_IMPORTS) for _ in range(2)]
    said = [done.stdout.strip().rpartition("\n")[2] for done in builds]
    assert said == ["imported: jupyter_client jupytext nbconvert", "imported:"]


@pytest.fixture
def kept(monkeypatch, tmp_path: Path):
    """How often a lab ran, told by a function that asks for its results as a build does."""
    snippets = tmp_path / "snippets"
    (snippets / "differentiation").mkdir(parents=True)
    (snippets / "differentiation/birds.csv").write_text("1,2")
    (snippets / "differentiation/square.py").write_text(
        'Path(__file__).with_name("birds.csv").read_text("utf-8")'
    )
    store, ran, settings = Cache(tmp_path / "cache"), [], {"execute": True, "kernel_name": ""}
    monkeypatch.setattr(labs, "ROOT", tmp_path)
    monkeypatch.setattr(labs, "SNIPPETS", snippets)
    monkeypatch.setattr(labs, "store", lambda: store)

    def run(codes: list[str], files: dict, render) -> list[Result]:
        ran.append(codes)
        return [Result(code, error="it failed" if "1 / 0" in code else None) for code in codes]

    monkeypatch.setattr(kernel, "run", run)
    file = SimpleNamespace(abs_src_path=tmp_path / "lab.py")
    lab = SimpleNamespace(file=file, made=context.Page())
    config = SimpleNamespace(plugins={"mkdocs-jupyter": SimpleNamespace(config=settings)})

    def times(source: str = LAB, **changed) -> int:
        settings.update(changed)
        (tmp_path / "lab.py").write_text(source)
        found = labs.results(lab, config, None)
        assert len(found) == source.count("# %%\n")
        return len(ran)

    return times, snippets / "differentiation"


def test_a_result_is_kept_while_nothing_changed(kept):
    times, _ = kept
    assert (times(), times()) == (1, 1)


def test_a_lab_does_not_run_again_for_a_change_of_its_prose_or_of_another_snippet(kept):
    times, snippets = kept
    times()
    (snippets / "other.py").write_text("x = 1")
    assert times(LAB.replace("It did.", "It did so.")) == 1


@pytest.mark.parametrize("file", ["square.py", "birds.csv"])
def test_a_lab_runs_again_after_a_change_of_what_it_imports_or_reads(kept, file: str):
    times, snippets = kept
    times()
    (snippets / file).write_text((snippets / file).read_text() + "\n")
    assert times() == 2


def test_a_lab_runs_again_after_a_change_of_a_cell(kept):
    times, _ = kept
    assert (times(), times(LAB.replace("f(3.0)", "f(4.0)"))) == (1, 2)


def test_a_lab_runs_again_after_a_change_of_the_kernel(kept, monkeypatch):
    times, _ = kept
    assert (times(), times(kernel_name="another")) == (1, 2)
    monkeypatch.setattr(labs, "version", lambda name: "0")
    assert times() == 3


def test_a_failure_is_not_kept(kept):
    times, _ = kept
    failing = LAB + cell("1 / 0")
    assert (times(failing), times(failing)) == (1, 2)
