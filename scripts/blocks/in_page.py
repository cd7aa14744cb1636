"""Runs blocks in the reader's browser: run/worker.js loads this file into Pyodide, with program.py and figures.py beside it."""

import ast
import builtins
import contextlib
import contextvars
import importlib
import io
import json
import logging
import os
import shutil
import sys
import warnings
from operator import is_
from pathlib import Path

import figures
import program

FOLDER = Path("/home/pyodide/block")  # a block's own, where it may write files
PATH, ENVIRONMENT = sys.path.copy(), dict(os.environ)
KNOWN: dict = {}  # modules and classes, as they were before any block
SPEAKING: set[str] = set()  # modules that print something when they are imported
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
    load([*needs["above"], code])
    learn()
    modules = sys.modules.copy()
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
    restore()
    sys.modules.update(modules)
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
    """Write the files that a cell imports, and forget what an earlier block imported from its own folder."""
    for name, module in list(sys.modules.items()):
        places = (getattr(module, "__file__", None), *getattr(module, "__path__", ()))
        if any(str(place).startswith(str(FOLDER)) for place in places):
            del sys.modules[name]
            KNOWN.clear()
    for name, text in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    if files:
        sys.path.insert(0, str(FOLDER))
        importlib.invalidate_caches()


def load(codes: list[str]) -> None:
    """Import what these import, so that it is known as it was before they change it."""
    names = []
    for code in codes:
        with contextlib.suppress(Exception):  # the run says what is wrong
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Import):
                    names += [one.name for one in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    for name in names:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.suppress(BaseException):
            importlib.import_module(name)
        if said.getvalue():  # in the run it says so again
            SPEAKING.add(name)
    for name in SPEAKING:
        sys.modules.pop(name, None)
    importlib.invalidate_caches()  # a file that is not there yet may be written


def names_of(owner) -> dict:
    """What a module offers, or all that a class holds."""
    whole = isinstance(owner, type) or owner is builtins
    return {key: value for key, value in vars(owner).items() if whole or str(key)[:1] != "_"}


def learn() -> None:
    """Take note of what modules and their classes offer, once: a block may put something else under such a name, or add one."""
    for name, module in list(sys.modules.items()):
        if name[0] == "_" or not hasattr(module, "__dict__") or module in KNOWN:
            continue
        offered = names_of(module)
        classes = (one for one in offered.values() if isinstance(one, type))
        KNOWN[module] = offered, [*vars(module).values()]
        for one in classes:
            if one.__flags__ & CHANGEABLE and one not in KNOWN:
                KNOWN[one] = names_of(one), [*vars(one).values()]


def restore() -> None:
    for owner, (values, whole) in KNOWN.items():
        if len(vars(owner)) == len(whole) and all(map(is_, vars(owner).values(), whole)):
            continue  # most are as they were, which this finds quickly
        now = names_of(owner)
        for key, value in values.items():
            if now.get(key) is not value:
                with contextlib.suppress(AttributeError, TypeError):  # what cannot be set was not
                    setattr(owner, key, value)
        for key in now.keys() - values:
            if sys.modules.get(f"{owner.__name__}.{key}") is not now[key]:  # a module's own modules
                with contextlib.suppress(AttributeError, TypeError):
                    delattr(owner, key)
