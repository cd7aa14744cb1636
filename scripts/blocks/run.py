"""Runs the text of a block, twice: what a page shows must come again."""

import ast
import json
import os
import platform
import re
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from scripts.blocks.options import OPTIONS
from scripts.text.cache import FOLDER

TIME_LIMIT = (
    20.0  # seconds for a block that sets no timeout: generous, a lesson's block takes milliseconds
)

GRACE = 120  # seconds besides, for a worker that begins on a slow machine


def limit(options: dict[str, str]) -> float:
    """Seconds that a block may take; of an option that is none, extension.py says so."""
    own = options.get("timeout", "")
    return float(own) if re.fullmatch(OPTIONS["timeout"][0], own) else TIME_LIMIT


@dataclass
class Result:
    """What came of a program."""

    text: str
    stdout: str = ""
    stderr: str = ""
    warnings: list[dict] = field(default_factory=list)  # category, line, message
    figures: list[str] = field(default_factory=list)  # SVG
    values: dict[str, object] = field(default_factory=dict)  # of the variables that were wanted
    random: str = (
        ""  # a sum of what it left of the generators that are there for all, if it used one
    )
    error: str | None = None
    line: int | None = None  # of the program, at which it failed
    left: int | None = None  # its last line, if that leaves a value or a figure that is not shown

    def shows(self) -> dict[str, str]:
        """All that a page takes from it, as text, under the name that a message gives it."""
        return {
            "how it ends": self.error or "without an error",
            "what it prints": self.stdout,
            "what it prints to stderr": self.stderr,
            "what it computes": "\n".join(f"{name} = {v}" for name, v in self.values.items()),
            "its figure": SVG_ID.sub("", "\n".join(self.figures)),
            "the state of random numbers": self.random,
        }


@dataclass
class Run:
    """A program of a page, and what came of it."""

    source: str  # the page
    line: int  # of its file
    number: int | None  # of the block on its page; an exercise's answers and checks have none
    timeout: float
    wanted: tuple[str, ...]
    result: Result
    options: dict[str, str] = field(default_factory=dict)  # of its fence
    files: list[str] = field(default_factory=list)  # of snippets/ that it includes

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}" + (f", block {self.number}" * bool(self.number))

    @classmethod
    def from_json(cls, kept: dict) -> "Run":
        return cls(**kept | {"result": Result(**kept["result"])})


class Worker:
    """The process that runs blocks (worker.py), started at the first block and kept."""

    def __init__(
        self, *flags: str, python: str = sys.executable, folder: Path = FOLDER, seed: int = 0
    ):
        self.flags = flags
        self.seed = seed  # of the order of sets
        self.python = python
        self.folder = folder  # for what Matplotlib keeps
        self.process = None

    def run(self, code: str, timeout: float, wanted: tuple[str, ...] = ()) -> Result:
        self.begin(code, timeout, wanted)
        return self.end()

    def begin(self, code: str, timeout: float, wanted: tuple[str, ...] = ()) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [
                    self.python,
                    "-P",
                    "-s",
                    "-X",
                    "utf8",
                    str(Path(__file__).with_name("worker.py")),
                    *self.flags,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=worker_environment(self.folder, "--again" in self.flags, self.seed),
                text=True,
                encoding="utf-8",
            )
        self.text, self.longest = code, timeout + GRACE
        job = {"code": code, "timeout": timeout, "wanted": wanted}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def end(self) -> Result:
        watch = threading.Timer(self.longest, self.process.kill)  # a block may have stopped it
        watch.start()
        answer = self.process.stdout.readline()
        watch.cancel()
        if answer:
            return Result(self.text, **json.loads(answer))
        ended = f"the process that runs the blocks ended with status {self.process.wait()}"
        self.process.stdin.close()
        self.process.stdout.close()
        self.process = None
        return Result(self.text, error=ended)

    def stop(self) -> None:
        if self.process:
            self.process.communicate()
            self.process = None


# Without what this processor can do besides: the last digits of exp, matrix products and sums are then others, as they may be
# in a reader's browser. A name that a processor or a library does not know counts for nothing.
PLAIN_ARITHMETIC = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR ASIMDHP ASIMDDP ASIMDFHM SVE",
    "OPENBLAS_CORETYPE": "Prescott" if platform.machine() in ("x86_64", "AMD64") else "ARMV8",
}


def worker_environment(folder: Path = FOLDER, again: bool = False, seed: int = 0) -> dict[str, str]:
    """Nothing of the author's own settings reaches a block, so that every machine builds the same site.

    `again`: for a second run. `seed`: of the order of sets.
    """
    settings = folder / "matplotlib"
    settings.mkdir(parents=True, exist_ok=True)
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
        if name in os.environ
    }
    return (
        kept
        | {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": str(seed),
            **(PLAIN_ARITHMETIC if again else {}),
            "MPLBACKEND": "svg",
            "MPLCONFIGDIR": str(settings),
            "OPENBLAS_NUM_THREADS": "1",  # threads do not survive a fork, and waking them costs more than these small sums
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "80",
        }
    )


workers = {"drawing": Worker(), "plain": Worker("--plain")}
elsewhere = {"drawing": Worker("--again", seed=1), "plain": Worker("--plain", "--again", seed=1)}
# Seeds for a program with a set: of two words every second has one order.
MORE_ORDERS = range(2, 7)
MARK = "\x1e"  # around what is computed into words, among what a program prints
IN_WORDS = re.compile(f"{MARK}(.*?){MARK}", re.DOTALL)
CURE = (
    "The next build, and a reader's own run, would show something else. Seed random numbers (rng = np.random.default_rng(0)), "
    "sort a set, and print no time, no address of an object, no folder, and nothing of the machine or its versions."
)
DIGITS = "These are last digits, and a reader's Python may compute others. Print fewer"
REASON = ", or say why they are shown: #| differs: a reason, which the page gives"
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
SVG_ID = re.compile(r"\b[a-zA-Z]{1,8}[0-9a-f]{10}\b")  # made of what it names, to the last digit


def run_twice(text: str, timeout: float, wanted: tuple[str, ...], differs: bool = False) -> Result:
    """What came of a program that no build has run; it is an error that it does not come again.

    The second run is at the same time, in another process and folder, on another day, on what it takes for another
    machine, with sets in another order and arithmetic that may round otherwise, and has what the Python of the page has.
    `differs`: last digits may differ.
    """
    kind = "drawing" if "matplotlib" in text else "plain"
    both = workers[kind], elsewhere[kind]
    try:
        for worker in both:
            worker.begin(text, timeout, wanted)
        result, again = (worker.end() for worker in both)
    except BaseException:  # an answer that nobody reads would be taken for the next block's
        for worker in both:
            worker.stop()
        raise
    difference = different(result, again, differs)
    for seed in MORE_ORDERS if has_set(text) else ():
        if difference or result.error:
            break
        worker = Worker(*elsewhere[kind].flags, seed=seed)
        again = worker.run(text, timeout, wanted)
        worker.stop()
        difference = different(result, again, differs)
    if difference:
        result.error, result.line = difference, again.line or result.line
    return result


def has_set(text: str) -> bool:
    """Whether a program names a set or writes one; of one that is no Python, its run says so."""
    with suppress(SyntaxError):
        nodes = [*ast.walk(ast.parse(text))]
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        return any(isinstance(node, ast.Set | ast.SetComp) for node in nodes) or bool(
            names & {"set", "frozenset"}
        )
    return False


def different(result: Result, again: Result, differs: bool) -> str:
    """The first line that differs between two runs, in words."""
    if result.error and again.error:
        return ""
    if "the Python of the page has no " in (again.error or ""):
        return f"what a reader sees must run in the page, too, and there it ends with {again.error}"
    for what, one in result.shows().items():
        other = again.shows()[what]
        if one == other:
            continue
        is_text = what.startswith("what it prints")
        is_near = near(one, other, 1e-4 if what == "its figure" else 1e-6)
        in_words = IN_WORDS.findall(one) != IN_WORDS.findall(other)
        if is_near and not in_words and (differs or not is_text):
            continue
        if in_words:
            one, other = ("\n".join(IN_WORDS.findall(text)) for text in (one, other))
        lines = zip_longest(one.split("\n"), other.split("\n"), fillvalue="")
        once, then = next((a, b) for a, b in lines if a != b)
        cure = DIGITS + REASON * (not in_words) if is_near else CURE
        return f"{what} is not the same in a second run:\n    {once:.200}\n    {then:.200}\n{cure}"
    return ""


def near(one: str, other: str, tolerance: float) -> bool:
    """Whether two texts are the same but for the last digits of their numbers."""
    numbers = (NUMBER.findall(one), NUMBER.findall(other))
    pairs = ((float(a), float(b)) for a, b in zip(*numbers, strict=False))
    return NUMBER.split(one) == NUMBER.split(other) and all(
        abs(a - b) <= tolerance * max(1, abs(a), abs(b)) for a, b in pairs
    )


def stop_workers() -> None:
    for worker in (*workers.values(), *elsewhere.values()):
        worker.stop()
