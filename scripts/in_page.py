"""Runs blocks in the reader's browser: run/worker.js loads this file into Pyodide, with program.py and figures.py beside it."""

import builtins
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
DEPTH = sys.getrecursionlimit()
BROWSER = ("js", "pyodide_js")  # through these, code can change what no restoring reaches
CHANGEABLE = 1 << 9  # a flag of a class: made by Python, so that its attributes can be set
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
    sys.settrace(None)
    sys.setprofile(None)
    sys.setrecursionlimit(DEPTH)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # whatever the block did to it
            stream.flush()
    restore(before)
    report["touched"] = any(name in sys.modules for name in BROWSER)
    report["figures"] = [figures.clean(svg, strict=False) for svg in report["figures"]]
    return json.dumps(report)


def begin(draws: bool) -> None:
    """Make this interpreter as a new one would be, as far as blocks can tell."""
    for name in BROWSER:
        sys.modules.pop(name, None)
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


def public() -> dict:
    """What the modules and their classes offer: a block may have put something else under such a name."""
    modules = [
        module
        for name, module in sys.modules.items()
        if name[0] != "_" and hasattr(module, "__dict__")
    ]
    found = {}
    for module in modules:
        found[module] = {
            key: value for key, value in vars(module).items() if key[0] != "_" or module is builtins
        }
        for value in found[module].values():
            if isinstance(value, type) and value.__flags__ & CHANGEABLE and value not in found:
                found[value] = dict(vars(value))
    return found


def restore(before: dict) -> None:
    for owner, values in before.items():
        for key, value in values.items():
            if vars(owner).get(key) is not value:
                with contextlib.suppress(AttributeError, TypeError):  # what cannot be set was not
                    setattr(owner, key, value)
