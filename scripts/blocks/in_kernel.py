"""An extension of IPython, for the kernel of a lab: says what a cell leaves as program.py does of a lesson's block."""

import ast
import threading
import warnings

from IPython.display import display

from scripts.blocks import program

REPORT = "application/json"


def load_ipython_extension(shell) -> None:
    program.prepare()
    warnings.filterwarnings("ignore", "To exit: use")  # advice for who sits at a notebook
    shell.compile.get_code_name = lambda raw, transformed, number: f"cell {number}"  # as its page
    shell.displayhook.quiet = lambda: False  # a ; at the end would hide a value
    shell.events.register("post_run_cell", publish)


def publish(result) -> None:
    """Show its figures, and how it ended, as one output."""
    for thread in threading.enumerate():  # as at the end of a program
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    error, report = result.error_before_exec or result.error_in_exec, {}
    is_left = result.result is not None or program.is_open()
    try:
        report["figures"] = program.drawn()
    except ValueError as wrong:
        error = error or wrong
    if error:
        message = f"{type(error).__name__}: {getattr(error, 'msg', error)}"
        if isinstance(error, SystemExit):
            message = f"it called sys.exit({error})"
        line = program.last_line(error, f"cell {result.execution_count}")
        report |= {"error": message, "line": line or getattr(error, "lineno", None)}
    elif is_left:
        report["left"] = ast.parse(result.info.raw_cell).body[-1].lineno
    display({REPORT: report}, raw=True)
