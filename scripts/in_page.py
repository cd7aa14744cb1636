"""Runs blocks in the reader's browser: run/worker.js loads this file into Pyodide, with program.py and figures.py beside it."""

import contextlib
import contextvars
import importlib
import json
import logging
import os
import shutil
import sys
import warnings
from pathlib import Path

import figures
import program

FOLDER = Path("/home/pyodide/block")  # a block's own, where it may write files
PATH, ENVIRONMENT = sys.path.copy(), dict(os.environ)
logging.getLogger("matplotlib.font_manager").setLevel(
    logging.ERROR
)  # it says that it looks for fonts


def run(code: str, needs: str = "{}") -> str:
    """What came of one block, as JSON. Of its names, files, figures and settings nothing is left for the next.

    `needs`, for a lab's cell: {"above": the cells that run before it, "files": what it imports and reads, by path}.
    """
    needs = {"above": [], "files": {}} | json.loads(needs)
    begin("matplotlib" in code + "".join(needs["above"]))
    put(needs["files"])
    before = public()
    with warnings.catch_warnings():  # a library warns of each thing once; now it may again
        report = contextvars.Context().run(
            program.run, code, (), needs["above"]
        )  # NumPy keeps its settings in a context
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # whatever the block did to it
            stream.flush()
    restore(before)
    report["figures"] = [figures.clean(svg, strict=False) for svg in report["figures"]]
    return json.dumps(report)


def begin(draws: bool) -> None:
    """Make this interpreter as a new one would be, as far as blocks can tell."""
    os.chdir("/")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.chdir(FOLDER)
    sys.path[:] = PATH
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "matplotlib.pyplot" in sys.modules:
        program.forget(sys.modules["matplotlib.pyplot"])
        sys.modules["matplotlib"].rcdefaults()
    if draws:
        program.prepare()


def put(files: dict[str, str]) -> None:
    """Write the files that a cell imports, and forget those of another page."""
    for name in [name for name in sys.modules if name.split(".")[0] == "snippets"]:
        del sys.modules[name]
    for name, text in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if files:
        sys.path.insert(0, str(FOLDER))
        importlib.invalidate_caches()


def public() -> dict[str, dict]:
    """What the modules offer: a block may have put something else under such a name."""
    return {
        name: {key: value for key, value in vars(module).items() if key[0] != "_"}
        for name, module in sys.modules.items()
        if name[0] != "_" and hasattr(module, "__dict__")
    }


def restore(before: dict[str, dict]) -> None:
    for name, values in before.items():
        module = sys.modules.get(name)
        for key, value in values.items() if module else ():
            if vars(module).get(key) is not value:
                setattr(module, key, value)
