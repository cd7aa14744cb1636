"""The Python that runs in the page: Pyodide with NumPy and Matplotlib, published on the site's own origin.

    python -m scripts.vendor.runtime            fetch the files, and make them quicker to start; they stay in .cache/
    python -m scripts.vendor.runtime --pin      make them anew and write their sums into runtime.json, after a change

thirdparty.json pins the files as their makers ship them. From those, slim.py makes smaller and precompiled archives, in
that same Pyodide under Node, and runtime.json pins these. Without Node the files are published as shipped: slower to
start, else the same. A build never waits for either: it publishes what is there, and `mkdocs serve` fetches beside it.
Without the files the site is built without them, and its pages say so.
"""

import argparse
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts.text.cache import FOLDER
from scripts.vendor import thirdparty
from scripts.vendor.thirdparty import FetchError, integrity, sum_of, wrong_files

PINS = Path(__file__).with_name("runtime.json")
SLIM = PINS.with_name("slim.py")
PARTS = ("pyodide", "pyodide-licence", "python-licence")  # in thirdparty.json
EDITOR = "prism-code-editor"  # likewise: in it one changes what runs
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LOCK = "pyodide-lock.json"
ADDRESS = "assets/python/"
ARRIVED = FOLDER / "python"  # something changes here when the files are there; `serve` watches it
ABSENT = (
    "THE PAGES OF THIS BUILD CANNOT RUN CODE: the Python for that is not in .cache/, and a build does not wait for it.\n"
    "`python -m scripts.vendor.runtime` fetches it, once; then build again."
)
# Run by Node: slim.py, in the Pyodide of the folder of files as shipped.
MAKE = """
const [shipped, slim, program] = process.argv.slice(1)
const { pathToFileURL } = await import("node:url")
const { loadPyodide } = await import(pathToFileURL(shipped + "/pyodide.mjs"))
const env = { MPLBACKEND: "svg", PYTHONHASHSEED: "0", PYTHONNODEBUGRANGES: "1" }
const python = await loadPyodide({ env })
await python.loadPackage(["matplotlib"], { messageCallback() {} })
for (const [place, folder] of Object.entries({ "/shipped": shipped, "/slim": slim })) {
  python.FS.mkdir(place)
  python.mountNodeFS(place, folder)
}
python.runPython((await import("node:fs")).readFileSync(program, "utf-8"))
"""
LICENCE = re.compile(r"\.dist-info/(licenses/.*|LICENSE[^/]*)$|/LICENSE_\w+$")
ORIGINS = """\
Pyodide is under the Mozilla Public License 2.0. Its source: https://github.com/pyodide/pyodide
Python is under the licence of the Python Software Foundation. What follows are the texts, and those of the packages.
Changes: some files of the packages are left out, and some modules are compiled to bytecode. Nothing was added.
"""


@dataclass
class Publication:
    """What is published: files, under an address that changes with any of them."""

    version: str
    files: dict[str, bytes]
    editor: Path  # the folder with the files of the editor

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of what every run needs, and of all."""
        size = {name: len(content) for name, content in self.files.items()}
        return {"core": sum(size[name] for name in CORE), "whole": sum(size.values())}

    @property
    def address(self) -> str:
        whole = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            whole.update(f"{name} {sum_of(content)}\n".encode())
        return f"{ADDRESS}{self.version}-{whole.hexdigest()[:8]}/"

    @property
    def described(self) -> dict:
        """What a page knows of it before it fetches any: where it is, how large, and the sum of the list of sums."""
        return {
            "address": self.address,
            "sum": f"sha256-{integrity(self.files[LOCK])}",
        } | self.sizes

    def write(self, site: Path) -> None:
        folder = site / self.address
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def available(folder: Path = FOLDER, slim: bool = True) -> Publication | None:
    """What can be published without fetching or making anything."""
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    kept = {name: folder / f"{name}-{pins[name]['version']}" for name in (*PARTS, EDITOR)}
    if any(wrong_files(path, pins[name]["files"]) for name, path in kept.items()):
        return None
    files = {name: (kept["pyodide"] / name).read_bytes() for name in pins["pyodide"]["files"]}
    texts = [(name, (kept[name] / "LICENSE").read_text("utf-8")) for name in PARTS[1:]]
    files["licences.txt"] = licences(texts, files).encode()
    if slim and (made := slim_folder(folder)).is_dir():
        files |= read_slim(made)
    files[LOCK] = lock(files).encode()
    return Publication(pins["pyodide"]["version"], files, kept[EDITOR])


def slim_folder(folder: Path) -> Path:
    """Where the archives are kept that runtime.json pins; others are in another folder."""
    return folder / f"slim-{sum_of(json.dumps(pinned('slim')).encode())[:8]}"


def maker() -> str:
    """The sum of the programs that make the archives: other ones must pin what they make."""
    return sum_of((MAKE + SLIM.read_text("utf-8")).encode())


def read_slim(folder: Path) -> dict[str, bytes]:
    if wrong := wrong_files(folder, pinned("slim")):
        raise FetchError(
            f"the SHA-256 of {', '.join(wrong)} in {folder} is not the one in {PINS.name}. If slim.py or Pyodide was changed "
            "on purpose, run `python -m scripts.vendor.runtime --pin`; else delete the folder."
        )
    return {name: (folder / name).read_bytes() for name in pinned("slim")}


def pinned(what: str) -> dict:
    return json.loads(PINS.read_text("utf-8"))[what]


def lock(files: dict[str, bytes]) -> str:
    """Pyodide's list of packages, with these alone; and the sums of all files, which the page holds them against."""
    listed = pinned("lock")
    listed["sums"] = {name: f"sha256-{integrity(files[name])}" for name in sorted(files)}
    for package in listed["packages"].values():
        package["sha256"] = sum_of(files[package["file_name"]])
    return json.dumps(listed, indent=1) + "\n"


def licences(texts: list[tuple[str, str]], files: dict[str, bytes]) -> str:
    """The licences of all that is published, in one file."""
    texts = list(texts)
    for name in sorted(files):
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(files[name])) as wheel:
                texts += [
                    (f"{name.split('-')[0]}: {member}", wheel.read(member).decode())
                    for member in sorted(wheel.namelist())
                    if LICENCE.search(member)
                ]
    line = "=" * 80
    return ORIGINS + "".join(f"\n{line}\n{title}\n{line}\n\n{text}" for title, text in texts)


def make(folder: Path = FOLDER, pin: bool = False) -> Publication:
    """Fetch and make what is missing, and say so; with `pin`, make all archives anew and pin them."""
    for name in (*PARTS, EDITOR):
        thirdparty.fetch(name, folder, say=say)
    if pin or not slim_folder(folder).is_dir():
        make_slim(folder, pin)
    return available(folder)


def make_slim(folder: Path, pin: bool) -> None:
    node = shutil.which("node")
    if not node:
        say("there is no Node.js to make the files quicker to start; they are published as shipped")
        return
    say("making the archives smaller and precompiled, about half a minute")
    with tempfile.TemporaryDirectory(dir=folder) as work:
        shipped = available(folder, slim=False)
        shipped.write(Path(work))
        made = Path(work, "made")
        made.mkdir()
        command = [
            node,
            "--input-type=module",
            "-e",
            MAKE,
            str(Path(work, shipped.address)),
            str(made),
        ]
        done = subprocess.run([*command, str(SLIM)], capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or "no message")[-500:]
            say(f"Node.js failed, so they are published as shipped: {last}")
            return
        if pin:
            sums = {path.name: sum_of(path.read_bytes()) for path in sorted(made.iterdir())}
            pins = json.loads(PINS.read_text("utf-8")) | {"maker": maker(), "slim": sums}
            PINS.write_text(json.dumps(pins, indent=1) + "\n", "utf-8")
        read_slim(made)
        for old in folder.glob("slim-*"):
            shutil.rmtree(old)
        made.rename(slim_folder(folder))


def say(text: str) -> None:
    print(f"Python for the page: {text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pin", action="store_true", help="pin the archives as they are made now")
    try:
        made = make(pin=parser.parse_args().pin)
    except FetchError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    ARRIVED.mkdir(parents=True, exist_ok=True)
    (ARRIVED / "address").write_text(made.address)
    size = sum(map(len, made.files.values())) / 1e6
    say(f"{len(made.files)} files, {size:.1f} MB, as {made.address}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
