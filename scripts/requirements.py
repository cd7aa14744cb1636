"""Pins by version and hash all that is installed: from the lists that one edits, the files that pip reads.

    python -m scripts.requirements              compile, with the newest of what the lists do not name
    python -m scripts.requirements --newest     first set the lists to the newest of all but what is held

One edits scripts/requirements.in and tests/requirements.in: a line is an exact version and the reason for it. A reason that
begins with "held" keeps its version: the page's own Python has it, or a newer one fails. For the environments of versions.py
there are no lists, only the names below. uv does the work; where it is missing it is fetched into .cache/uv.
"""

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from scripts.cache import FOLDER, ROOT
from scripts.versions import OLDEST, SETS, TOOLS

SITE, TESTS = ROOT / "scripts" / "requirements.in", ROOT / "tests" / "requirements.in"
PYTHON = "3.11.5"  # the oldest that builds the site; the listings ask for less (versions.py)
NEWEST_NEEDS = "3.13"  # NumPy's newest runs on the newer Pythons alone
LINE = re.compile(
    r"(?P<name>[\w.-]+)(?P<extra>\[[\w,-]+\])?==(?P<version>[\w.]+) +# (?P<reason>\S.*)"
)
PINNED = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[\w.]+)", re.MULTILINE)
VIA = re.compile(r"^    # via (.*)$", re.MULTILINE)
LISTS = {"requirements.txt": SITE, "tests/requirements.txt": TESTS}  # what is made of which
FILES = (
    *(ROOT / name for name in LISTS),
    SETS / "oldest.txt",
    SETS / "newest.txt",
)
HEAD = """\
# Made by `python -m scripts.requirements` from {source}; do not edit.
# Every version with the sums of its files: pip installs nothing else.
"""


class RequirementsError(Exception):
    """A list or a compilation is wrong; the message says what to do."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read(source: Path) -> dict[str, re.Match]:
    """The lines of a list, by name; each is a version with its reason."""
    found = {}
    for at, text in enumerate(source.read_text("utf-8").splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        match = LINE.fullmatch(text.rstrip())
        if not match:
            raise RequirementsError(
                f"{source.name}, line {at}: write name==version  # the reason; this line is {text!r}"
            )
        found[normal(match["name"])] = match
    return found


def uv() -> list[str]:
    """The command that runs uv, as tests/requirements.in pins it."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    home, version = FOLDER / "uv", read(TESTS)["uv"]["version"]
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run([sys.executable, "-m", "venv", str(home)])
    run([str(python), "-m", "pip", "install", "-qq", f"uv=={version}"])
    return [str(python), "-m", "uv"]


def run(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RequirementsError(f"{' '.join(command)}\n{done.stderr.strip()}")
    return done.stdout


def resolve(*arguments: str, python: str = PYTHON) -> str:
    """What uv finds, for each system and every Python from `python` on."""
    how = [
        "--quiet",
        "--universal",
        "--no-header",
        "--annotation-style=line",
        "--fork-strategy=fewest",
    ]
    return run([*uv(), "pip", "compile", *how, f"--python-version={python}", *arguments])


def hashed(source: str, reasons: dict[str, re.Match], *arguments: str, python: str = PYTHON) -> str:
    """A file for pip, with the reasons of the list beside what it names."""
    text, name = [], ""
    for line in resolve("--generate-hashes", *arguments, python=python).splitlines():
        if pinned := PINNED.match(line):
            name = normal(pinned["name"])
        if via := VIA.match(line):
            by = [part for part in via[1].split(", ") if not part.startswith("-")]
            asked = f"asked for by {source}" if not by else f"for {', '.join(by)}"
            line = f"    # {reasons[name]['reason'] if name in reasons else asked}"
        text.append(line)
    return HEAD.format(source=source) + "\n".join(text) + "\n"


def newest(source: Path, *arguments: str) -> None:
    """Set the versions of a list to the newest, but those that are held."""
    lines = read(source)
    free = {name: line for name, line in lines.items() if not line["reason"].startswith("held")}
    with tempfile.TemporaryDirectory() as work:
        wanted = Path(work, "wanted.in")
        kept = [f"{line['name']}{line['extra'] or ''}" + (f"=={line['version']}" if name not in free else "")
                for name, line in lines.items()]  # fmt: skip
        wanted.write_text("\n".join(kept))
        found = {
            normal(pin["name"]): pin["version"]
            for pin in PINNED.finditer(resolve(str(wanted), *arguments))
        }
    text = source.read_text("utf-8")
    for name, line in free.items():
        old, new = line["version"], found[name]
        if new != old:
            print(f"{line['name']} {old} -> {new}")
            text = text.replace(line[0], line[0].replace(f"=={old}", f"=={new}", 1))
    source.write_text(text, "utf-8")


def compile_all() -> None:
    for path, source in zip(FILES, LISTS.values(), strict=False):
        named = source.relative_to(ROOT).as_posix()
        beside = () if source == SITE else ("-c", FILES[0].name)  # the versions that build the site
        path.write_text(hashed(named, read(source), named, *beside), "utf-8")
    oldest = [f"{name}>={OLDEST[name]}" for name in ("NumPy", "Matplotlib")]
    sets = {
        "oldest": (oldest, "--resolution=lowest-direct", OLDEST["Python"]),
        "newest": (["NumPy", "Matplotlib"], "--resolution=highest", NEWEST_NEEDS),
    }
    SETS.mkdir(exist_ok=True)
    for name, (packages, how, python) in sets.items():
        with tempfile.TemporaryDirectory() as work:
            asked = Path(work, "asked.in")
            asked.write_text("\n".join([*packages, *TOOLS]))
            text = hashed("scripts/versions.py", {}, str(asked), how, "-c", named, python=python)
        (SETS / f"{name}.txt").write_text(text, "utf-8")


def pins(text: str) -> dict[str, tuple[str, int, str]]:
    """Of a file for pip each package's version, how many sums it has, and what is said of it."""
    found = {}
    starts = [match.start() for match in PINNED.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        block = text[start:end]
        said = re.search(r"^    # (.*)$", block, re.MULTILINE)
        pinned = PINNED.match(block)
        sums = len(re.findall(r"--hash=sha256:[0-9a-f]{64}", block))
        found[normal(pinned["name"])] = (pinned["version"], sums, said[1] if said else "")
    return found


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the lists, or with the files made from them."""
    found, known = [], {}
    anew = "; run python -m scripts.requirements"
    for path in (root / file.relative_to(ROOT) for file in FILES):
        name, text = path.relative_to(root).as_posix(), path.read_text("utf-8")
        there = pins(text)
        found += [
            f"{name}: {package} has no sum{anew}" for package, pin in there.items() if not pin[1]
        ]
        others = re.findall(r"^(?!#|    (?:#|--hash=)).+$", PINNED.sub("#", text), re.MULTILINE)
        found += [f"{name}: {other!r} is no version with its sums" for other in others]
        if path.parent.name == SETS.name:  # of these there is no list
            continue
        for package, pin in there.items():
            if known.setdefault(package, pin[0]) != pin[0]:
                found.append(
                    f"{name}: {package} {pin[0]} is {known[package]} in {FILES[0].name}{anew}"
                )
        try:
            wanted = read(root / LISTS[name].relative_to(ROOT))
        except RequirementsError as error:
            found.append(str(error))
            continue
        for package, line in wanted.items():
            version, _, reason = there.get(package, ("absent", 0, ""))
            if (version, reason) != (line["version"], line["reason"]):
                found.append(
                    f"{name}: {package} is {version} ({reason}), the list says {line[0]!r}{anew}"
                )
        for package, (_, _, said) in there.items():
            if package not in wanted and not said.startswith("for "):
                found.append(f"{name}: {package} is not in the list{anew}")
    for path in sorted((root / ".github" / "workflows").glob("*.yml")):
        for action in re.findall(r"\buses: *(.*)", path.read_text("utf-8")):
            if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v[\d.]+", action):
                found.append(f"{path.name}: pin by commit, with the version after it: {action}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--newest", action="store_true", help="set the lists to the newest versions"
    )
    try:
        if parser.parse_args().newest:
            newest(SITE)
            newest(TESTS, "-c", SITE.relative_to(ROOT).as_posix())
        compile_all()
    except RequirementsError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
