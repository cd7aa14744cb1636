"""A lab: a program in cells (the percent format) that the build runs in a Jupyter kernel and shows like a lesson.

mkdocs-jupyter makes a page of each docs/labs/*.py. Its own rendering would put 574 kB of styles into the page, so a lab is
read here as Markdown, line for line, with a fence for each cell of code; all else is done as for a lesson. What a cell
printed and drew comes from the kernel:

    # %% [markdown]
    # Prose, with $formulas$ and links.

    # %% alt="What is to be seen" caption="…"       the options of a figure's block (options.py)
    from snippets.optimization.gradient_descent import gradient_descent

A lab imports from `snippets`. `files` says what of it a lab needs, for the page's own Python and for downloads.
"""

import ast
import re
import symtable
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path

from scripts.blocks import includes
from scripts.blocks.program import MAX_OUTPUT
from scripts.blocks.run import Result, worker_environment
from scripts.text import reading
from scripts.text.cache import FOLDER, key, store
from scripts.text.context import ROOT, SNIPPETS, Page

MARK = re.compile(r"# %%(?P<prose> \[markdown\])?(?P<options>.*)")
DATA = re.compile(r'Path\(__file__\)\.with_name\("([^"]+)"\)\.read_text\("utf-8"\)')
TIME_LIMIT = 60  # seconds for a cell
TOOLS = ("ipykernel", "ipython", "nbclient", "mkdocs-jupyter")
FILE = "lab.py"  # what an output calls a cell
WARNING = re.compile(r"^(.+):(\d+): (\w+Warning): (.*)", re.MULTILINE)
OF_THE_CELL = re.compile(r'(?<![^\s"])[^\s"]*ipykernel_\d+[\\/]\d+\.py')  # what the kernel calls it
OF_A_NOTEBOOK = {"display", "get_ipython", "In", "Out", "exit", "quit"}  # the kernel's own names
IN_A_CELL = re.compile(r" \(\d+\.py, line \d+\)$")  # at the end of a SyntaxError's message
COLOURS = re.compile(r"\x1b\[[\d;]*m")

# Before the first cell: the site's style, and figures as a lesson's block leaves them, without a window.
SETUP = """\
def _begin():
    import threading

    from IPython import get_ipython
    from IPython.display import display

    from scripts.blocks import program

    program.prepare()

    def publish(result):
        for thread in threading.enumerate():  # as at the end of a program
            if thread is not threading.main_thread() and not thread.daemon:
                thread.join()
        for svg in program.drawn():
            display({"image/svg+xml": svg}, raw=True)

    get_ipython().events.register("post_run_cell", publish)


_begin()
del _begin
"""


# --- read -----------------------------------------------------------------------------------------


def sources(docs: Path) -> dict[str, str]:
    """The labs, under their paths in docs/."""
    found = reading.found(docs, "labs/*.py")
    return {path.relative_to(docs).as_posix(): reading.text(path) for path in found}


def markdown(source: str, page: Page) -> str:
    """The lab as Markdown. Each line keeps its number, so a message names the line of the file."""
    out, inside, programs = [], False, []
    lines = [*source.rstrip("\n").split("\n"), ""]
    for number, text in enumerate(lines, 1):
        mark = MARK.fullmatch(text)
        if mark and mark["options"].startswith((" [", "[")):
            page.note(f"a cell of prose begins with # %% [markdown], this one with {text}", number)
        elif re.match(r"#\s*%%", text) and not (mark and well_formed(mark)):
            page.note(
                f'a cell begins with # %% and options such as alt="…", or with # %% [markdown]; this one with {text}. '
                "A title is written as a heading in the prose",
                number,
            )
        if mark and inside and out[-1]:
            page.note("a cell of code ends with an empty line", number - 1)
        if inside and (mark or number == len(lines)):
            out[-1 if mark else len(out) :] = ["```"]
        if mark and mark["prose"]:
            inside = False
            out.append("")
        elif mark:
            inside = True
            programs.append("\n" * number)  # each line keeps its number here too
            out.append(f'```python exec="on" cell="{len(programs)}"{mark["options"].rstrip()}')
        elif inside:
            programs[-1] += text + "\n"
            out += [text] if number < len(lines) else []
        elif text and not re.match(r"#( |$)", text):
            page.note(f"a line of prose begins with '# '; this one is {text!r}", number)
        else:
            out.append(text[2:])
    check_names(programs, page)
    return "\n".join(out) + "\n"


def well_formed(mark: re.Match) -> bool:
    """Whether nothing but options follows the mark of a cell, and nothing at all that of prose."""
    if mark["prose"]:
        return not mark["options"].strip()
    return bool(re.match(r"( \w+=| *$)", mark["options"]))


def check_names(programs: list[str], page: Page) -> None:
    """Note what would mean something else once `alone` has written the imported files out."""
    where: dict[str, int] = {}  # which line imports a file
    bound: dict[str, str] = {}
    foreign: dict[str, tuple[int, int]] = {}  # names of notebooks alone: line and cell
    for number, program in enumerate(programs, 1):
        try:
            tree, own = ast.parse(program), names(program, "the lab's ")
        except SyntaxError as error:
            text = program.split("\n")[error.lineno - 1].strip()
            page.note(f"SyntaxError: {error.msg}\n    {text}", error.lineno, number)
            continue
        for node in ast.walk(tree):
            if file := imported_by(node):
                if not can_be_written_out(node, tree):
                    page.note(
                        "a lab imports from snippets at the margin, on lines of its own, without as, and by name: "
                        f"from snippets.folder.file import function; this is {ast.unparse(node)}",
                        node.lineno,
                        number,
                    )
                where.setdefault(file, node.lineno)
            elif isinstance(node, ast.Name) and node.id in OF_A_NOTEBOOK:
                foreign.setdefault(node.id, (node.lineno, number))
        bound |= own
    for name in foreign.keys() - bound.keys():
        page.note(
            f"{name} is of notebooks, and a lab is a program: print what it has to show, and end a drawing with "
            "plt.show()",
            *foreign[name],
        )
    paths = {file: ROOT / (file.replace(".", "/") + ".py") for file in where}
    if not all(path.is_file() for path in paths.values()):
        return  # the kernel says so, with the line
    for file, path in paths.items():
        for name, what in names(reading.text(path), f"{file}.").items():
            if (other := bound.setdefault(name, what)) != what:
                page.note(
                    f"{name} is {what} here, and {other} besides. What one downloads has the imported files written "
                    "out, so one would replace the other: give one of them another name",
                    where[file],
                )


def imported_by(node: ast.AST) -> str:
    """What an import takes from `snippets`; "" if it is none, or takes nothing from there."""
    if isinstance(node, ast.ImportFrom):
        modules = [node.module or ""]
    else:
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return next((name for name in modules if name.split(".")[0] == "snippets"), "")


def can_be_written_out(node: ast.AST, tree: ast.Module) -> bool:
    beside = [
        each
        for each in tree.body
        if each.lineno <= node.end_lineno and node.lineno <= each.end_lineno
    ]
    return (
        beside == [node]
        and isinstance(node, ast.ImportFrom)
        and not (ROOT / node.module.replace(".", "/")).is_dir()
        and not any(alias.asname or alias.name == "*" for alias in node.names)
    )


def names(program: str, owner: str) -> dict[str, str]:
    """The names that a program binds outside of its functions, and what each is: "numpy", or with its owner."""
    found = {}
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            found |= {alias.asname or alias.name: start + alias.name for alias in node.names}
    here = symtable.symtable(program, "names", "exec").get_symbols()
    own = {each.get_name(): owner + each.get_name() for each in here if each.is_assigned()}
    imported = {each.get_name() for each in here if each.is_imported()}
    return {name: found.get(name, name) for name in imported} | own


def code_cells(source: str) -> list[str]:
    """The cells of code, without the empty lines around them."""
    found, inside = [], False
    for text in source.split("\n"):
        if mark := MARK.fullmatch(text):
            inside = not mark["prose"]
            found += [[]] if inside else []
        elif inside:
            found[-1].append(text)
    return ["\n".join(cell).strip("\n") for cell in found]


def files(source: str) -> dict[str, str]:
    """What of `snippets` a lab needs: paths and texts, data files too."""
    found = {"snippets/__init__.py": ""}
    for name in includes.imported("\n".join(code_cells(source))):
        path = SNIPPETS / name
        if not path.is_file():
            continue  # the kernel says so, with the line
        found[f"snippets/{Path(name).parent.as_posix()}/__init__.py"] = ""
        text = found[f"snippets/{name}"] = reading.text(path)
        for data in DATA.findall(text):
            where = path.with_name(data)
            found[where.relative_to(ROOT).as_posix()] = reading.text(where)
    return found


# --- run ------------------------------------------------------------------------------------------


class Runs:
    """The labs of one build. They run beside the rendering of the other pages."""

    def __init__(self, sources: dict[str, str], settings: dict, keep: bool):
        """`keep`: take what an earlier build got from the same bytes; that is for `serve`."""
        self.keep = keep
        self.codes = {name: code_cells(source) for name, source in sources.items()}
        kernel = settings["kernel_name"] or "python3"
        self.work = {name: partial(execute, codes, kernel) for name, codes in self.codes.items()}
        if not settings["execute"]:
            self.work = {}
        elif not keep:
            self.pool = ThreadPoolExecutor(max_workers=2)
            self.work = {name: self.pool.submit(run).result for name, run in self.work.items()}

    def results(self, name: str, page: Page) -> list[Result]:
        """What came of each cell of a lab."""
        if name not in self.work:
            page.fail("a lab is run: mkdocs-jupyter in mkdocs.yml needs execute: true")
        found = []

        def make() -> list[dict] | None:
            found.extend(self.work[name]())
            return None if any(one.error for one in found) else [asdict(one) for one in found]

        try:
            if self.keep:
                kept = store().get(key("lab", self.codes[name], _around()), make)
                return found or [Result(**one) for one in kept]
            return self.work[name]()
        except Exception as error:
            page.fail(f"its kernel failed: {type(error).__name__}: {error}")

    def stop(self) -> None:
        """After a failed build: start none that waits."""
        if not self.keep and self.work:
            self.pool.shutdown(wait=False, cancel_futures=True)


def _around() -> list:
    """All but its own cells that a lab's results depend on: every byte of snippets, and the kernel."""
    parts = [f"{name} {version(name)}" for name in TOOLS]
    for path in reading.found(SNIPPETS, "**/*"):
        parts.append([path.relative_to(SNIPPETS).as_posix(), path.read_bytes().hex()])
    return parts


def execute(codes: list[str], kernel: str) -> list[Result]:
    """What each cell printed, drew or died of, as output.check reads it; nothing after the first that fails."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    made = [nbformat.v4.new_code_cell(text) for text in [SETUP, *codes]]
    at = 0

    def begun(cell, cell_index: int) -> None:
        nonlocal at
        at = cell_index

    client = NotebookClient(
        nbformat.v4.new_notebook(cells=made),
        kernel_name=kernel,
        timeout=TIME_LIMIT,
        allow_errors=False,
        on_cell_start=begun,
        extra_arguments=["--IPKernelApp.log_level=40"],  # not that the socket is a local one
    )
    fatal = ""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as empty:  # as a block has
            client.resources["metadata"] = {"path": empty}
            client.execute(env=environment())
    except CellExecutionError:
        pass  # it stands in the outputs
    except CellTimeoutError:
        fatal = f"it ran for {TIME_LIMIT} s without an end"
    except DeadKernelError:
        fatal = "its process ended"
    results = [result(cell) for cell in made]
    if fatal:
        results[at].error = fatal
    if results[0].error:
        raise RuntimeError(results[0].error)
    return results[1:]


def environment() -> dict[str, str]:
    """Nothing of the author's own settings reaches a kernel. It finds `snippets`, as in a clone."""
    own = FOLDER / "ipython"
    own.mkdir(parents=True, exist_ok=True)
    return worker_environment() | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(own)}


def result(cell) -> Result:
    """What came of one cell."""
    found = Result(cell.source)
    for output in cell.outputs:
        if output.output_type == "stream":
            setattr(found, output.name, getattr(found, output.name) + output.text)
        elif output.output_type == "error":
            told = COLOURS.sub("", "\n".join(output.traceback))
            lines = re.findall(r"Cell In\[\d+\], line (\d+)", told)
            found.error = f"{output.ename}: {IN_A_CELL.sub('', output.evalue)}"
            found.line = int(lines[-1]) if lines else None
            if output.ename == "SystemExit":  # which has no traceback
                found.error = f"it called sys.exit({output.evalue})"
                found.line = line_of("exit", cell.source)
        elif output.output_type == "execute_result":
            found.error = (
                "its last line leaves a value, which a program does not show; print it, or end a drawing with "
                "plt.show()"
            )
            found.line = ast.parse(cell.source).body[-1].lineno
        elif "image/svg+xml" in output.data:
            found.figures.append(output.data["image/svg+xml"])
        else:
            found.error = (
                f"it displays {', '.join(output.data)}, which a program does not show; print it, or end a drawing with "
                "plt.show()"
            )
            found.line = line_of("display", cell.source)
    if (found.error or "").startswith("it called sys.exit"):
        found.stderr = ""  # advice for who sits at a notebook
    for stream in ("stdout", "stderr"):
        setattr(found, stream, OF_THE_CELL.sub(FILE, getattr(found, stream)))
        if (size := len(getattr(found, stream).encode())) > MAX_OUTPUT:
            found.error = f"it printed {size:,} bytes (the limit is {MAX_OUTPUT:,})"
    for file, line, category, message in WARNING.findall(found.stderr):
        at = int(line) if file == FILE else None
        found.warnings.append({"category": category, "line": at, "message": message})
    return found


def line_of(word: str, code: str) -> int | None:
    """The first line that calls or raises something of this name."""
    acts = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call | ast.Raise)]
    return min((node.lineno for node in acts if word in ast.unparse(node).lower()), default=None)
