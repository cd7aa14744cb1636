"""The pages print the same with other versions of Python, NumPy and Matplotlib.

    python -m scripts.proofs.versions oldest newest     with the oldest of all that is supported, with the newest of all
    python -m scripts.proofs.versions pinned            with the site's own pins, on each supported Python
    python -m scripts.proofs.versions taken             what one takes along, by the oldest and the newest

A build says what it ran: every block (of all pages but labs), the answers of the exercises and their checks. Each runs again,
through the same worker, in environments of other versions, and must print the same text and write the same words on its
figures. The tests of snippets/ run there too. What has passed there is kept, and not tried again while it is the same. What
the page's own Python does (Pyodide) is held against the page in tests/browser.
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

from scripts.site.quality import KEPT, read
from scripts.text.cache import FOLDER, ROOT

# The oldest that the listings run with: NumPy 1 prints the same, but a float32 times a plain number becomes a float64
# there, and the functions promise otherwise. tests/versions/ pins the packages.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SETS = ROOT / "tests" / "versions"
HERE = FOLDER / "versions"
BIN = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
ASK = """
import json, matplotlib, numpy, platform
print(json.dumps([platform.python_version(), numpy.__version__, matplotlib.__version__]))
"""
WORDS = re.compile(r"<text[^>]*>([^<]*)</text>")


class VersionsError(Exception):
    """Nothing could be tried; the message says what to do."""


def uv(*command: object) -> str:
    """What uv says. It finds the Pythons of pyenv too, whose shims need not start."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    paths = [*map(str, pyenv.glob("*/bin")), os.environ["PATH"]]
    settings = {
        "PATH": os.pathsep.join(paths),
        "UV_HTTP_RETRIES": "1",
        "UV_PYTHON_INSTALL_DIR": str(HERE / "pythons"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "uv", "--no-progress", *map(str, command)],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise VersionsError(f"uv {' '.join(map(str, command))}\n{done.stderr.strip()}")
    return done.stdout.strip()


def python(minor: str) -> str | None:
    """A Python of this machine, or one that uv can get."""
    for command in ("find --system", "install --no-bin", "find --system"):
        try:
            if found := uv("python", *command.split(), minor):
                return found
        except VersionsError:
            continue
    print(f"NOT TRIED: there is no Python {minor} on this machine, and none could be had")
    return None


class Environment:
    """A Python with the packages "oldest", "newest", or "pinned" as the site is; made if it is not there."""

    def __init__(self, python: str, minor: str, packages: str):
        self.folder = HERE / f"{minor}-{packages}"
        self.program = str(self.folder.joinpath(*BIN))
        asked = ["-r", SETS / f"{packages}.txt"]
        if packages == "pinned":  # of the pins these, and what they need
            asked = [
                "-c",
                "requirements.txt",
                "-c",
                "tests/requirements.txt",
                "-r",
                SETS / "newest.in",
            ]
        uv("venv", "--allow-existing", "--python", python, self.folder)
        uv("pip", "install", "--python", self.program, "--only-binary", ":all:", *asked)
        found = subprocess.run(
            [self.program, "-c", ASK], capture_output=True, text=True, check=True
        )
        self.versions = dict(
            zip(("Python", "NumPy", "Matplotlib"), json.loads(found.stdout), strict=True)
        )
        self.kept = (
            KEPT / ("matrix" if packages == "pinned" else "versions") / f"{self.folder.name}.json"
        )

    def __str__(self) -> str:
        return ", ".join(f"{name} {version}" for name, version in self.versions.items())


def matrix(wanted: list[str], minors: list[str]) -> list[tuple[str, str]]:
    """Which of these Pythons goes with which packages."""
    ends = [(minors[0], "oldest"), (minors[-1], "newest")]
    pinned = [(minor, "pinned") for minor in minors if "pinned" in wanted]
    return [one for one in ends if one[1] in wanted] + pinned


def programs() -> list:
    """What a build of the site runs."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.plugins import BasePlugin

    found = []

    class Collect(BasePlugin):
        def on_env(self, env, config, files):
            for file in files.documentation_pages():
                found.extend(run for run in file.page.made.ran if "cell" not in run.options)

    with tempfile.TemporaryDirectory() as work:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(Path(work, "site")))
        config.plugins["what ran"] = Collect()
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    return found


def differences(run, again) -> Iterator[tuple[str, str, str]]:
    """What is not the same: its name, what the page has, what came now."""
    from scripts.blocks.run import near as nearly

    then, may_differ = run.result, "differs" in run.options
    if bool(then.error) != bool(again.error):
        yield "error", then.error or "none", again.error or "none"
        return
    for stream, printed in (("stdout", then.stdout), ("stderr", then.stderr)):
        now = getattr(again, stream)
        if printed != now and not (then.error or (may_differ and nearly(printed, now, 1e-6))):
            yield stream, printed, now
    for name, value in then.values.items():
        if not near(value, again.values.get(name)):
            yield name, str(value), str(again.values.get(name))
    words, now = (WORDS.findall("".join(ran.figures)) for ran in (then, again))
    if words != now:
        yield "figure, in words,", "\n".join(words), "\n".join(now)


def near(value, other) -> bool:
    """Equal up to what a reader's answer is never held to."""
    if isinstance(value, list):
        return isinstance(other, list) and len(value) == len(other) and all(map(near, value, other))
    return isinstance(other, float) and math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)


def rerun(todo: list, environment: Environment) -> list[str]:
    """Run programs there; of each what differs, in words, or nothing."""
    from scripts.blocks import figures
    from scripts.blocks.run import Worker

    found = []
    how = {"python": environment.program, "folder": environment.folder}
    workers = {True: Worker(**how), False: Worker("--plain", **how)}
    try:
        for run in todo:
            again = workers["matplotlib" in run.result.text].run(
                run.result.text, run.timeout, run.wanted
            )
            again.figures = [figures.clean(svg) for svg in again.figures]
            said = []
            for what, then, now in differences(run, again):
                lines = unified_diff(
                    then.splitlines(), now.splitlines(), "on the page", "there", n=0, lineterm=""
                )
                said += [
                    f"{run}: with {environment}, its {what} differs",
                    *(f"    {line}" for line in lines),
                ]
            found.append("\n".join(said))
    finally:
        for worker in workers.values():
            worker.stop()
    return found


def tests(environment: Environment) -> tuple[int, str]:
    """How many tests of snippets/ passed, and what failed; that none passed is a failure."""
    # Old Matplotlib and new pyparsing warn of each other; that is not for us to mend.
    flags = ["-W", "default", "-p", "no:cacheprovider", "-o", "addopts="]
    settings = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(environment.folder / "matplotlib")}
    settings["CI"] = (
        "true"  # Hypothesis then takes the same examples each time, and all the time it needs
    )
    done = subprocess.run(
        [
            environment.program,
            "-m",
            "pytest",
            *flags,
            "--confcutdir",
            "tests/snippets",
            "tests/snippets",
        ],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = (
        "" if passed and not done.returncode else f"with {environment}, tests of snippets/ fail:\n"
    )
    return int(passed[1]) if passed else 0, failed and failed + done.stdout + done.stderr


def whole(environment: Environment, todo: list) -> list[str]:
    """All of an environment, but what has passed there before; what is wrong."""

    def key(patterns: tuple[str, ...], *parts: object) -> str:
        files = [path.read_bytes() for path in read((*patterns, "scripts/proofs/versions.py"))]
        return sha256(repr([environment.versions, files, *parts]).encode()).hexdigest()

    engine = key(("scripts/blocks", "scripts/text"))
    keys = [key((), engine, run.result, run.wanted, run.options) for run in todo]
    snippets = key(("snippets", "tests/snippets", "tests/versions"))
    kept = json.loads(environment.kept.read_text("utf-8")) if environment.kept.is_file() else {}
    new = [index for index, one in enumerate(keys) if one not in kept]
    found = dict(zip(new, rerun([todo[index] for index in new], environment), strict=True))
    passed = {one: 1 for index, one in enumerate(keys) if not found.get(index)}
    count, failed = kept.get(snippets), ""
    if not count:
        count, failed = tests(environment)
    environment.kept.parent.mkdir(parents=True, exist_ok=True)
    environment.kept.write_text(json.dumps(passed | ({} if failed else {snippets: count})), "utf-8")
    wrong = list(filter(None, [*found.values(), failed]))
    print(f"{environment}: {len(todo)} programs, {len(new)} of them new; {count} tests", flush=True)
    return wrong


def taken(programs: list[str]) -> str:
    """What fails of the notebooks and programs that one takes along, run by these Pythons."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "2",
            "tests/downloads",
            "-k",
            "kernel or program_prints",
        ],
        cwd=ROOT,
        env=os.environ | {"TAKEN_WITH": os.pathsep.join(programs)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr if done.returncode else ""


def main(wanted: list[str]) -> int:
    with_taken = "taken" in wanted
    try:
        pythons = {minor: path for minor in PYTHONS if (path := python(minor))}
        if not pythons:
            raise VersionsError("there is none of the supported Pythons")
        pairs = matrix(wanted + ["oldest", "newest"] * with_taken, [*pythons])
        made = [Environment(pythons[minor], minor, packages) for minor, packages in pairs]
        todo = programs()
    except VersionsError as error:
        print(error)
        return 1
    here = [one for one, (_, packages) in zip(made, pairs, strict=True) if packages in wanted]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [line for lines in pool.map(lambda one: whole(one, todo), here) for line in lines]
    ends = [
        one.program for one, (_, packages) in zip(made, pairs, strict=True) if packages != "pinned"
    ]
    if with_taken and (failed := taken(ends)):
        wrong.append(f"notebooks or programs that one takes along fail:\n{failed}")
    said = f"{len(todo)} programs of the pages and the tests of the functions, each with {'; with '.join(map(str, here))}"
    print(
        *wrong,
        said + "; notebooks and programs with the oldest and the newest" * with_taken,
        sep="\n",
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["oldest", "pinned", "newest", "taken"]))
