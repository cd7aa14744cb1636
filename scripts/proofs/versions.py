"""The pages print the same with every supported Python, NumPy and Matplotlib.

    python -m scripts.proofs.versions       try them; what they need is kept in .cache/versions

A build says what it ran: every block (of all pages but labs), the answers of the exercises and their checks. Each runs again,
through the same worker, in environments of other versions, and must print the same text and write the same words on its
figures. The tests of snippets/ run there too, and with the oldest and the newest also the notebooks and programs that one
takes along, of labs too. What the page's own Python does (Pyodide) is held against the page in tests/browser.
"""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

from scripts.text.cache import FOLDER, ROOT

# The oldest that the listings run with. The site itself is built with the pins of requirements.txt.
# NumPy 1 prints the same, but a float32 times a plain number becomes a float64 there, and the functions promise otherwise.
OLDEST = {"Python": "3.11", "NumPy": "2.0", "Matplotlib": "3.9"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PINS = (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt")
SETS = ROOT / "tests" / "versions"  # the oldest and the newest of what the tests of snippets/ need
HERE = FOLDER / "versions"
BIN = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
ASK = """
import importlib.metadata, json, platform
found = {"Python": platform.python_version()}
for name in ("NumPy", "Matplotlib"):
    found[name] = importlib.metadata.version(name)
print(json.dumps(found))
"""
WORDS = re.compile(r"<text[^>]*>([^<]*)</text>")


class VersionsError(Exception):
    """Nothing could be tried; the message says what to do."""


def fill(markdown: str) -> str:
    """A page's text with the oldest supported versions, in words, where it asks for them."""
    *others, last = (f"{name} {version}" for name, version in OLDEST.items())
    return markdown.replace("<!--oldest-->", f"{', '.join(others)} and {last}")


@dataclass
class Environment:
    """A Python with a set of packages: "oldest", "newest", or "pinned" as the site is."""

    python: str
    packages: str

    @property
    def folder(self) -> Path:
        return HERE / f"{self.python}-{self.packages}"

    @property
    def program(self) -> str:
        return str(self.folder.joinpath(*BIN))

    def make(self, python: str) -> dict[str, str]:
        """Install what it is to have, unless it is there; the versions that it has."""
        asked = [part for path in PINS for part in ("-c", path)]
        asked += ["-r", SETS / "newest.in"]  # of the pins these, and what they need
        if self.packages != "pinned":
            asked = ["-r", SETS / f"{self.packages}.txt"]
        files = asked[1::2]
        sums = [sha256(path.read_bytes()).hexdigest() for path in files]
        stamp, wanted = self.folder / "installed", json.dumps([python, *sums])
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.rmtree(self.folder, ignore_errors=True)
            uv("venv", "--python", python, str(self.folder))
            how = ["--python", self.program, "--only-binary", ":all:"]
            uv("pip", "install", *how, *map(str, asked))
            stamp.write_text(wanted)
        done = subprocess.run([self.program, "-c", ASK], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)


def uv(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "uv", "--quiet", "--no-progress", *command],
        cwd=ROOT,
        env=os.environ | {"UV_HTTP_RETRIES": "1"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise VersionsError(f"uv {' '.join(command)}\n{done.stderr.strip()}")


def pythons() -> dict[str, str]:
    """The supported Pythons of this machine: those on the PATH, pyenv's, this one, or one that uv can get."""
    found = {}
    for minor in PYTHONS:
        pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
        tried = [
            shutil.which(f"python{minor}"),
            *sorted(map(str, pyenv.glob(f"{minor}.*/bin/python"))),
        ]
        if sys.version.startswith(f"{minor}."):
            tried.insert(0, sys._base_executable)
        if not (there := next(filter(lambda path: path and runs(path, minor), tried), None)):
            there = fetched(minor)
        if there:
            found[minor] = there
        else:
            say(f"NOT TRIED: there is no Python {minor} on this machine, and none could be had")
    return found


def runs(python: str, minor: str) -> bool:
    """Whether it starts (pyenv's shims need not) and is what its name says."""
    done = subprocess.run([python, "-V"], capture_output=True, text=True)
    return done.stdout.startswith(f"Python {minor}.")


def fetched(minor: str) -> str | None:
    """The Python that uv has fetched, verified, where it can be reached."""
    folder = HERE / "pythons"
    try:
        uv("python", "install", minor, "--no-bin", "--install-dir", str(folder))
    except VersionsError:
        return None
    return next((str(path) for path in folder.glob(f"cpython-{minor}.*/bin/python{minor}")), None)


def matrix(found: dict[str, str]) -> list[Environment]:
    """The oldest of everything, the pins on each Python, the newest of everything."""
    minors = sorted(found, key=lambda minor: int(minor.split(".")[1]))
    pinned = [Environment(minor, "pinned") for minor in minors]
    return [Environment(minors[0], "oldest"), *pinned, Environment(minors[-1], "newest")]


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

    os.environ["SITE_CACHE"] = "off"  # a page that was kept runs nothing
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
    from scripts.blocks import run as blocks

    then, may_differ = run.result, "differs" in run.options
    if bool(then.error) != bool(again.error):
        yield "error", then.error or "none", again.error or "none"
        return
    for stream, printed in (("stdout", then.stdout), ("stderr", then.stderr)):
        now = getattr(again, stream)
        if printed != now and not (then.error or (may_differ and blocks.near(printed, now, 1e-6))):
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


def rerun(todo: list, environment: Environment, versions: dict[str, str]) -> list[str]:
    """Run all programs there; what differs, in words."""
    from scripts.blocks import figures
    from scripts.blocks import run as blocks

    wrong = []
    with_ = ", ".join(f"{name} {version}" for name, version in versions.items())
    how = {"python": environment.program, "folder": environment.folder}
    workers = {True: blocks.Worker(**how), False: blocks.Worker("--plain", **how)}
    try:
        for run in todo:
            again = workers["matplotlib" in run.result.text].run(
                run.result.text, run.timeout, run.wanted
            )
            again.figures = [figures.clean(svg) for svg in again.figures]
            for what, then, now in differences(run, again):
                lines = unified_diff(
                    then.splitlines(), now.splitlines(), "on the page", "there", "", "", 0, ""
                )
                told = "\n".join(f"    {line}" for line in lines)
                wrong.append(f"{run}: with {with_}, its {what} differs\n{told}")
    finally:
        for worker in workers.values():
            worker.stop()
    return wrong


def tests(environment: Environment) -> tuple[int, str]:
    """How many tests of snippets/ passed, and what failed."""
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
    return int(passed[1]) if passed else 0, done.stdout + done.stderr if done.returncode else ""


def taken(environments: list[Environment]) -> str:
    """What fails of the notebooks and programs that one takes along, run by these Pythons."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/downloads", "-k", "kernel or program_prints"],
        cwd=ROOT,
        env=os.environ | {"TAKEN_WITH": os.pathsep.join(one.program for one in environments)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr if done.returncode else ""


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    found = pythons()
    if not found:
        say("there is none of the supported Pythons")
        return 1
    try:
        todo = programs()
        environments = matrix(found)
        made = [environment.make(found[environment.python]) for environment in environments]
    except VersionsError as error:
        say(str(error))
        return 1

    def whole(environment: Environment, versions: dict[str, str]) -> tuple[list[str], int]:
        wrong = rerun(todo, environment, versions)
        passed, failed = tests(environment)
        named = ", ".join(f"{name} {version}" for name, version in versions.items())
        say(f"{named}: {len(todo)} programs, {len(wrong)} differ; {passed} tests passed")
        return wrong + [f"with {named}, tests of snippets/ fail:\n{failed}"] * bool(failed), passed

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(whole, environments, made))
    wrong = [line for lines, _ in done for line in lines]
    if failed := taken([environments[0], environments[-1]]):
        wrong.append(f"notebooks or programs that one takes along fail:\n{failed}")
    say("\n".join(wrong))

    from scripts.site.gates import record

    absent = [minor for minor in PYTHONS if minor not in found]
    said = f"{len(todo)} programs of the pages and {done[0][1]} tests, each on {len(made)} sets of versions"
    said += "; notebooks and programs on the oldest and the newest"
    said += "; in the page's own Python too, by the browser's tests"
    said += f"; Python {', '.join(absent)} was not on the machine" if absent else ""
    spread = {name: dict.fromkeys(versions[name] for versions in made) for name in OLDEST}
    with_ = {name: ", ".join(sorted(versions, key=numbers)) for name, versions in spread.items()}
    record("versions", said, ok=not wrong, with_=with_)
    return 1 if wrong else 0


def numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


if __name__ == "__main__":
    sys.exit(main())
