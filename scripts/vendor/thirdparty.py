"""Fetches other people's files that the site publishes, each verified by its SHA-256.

`thirdparty.json` names for each package its version, where it can be had and the sum of every file taken. Sources are
tried in order, and each gives what is still missing: an address, a PyPI wheel that carries the files, the npm package.
A file lands in `.cache/<name>-<version>/` once it is verified, and is not fetched again; one that broke off is continued.

    python -m scripts.vendor.thirdparty        fetch everything now, for instance before going offline
"""

import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts.text.cache import FOLDER

PINS = Path(__file__).with_name("thirdparty.json")
PATIENCE = 20  # seconds without an answer from an address
FAILURES = (OSError, subprocess.SubprocessError, RuntimeError)


class FetchError(Exception):
    """No source gave the pinned files."""


def silent(text: str) -> None:
    """What a build, which has no time for it, says of each step."""


def fetch(
    name: str, folder: Path = FOLDER, pins: Path = PINS, say: Callable[[str], None] = silent
) -> Path:
    """The folder with the verified files of package `name`; `say` is told of each step."""
    pin = json.loads(pins.read_text("utf-8"))[name]
    target = folder / f"{name}-{pin['version']}"
    tried = []
    for source in pin["sources"]:
        missing = wrong_files(target, pin["files"])
        if not missing:
            break
        kind, label = next((kind, source[kind]) for kind in SOURCES if kind in source)
        say(f"{name} {pin['version']}: {len(missing)} files are missing, asking {kind} {label}")
        try:
            with tempfile.TemporaryDirectory() as work:
                for file, content in SOURCES[kind](source, missing, target, Path(work)):
                    if sum_of(content) != pin["files"][file]:
                        raise FetchError(
                            f"{name} {pin['version']} from {label}: the SHA-256 of {file} is not the one in "
                            f"{pins.name}. It was not kept."
                        )
                    keep(target / file, content)
                    say(f"  {file}: {len(content) / 1e6:.1f} MB, verified")
        except FAILURES as error:
            tried.append(f"{label}: {error}")
            say(f"  {error}")
    if missing := wrong_files(target, pin["files"]):
        tried.append(f"missing: {', '.join(missing)}")
        raise FetchError(
            f"{name} {pin['version']} is needed and could not be fetched. Run `python -m scripts.vendor.thirdparty` once where "
            "the package registry can be reached.\n  " + "\n  ".join(tried)
        )
    return target


def wrong_files(folder: Path, sums: dict[str, str]) -> list[str]:
    """The files that are not in `folder`, or not as pinned."""

    def is_wrong(file: str, digest: str) -> bool:
        path = folder / file
        return not path.is_file() or sum_of(path.read_bytes()) != digest

    return [file for file, digest in sums.items() if is_wrong(file, digest)]


def sum_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def integrity(content: bytes) -> str:
    """Its SHA-256, as browsers write it."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
        unfinished.write(content)
    Path(unfinished.name).chmod(0o644)
    Path(unfinished.name).replace(path)


# --- the kinds of sources: each gives the files that it has, one by one -----------------------------


def from_url(source: dict, files: list[str], target: Path, work: Path) -> Iterator:
    for file in files:
        part = target / f"{file}.part"
        download(source["url"] + file, part)
        content = part.read_bytes()
        part.unlink()
        yield file, content


def download(address: str, part: Path) -> None:
    """Download to `part`, from where an earlier try broke off."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        part.parent.mkdir(parents=True, exist_ok=True)
        have = have if answer.status == 206 else 0
        with part.open("ab" if have else "wb") as file:
            shutil.copyfileobj(answer, file)
        if part.stat().st_size < have + int(answer.headers["Content-Length"] or 0):
            raise OSError(f"{address} broke off; the next try goes on from there")


def from_pip(source: dict, files: list[str], target: Path, work: Path) -> Iterator:
    wanted = work / "wanted.txt"
    wanted.write_text(f"{source['pip']} --hash=sha256:{source['sha256']}\n")
    run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--ignore-requires-python",
        "--require-hashes", "-r", str(wanted), "-d", str(work))  # fmt: skip
    with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
        yield from members(source, files, set(wheel.namelist()), wheel.read)


def from_npm(source: dict, files: list[str], target: Path, work: Path) -> Iterator:
    npm = shutil.which("npm") or "npm"
    run(npm, "pack", "--silent", source["npm"], "--pack-destination", str(work))
    with tarfile.open(next(work.glob("*.tgz"))) as archive:
        names = {member.name for member in archive if member.isfile()}
        yield from members(source, files, names, lambda name: archive.extractfile(name).read())


def members(source: dict, files: list[str], names: set[str], read: Callable) -> Iterator:
    """The wanted files of an archive, which may keep them in more than one folder."""
    for file in files:
        places = [f"{folder}/{file}" for folder in source["folders"]]
        if place := next(filter(names.__contains__, places), None):
            yield file, read(place)


SOURCES = {"url": from_url, "pip": from_pip, "npm": from_npm}


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise RuntimeError(f"{Path(command[0]).name} failed: {last}")


if __name__ == "__main__":
    try:
        for package in json.loads(PINS.read_text("utf-8")):
            print(f"{package}: {fetch(package, say=print)}", flush=True)
    except FetchError as error:
        sys.exit(str(error))
