"""Proves the whole project: lint, build, tests. It needs Python alone and gets the rest itself.

    python scripts/check.py                    everything
    python scripts/check.py lint site          these steps alone

Steps: lint (the code, and every formula against the code beside it); build (the site, strictly); and
the tests, in one run of pytest: snippets (the mathematics, with complete coverage), engine (each way
to break a page, the cache), site (the built HTML), browser (the same in Chromium), downloads (what
one takes along, run elsewhere). Then mutation: whether the tests of snippets/ find the faults that
are planted there, in what has changed since it was last proved. Then versions: what the pages print,
with other versions of Python, NumPy and Matplotlib. Then supply: whose work is published is listed.
Then reach: what the built lessons cost their reader, with the goals for it. A run with build or reach
ends with the site built anew: its page "Quality" says what was found. Last zensical: the site built
by another program, and the same tests of its HTML. It may fail without failing the whole run, and
says why.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(
    ROOT
)  # as for `python -m`: the folders beside this file have names of the standard library
VENV = ROOT / ".cache" / "venv"
NODE = ROOT / ".cache" / "node"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt")
CHROMIUM_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
GROUPS = ("engine", "site", "browser", "downloads", "snippets")  # folders of tests/
STEPS = (
    *("lint", "build", *GROUPS),
    *("mutation", "versions", "supply", "reach", "zensical"),
)
MUTATION_LIMIT = 1500  # seconds for what has changed; asked for by its name, it tries everything


class CheckError(Exception):
    """A step failed; the message says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("steps", nargs="*", metavar="step", help=f"one of {', '.join(STEPS)}")
    asked = parser.parse_args().steps
    if unknown := set(asked) - set(STEPS):
        parser.error(f"no step {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    allowed = {"zensical"} - set(asked)  # it may fail, unless one asks for it by its name
    asked = asked or STEPS

    os.environ.update(MPLBACKEND="Agg", NO_MKDOCS_2_WARNING="1")
    os.environ.pop("PYTHONPATH", None)
    done = [timed("environment", environment)]
    if done[0][1]:
        for name, asked_by, step, *given in (
            ("chromium", {"browser", "reach"}, chromium),
            ("node packages", {"site", "reach"}, node_packages),
            ("lint", {"lint"}, lint),
            ("runtime", {"build", "site", "browser", "downloads"}, runtime),
            ("build", {"build"}, build),
            ("tests", GROUPS, tests, [group for group in asked if group in GROUPS]),
            ("mutation", {"mutation"}, mutation, asked is not STEPS),
            ("versions", {"versions"}, versions),
            ("supply", {"supply"}, supply),
            ("reach", {"reach"}, reach),
            ("quality", {"build", "reach"}, quality),
            ("zensical", {"zensical"}, zensical),
        ):
            if set(asked_by) & set(asked):
                done.append(timed(name, step, *given))

    title("summary")
    for name, ok, seconds in done:
        pardon = "; allowed, the reason stands above" if not ok and name in allowed else ""
        say(f"{'ok    ' if ok else 'FAILED'} {name} ({seconds:.0f} s){pardon}")
        if pardon and "GITHUB_ACTIONS" in os.environ:
            say(f"::warning::{name} FAILED{pardon} in the log")  # shown on the run's page
    return 0 if all(ok or name in allowed for name, ok, _ in done) else 1


def timed(name: str, step, *args) -> tuple[str, bool, float]:
    title(name)
    started = time.monotonic()
    try:
        step(*args)
        ok = True
    except CheckError as error:
        say(f"FAILED: {error}")
        ok = False
    seconds = time.monotonic() - started
    say(f"{name}: {seconds:.0f} s")
    return name, ok, seconds


def title(text: str) -> None:
    say(f"\n── {text} " + "─" * (70 - len(text)))


def say(text: str) -> None:
    print(text, flush=True)


def run(*command: object, mend: str = "") -> None:
    """Run a command from the root of the project, its output on the screen; `mend` is what helps if it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        said = f"{' '.join(map(str, command))} (exit {done.returncode})"
        raise CheckError(f"{said}; this mends it: {mend}" if mend else said)


def attempt(*command: object, limit: float = 600) -> str | None:
    """What a command prints, or None (and its last words on the screen) if it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"  {error}")
        return None
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["no message"])[-1]
        say(f"  {Path(command[0]).name} failed: {last}")
        return None
    return done.stdout


# --- the steps ------------------------------------------------------------------------------------


def environment() -> None:
    """A virtual environment of the project's own, in .cache/venv."""
    if sys.version_info < (3, 11, 5):  # the packages of requirements.txt want it
        raise CheckError(f"Python 3.11.5 or newer is needed; this is {sys.version.split()[0]}")
    pins = b"".join(path.read_bytes() for path in REQUIREMENTS)
    wanted = hashlib.sha256(pins + sys.version.encode()).hexdigest()
    stamp = VENV / "installed"
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        say(f"{VENV.relative_to(ROOT)} is as requirements.txt and tests/requirements.txt want it")
        return
    say(f"installing requirements.txt and tests/requirements.txt into {VENV.relative_to(ROOT)}")
    run(sys.executable, "-m", "venv", "--clear", VENV)
    files = [part for path in REQUIREMENTS for part in ("-r", path)]
    run(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *files)
    stamp.write_text(wanted)


def chromium() -> None:
    """Find or get a Chromium and name it in $CHROMIUM for the tests."""
    path = find_chromium() or playwright_chromium() or packaged_chromium()
    if not path:
        raise CheckError(
            "there is no Chromium and none could be installed. Install one, or name it: "
            "CHROMIUM=/path/to/chromium python scripts/check.py"
        )
    os.environ["CHROMIUM"] = path
    version = subprocess.run([path, "--version"], capture_output=True, text=True)
    say(f"{version.stdout.strip()} at {path}")


def find_chromium() -> str | None:
    """$CHROMIUM, or one on the PATH."""
    if named := os.environ.get("CHROMIUM"):
        if not attempt(named, "--version"):
            raise CheckError(f"$CHROMIUM names {named}, which does not start")
        return named
    found = filter(None, map(shutil.which, CHROMIUM_NAMES))
    return next((path for path in found if attempt(path, "--version")), None)


def playwright_chromium() -> str | None:
    say("no Chromium on the PATH; trying `playwright install chromium`")
    if attempt(PYTHON, "-m", "playwright", "install", "chromium", limit=240) is None:
        return None
    where = "from playwright.sync_api import sync_playwright as start\n"
    where += "with start() as playwright: print(playwright.chromium.executable_path)"
    path = (attempt(PYTHON, "-c", where) or "").strip()
    return path if path and attempt(path, "--version") else None


def packaged_chromium() -> str | None:
    apt, sudo = shutil.which("apt-get"), []
    if apt and os.geteuid() != 0:
        sudo = ["sudo", "-n"]
    if not apt or (sudo and attempt(*sudo, "true") is None):
        say("no apt-get that may install packages")
        return None
    say("trying `apt-get install chromium`")
    attempt(*sudo, apt, "update")
    if (
        attempt(*sudo, "env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-y", "chromium")
        is None
    ):
        return None
    return find_chromium()


def node_packages() -> None:
    """What tests/node/package-lock.json names, in .cache/node."""
    files = [ROOT / "tests" / "node" / name for name in ("package.json", "package-lock.json")]
    stamp, wanted = NODE / "installed", b"".join(path.read_bytes() for path in files)
    if stamp.exists() and stamp.read_bytes() == wanted:
        say(f"{NODE.relative_to(ROOT)} is as tests/node/package-lock.json wants it")
        return
    npm = shutil.which("npm")
    if not npm:
        raise CheckError("there is no npm on the PATH: install Node.js 20.19 or newer")
    NODE.mkdir(parents=True, exist_ok=True)
    for path in files:
        shutil.copy(path, NODE)
    run(npm, "ci", "--silent", "--ignore-scripts", "--prefix", NODE)
    stamp.write_bytes(wanted)


def html_validate() -> list[str] | None:
    """The command that validates HTML, if it is installed."""
    program = NODE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    node = shutil.which("node")
    return [node, str(program)] if node and program.exists() else None


def lint() -> None:
    run(PYTHON, "-m", "ruff", "check")
    formats = (PYTHON, "-m", "ruff", "format")
    run(*formats, "--check", mend=" ".join(map(str, formats)))
    run(PYTHON, "-m", "scripts.claims.formula_check")


def build() -> None:
    run(PYTHON, "-m", "mkdocs", "build", "--strict")


def runtime() -> None:
    """The Python that runs in the page: a build publishes it if it is there, and does not wait for it."""
    run(PYTHON, "-m", "scripts.vendor.runtime")


def tests(groups: list[str]) -> None:
    folders = [f"tests/{name}" for name in groups]
    flags = ["-n", "2", "--dist", "loadgroup", "--durations", "5", "--record"]
    if "snippets" in groups:
        flags += [
            "--cov=snippets",
            "--cov-branch",
            "--cov-fail-under=100",
            "--cov-report=term:skip-covered",
        ]
    run(PYTHON, "-m", "pytest", *flags, *folders)


def mutation(whole: bool) -> None:
    """Plant faults in snippets/, which the tests must find."""
    if os.name == "nt":
        say("NOT RUN: it splits off a process for each fault, which Windows cannot; WSL can")
        return
    how = ["--all"] if whole else ["--limit", MUTATION_LIMIT]
    run(PYTHON, "-m", "scripts.proofs.mutation", *how)


def versions() -> None:
    run(PYTHON, "-m", "scripts.proofs.versions")


def supply() -> None:
    run(PYTHON, "-m", "scripts.vendor.bill")


def reach() -> None:
    """Measure the built site."""
    run(PYTHON, "-m", "scripts.proofs.reach")


def quality() -> None:
    """Build the site once more: now the page "Quality" knows what was found."""
    build()


def zensical() -> None:
    """MkDocs' theme comes to its end in 2027; this says whether the lessons could move today."""
    command = [PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "-rfEs", "tests/site"]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ | {"SITE_BUILDER": "zensical"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    say(done.stdout)
    if done.returncode:
        wrong = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        raise CheckError("Zensical, because\n  " + "\n  ".join(wrong[:20] or [done.stdout[-500:]]))


if __name__ == "__main__":
    sys.exit(main())
