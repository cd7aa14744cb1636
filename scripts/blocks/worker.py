"""Runs the blocks of the pages, each in a process of its own.

A block must print here what `python block.py` prints for the reader who copied it. So it gets a real stdout and stderr,
is `__main__`, cannot import `snippets`, and shares no state with another block. What does not come again in a second run, in
another process, folder and year, with another order of sets, other arithmetic for the last digits, and with no more than the
Python of the page has, is an error (`run_twice` in run.py).

The build starts this file once (see `Worker` in run.py) and sends a line of JSON per block. NumPy and Matplotlib are
imported once, then each block is a fork, which takes a few milliseconds. Where there is no safe fork (macOS, Windows) each
block is a new interpreter: slower, the same result.
"""

import _thread
import atexit
import contextlib
import ctypes
import datetime
import functools
import gc
import hashlib
import io
import json
import os
import pickle
import platform
import random
import re
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import types
import uuid
from functools import partial
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

sys.path.insert(0, str(Path(__file__).parent))
import program
import uncut
from program import MAX_OUTPUT

for name in ("program", "uncut"):  # they are beside this file, where no block should find them
    del sys.modules[name]
del sys.path[0]

PLAIN = "--plain" in sys.argv  # for blocks without Matplotlib: a smaller process forks faster
AGAIN = "--again" in sys.argv  # for a second run, which must come to the same
SPAWN = "--spawn" in sys.argv or sys.platform != "linux"
PR_SET_PDEATHSIG = 1

# What the Python of the page has not got; a test asks it.
MISSING = """
    aifc asynchat asyncore audioop cgi cgitb chunk crypt curses dbm distutils ensurepip ftplib grp http imaplib imghdr
    imp lib2to3 mailbox mailcap modulefinder msilib msvcrt multiprocessing nis nntplib nt nturl2path ossaudiodev
    pickletools pipes poplib pty pwd pyclbr pydoc_data readline resource smtpd smtplib sndhdr socketserver spwd sqlite3
    sunau syslog tabnanny telnetlib tkinter trace tty turtle turtledemo uu venv winreg winsound wsgiref xdrlib xmlrpc
    zipapp
"""
PACKAGES = "numpy matplotlib mpl_toolkits pylab contourpy cycler kiwisolver packaging PIL pyparsing dateutil six"
LIBRARIES = [
    *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")),
    str(Path(__file__).parent),
]
THREAD = "_?start_(new|joinable)_thread"
PROCESS = ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "subprocess.Popen")


def execute(code: str, folder: Path, wanted: list[str]) -> None:
    """Run `code` as `__main__`, with its output in files of `folder`; never returns to the caller's state."""
    atexit._clear()  # the parent's exit functions are not the block's
    os.chdir(place_of(folder))
    streams = []
    for name, fd in (("stdout", 1), ("stderr", 2)):
        target = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(target, fd)
        os.close(target)
        stream = io.TextIOWrapper(open(fd, "wb", closefd=False), "utf-8", newline="\n")  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
        streams.append(stream)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)

    sys.argv = ["block.py"]
    told = (folder / "report.json").open("w", encoding="utf-8")
    sys.addaudithook(no_process)
    if AGAIN:
        places = map(os.path.realpath, [Path.cwd(), *LIBRARIES])
        sys.addaudithook(partial(as_in_the_page, tuple(places)))
        set_clock()
        set_machine()
        for name in MISSING.split():  # this file, or a library, may have imported it
            sys.modules.pop(name, None)
        for module in (threading, _thread):  # older Pythons have no event for it
            for name in [name for name in vars(module) if re.fullmatch(THREAD, name)]:
                setattr(module, name, no_thread)
    before = generators()
    report = program.run(code, wanted, parse=uncut.parse)
    after = generators()
    report["random"] = " ".join(now for now in after if now not in before)
    threading._shutdown()  # as at the end of a program: wait for its threads, call its exit functions
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):  # or what the block has put there
            if stream is not None and not stream.closed:
                stream.flush()
    except Exception as error:
        report["error"] = report["error"] or f"what it printed cannot be written: {error}"
    for stream in streams:
        with contextlib.suppress(ValueError, OSError):  # it may be closed
            stream.flush()
    with told:
        told.truncate(0)
        told.seek(0)
        json.dump(report, told)


def generators() -> list[str]:
    """The states of the generators of random numbers that are there for all, in short."""
    import numpy.random

    states = random.getstate(), numpy.random.get_state()
    return [hashlib.sha256(pickle.dumps(state)).hexdigest()[:16] for state in states]


def no_thread(*args, **named):
    raise RuntimeError("the Python of the page has no threads")


def no_entropy(*args, **named):
    raise RuntimeError("it takes random numbers that no seed repeats")


def no_process(event: str, args: tuple) -> None:
    """Refuse another process in the first run, too, where one without end would take the machine."""
    if event in PROCESS:
        raise RuntimeError("the Python of the page has no other processes")


def as_in_the_page(places: tuple[str, ...], event: str, args: tuple) -> None:
    """Refuse what the Python that runs in a reader's browser refuses; files are in `places`."""
    if event == "socket.__new__":
        raise RuntimeError("the Python of the page has no network, for which asyncio.run asks, too")
    if event in ("open", "os.listdir", "os.scandir") and isinstance(args[0], str | bytes):
        path = os.path.realpath(os.fsdecode(args[0]))
        if path != os.devnull and not any(f"{path}/".startswith(f"{at}/") for at in places):
            raise RuntimeError(f"the Python of the page has no {os.fsdecode(args[0])}")
    if event == "import":
        name = str(args[0]).partition(".")[0]
        if name in MISSING.split() or name not in {*sys.stdlib_module_names, *PACKAGES.split()}:
            raise ModuleNotFoundError(f"the Python of the page has no module {name}", name=name)


def place_of(folder: Path) -> Path:
    """Where a block runs: its own folder, whose name no two runs share."""
    return folder / f"block-{folder.name}"


def set_machine() -> None:
    """Another computer, with other versions, and nothing of chance that no seed repeats."""
    import numpy.random

    sys.platform, sys.version, sys.maxsize = "emscripten", f"0.{sys.version}", 2**31 - 1
    numpy.__version__ = numpy.version.version = "0.0.0"
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].__version__ = "0"
    size = sys.getsizeof
    sys.getsizeof = lambda *args: 2 * size(*args)
    os.cpu_count = os.getuid = os.getgid = uuid.getnode = lambda: 77
    os.uname = lambda: os.uname_result(("Emscripten", "page", "0", "0", "wasm32"))
    os.urandom = random._urandom = no_entropy
    seed = random.Random.seed
    random.Random.seed = lambda self, a=None, *more: (
        no_entropy() if a is None else seed(self, a, *more)
    )
    platform._uname_cache = None
    platform._platform_cache.clear()
    for name in ("empty", "empty_like"):
        setattr(numpy, name, filled(getattr(numpy, name)))
    tempfile.tempdir = str(Path.cwd())


def filled(make):
    """What this function makes, with something in it: it is whatever was there in memory."""

    @functools.wraps(make)
    def made(*args, **named):
        array = make(*args, **named)
        if array.dtype.kind in "biufc":
            array.fill(77)
        return array

    return made


def set_clock() -> None:
    """Another time of another day, month and year, and clocks that run a million times as fast.

    Within one second two runs would print the same date, and both might take 0.0 s.
    """
    true = types.ModuleType("time")
    vars(true).update(vars(time))
    for name, module in sys.modules.items():  # a legend warns of a second that it takes to place
        if name.startswith(("matplotlib.", "numpy.")) and getattr(module, "time", None) is time:
            module.time = true
    now = time.time
    time.time = lambda: now() + 400 * 24 * 3600 + 13 * 3600 + 7 * 60 + 13
    time.time_ns = lambda: int(time.time() * 1e9)
    for name in ("perf_counter", "monotonic", "process_time", "thread_time"):
        for each in (name, f"{name}_ns"):
            take = getattr(time, each)
            setattr(time, each, lambda take=take: take() * 1_000_000)
    sys.modules.pop("timeit", None)  # which holds one of them
    for name in ("localtime", "gmtime", "ctime"):
        take = getattr(time, name)
        setattr(time, name, lambda at=None, take=take: take(time.time() if at is None else at))
    asctime, strftime = time.asctime, time.strftime
    time.asctime = lambda at=None: asctime(at or time.localtime())
    time.strftime = lambda form, at=None: strftime(form, at or time.localtime())

    def present(cls, *zone, **named):
        return cls.fromtimestamp(time.time(), *zone, **named)

    class Kind(type):
        def __instancecheck__(cls, value):
            return isinstance(value, cls.__base__)

    for name, methods in (("date", ["today"]), ("datetime", ["today", "now"])):
        own = {"__module__": "datetime", "__qualname__": name}  # it is called as what it replaces
        own |= dict.fromkeys(methods, classmethod(present))
        setattr(datetime, name, Kind(f"datetime.{name}", (getattr(datetime, name),), own))
    datetime.datetime.utcnow = classmethod(
        lambda cls: present(cls, datetime.UTC).replace(tzinfo=None)
    )


def limit_output() -> None:
    if resource:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 * MAX_OUTPUT, 20 * MAX_OUTPUT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_forked(job: dict, folder: Path, answers: int) -> int | str:
    """Exit status of the block's process, or what kept it from one; `answers` is not for it to hold open."""
    done, alive = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            os.close(done)
            os.close(answers)
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # it ends with this worker
            limit_output()
            if "numpy.random" in sys.modules:  # a fork has its parent's state
                sys.modules["numpy.random"].seed()
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
    if not in_time:
        kill(child)
    _, status = os.waitpid(child, 0)
    kill(child)  # whatever it started without Python's knowledge
    return os.waitstatus_to_exitcode(status) if in_time else without_end(job)


def kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def run_spawned(job: dict, folder: Path) -> int | str:
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
        return without_end(job)


def without_end(job: dict) -> str:
    return f"it ran without an end (the limit is {job['timeout']:g} s)"


def run(job: dict, folder: Path, answers: int) -> dict:
    """Run one block and say all there is to say of it. `folder` is for one block at a time."""
    for name in ("stdout", "stderr", "report.json"):
        (folder / name).unlink(missing_ok=True)
    place = place_of(folder)
    if not place.exists() or any(place.iterdir()):  # a block wrote files
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    status = run_spawned(job, folder) if SPAWN else run_forked(job, folder, answers)
    error = status if isinstance(status, str) else f"its process ended with status {status}"
    result = {"error": error, "line": None, "warnings": [], "figures": [], "values": {}}
    result |= {"left": None, "random": ""}
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):  # there is no report
        report = json.loads((folder / "report.json").read_text("utf-8"))
        result = {name: report[name] for name in result}
        result["error"] = result["error"] or (error if status else None)
    for stream in ("stdout", "stderr"):
        path = folder / stream
        data = path.read_bytes() if path.exists() else b""
        if len(data) > MAX_OUTPUT:
            result["error"] = (
                result["error"] or f"it printed {len(data):,} bytes (the limit is {MAX_OUTPUT:,})"
            )
        result[stream] = data[:MAX_OUTPUT].decode("utf-8", "replace")
        if not result["error"] and result[stream].encode() != data:
            result["error"] = f"it wrote to {stream} what is no text in UTF-8"
    return result


def warm_up() -> None:
    """Do once what every block would otherwise do again: find fonts, measure glyphs, import what is imported late."""
    import numpy.random  # noqa: F401  NumPy itself waits with this until it is used

    if not PLAIN:
        plt = program.prepare()
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
            program.prepare()
        execute(job["code"], Path(sys.argv[-1]), job["wanted"])
        return
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    if not SPAWN:
        warm_up()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for line in sys.stdin:
            answers.write(json.dumps(run(json.loads(line), Path(folder), answers.fileno())) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
