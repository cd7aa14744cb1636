"""Runs blocks in the reader's browser: run/worker.js loads this file into Pyodide, with program.py and figures.py beside it."""

import contextlib
import contextvars
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
logging.getLogger("matplotlib.font_manager").setLevel(
    logging.ERROR
)  # it says that it looks for fonts


def run(code: str) -> str:
    """What came of one block, as JSON. Nothing is left for it of the blocks that ran before."""
    begin("matplotlib" in code)
    with warnings.catch_warnings():  # a library warns of each thing once; now it may again
        report = contextvars.Context().run(
            program.run, code
        )  # NumPy keeps its settings in a context
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # whatever the block did to it
            stream.flush()
    report["figures"] = [figures.clean(svg, strict=False) for svg in report["figures"]]
    return json.dumps(report)


def begin(draws: bool) -> None:
    """Make this interpreter as a new one would be, as far as blocks can tell."""
    os.chdir("/")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    os.chdir(FOLDER)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if draws:
        if "matplotlib" in sys.modules:
            sys.modules["matplotlib"].rcdefaults()
        program.prepare().close("all")
