"""Runs the text of a block as a program of its own, and says what came of it.

The build's worker does it in a new process for each block (worker.py); the page does it in the reader's browser, where
Pyodide loads this file too (in_page.py). So an output on a page and a run in that page are made by the same lines. It
needs nothing but the standard library, and Matplotlib for figures.
"""

import contextlib
import io
import linecache
import math
import sys
import traceback
import types
import warnings
from collections.abc import Sequence
from pathlib import Path

FILE = "block.py"  # what messages call the block
ABOVE = "cell.py"  # and a cell that runs before it
MAX_OUTPUT = 1_000_000  # bytes; a page could not show more, and an endless loop of prints must not fill the disk
LARGEST = 50  # inches of a figure
LONGEST = 5_000_000  # characters of a drawing
STYLE = Path(__file__).with_name("figures.mplstyle")
AS_TEXT = {"svg.fonttype": "none", "svg.hashsalt": "calculus-for-optimization"}


def prepare():
    """Import what figures need, and set the site's style."""
    import matplotlib.pyplot as plt

    def show(*args, **kwargs):
        """A window for the reader, gone once it is closed: what is drawn later is another figure."""
        show.figures += [(figure, svg(figure)) for figure in map(plt.figure, plt.get_fignums())]
        plt.close("all")

    show.figures = []
    plt.style.use(STYLE)
    plt.show = show
    return plt


def run(code: str, wanted: Sequence[str] = (), above: Sequence[str] = ()) -> dict:
    """Run `code` as `__main__`; whatever it raises is in the report, never raised here.

    The cells `above` run first, in the same program; what they print and draw is left out.
    The report holds the `wanted` variables too, where they are finite numbers or arrays of them.
    """
    main = types.ModuleType("__main__")
    main.__file__ = FILE
    sys.modules["__main__"] = main
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)

    report = {
        "error": None,
        "line": None,
        "traceback": "",
        "warnings": [],
        "figures": [],
        "values": {},
    }
    show = warnings.showwarning

    def record(message, category, filename, lineno, file=None, line=None):
        report["warnings"].append(
            {
                "category": category.__name__,
                "line": lineno if filename == FILE else None,
                "message": str(message),
            }
        )
        show(message, category, filename, lineno, file, line)

    warnings.showwarning = record
    # Matplotlib says so of the 21st; thousands would never end.
    warnings.filterwarnings("error", "More than .* figures have been opened")
    running = 0  # which of the cells above
    try:
        for running, cell in enumerate(above, 1):  # noqa: B007 (told below)
            quietly(cell, main.__dict__)
        running = 0
        exec(compile(code, FILE, "exec"), main.__dict__)
        report["figures"] = drawn()
        report["values"] = numbers(main.__dict__, wanted)
    except SystemExit as stop:
        report["error"] = f"it called sys.exit({'' if stop.code is None else repr(stop.code)})"
        report["line"] = last_line(stop)
    except BaseException as error:
        line = getattr(error, "lineno", None) or last_line(error, ABOVE if running else FILE)
        where = f", line {line}" if line else ""
        at = f"in cell {running}{where}, which runs before it: " if running else ""
        report["error"] = at + "".join(traceback.format_exception_only(error)).strip()
        report["line"] = None if running else line
        report["traceback"] = at + told(error)
    finally:
        warnings.showwarning = show
    return report


def quietly(cell: str, names: dict) -> None:
    """Run a cell whose output and figures nobody asked for."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(cell, ABOVE, "exec"), names)
    if plt := sys.modules.get("matplotlib.pyplot"):
        forget(plt)


def last_line(error: BaseException, file: str = FILE) -> int | None:
    """The last line of the block itself, or of the cell above, that led to `error`."""
    lines = [
        at
        for frame, at in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]
    return lines[-1] if lines else None


def told(error: BaseException) -> str:
    """The traceback as far as it is the block's own: what called the block and what it called are left out."""
    whole = traceback.TracebackException.from_exception(error)
    chain = [whole]
    for part in chain:
        chain += filter(None, [part.__cause__, part.__context__])
        own = [frame for frame in part.stack if frame.filename == FILE]
        part.stack = traceback.StackSummary.from_list(own)
    return "".join(whole.format())


def drawn() -> list[str]:
    """The figures that the block has shown or left open, as SVG."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    shown = [made for _, made in getattr(plt.show, "figures", [])]
    shown += [svg(plt.figure(number)) for number in plt.get_fignums()]
    forget(plt)
    return shown


def forget(plt) -> None:
    plt.close("all")
    if hasattr(plt.show, "figures"):  # the block may have put its own in place
        plt.show.figures.clear()


def svg(figure) -> str:
    width, height = figure.get_size_inches()
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        size = f"{width:g} × {height:g} inches"
        raise ValueError(f"a figure is {size}: at most {LARGEST} × {LARGEST} are shown")
    figure.set_gid(kind(figure))  # for figures.py
    made = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with sys.modules["matplotlib"].rc_context(AS_TEXT):
        figure.savefig(made, format="svg", metadata=nothing)
    if len(made.getvalue()) > LONGEST:
        size = f"{len(made.getvalue()) / 1e6:.0f} MB"
        raise ValueError(f"a figure is a drawing of {size}: draw fewer points")
    return made.getvalue()


def kind(figure) -> str:
    """What only Matplotlib knows of a figure: that it is blank, or that colours in it stand for values."""
    if figure.findobj(by_value):
        return "values"
    words = [figure.texts, *(axes.texts + list(axes.tables) for axes in figure.axes)]
    if any(words) or any(map(has_data, figure.axes)):
        return "plain"
    return "blank"


def by_value(part) -> bool:
    """Whether a part of a figure has its colours from a colour map; contours may be given theirs besides."""
    has_values = hasattr(part, "get_array") and part.get_array() is not None
    return has_values and getattr(part, "colors", None) is None


def has_data(axes) -> bool:
    """Whether something is drawn in the axes; a line without a finite point is nothing."""
    if axes.name == "3d":  # its limits are kept elsewhere
        return axes.has_data()
    return any(math.isfinite(end) for end in axes.dataLim.get_points().flat)


def numbers(names: dict, wanted: Sequence[str]) -> dict:
    values = {}
    for name in wanted:
        import numpy as np  # here: few blocks are asked for any

        with contextlib.suppress(KeyError, TypeError, ValueError):
            value = np.asarray(names[name])
            if value.dtype.kind in "biufO" and np.isfinite(value).all():
                value = value.astype(float)
                values[name] = value.tolist()
    return values
