"""Fetches other people's files that the site publishes, from a package registry, each verified by its SHA-256.

`thirdparty.json` names for each package its version, where it can be had (sources are tried in order: a PyPI wheel
that carries the files, the npm package) and the sum of every file taken. The files land in `.cache/<name>-<version>/`;
what is there and verified is not fetched again.

    python -m scripts.thirdparty        fetch everything now, for instance before going offline
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from scripts.cache import FOLDER

PINS = Path(__file__).with_name("thirdparty.json")


class FetchError(Exception):
    """No source gave the pinned files."""


def fetch(name: str, folder: Path = FOLDER, pins: Path = PINS) -> Path:
    """The folder with the verified files of package `name`."""
    pin = json.loads(pins.read_text("utf-8"))[name]
    target = folder / f"{name}-{pin['version']}"
    if target.is_dir() and not wrong_files(target, pin):
        return target
    tried = []
    for source in pin["sources"]:
        with tempfile.TemporaryDirectory() as work:
            try:
                unpack(source, Path(work))
                found = collect(source, Path(work), pin["files"])
            except (OSError, subprocess.SubprocessError, KeyError, RuntimeError) as error:
                tried.append(f"{source.get('pip') or source.get('npm')}: {error}")
                continue
            if wrong := wrong_files(found, pin):
                raise FetchError(
                    f"{name} {pin['version']} from {source}: the SHA-256 of {', '.join(wrong)} is not the one in "
                    f"{pins.name}. Nothing was installed."
                )
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(found, target)
            return target
    raise FetchError(
        f"{name} {pin['version']} is needed and could not be fetched. Run `python -m scripts.thirdparty` once where "
        "the package registry can be reached.\n  " + "\n  ".join(tried)
    )


def wrong_files(folder: Path, pin: dict) -> list[str]:
    def is_wrong(file: str, digest: str) -> bool:
        path = folder / file
        return not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest

    return [file for file, digest in pin["files"].items() if is_wrong(file, digest)]


def unpack(source: dict, work: Path) -> None:
    """Download one source and unpack it into `work/unpacked`."""
    if "pip" in source:
        wanted = work / "wanted.txt"
        wanted.write_text(f"{source['pip']} --hash=sha256:{source['sha256']}\n")
        run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--require-hashes",
            "-r", str(wanted), "-d", str(work))  # fmt: skip
        with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
            wheel.extractall(work / "unpacked")
    else:
        npm = shutil.which("npm") or "npm"
        run(npm, "pack", "--silent", source["npm"], "--pack-destination", str(work))
        with tarfile.open(next(work.glob("*.tgz"))) as archive:
            archive.extractall(work / "unpacked", filter="data")


def collect(source: dict, work: Path, files: dict) -> Path:
    """A folder with the pinned files alone; a source may keep them in more than one of its own."""
    for file in files:
        places = [work / "unpacked" / folder / file for folder in source["folders"]]
        place = next((place for place in places if place.is_file()), None)
        if place:
            (work / "found" / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place, work / "found" / file)
    return work / "found"


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise RuntimeError(f"{Path(command[0]).name} failed: {last}")


if __name__ == "__main__":
    for package in json.loads(PINS.read_text("utf-8")):
        print(f"{package}: {fetch(package)}")
