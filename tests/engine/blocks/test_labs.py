"""Every way to break a lab stops the build, and nothing of a lab is kept that has become untrue."""

import re
import tempfile
from pathlib import Path
from types import SimpleNamespace

import jupytext
import pytest
from kit import LESSON, NAV, Project
from mkdocs_jupyter import convert
from shared import Break, Fault, breaks

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


def wrong(code: str, says: str, at: str = "# %%", options: str = "", **how: int) -> Break:
    """A cell at the end of the lab that fails when it is run."""
    return Break(cell(code, options), says, at, **{"block": 2} | how)


BREAKS = {
    "an exception": wrong(
        "x = 0\n1 / x", "ZeroDivisionError: division by zero\n    1 / x", "1 / x"
    ),
    "an exception in a snippet": wrong('f("3")', "TypeError: ", "f("),
    "an exception in a function of a cell above": Break(
        cell("def g(x):\n    return 1 / x") + cell("x = 1\ng(0)"),
        "ZeroDivisionError: division by zero\n    g(0)",
        "g(0)",
        3,
    ),
    "a figure of a size that no page shows": wrong(
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(60, 60))\nplt.show()",
        "ValueError: a figure is 60 × 60 inches",
        "show",
        ALT,
    ),
    "a syntax error": wrong("y = = 2", "SyntaxError: invalid syntax\n    y = = 2", "y ="),
    "an error of syntax that only running it finds": wrong(
        "x = 1\nreturn x", "SyntaxError: 'return' outside function\n    return x", "return"
    ),
    "a number that is to be computed into the words": Break(
        "# It is {{f(3.0):.1f}}.\n",
        "{{f(3.0):.1f}} is for lessons; in a lab a cell prints what the words need",
        "It is",
    ),
    "a number that no cell prints": Break(
        "# It is 12.5.\n",
        "the cell that these words belong to, as a rule the one above, neither prints nor is given "
        "the number 12.5 (the nearest that is printed is 9.0). Print it there, with its sign. A number that is no result is "
        "named in the front matter",
        "It is",
    ),
    "an exercise with code, which would count as a cell": Break(
        "# /// exercise | Of it\n# Ask.\n#\n# - answer `x` exactly:\n#\n# /// solution\n"
        '# ```python exec="on"\n# x = 1\n# ```\n# ///\n',
        "the code of a lab stands in its cells; an exercise that needs some is for a lesson",
        "```python",
    ),
    "a missing snippet": wrong(
        "from snippets.differentiation.cube import f",
        "ModuleNotFoundError: No module named 'snippets.differentiation.cube'",
        "from",
    ),
    "a warning": wrong(
        "import numpy as np\nnp.array([1.0]) / 0.0\nprint(1)", "a RuntimeWarning", "/ 0.0"
    ),
    "a printed NaN": wrong("print(float('nan'))", "it printed nan"),
    "a value that is not printed": wrong("1 + 1", "its last line leaves", "1 + 1"),
    "a value with a sign at its end": wrong("1 + 1;", "its last line leaves", "1 + 1"),
    "a drawing with a print and no show": wrong(
        DRAWS.replace("plt.show()", "print(1)"),
        "end a drawing with plt.show()",
        "print",
        ALT,
    ),
    "a value with a comment after it": wrong(
        "x = 1\n1 + 1\n# so it is",
        "print it, or end a drawing with plt.show()\n    1 + 1",
        "1 + 1",
    ),
    "a drawing that is not shown": wrong(
        DRAWS.removesuffix("\nplt.show()"), "end a drawing with plt.show()", "plot(", ALT
    ),
    "what only a notebook displays": wrong(
        "x = 1\ndisplay(x)",
        "display is of notebooks, and a lab is a program: print",
        "display",
    ),
    "what IPython displays": wrong(
        "from IPython.display import display\ndisplay(1)",
        "it displays text/plain, which a program does not show; print it",
        "display(",
    ),
    "sys.exit": wrong(
        "import sys\n\nsys.exit(0)", "it called sys.exit(0)\n    sys.exit(0)", "exit("
    ),
    "an end before the end": wrong("exit()", "exit is of notebooks", "exit"),
    "a title": Break(
        "\n# %% Guess first\nx = 1\n",
        "a cell begins with # %% alone, or with # %% [markdown]; this one with # %% Guess first. A title is written as a "
        "heading in the prose",
        "Guess",
    ),
    "a title of prose": Break("\n# %% [markdown] Words\n# More.\n", "a cell begins with", "Words"),
    "a short mark of prose": Break("\n# %% [md]\n# words\n", "# %% [markdown]; this", "[md]"),
    "a mark without its space": Break("\n#%%\n", "a cell begins with # %% alone", "#%%", times=2),
    "a limit of its own": wrong("x = 1", "timeout=… is for", options="#| timeout: 1\n"),
    "a long print": wrong("print('x' * 2_000_000)", "it printed 2,000,001 bytes"),
    "a path of the kernel": wrong(
        "from pathlib import Path\nprint('in', Path.cwd())", "which is of this machine alone"
    ),
    "a warning of a library's line": wrong(
        "import numpy as np\n\n\nnp.var([1.0], ddof=1)\nprint(1)", "a RuntimeWarning", times=2
    ),
    "the end of its process": wrong("import os\nos._exit(0)", "its process ended"),
    "a figure without alt": wrong(DRAWS, "its figure has no text alternative"),
    "an unknown option": wrong(DRAWS, "did you mean 'alt'", "alts", "#| alts: x\n", block=0),
    "a cell without an empty line": Break(
        cell("x = 1\ny = 2").rstrip("\n") + "\n# %%\nz = 3\n",
        "a cell of code ends with an empty line",
        "y = 2",
    ),
    "prose without its mark": Break("more prose\n", "a line of prose begins with '# '", "more"),
    "a dead link": Break("# [there](nowhere.md)\n", "nowhere.md", "there"),
    "a dead anchor": Break(f"# [there](../{LESSON}#nowhere)\n", "nowhere", "there"),
    "an unknown command in a formula": Break("# $\\fraq{a}{b}$\n", "\\fraq", "fraq"),
}


@breaks(BREAKS, lambda text: ("lab", LAB + text))
def test_a_broken_lab_stops_the_build_and_says_where(broken: Break, faults: list[Fault]):
    broken.check(faults, above=LAB.count("\n"))


FRONT = {
    "no field": ("# able: [do it]\n", "", "its front matter lacks able"),
    "another lesson": (LESSON, "tutorials/none.md", "names 'tutorials/none.md' as its lesson"),
}


@pytest.mark.parametrize(
    ("faults", "says"),
    [
        (("lab", LAB.replace(f"[lesson](../{LESSON})", "").replace(*change)), says)
        for *change, says in FRONT.values()
    ],
    ids=FRONT,
    indirect=["faults"],
)
def test_wrong_front_matter_stops_the_build(says: str, faults: list[Fault]):
    (fault,) = faults
    assert says in fault.says


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
    with tempfile.TemporaryDirectory() as folder:
        (lab := Path(folder, "lab.py")).write_text(LAB, "utf-8")
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
