"""Runs the blocks of the pages, each in a process of its own.

A block must print here what `python block.py` prints for the reader who copied it. So it gets a real stdout and stderr,
is `__main__`, cannot import `snippets`, and shares no state with another block.

The build starts this file once (see `Worker` in blocks.py) and sends a line of JSON per block. NumPy and Matplotlib are
imported once, then each block is a fork, which takes a few milliseconds. Where there is no safe fork (macOS, Windows) each
block is a new interpreter: slower, the same result.
"""

import atexit
import contextlib
import gc
import io
import json
import linecache
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import types
import warnings
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

STYLE = Path(__file__).with_name("figures.mplstyle")
PLAIN = "--plain" in sys.argv  # for blocks without Matplotlib: a smaller process forks faster
SPAWN = "--spawn" in sys.argv or sys.platform != "linux"
MAX_OUTPUT = 1_000_000  # bytes; a page could not show more, and an endless loop of prints must not fill the disk


def prepare():
    """Import what blocks need, once, and set the site's style of figure."""
    import matplotlib.pyplot as plt

    plt.style.use(STYLE)
    plt.show = lambda *args, **kwargs: (
        None
    )  # a window for the reader; here `execute` collects the figures
    return plt


def execute(code: str, folder: Path, wanted: list[str]) -> None:
    """Run `code` as `__main__`, with its output in files of `folder`; never returns to the caller's state."""
    atexit._clear()  # the parent's exit functions are not the block's
    os.chdir(folder / "empty")
    for name, fd in (("stdout", 1), ("stderr", 2)):
        target = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(target, fd)
        os.close(target)
        stream = io.TextIOWrapper(open(fd, "wb", closefd=False), "utf-8", newline="\n")  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)

    main = types.ModuleType("__main__")
    main.__file__ = "block.py"
    sys.modules["__main__"] = main
    sys.argv = ["block.py"]
    sys.path = [entry for entry in sys.path if entry != str(Path(__file__).parent)]
    linecache.cache["block.py"] = (len(code), None, code.splitlines(keepends=True), "block.py")

    report = {"error": None, "line": None, "warnings": [], "figures": [], "values": {}}
    show = warnings.showwarning

    def record(message, category, filename, lineno, file=None, line=None):
        report["warnings"].append(
            {
                "category": category.__name__,
                "line": lineno if filename == "block.py" else None,
                "message": str(message),
            }
        )
        show(message, category, filename, lineno, file, line)

    warnings.showwarning = record
    try:
        exec(compile(code, "block.py", "exec"), main.__dict__)
        report["figures"] = drawn()
        report["values"] = numbers(main.__dict__, wanted)
    except SystemExit as stop:
        report["error"] = f"it called sys.exit({'' if stop.code is None else repr(stop.code)})"
        report["line"] = last_line(stop)
    except BaseException as error:
        report["error"] = "".join(traceback.format_exception_only(error)).strip()
        report["line"] = getattr(error, "lineno", None) or last_line(error)
    threading._shutdown()  # as at the end of a program: wait for its threads, call its exit functions
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    (folder / "report.json").write_text(json.dumps(report), "utf-8")


def last_line(error: BaseException) -> int | None:
    """The last line of the block itself that led to `error`."""
    lines = [
        at
        for frame, at in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == "block.py"
    ]
    return lines[-1] if lines else None


def drawn() -> list[str]:
    """The figures that the block left open, as SVG."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return []
    figures = []
    for number in plt.get_fignums():
        svg = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        plt.figure(number).savefig(svg, format="svg", metadata=nothing)
        figures.append(svg.getvalue())
    return figures


def numbers(names: dict, wanted: list[str]) -> dict:
    """Those of the block's variables that are wanted, where they are finite numbers or arrays of them."""
    values = {}
    for name in wanted:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            value = sys.modules["numpy"].asarray(names[name], dtype=float)
            if sys.modules["numpy"].isfinite(value).all():
                values[name] = value.tolist()
    return values


def limit_output() -> None:
    if resource:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 * MAX_OUTPUT, 20 * MAX_OUTPUT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_forked(job: dict, folder: Path) -> int | None:
    """Exit status of the block's process, or None if it ran out of time."""
    done, alive = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os.close(done)
            limit_output()
            execute(job["code"], folder, job["wanted"])
            os._exit(0)
        except BaseException:  # our own fault, or a full disk: the block's errors are in its report
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        finally:
            os._exit(70)
    os.close(alive)  # now only the child holds it: `done` is readable when the child has ended
    in_time, _, _ = select.select([done], [], [], job["timeout"])
    os.close(done)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # the child, if it still runs, and whatever it started
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if in_time else None


def run_spawned(job: dict, folder: Path) -> int | None:
    """The same as `run_forked`, in a new interpreter."""
    command = [
        sys.executable,
        *sys.orig_argv[1 : sys.orig_argv.index(sys.argv[0])],
        __file__,
        *sys.argv[1:],
        "--once",
        str(folder),
    ]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)
    try:
        child.communicate(
            json.dumps(job).encode(), timeout=job["timeout"] + 5
        )  # 5 s for the imports
        return child.returncode
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return None


def run(job: dict, folder: Path) -> dict:
    """Run one block and say all there is to say of it. `folder` is for one block at a time."""
    for name in ("stdout", "stderr", "report.json"):
        (folder / name).unlink(missing_ok=True)
    if not (folder / "empty").exists() or any((folder / "empty").iterdir()):  # a block wrote files
        shutil.rmtree(folder / "empty", ignore_errors=True)
        (folder / "empty").mkdir()
    started = time.monotonic()
    status = (run_spawned if SPAWN else run_forked)(job, folder)
    result = {"error": None, "line": None, "warnings": [], "figures": [], "values": {}}
    if (folder / "report.json").exists():
        result = json.loads((folder / "report.json").read_text("utf-8"))
    elif status is None:
        result["error"] = (
            f"it ran for {time.monotonic() - started:.0f} s without an end (the limit is {job['timeout']:g} s)"
        )
    else:
        result["error"] = f"its process ended with status {status}"
    for stream in ("stdout", "stderr"):
        path = folder / stream
        data = path.read_bytes() if path.exists() else b""
        if len(data) > MAX_OUTPUT:
            result["error"] = (
                result["error"] or f"it printed {len(data):,} bytes (the limit is {MAX_OUTPUT:,})"
            )
        result[stream] = data[:MAX_OUTPUT].decode("utf-8", "replace")
    return result


def warm_up() -> None:
    """Do once what every block would otherwise do again: find fonts, measure glyphs, import what is imported late."""
    import numpy.random  # noqa: F401  NumPy itself waits with this until it is used

    if not PLAIN:
        plt = prepare()
        for scale in ("linear", "log"):
            figure, axes = plt.subplots()
            axes.plot([1, 10], [1, 10], ".-", label="abcdefghijklmnopqrstuvwxyz 0123456789 −.")
            axes.set(xlabel="x", ylabel="y", title="t", yscale=scale)
            axes.legend()
            axes.quiver([1], [1], [1], [1])
            axes.contour([[0, 1], [1, 2]])
            axes.annotate("a", (1, 1), (2, 2), size=13, arrowprops={"arrowstyle": "-|>"})
            axes.text(1, 1, "a", size=14, bbox={"boxstyle": "circle"})
            figure.savefig(io.StringIO(), format="svg")
        plt.close("all")
    gc.collect()
    gc.freeze()  # a later collection would copy every page of memory that parent and child share


def main() -> None:
    if "--once" in sys.argv:
        job = json.loads(sys.stdin.read())
        limit_output()
        if not PLAIN:
            prepare()
        execute(job["code"], Path(sys.argv[-1]), job["wanted"])
        return
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if not SPAWN:
        warm_up()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for line in sys.stdin:
            answers.write(json.dumps(run(json.loads(line), Path(folder))) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
