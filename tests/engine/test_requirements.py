"""What is installed is pinned by version and hash, each name has its reason, and pip can always follow the pins."""

import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from kit import ROOT

from scripts.proofs import versions
from scripts.proofs.versions import PYTHONS, SETS
from scripts.site import quality

PINS = [ROOT / path for path in quality.PINS]
FILES = [*PINS, *sorted(SETS.glob("*.txt"))]
GUIDE = (ROOT / "docs/about/run-the-project.md").read_text("utf-8")
NAMES = [path.relative_to(ROOT).as_posix() for path in FILES]
COMMAND = re.compile(r"#    (uv pip compile .*) (\d\S+ .*?(\S+\.in) -o (\S+\.txt))")
NAMED = re.compile(r"([\w.-]+)(?:==([\w.]+))? +# \S.*")  # a line of a list, with its reason
PINNED = re.compile(r"([\w.-]+)(\[[\w,-]+\])?==([\w.]+)( ; [^\\]+)? \\")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """The version of each package that a file for pip names."""
    found = map(PINNED.fullmatch, text.splitlines())
    return {normal(pin[1]): pin[3] for pin in found if pin}


def source(path: Path) -> Path:
    """The list of which the file is made, by the command in its second line."""
    command = COMMAND.fullmatch(path.read_text("utf-8").splitlines()[1])
    assert ROOT / command[4] == path
    assert f'pins="{command[1]}"\n' in GUIDE
    assert f"\n$pins {command[2]}\n" in GUIDE
    return ROOT / command[3]


def listed(path: Path) -> dict[str, str | None]:
    """The names of a list and of those that it takes in, with the versions that are held."""
    found = {}
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("-r "):
            found |= listed(path.parent / line[3:])
        elif not line.startswith("#"):
            match = NAMED.fullmatch(line)
            assert match, f"{path}: write the name, ==version if it is held, and # why: {line!r}"
            found[normal(match[1])] = match[2]
    return found


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_file_for_pip_is_in_step_with_its_list(path: Path):
    _, _, *lines = path.read_text("utf-8").splitlines()
    wanted, there = listed(source(path)), pins("\n".join(lines))
    assert wanted.keys() <= there.keys()
    assert [there[name] for name, held in wanted.items() if held] == list(
        filter(None, wanted.values())
    )
    asked, name = set(), ""
    for line in lines:  # each is a pin, a hash, or for what it is there; never an address
        if pin := PINNED.fullmatch(line):
            name = normal(pin[1])
        else:
            assert re.fullmatch(r" +(--hash=sha256:[0-9a-f]{64}( \\)?|# .*)", line), line
        if re.fullmatch(r"    # +(via )?-r .*", line):
            asked.add(name)
    assert asked == wanted.keys()


def test_the_checks_take_the_versions_that_build_the_site():
    site, checks = (pins(path.read_text("utf-8")) for path in PINS)
    assert {name: site[name] for name in site.keys() & checks.keys()}.items() <= checks.items()


@pytest.mark.parametrize("page", ["about", "use"])
def test_the_reader_is_told_the_oldest_that_are_tried(page: str):
    tried = pins((SETS / "oldest.txt").read_text("utf-8"))
    numpy, matplotlib = (tried[name].rpartition(".")[0] for name in ("numpy", "matplotlib"))
    text = " ".join((ROOT / "docs" / page / "index.md").read_text("utf-8").split())
    assert f"Python {PYTHONS[0]}, NumPy {numpy} and Matplotlib {matplotlib}, " in text


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob(".github/workflows/*.yml")), ids=lambda path: path.stem
)
def test_actions_are_pinned_by_commit_with_the_version_after_it(path: Path):
    actions = re.findall(r"\buses: *(.*)", path.read_text("utf-8"))
    assert actions
    for action in actions:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v[\d.]+", action)


# --- when each package has a newer release -------------------------------------------------------------


def wheel(folder: Path, name: str, version: str) -> Path:
    """A wheel without code, which asks for what the real one asks for."""
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    with suppress(PackageNotFoundError):  # it is for other systems
        real = distribution(name).metadata
        for key in ("Requires-Dist", "Provides-Extra"):
            about += [f"{key}: {value}" for value in real.get_all(key, [])]
    inside = f"{name.replace('-', '_')}-{version}.dist-info"
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{inside}/METADATA", "\n".join(about) + "\n")
        archive.writestr(
            f"{inside}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{inside}/RECORD", "")
    return path


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """The files for pip with the hashes of made wheels, and the address of an index that has these, and a newer one of each."""
    folder, sums = tmp_path_factory.mktemp("index"), {}
    for name, version in pins("".join(path.read_text("utf-8") for path in PINS)).items():
        links, here = [], folder / "simple" / name
        here.mkdir(parents=True)
        for one in (f"{int(version.split('.')[0]) + 1}.0", version):
            path = wheel(here, name, one)
            sums[name] = sha256(path.read_bytes()).hexdigest()  # at last of the pinned
            links.append(f'<a href="{path.name}#sha256={sums[name]}">{path.name}</a>')
        (here / "index.html").write_text("<!DOCTYPE html>\n" + "\n".join(links))
    for path in PINS:
        lines = filter(PINNED.fullmatch, path.read_text("utf-8").splitlines())
        text = [f"{line}\n --hash=sha256:{sums[normal(PINNED.match(line)[1])]}\n" for line in lines]
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text("".join(text), "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}/simple/"
        server.shutdown()


@pytest.mark.parametrize("minor", [PYTHONS[0], PYTHONS[-1]])  # the oldest pip, and the newest
def test_the_pip_that_comes_with_python_takes_the_pinned_although_each_has_a_newer(
    index: tuple[Path, str], tmp_path: Path, minor: str
):
    if not (python := versions.python(minor)):
        pytest.skip(
            f"NOT PROVED: there is no Python {minor} on this machine, and none could be had"
        )
    folder, address = index
    new = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull}
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], env=new, check=True)
    pip = [tmp_path.joinpath("venv", *versions.BIN), "-m", "pip"]
    how = ["--dry-run", "--quiet", "--report=-", "--no-cache-dir", f"--index-url={address}"]
    for paths in (PINS[:1], PINS):  # as one installs the site, and as scripts/check.py installs all
        asked = [part for path in paths for part in ("-r", folder / path.relative_to(ROOT))]
        done = subprocess.run(
            [*pip, "install", *how, *asked], env=new, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        taken = {
            normal(one["metadata"]["name"]): one["metadata"]["version"]
            for one in json.loads(done.stdout)["install"]
        }
        assert taken.items() <= pins("".join(path.read_text("utf-8") for path in paths)).items()
        assert {name for path in paths for name in listed(source(path))} <= taken.keys()
