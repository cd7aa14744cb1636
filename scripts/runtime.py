"""The Python that runs in the page: Pyodide with NumPy and Matplotlib, published on the site's own origin.

    python -m scripts.runtime            fetch the files, and make them quicker to start; they stay in .cache/
    python -m scripts.runtime --pin      make them anew and write their sums into runtime.json, after a change

thirdparty.json pins the files as their makers ship them. A build never waits for a download: it publishes what is
there, and `mkdocs serve` fetches beside it. Without the files the site is built without them, and its pages say so.
"""

import hashlib
import io
import json
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts import thirdparty
from scripts.cache import FOLDER
from scripts.thirdparty import FetchError, sum_of, wrong_files

PINS = Path(__file__).with_name("runtime.json")
PARTS = ("pyodide", "pyodide-licence", "python-licence")  # in thirdparty.json
EDITOR = "prism-code-editor"  # likewise: in it one changes what runs
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
ADDRESS = "assets/python/"
ARRIVED = (
    FOLDER / "python"
)  # a file is written here when the files are there, for `mkdocs serve` to see
ABSENT = (
    "THE PAGES OF THIS BUILD CANNOT RUN CODE: the Python for that is not in .cache/, and a build does not wait for it.\n"
    "`python -m scripts.runtime` fetches it, once; then build again."
)
LICENCE = re.compile(r"\.dist-info/(licenses/.*|LICENSE[^/]*)$|/LICENSE_\w+$")
ORIGINS = """\
Pyodide is under the Mozilla Public License 2.0. Its source, to which nothing was added: https://github.com/pyodide/pyodide
Python is under the licence of the Python Software Foundation. What follows are the texts, and those of the packages.
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

    def write(self, site: Path) -> None:
        folder = site / self.address
        folder.mkdir(parents=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def available(folder: Path = FOLDER) -> Publication | None:
    """What can be published without fetching anything."""
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    kept = {name: folder / f"{name}-{pins[name]['version']}" for name in (*PARTS, EDITOR)}
    if any(wrong_files(path, pins[name]["files"]) for name, path in kept.items()):
        return None
    files = {name: (kept["pyodide"] / name).read_bytes() for name in pins["pyodide"]["files"]}
    texts = [(name, (kept[name] / "LICENSE").read_text("utf-8")) for name in PARTS[1:]]
    files["licences.txt"] = licences(texts, files).encode()
    files["pyodide-lock.json"] = lock(files).encode()
    return Publication(pins["pyodide"]["version"], files, kept[EDITOR])


def lock(files: dict[str, bytes]) -> str:
    """Pyodide's list of packages, with these alone: it checks each archive by its sum."""
    listed = json.loads(PINS.read_text("utf-8"))["lock"]
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


def make(folder: Path = FOLDER) -> Publication:
    """Fetch what is missing, and say so."""
    for name in (*PARTS, EDITOR):
        thirdparty.fetch(name, folder, say=say)
    return available(folder)


def say(text: str) -> None:
    print(f"Python for the page: {text}", flush=True)


def main() -> int:
    try:
        made = make()
    except FetchError as error:
        say(str(error))
        return 1
    ARRIVED.mkdir(parents=True, exist_ok=True)
    (ARRIVED / "address").write_text(made.address)
    size = sum(map(len, made.files.values())) / 1e6
    say(f"{len(made.files)} files, {size:.1f} MB, as {made.address}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
