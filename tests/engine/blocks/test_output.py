"""A block's published output is what the reader's own `python block.py` prints, byte for byte."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from kit import LIMIT

from scripts.blocks.run import Worker, run_twice, stop_workers, workers

PROGRAMS = {
    "sep and end": "print(1, 2, 3, sep=' + ', end=' = 6\\n')\nprint('no newline', end='')",
    "pprint": "from pprint import pprint\npprint({'path': [[0.1 * i] * 4 for i in range(9)]})",
    "an imported function prints": "import calendar\ncalendar.prmonth(1847, 10)",
    "a module prints while it is imported": "import this",
    "sys.stdout.write": "import sys\nsys.stdout.write('a\\tb\\r\\nc')\nprint(file=sys.__stdout__)",
    "os.write": "import os\nprint('second')\nos.write(1, b'first\\n')",
    "flush": "import os\nprint('first', flush=True)\nos.write(1, b'second\\n')",
    "stderr": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "a warning": "import numpy as np\nprint('before')\nnp.float64(1) / 0\nprint('after')",
    "a warning twice": "import warnings\nfor i in range(3):\n    warnings.warn('again')\nprint(i)",
    "logging": "import logging\nlogging.warning('careful')\nprint('out')",
    "mathematics": "print('∂f/∂x = −9.4, λ₁ ≤ 2/ε, ∇f ⊥ {f = c}, 𝒪(h²), é', ascii('é'))",
    "html": "print('<b>&amp;</b> \"1 < 2\" && 3 > 2')",
    "blank lines": "print('\\n\\n  indented\\n\\n')",
    "arrays": "import numpy as np\nprint(np.linspace(0, 1, 7), repr(np.eye(3, dtype='f4')))",
    "main": "import sys\nif __name__ == '__main__':\n    print(len(sys.argv), __doc__, __spec__)",
    "a class of main": (
        "import pickle\nclass P: pass\nprint(type(pickle.loads(pickle.dumps(P()))), P.__module__)"
    ),
    "its own source": "import inspect\ndef f(x):\n    return x**2\nprint(inspect.getsource(f))",
    "its own traceback": (
        "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()"
    ),
    "a thread": (
        "import threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()\nprint('early')"
    ),
    "an exit function": "import atexit\natexit.register(print, 'last')\nprint('first')",
    "a closed stream": "import sys\nprint('out')\nsys.stdout.close(); sys.stderr.close()",
    "no stream": "import sys\nprint('out')\nsys.stdout = sys.stderr = None\nprint('nowhere')",
    "another stream": (
        "import io, sys\nprint('out')\nsys.stdout = io.TextIOWrapper(open(1, 'wb', closefd=False))\n"
        "print('out again')"
    ),
    "a stream that keeps": "import io, sys\nprint('out')\nsys.stdout = io.StringIO()\nprint('in')",
    "a detached stream": (
        "import io, sys\nprint('out')\nsys.stdout = io.TextIOWrapper(sys.stdout.detach())\nprint('again')"
    ),
    "a daemon that goes on": (
        "import threading, time\n"
        "threading.Thread(target=lambda: (time.sleep(99), print('late')), daemon=True).start()\nprint('early')"
    ),
    "future": "from __future__ import annotations\ndef f(x: no): pass\nprint(f.__annotations__)",
    "a long line": "print('0123456789' * 2000)\nprint('end')",
    "nothing": "x = 1",
}
DRAWING = """\
import matplotlib.pyplot as plt
import numpy as np
figure, axes = plt.subplots(figsize=(4, 3))
axes.plot(np.linspace(0, 3), np.linspace(0, 3) ** 2, label="x²")
axes.set(xlabel="x", ylabel="f(x)")
axes.legend()
plt.show()
print(len(axes.lines))
"""


def plain(code: str, folder) -> tuple[bytes, bytes]:
    """What `python block.py` writes, with the file named as the site names it."""
    file = folder / "block.py"
    file.write_text(code, "utf-8")
    command = [sys.executable, "-I", "-X", "utf8", str(file)]
    done = subprocess.run(command, capture_output=True, cwd=folder, check=True)
    return done.stdout, done.stderr.replace(str(file).encode(), b"block.py")


@pytest.fixture(scope="module")
def forked():
    yield (worker := Worker())
    worker.stop()


@pytest.fixture(scope="module")
def spawned():
    yield (worker := Worker("--spawn"))
    worker.stop()


@pytest.fixture(scope="module")
def undrawn():
    """For blocks that draw nothing: it has not imported Matplotlib."""
    yield (worker := Worker("--plain"))
    worker.stop()


@pytest.fixture(params=["forked", "undrawn", "spawned"])
def worker(request) -> Worker:
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("code", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_block_prints_what_python_prints(code: str, undrawn: Worker, tmp_path):
    result = undrawn.run(code, LIMIT)
    assert result.error is None
    assert (result.stdout.encode(), result.stderr.encode()) == plain(code, tmp_path)


@pytest.mark.parametrize("code", [*list(PROGRAMS.values())[-13:], DRAWING, "1 / 0", "exit(2)"])
def test_a_spawned_block_gives_what_a_forked_one_gives(code: str, forked: Worker, spawned: Worker):
    assert spawned.run(code, LIMIT) == forked.run(code, LIMIT)


def test_a_figure_left_open_is_drawn(forked: Worker):
    figures = forked.run(DRAWING, LIMIT).figures
    assert len(figures) == 1
    assert "f(x)" in figures[0]


LOOK = """\
import builtins, os, random, signal, sys, warnings
import matplotlib, numpy as np
import matplotlib.pyplot as plt
print(sorted(sys.modules), sys.path, sys.getrecursionlimit(), sys.argv)
print(dict(matplotlib.rcParams), plt.get_fignums(), plt.show())
print(np.random.random() == np.random.RandomState(7).random(), random.random() == random.Random(7).random())
print(np.get_printoptions(), np.geterr(), np.pi)
print(os.path.basename(os.getcwd()), dict(os.environ), os.listdir(), warnings.filters)
print(hasattr(builtins, "leak"), "leak" in globals(), signal.getsignal(signal.SIGALRM))
"""
SOIL = """\
import builtins, os, random, signal, sys, warnings
import fractions
import matplotlib.pyplot as plt, numpy as np
plt.rcParams["lines.linewidth"] = 99
plt.plot([1, 2])
plt.show = print
np.random.seed(7); random.seed(7)
np.set_printoptions(precision=2); np.seterr(all="raise")
np.pi = 3
builtins.leak = leak = 1
sys.path.append("/leak"); sys.setrecursionlimit(77); sys.modules["numpy.linalg"] = None
sys.argv.append("leak")
os.environ["LEAK"] = "1"; warnings.simplefilter("ignore"); signal.signal(signal.SIGALRM, print)
open("leak", "w").close(); os.chdir("/")
"""


def test_nothing_that_a_block_changes_reaches_the_next(worker: Worker):
    before = worker.run(LOOK, LIMIT)
    soiled = worker.run(SOIL, LIMIT)
    after = worker.run(LOOK, LIMIT)
    assert (before.error, soiled.error, soiled.stderr) == (None, None, "")
    assert before.random != after.random, "what it draws is the block's own"
    assert replace(before, random="") == replace(after, random="")


def test_a_block_that_kills_its_process_does_not_harm_the_next(worker: Worker):
    for code in ("import os; os._exit(3)", "import os; os.kill(os.getpid(), 9)"):
        assert "ended with status" in worker.run(code, LIMIT).error
    assert "without an end" in worker.run("while True: pass", 0.5).error
    assert worker.run("print('well')", LIMIT).stdout == "well\n"


def test_a_block_that_stops_what_runs_it_ends(worker: Worker):
    worker.begin("import os, signal; os.kill(os.getppid(), signal.SIGSTOP)", LIMIT)
    _, status = os.waitpid(worker.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    worker.longest = 1
    assert "ended with status -9" in worker.end().error
    assert worker.run("print('well')", LIMIT).stdout == "well\n"


COMES_AGAIN = """\
import random, tempfile, time
from pathlib import Path
import numpy as np
Path("data.txt").write_text("written")
with tempfile.TemporaryFile() as file:
    file.write(b"1")
random.seed(1)
drawn = random.random(), random.Random(2).random(), np.random.default_rng(3).random()
room, start = np.empty(2), time.perf_counter()
room[:] = 7
print(drawn, room, Path("data.txt").read_text(), sorted({"a", "b"}), time.perf_counter() > start)
"""


A_LEGEND = """\
import matplotlib.pyplot as plt
plt.plot([1, 2], label="a")
plt.legend()
"""


@pytest.mark.parametrize("program", [COMES_AGAIN, A_LEGEND])
def test_files_of_its_own_seeds_filled_memory_and_a_legend_come_again(program: str):
    result = run_twice(program, LIMIT, ())
    stop_workers()
    assert (result.error, result.stderr) == (None, "")


def test_an_answer_that_was_not_read_is_not_taken_for_the_next(monkeypatch):
    run_twice("print('well')", LIMIT, ())
    monkeypatch.setattr(workers["plain"], "end", raises(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run_twice("print('stale')", LIMIT, ())
    monkeypatch.undo()
    assert run_twice("print('well')", LIMIT, ()).stdout == "well\n"
    stop_workers()


def raises(error: type[BaseException]):
    def call():
        raise error

    return call


def test_a_block_does_not_see_the_settings_of_its_author(monkeypatch):
    for name in ("PYTHONPATH", "MPLSTYLE", "MATPLOTLIBRC", "HOME", "PYTHONWARNINGS", "TZ"):
        monkeypatch.setenv(name, "/tmp")
    worker = Worker()
    seen = worker.run("import os\nprint(*os.environ.items())", LIMIT).stdout
    worker.stop()
    assert "/tmp'" not in seen
