"""Proves the project. It needs Python alone and gets the rest itself.

    python scripts/check.py                    what a change can break: all that is not proved of the files as they are
    python scripts/check.py --all              everything, whatever was proved before: each week, and before a release
    python scripts/check.py lint pages         these lanes alone, anew
    python scripts/check.py page PAGE          one page, while one writes it: scripts/proofs/page.py

A lane is a proof: scripts/site/quality.py lists them, each with all that can change its result. Two run at a time. At the
end stands what was proved and what was not, and the page "Quality" of the built site says the same.
"""

import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# As for `python -m`: the folders beside this file have names of the standard library.
sys.path[0] = str(ROOT)

from scripts.site import quality  # noqa: E402
from scripts.site.quality import LANES  # noqa: E402

VENV = ROOT / ".cache" / "venv"
NODE = ROOT / ".cache" / "node"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
REQUIREMENTS = tuple(ROOT / path for path in quality.PINS)
CHROMIUM_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
BUDGET = 15  # minutes on two cores, without --all, where nothing is proved yet
UNPROVED = re.compile(r"^(?:NOT |SKIPPED ).*", re.MULTILINE)  # how a lane says what it leaves out
ALSO = re.compile(r"^PROVED: (.*)", re.MULTILINE)  # and what it proved besides its last line


class CheckError(Exception):
    """A step failed; the message says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="prove everything anew")
    parser.add_argument("lanes", nargs="*", metavar="lane", help=f"one of {', '.join(LANES)}")
    asked = parser.parse_args()
    if asked.lanes[:1] == ["page"]:
        environment()
        command = [PYTHON, "-m", "scripts.proofs.page", *asked.lanes[1:]]
        return subprocess.run(list(map(str, command)), cwd=ROOT).returncode
    if unknown := set(asked.lanes) - set(LANES):
        parser.error(f"no lane {', '.join(sorted(unknown))}; there are {', '.join(LANES)}")
    started = time.monotonic()
    os.environ.update(MPLBACKEND="Agg", NO_MKDOCS_2_WARNING="1")
    os.environ.pop("PYTHONPATH", None)
    chosen = asked.lanes or [name for name in LANES if asked.all or not LANES[name].weekly]
    for name in chosen if asked.all or asked.lanes else ():
        shutil.rmtree(quality.KEPT / name, ignore_errors=True)

    ready = {"environment": timed("environment", environment)}
    if ready["environment"]:
        steps = {"chromium": chromium, "node": node_packages, "runtime": runtime}
        needs = {need for name in chosen for need in LANES[name].needs.split()}
        ready |= {need: timed(need, step) for need, step in steps.items() if need in needs}
        ready["build"] = timed("build", build)
    todo = [name for name in chosen if not is_proved(name)]
    ran = prove(todo) if ready["environment"] else {}
    if ran and ready["build"]:
        ready["build"] = timed("build, which says what was proved", build)
    title("what is proved")
    for name in LANES:
        say(line(name, ran))
    say(
        f"{(time.monotonic() - started) / 60:.1f} minutes"
        + f" of at most {BUDGET}" * (not asked.all)
    )
    wrong = [step for step, ok in ready.items() if not ok]
    wrong += [
        name for name, found in ran.items() if not (found["ok"] or pardoned(name, asked.lanes))
    ]
    if wrong:
        say(f"FAILED: {', '.join(wrong)}")
    return 1 if wrong else 0


def is_proved(name: str) -> bool:
    found = quality.proof(name)
    return bool(found and found["ok"] and found["tools"] == tools(name))


def tools(name: str) -> dict[str, str]:
    """With what a lane proves: packages, and the browser of this machine."""
    found = quality.versions(LANES[name].tools)
    if "chromium" in LANES[name].needs:
        found["Chromium"] = os.environ.get("CHROMIUM_VERSION", "")
    return found


def pardoned(name: str, asked: list[str]) -> bool:
    """Whether this lane may fail, which it may not if one asks for it by its name."""
    if not LANES[name].may_fail or name in asked:
        return False
    if "GITHUB_ACTIONS" in os.environ:
        say(
            f"::warning::{name} FAILED; allowed, the reason stands in the log"
        )  # shown on the run's page
    return True


def prove(names: list[str]) -> dict[str, dict]:
    """Run these lanes, two at a time; what each found."""
    with tempfile.TemporaryDirectory() as shared:
        os.environ["PYTEST_SHARED"] = shared  # the sites that the tests build, once for all lanes
        beside = [name for name in names if not LANES[name].alone]
        with ThreadPoolExecutor(2) as pool:
            found = dict(zip(beside, pool.map(prove_one, beside), strict=True))
        return found | {name: prove_one(name) for name in names if LANES[name].alone}


def prove_one(name: str) -> dict:
    """Run a lane, and keep what it found if the files are still as they were."""
    started, key, ok = time.monotonic(), quality.key(name), True
    folder = quality.KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "proof.json").unlink(missing_ok=True)
    say(f"{name}: begun; {(folder / 'log').relative_to(ROOT)} grows")
    with (folder / "log").open("w", encoding="utf-8") as log:
        for command in LANES[name].runs:
            words = shlex.split(command)
            settings = {}
            while "=" in words[0]:
                settings |= [words.pop(0).split("=")]
            done = subprocess.run(
                [str(PYTHON), "-m", *words],
                cwd=ROOT,
                env=os.environ | settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            ok = ok and not done.returncode
            if done.returncode:
                log.write(f"{command} (exit {done.returncode})\n")
    output = (folder / "log").read_text("utf-8", errors="replace")
    last = output.strip().rpartition("\n")[2]
    found = {
        "key": key,
        "ok": ok,
        "said": "; ".join(
            [*ALSO.findall(output), re.sub(r" in [\d.]+s.*", "", last) or "nothing to say"]
        ),
        "left": UNPROVED.findall(output),
        "seconds": round(time.monotonic() - started),
        "tools": tools(name),
    }
    title(f"{name}, {found['seconds']} s")
    say(output + (f"FAILED: {LANES[name].mend}" if not ok and LANES[name].mend else ""))
    if quality.key(name) == key:
        quality.keep(name, found)
    else:
        found["left"].append("NOT KEPT: files were changed meanwhile")
    return found


def line(name: str, ran: dict[str, dict]) -> str:
    """A lane's line in the table: what it proved, how many, in how many seconds, and what it left."""
    found = ran.get(name) or quality.proof(name)
    if not found:
        why = "--all proves it" if LANES[name].weekly else "not of these files"
        return f"{name:13} NOT PROVED        {why}"
    state = ("passed" if name in ran else "kept") if found["ok"] else "FAILED"
    lines = [f"{name:13} {state:10} {found['seconds']:4} s  {found['said']}", *found["left"]]
    return "\n                     ".join(lines)


def timed(name: str, step) -> bool:
    """Take a step before the lanes; whether it succeeded."""
    title(name)
    started = time.monotonic()
    try:
        step()
    except CheckError as error:
        say(f"FAILED: {error}")
        return False
    say(f"{name}: {time.monotonic() - started:.0f} s")
    return True


def title(text: str) -> None:
    say(f"\n── {text} " + "─" * (70 - len(text)))


def say(text: str) -> None:
    print(text, flush=True)


def run(*command: object) -> None:
    """Run a command from the root of the project, its output on the screen."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise CheckError(f"{' '.join(map(str, command))} (exit {done.returncode})")


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
    said = attempt(path, "--version") or ""
    os.environ["CHROMIUM_VERSION"] = (re.findall(r"[\d.]+", said) or [""])[0]
    say(f"{said.strip()} at {path}")


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


def build() -> None:
    run(PYTHON, "-m", "mkdocs", "build", "--strict")


def runtime() -> None:
    """The Python that runs in the page: a build publishes it if it is there, and does not wait for it."""
    run(PYTHON, "-m", "scripts.vendor.runtime")


if __name__ == "__main__":
    sys.exit(main())
