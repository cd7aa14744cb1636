"""Runs the text of a block as a program of its own, and says what came of it.

The build's worker does it in a new process for each block (worker.py); the page does it in the reader's browser, where
Pyodide loads this file too (in_page.py). So an output on a page and a run in that page are made by the same lines. It
needs nothing but the standard library, and Matplotlib for figures.
"""

import ast
import contextlib
import io
import linecache
import math
import re
import sys
import traceback
import types
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

FILE = "block.py"  # what messages call the block
ABOVE = "cell.py"  # and a cell that runs before it
NOT_SHOWN = "which a program does not show; print it, or end a drawing with plt.show()"
MAX_OUTPUT = 1_000_000  # bytes; a page could not show more, and an endless loop of prints must not fill the disk
LARGEST = 50  # inches of a figure
ROOM = 4  # points by which words may go beyond the edge of a figure
LONGEST = 5_000_000  # characters of a drawing
LOOK = "color linestyle linewidth marker markersize markerfacecolor facecolor edgecolor hatch alpha paths sizes"
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


def run(code: str, wanted: Sequence[str] = (), above: Sequence[str] = (), parse=ast.parse) -> dict:
    """Run `code` as `__main__`; whatever it raises is in the report, never raised here.

    The cells `above` run first, in the same program; what they print and draw is left out.
    The report holds the `wanted` expressions too, where they are finite numbers or arrays of them.
    """
    main = types.ModuleType("__main__")
    main.__file__ = FILE
    sys.modules["__main__"] = main
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)

    report = {
        "error": None,
        "line": None,
        "left": None,
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
        parts, end = parted(parse(code, FILE))
        values = [eval(part, main.__dict__) for part in parts]
        report["left"] = end if values[-1] is not None or is_open() else None
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


def parted(tree: ast.Module) -> tuple[list[types.CodeType], int | None]:
    """The program, with the value of its last line apart if that has one; and which line this is."""
    value, last = [], tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr) and not isinstance(last.value, ast.Constant):
        value = [ast.Expression(tree.body.pop().value)]
    parts = [compile(tree, FILE, "exec"), *(compile(one, FILE, "eval") for one in value)]
    return parts, last and last.lineno


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


def is_open() -> bool:
    """Whether a figure is left that nothing has shown."""
    plt = sys.modules.get("matplotlib.pyplot")
    return bool(plt and plt.get_fignums())


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
    wrong = fault(figure).replace("--", "- -")
    return made.getvalue() + f"<!--fault: {wrong}-->" * bool(wrong)


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


def fault(figure) -> str:
    """What of a figure, as it was just drawn, nobody sees or would read otherwise, in words; "" if all is well."""
    dpi, figure.dpi = figure.dpi, 72  # at which it was drawn
    try:
        renderer = figure._get_renderer()
        found = [*map(unseen_in, figure.axes, [renderer] * len(figure.axes))]
        found += [*unnamed(figure), *alike(figure), *unread(figure, renderer)]
        return next(filter(None, found), "")
    finally:
        figure.dpi = dpi


def unnamed(figure) -> Iterator[str]:
    """What has a label that stands in no legend, nor beside it."""
    said = {text.get_text() for text in figure.findobj(sys.modules["matplotlib.text"].Text)}
    for axes in figure.axes:
        for part in [*parts_of(axes), *axes.containers]:
            label = part.get_label() or "_"
            if not label.startswith("_") and label not in said:
                yield f"the label {label!r} is nowhere to be read: call legend() after all is drawn"


def alike(figure) -> Iterator[str]:
    """What a legend names twice, since it looks alike."""
    for legend in filter(None, [*figure.legends, *(axes.get_legend() for axes in figure.axes)]):
        said: dict[str, str] = {}
        for part, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
            look = " ".join(str(getattr(part, f"get_{name}", str)()) for name in LOOK.split())
            if (other := said.setdefault(look, text.get_text())) != text.get_text():
                yield f"{other!r} and {text.get_text()!r} look alike: give one another colour or style"


def parts_of(axes) -> list:
    return [*axes.lines, *axes.patches, *axes.collections, *axes.images]


def unseen_in(axes, renderer) -> str:
    import numpy as np

    if not axes.get_visible() or axes.name == "3d" or hasattr(axes, "_colorbar"):
        return ""
    parts = parts_of(axes)
    seen = [part for part in parts if is_seen(part, axes, renderer)]
    large = [all(part.get_window_extent(renderer).size) for part in seen if part in axes.patches]
    others = [part for part in seen if part not in axes.patches] + axes.texts + axes.tables
    if axes.axison and not (any(large) or others):
        return "in one of its axes there is nothing to be seen: draw within its limits, and visibly"
    bars = [part.get_bbox().max for part in axes.patches if hasattr(part, "get_bbox")]
    beside = np.reshape(bars, (-1, 2))
    for part in parts:
        label, is_line = str(part.get_label()), part in axes.lines
        if (
            not label.startswith("_")
            and part not in seen
            and not (is_line and not len(part.get_xydata()))
        ):
            return f"nothing is to be seen of {label!r}, which has a label"
        if is_line:
            way, points = part.get_transform(), part.get_xydata()
        elif part in axes.collections:
            way, points = part.get_offset_transform(), np.ma.filled(part.get_offsets(), np.nan)
            if not np.isfinite(points).all():
                return "the place of a point is no finite number, so nobody sees it: leave it out"
            if not any(way.contains_branch_seperately(axes.transData)):  # lines, an area
                ends = [path.get_extents().max for path in part.get_paths() if len(path)]
                way, points = part.get_transform(), np.reshape(ends, (-1, 2))
            if hasattr(part, "levels") and not any(len(path) for path in part.get_paths()):
                return f"no contour is to be seen: no level lies between its heights, {part.zmin:.4g} and {part.zmax:.4g}"
        elif part in axes.patches:
            path = part.get_patch_transform().transform_path(part.get_path())
            way, box = part.get_data_transform(), path.get_extents()
            points = box.max[np.newaxis] if not is_bin(box, beside) else np.empty((0, 2))
        else:
            continue
        in_data = way.contains_branch_seperately(axes.transData)
        for axis, of_data, values in zip((axes.xaxis, axes.yaxis), in_data, points.T, strict=True):
            if axis.get_scale() == "log" and of_data and (values <= 0).any():
                return "a value of 0 or less has no place on a logarithmic axis: leave it out, or take another scale"
    return ""


def is_bin(box, ends) -> bool:
    """Whether this empty bar begins at one of the `ends` of others: in a histogram it is nothing to be seen."""
    import numpy as np

    side = 0 if box.width else 1
    return not box.size.all() and bool(np.isclose(ends[:, side], box.min[side]).any())


def is_seen(part, axes, renderer) -> bool:
    """Whether some of a line, an area or a picture is painted within the axes."""
    import numpy as np
    from matplotlib.colors import to_rgba_array
    from matplotlib.transforms import IdentityTransform

    def paints(colours) -> bool:  # "white" is the page's own
        return any(
            alpha and (red, green, blue) != (1, 1, 1)
            for red, green, blue, alpha in to_rgba_array(colours)
        )

    if not part.get_visible() or np.all(part.get_alpha() == 0):
        return False
    box = part.get_window_extent(renderer)
    if part in axes.collections:
        way = part.get_offset_transform()
        way = part.get_transform() if isinstance(way, IdentityTransform) else way
        if not any(way.contains_branch_seperately(axes.transData)):  # its place is not one of data
            return True
        box = axes.transData.transform_bbox(part.get_datalim(axes.transData))
    if not (np.isfinite(box.get_points()).all() and box.overlaps(axes.bbox)):
        return False
    if part in axes.images:
        return True
    widths = np.atleast_1d(part.get_linewidth())
    if part in axes.lines:
        known = np.isfinite(part.get_transform().transform(part.get_xydata())).all(axis=1)
        is_drawn = (
            (known[1:] & known[:-1]).any() and part.get_linestyle() != "None" and widths.any()
        )
        is_marked = part.get_marker() not in ("None", "", " ", None) and part.get_markersize() > 0
        return paints(part.get_color()) and bool(is_drawn or is_marked)
    if part in axes.collections:
        sizes = part.get_sizes() if hasattr(part, "get_sizes") else ()
        if len(sizes) and not np.any(sizes):
            return False
        if part.get_array() is not None:
            return True
    return paints(part.get_facecolor()) or bool(widths.any() and paints(part.get_edgecolor()))


def unread(figure, renderer) -> Iterator[str]:
    """What is wrong with the words of a figure."""
    words = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for axes in figure.axes:
        legend, axles = axes.get_legend(), axes._axis_map.values() if axes.axison else ()
        words += [*axes.texts, axes.title, axes._left_title, axes._right_title]
        words += legend.get_texts() if legend else []
        for axis in axles:
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            words += [axis.label, *(tick.label1 for tick in ticks)]
    boxes = []
    for text in words:
        said = text.get_text()
        if not (text.get_visible() and said.strip()):
            continue
        formulas = re.sub(r"\\\$", "", said).split("$")[1::2]
        if any(formula != formula.strip() for formula in formulas):
            yield rf"{said!r} would be read as a formula: a plain dollar is written \$"
        box, frame = text.get_window_extent(renderer), figure.bbox.padded(ROOM)
        if not (
            frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
        ):
            yield f"the words {said!r} go beyond its edge: shorten them, or make room"
        for other, there in boxes:
            both = box.intersection(box, there)
            if other != said and both and area(both) > min(area(box), area(there)) / 3:
                yield f"the words {other!r} and {said!r} lie on each other: move one"
        boxes.append((said, box))


def area(box) -> float:
    return box.width * box.height


def numbers(names: dict, wanted: Sequence[str]) -> dict:
    values = {}
    for name in wanted:
        import numpy as np  # here: few blocks are asked for any

        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            value = np.asarray(eval(name, names | {"np": np}))
            if value.dtype.kind in "biufO" and np.isfinite(value).all():
                value = value.astype(float)
                values[name] = value.tolist()
    return values
