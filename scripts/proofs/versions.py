"""The pages print the same with other versions of Python, NumPy and Matplotlib.

    python -m scripts.proofs.versions oldest newest     with the oldest of all that is supported, with the newest of all
    python -m scripts.proofs.versions pinned            with the site's own pins, on each supported Python
    python -m scripts.proofs.versions taken             what one takes along, by the oldest and the newest

A build says what it ran: every block (of all pages but labs), the answers of the exercises and their checks. Each runs again,
through the same worker, in environments of other versions, and must print the same text and write the same words on its
figures. The tests of snippets/ run there too. What has passed there is kept, and not tried again while it is the same. What
the page's own Python does (Pyodide) is held against the page in tests/browser.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from difflib import unified_diff
from functools import partial
from hashlib import sha256
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from scripts.blocks import figures
from scripts.blocks.run import Result, Run, Worker, near
from scripts.site.quality import KEPT, read
from scripts.text.cache import FOLDER, ROOT, Cache
from scripts.text.command import run

# The oldest that the listings run with: NumPy 1 prints the same, but a float32 times a plain number becomes a float64
# there, and the functions promise otherwise. tests/versions/ pins the packages.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SETS = ROOT / "tests" / "versions"
# Of the site's pins these, and what they need.
PINNED = ("-c", "requirements.txt", "-c", "tests/requirements.txt", "-r", SETS / "newest.in")
HERE = FOLDER / "versions"
BIN = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
ASK = """
import matplotlib, numpy, platform
print(f"Python {platform.python_version()}, NumPy {numpy.__version__}, Matplotlib {matplotlib.__version__}")
"""
WORDS = re.compile(r"<text[^>]*>([^<]*)</text>")


class VersionsError(Exception):
    """Nothing could be tried; the message says what to do."""


def uv(*command: object) -> str:
    """What uv says. It finds the Pythons of pyenv too, whose shims need not start."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    settings = {
        "PATH": os.pathsep.join([*map(str, pyenv.glob("*/bin")), os.environ["PATH"]]),
        "UV_HTTP_RETRIES": "1",
        "UV_PYTHON_INSTALL_DIR": str(HERE / "pythons"),
    }
    done = run(sys.executable, "-m", "uv", "--no-progress", *command, **settings)
    if done.returncode:
        raise VersionsError(f"uv {' '.join(map(str, command))}\n{done.stdout.strip()}")
    return done.stdout.strip()


def python(minor: str) -> str | None:
    """A Python of this machine, or one that uv can get."""
    for command in ("find --system", "install --no-bin", "find --system"):
        with suppress(VersionsError):
            found = uv("python", *command.split(), minor).rpartition("\n")[2]
            if Path(found).is_file():
                return found
    print(f"NOT TRIED: there is no Python {minor} on this machine, and none could be had")
    return None


class Environment:
    """A Python with the packages "oldest", "newest", or "pinned" as the site is; made if it is not there."""

    def __init__(self, python: str, minor: str, packages: str):
        self.folder, self.packages = HERE / f"{minor}-{packages}", packages
        self.program = str(self.folder.joinpath(*BIN))
        self.kept = KEPT / ("matrix" if packages == "pinned" else "versions") / self.folder.name
        asked = PINNED if packages == "pinned" else ("-r", SETS / f"{packages}.txt")
        uv("venv", "--allow-existing", "--python", python, self.folder)
        uv("pip", "install", "--python", self.program, "--only-binary", ":all:", *asked)
        self.versions = run(self.program, "-c", ASK).stdout.strip()


def matrix(wanted: list[str], minors: list[str]) -> list[tuple[str, str]]:
    """Which of these Pythons goes with which packages."""
    ends = [(minors[0], "oldest"), (minors[-1], "newest")]
    pinned = [(minor, "pinned") for minor in minors]
    return [pair for pair in ends + pinned if pair[1] in wanted]


def programs() -> list[Run]:
    """What a build of the site runs."""
    with tempfile.TemporaryDirectory() as work:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(Path(work, "site")))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    (hooks,) = config.hooks.values()
    ran = [one for file in hooks.build.files.documentation_pages() for one in file.page.made.ran]
    return [one for one in ran if "cell" not in one.options]


def differences(one: Run, again: Result) -> Iterator[tuple[str, str, str]]:
    """What is not the same: its name, what the page has, what came now."""
    then = one.result
    if then.error or again.error:
        if not (then.error and again.error):
            yield "error", then.error or "none", again.error or "none"
        return
    last_digits = 1e-6 if "differs" in one.options else 0
    pairs = {
        "stdout": (then.stdout, again.stdout, last_digits),
        "stderr": (then.stderr, again.stderr, last_digits),
        # much less than a reader's answer is held to
        **{name: (str(at), str(again.values.get(name)), 1e-11) for name, at in then.values.items()},
        "figure, in words,": (words(then), words(again), 0),
    }
    for name, (before, now, tolerance) in pairs.items():
        if before != now and not (tolerance and near(before, now, tolerance)):
            yield name, before, now


def words(result: Result) -> str:
    return "\n".join(WORDS.findall("".join(result.figures)))


def rerun(one: Run, worker: Worker, versions: str) -> str:
    """Run a program there; what differs, in words, or nothing."""
    again = worker.run(one.result.text, one.timeout, one.wanted)
    again.figures = [figures.clean(svg) for svg in again.figures]
    said = []
    for what, then, now in differences(one, again):
        texts = then.splitlines(), now.splitlines()
        lines = unified_diff(*texts, "on the page", "there", n=0, lineterm="")
        said += [f"{one}: with {versions}, its {what} differs", *(f"    {line}" for line in lines)]
    return "\n".join(said)


def tests(environment: Environment) -> tuple[int, str]:
    """How many tests of snippets/ passed, and what failed; that none passed is a failure."""
    # Old Matplotlib and new pyparsing warn of each other; that is not for us to mend.
    flags = ["-W", "default", "-p", "no:cacheprovider", "-o", "addopts="]
    settings = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(environment.folder / "matplotlib")}
    # With CI Hypothesis takes the same examples each time, and all the time it needs.
    command = ["-m", "pytest", *flags, "--confcutdir", "tests/snippets", "tests/snippets"]
    done = run(environment.program, *command, CI="true", **settings)
    passed = re.search(r"(\d+) passed", done.stdout)
    if passed and not done.returncode:
        return int(passed[1]), ""
    return 0, f"with {environment.versions}, tests of snippets/ fail:\n{done.stdout}"


def whole(environment: Environment, todo: list[Run]) -> list[str]:
    """All of an environment, but what has passed there before; what is wrong."""
    environment.kept.mkdir(parents=True, exist_ok=True)
    new, found, kept = [], [], Cache(environment.kept)
    how = {"python": environment.program, "folder": environment.folder}
    workers = Worker(**how), Worker("--plain", **how)

    def key(patterns: tuple[str, ...], *parts: object) -> str:
        files = [path.read_bytes() for path in read((*patterns, "scripts/proofs/versions.py"))]
        return sha256(repr([environment.versions, files, *parts]).encode()).hexdigest()

    def passes(one: Run) -> bool | None:
        new.append(one)
        worker = workers["matplotlib" not in one.result.text]
        found.append(rerun(one, worker, environment.versions))
        return None if found[-1] else True

    def passing() -> int | None:
        count, failed = tests(environment)
        found.append(failed)
        return count or None

    engine = key(("scripts/blocks", "scripts/text"))
    for one in todo:
        kept.get(key((), engine, one.result, one.wanted, one.options), partial(passes, one))
    for worker in workers:
        worker.stop()
    count = kept.get(key(("snippets", "tests/snippets", "tests/versions")), passing) or 0
    kept.tidy()
    said = f"{len(todo)} programs, {len(new)} of them new; {count} tests"
    print(f"{environment.versions}: {said}", flush=True)
    return [*filter(None, found)]


def taken(programs: list[str]) -> str:
    """What fails of the notebooks and programs that one takes along, run by these Pythons."""
    asked = ["-n", "2", "tests/downloads", "-k", "kernel or program_prints"]
    command = [sys.executable, "-m", "pytest", *asked]
    done = run(*command, TAKEN_WITH=os.pathsep.join(programs))
    return done.stdout if done.returncode else ""


def main(wanted: list[str]) -> int:
    with_taken = "taken" in wanted
    try:
        pythons = {minor: path for minor in PYTHONS if (path := python(minor))}
        if not pythons:
            raise VersionsError("there is none of the supported Pythons")
        pairs = matrix(wanted + ["oldest", "newest"] * with_taken, [*pythons])
        made = [Environment(pythons[minor], minor, packages) for minor, packages in pairs]
    except VersionsError as error:
        print(error)
        return 1
    todo, here = programs(), [one for one in made if one.packages in wanted]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [line for lines in pool.map(lambda one: whole(one, todo), here) for line in lines]
    ends = [one.program for one in made if one.packages != "pinned"]
    if with_taken and (failed := taken(ends)):
        wrong.append(f"notebooks or programs that one takes along fail:\n{failed}")
    versions = "; with ".join(one.versions for one in here)
    said = f"{len(todo)} programs of the pages and the tests of the functions, each with {versions}"
    said += "; notebooks and programs with the oldest and the newest" * with_taken
    print(*wrong, said, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["oldest", "pinned", "newest", "taken"]))
