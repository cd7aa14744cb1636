"""How mkdocs-jupyter runs a lab, and what came of each cell. A build in which no lab runs does not import this.

mkdocs-jupyter has nbconvert run a notebook, in a kernel; the settings in jupyter/ say that `Cells` does it, which gives the
kernel what a lesson's block has. mkdocs-jupyter's own page would weigh 656 kB: a template of ours, there too, hands on what
the cells left, and of that the page is made like a lesson's, with the links, the terms and the checks of one.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import nbformat
from mkdocs_jupyter.config import settings
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert.preprocessors import ExecutePreprocessor

from scripts.blocks.in_kernel import REPORT
from scripts.blocks.program import MAX_OUTPUT, NOT_SHOWN
from scripts.blocks.run import Result, worker_environment
from scripts.text.cache import FOLDER
from scripts.text.context import ROOT

JUPYTER = Path(__file__).with_name("jupyter")
settings.templates_dir = str(JUPYTER)
os.environ["JUPYTER_CONFIG_DIR"] = str(JUPYTER)  # nbconvert's settings, and not an author's own

WARNING = re.compile(r"^(.+):(\d+): (\w+Warning): (.*)", re.MULTILINE)


class Cells(ExecutePreprocessor):
    """Runs the cells of a lab in order, up to the first that fails."""

    codes: tuple[
        str, ...
    ] = ()  # as labs.py reads them: jupytext would make commands of some comments
    files: ClassVar[dict[str, str]] = {}  # the lab's own, of `snippets`: no other can be imported
    failed = False

    def preprocess(self, nb, resources):
        nb.cells = [nbformat.v4.new_code_cell(code) for code in self.codes]
        return super().preprocess(nb, resources)

    @contextmanager
    def setup_kernel(self):
        """In an empty folder, as a block has; nothing of the author's own settings reaches it."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for name, text in self.files.items():
                path = Path(folder, "lab", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            empty, own = Path(folder, "empty"), FOLDER / "ipython"
            for made in (empty, own):
                made.mkdir(parents=True, exist_ok=True)
            found = os.pathsep.join([str(Path(folder, "lab")), str(ROOT)])  # in ROOT, in_kernel.py
            surroundings = {"PYTHONPATH": found, "IPYTHONDIR": str(own)}
            with super().setup_kernel(cwd=empty, env=worker_environment() | surroundings):
                yield

    def preprocess_cell(self, cell, resources, index):
        if self.failed:
            return cell, resources
        self.failed = True
        try:
            super().preprocess_cell(cell, resources, index)
            self.failed = False
        except CellExecutionError:
            pass  # the kernel has said how
        except CellTimeoutError:
            report(cell, f"it ran for {self.timeout} s without an end")
        except DeadKernelError:
            report(cell, "its process ended")
        return cell, resources


def report(cell: nbformat.NotebookNode, error: str) -> None:
    """Say how a cell ended whose kernel cannot."""
    cell.outputs.append(nbformat.v4.new_output("display_data", {REPORT: {"error": error}}))


def run(codes: list[str], files: dict[str, str], render: Callable[[], str]) -> list[Result]:
    """What came of each cell; `render` is mkdocs-jupyter's, and gives what the template makes."""
    Cells.codes, Cells.files = codes, files
    try:
        made = render()
    except RuntimeError:  # its kernel did not start: another program has taken one of its ports
        made = render()
    cells = nbformat.from_dict(json.loads(made))
    return [result(cell, f"cell {number}") for number, cell in enumerate(cells, 1)]


def result(cell: nbformat.NotebookNode, name: str) -> Result:
    """What a cell printed, drew or died of, as output.check reads it."""
    found = Result(cell.source)
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "stream":
            setattr(found, output.name, getattr(found, output.name) + output.text)
        elif REPORT in data:
            found = replace(found, **data[REPORT])
        elif output.output_type == "display_data":
            found.error = f"it displays {', '.join(data)}, {NOT_SHOWN}"
            at = re.search(r"display\w*\(", cell.source)
            found.line = at and cell.source.count("\n", 0, at.start()) + 1
    for printed in (found.stdout, found.stderr):
        if (size := len(printed.encode())) > MAX_OUTPUT:
            found.error = f"it printed {size:,} bytes (the limit is {MAX_OUTPUT:,})"
    for file, line, category, message in WARNING.findall(found.stderr):
        at = int(line) if file == name else None
        found.warnings.append({"category": category, "line": at, "message": message})
    return found
