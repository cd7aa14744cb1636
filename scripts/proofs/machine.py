"""What the proofs need of the machine, found or installed: packages in .cache/venv, browsers, packages of Node.js.

It needs Python alone, and says each step.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.site.quality import PINS
from scripts.text.cache import FOLDER, ROOT
from scripts.text.command import run

VENV, NODE = FOLDER / "venv", FOLDER / "node"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CHROMIUM_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
ENGINES = {
    "Firefox": ["firefox-esr"],
    "WebKit": ["webkit2gtk-driver", "xvfb"],
    "GoAccess": ["goaccess", "nginx-light"],
}  # and Debian's packages of each
VERSIONS: dict[str, dict[str, str]] = {}  # of the browsers, by what a lane needs
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


class CheckError(Exception):
    """A step failed; the message says what to do."""


def say(text: str) -> None:
    print(text, flush=True)


def must(*command: object) -> None:
    """Run a command, its output on the screen."""
    if code := run(*command, log=None).returncode:
        raise CheckError(f"{' '.join(map(str, command))} (exit {code})")


def attempt(*command: object) -> str | None:
    """What a command says, or None (and its last words on the screen) if it fails."""
    try:
        done = run(*command, limit=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"  {error}")
        return None
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["no message"])[-1]
        say(f"  {Path(command[0]).name} failed: {last}")
        return None
    return done.stdout


def is_there(folder: Path, wanted: str, files: str) -> bool:
    """Whether `folder` was filled with what is wanted now; if not, it is no longer marked as filled."""
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        say(f"{folder.relative_to(ROOT)} is as {files} wants it")
        return True
    say(f"installing {files} into {folder.relative_to(ROOT)}")
    stamp.unlink(missing_ok=True)
    return False


def sum_of(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def environment() -> None:
    """A virtual environment of the project's own."""
    if sys.version_info < (3, 11, 5):  # the packages of requirements.txt want it
        raise CheckError(f"Python 3.11.5 or newer is needed; this is {sys.version.split()[0]}")
    wanted = sum_of(*((ROOT / path).read_bytes() for path in PINS), sys.version.encode())
    if is_there(VENV, wanted, " and ".join(PINS)) and PYTHON.exists():
        return
    must(sys.executable, "-m", "venv", "--clear", VENV)
    files = [part for path in PINS for part in ("-r", path)]
    must(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *files)
    (VENV / "installed").write_text(wanted)


def node_packages() -> None:
    files = [ROOT / "tests" / "node" / name for name in ("package.json", "package-lock.json")]
    wanted = sum_of(*(path.read_bytes() for path in files))
    if is_there(NODE, wanted, "tests/node/package-lock.json"):
        return
    npm = shutil.which("npm")
    if not npm:
        raise CheckError("there is no npm on the PATH: install Node.js 20.19 or newer")
    NODE.mkdir(parents=True, exist_ok=True)
    for path in files:
        shutil.copy(path, NODE)
    must(npm, "ci", "--silent", "--ignore-scripts", "--prefix", NODE)
    (NODE / "installed").write_text(wanted)


def chromium() -> None:
    """Find or get a Chromium and name it in $CHROMIUM for the tests."""
    path, apt = find_chromium(), apt_get()
    for way in (
        [PYTHON, "-m", "playwright", "install", "chromium"],
        [*apt, "update"],
        [*apt, "install", "chromium"],
    ):
        if not path:
            say(f"there is no Chromium; trying `{' '.join(map(str, way))}`")
            attempt(*way)
            path = find_chromium()
    if not path:
        raise CheckError(
            "there is no Chromium and none could be installed. Install one, or name it: "
            "CHROMIUM=/path/to/chromium python scripts/check.py"
        )
    os.environ["CHROMIUM"] = path
    said = attempt(path, "--version") or ""
    VERSIONS["chromium"] = {"Chromium": number_in(said)}
    say(f"{said.strip()} at {path}")


def number_in(said: str | None) -> str:
    return (re.findall(r"[\d.]+", said or "") or [""])[0]


def apt_get() -> list[str]:
    sudo = ["sudo", "-n"] if hasattr(os, "geteuid") and os.geteuid() else []
    return [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y"]


def find_chromium() -> str | None:
    """$CHROMIUM, or one on the PATH, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        if not attempt(named, "--version"):
            raise CheckError(f"$CHROMIUM names {named}, which does not start")
        return named
    for path in filter(None, map(shutil.which, CHROMIUM_NAMES)):
        if attempt(path, "--version"):
            return path
    own = (attempt(PYTHON, "-c", PLAYWRIGHTS_OWN) or "").strip()
    return own if Path(own).is_file() and attempt(own, "--version") else None


def engines() -> None:
    """Find or get Firefox, WebKit and GoAccess. Where one cannot be had, the lane says that it is not tried."""
    found = VERSIONS["engines"] = {}
    for name, packages in ENGINES.items():
        if not find_engine(name):
            say(f"there is no {name}; trying apt-get")
            attempt(*apt_get(), "update")
            attempt(*apt_get(), "install", "--no-install-recommends", *packages)
        if path := find_engine(name):
            # WebKitWebDriver tells no version
            asked = ("dpkg-query", "-Wf", "${Version}", packages[0])
            found[name] = number_in(attempt(*(asked if name == "WebKit" else (path, "--version"))))
            say(f"{name} {found[name]} at {path}")


def find_engine(name: str) -> str | None:
    """What is Firefox, drives WebKit, which wants a screen (Xvfb is one that nobody sees), or counts in nginx's log."""
    if name == "GoAccess":
        return shutil.which("nginx") and shutil.which("goaccess")
    if name == "WebKit":
        return shutil.which("Xvfb") and shutil.which("WebKitWebDriver")
    return shutil.which("firefox-esr") or shutil.which("firefox")
