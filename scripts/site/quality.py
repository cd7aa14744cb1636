"""What was proved of this very site: the lanes of `python scripts/check.py`, and what the page "Quality" says of them.

A lane names all that can change its result. A proof is kept in `.cache/proofs/` under a sum of these files, and holds as
long as the sum is the same: the check does not prove it again, and the page shows it. Change one of the files, and both
say that it is not proved.
"""

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".cache" / "proofs"
PAGE = "about/quality/index.html"
PINS = ("requirements.txt", "tests/requirements.txt")

# Patterns of files. With "!" they are left out of those before; with "$" it is a variable of the environment.
ENGINE = ("mkdocs.yml", "scripts", "!scripts/check.py", "!scripts/proofs")
SITE = ("docs", "snippets", *ENGINE)
TOLD = ("$SITE_URL", "$REPO_URL", "$EDIT_URI")
SHARED = (".pytest.ini", "tests/*.py")
PYTEST = "pytest -n 2 --dist loadgroup --durations 5 tests/"
COVERAGE = " --cov=snippets --cov-branch --cov-fail-under=100 --cov-report=term:skip-covered"


@dataclass(frozen=True)
class Lane:
    proves: str
    reads: tuple[str, ...]  # all that can change the result, besides Python and the pins
    runs: tuple[str, ...]  # commands of `python -m`; their last line says what was proved
    needs: str = ""  # what check.py brings first: chromium, node, runtime
    tools: str = ""  # the packages whose versions are told
    weekly: bool = False  # proved with --all alone
    alone: bool = False  # nothing else may keep the machine busy
    may_fail: bool = False
    mend: str = ""  # what helps if it fails


# In the order in which they are begun: what takes long goes first.
LANES = {
    "lint": Lane(
        "The code is formatted, and free of what commonly is a mistake.",
        ("docs/labs", "scripts", "snippets", "tests", ".ruff.toml"),
        ("ruff check", "ruff format --check"),
        tools="ruff",
        mend="this mends what is formatted otherwise: .cache/venv/bin/python -m ruff format",
    ),
    "engine": Lane(
        "Each known way to break a page stops the build, and nothing is kept that has become untrue.",
        (*SITE, *SHARED, "scripts", "tests/engine", "tests/versions", ".github", "README.md"),
        (f"{PYTEST}engine --ignore tests/engine/test_reproducible.py --ignore tests/engine/test_suite.py",),
        needs="node runtime",
        tools="pytest",
    ),
    "browser": Lane(
        "In a real Chromium: Run and Edit, figures by hand and keyboard, exercises, accessibility, print, offline.",
        (*SITE, *SHARED, "tests/browser", "tests/snippets"),
        (f"{PYTEST}browser",),
        needs="chromium runtime",
        tools="playwright axe-playwright-python",
    ),
    "mutation": Lane(
        "Faults planted in the functions are found by their tests.",
        ("snippets", "tests/snippets", "tests/equivalent_mutants.toml", "scripts/proofs/mutation.py"),
        ("scripts.proofs.mutation",),
        tools="cosmic-ray",
    ),
    "pages": Lane(
        "The built pages hold together: code, output, figures, exercises, links, identifiers, HTML, numbers in words.",
        (*SITE, *SHARED, "tests/site", "tests/snippets", "tests/node"),
        (f"{PYTEST}site",),
        needs="node runtime",
        tools="pytest",
    ),
    "downloads": Lane(
        "Notebooks, programs and labs, taken away and run alone, print what the pages print.",
        (*SITE, *SHARED, "tests/downloads", "tests/snippets"),
        (f"{PYTEST}downloads",),
        needs="runtime",
        tools="nbclient numpy matplotlib",
    ),
    "versions": Lane(
        "The pages print the same with the oldest supported Python, NumPy and Matplotlib, and with the newest.",
        (*SITE, "tests/snippets", "tests/versions", "scripts/proofs/versions.py"),
        ("scripts.proofs.versions oldest newest",),
    ),
    "reproducible": Lane(
        "Two builds in different folders, time zones, locales and hash seeds are the same, byte for byte.",
        (*SITE, *SHARED, "tests/engine/test_reproducible.py", "tests/snippets"),
        (f"{PYTEST}engine/test_reproducible.py",),
        needs="runtime",
    ),
    "reach": Lane(
        "A first visit to a lesson is light, and nothing moves or waits on it.",
        (*SITE, *TOLD, "tests/snippets", "scripts/proofs/reach.py"),
        ("scripts.proofs.reach",),
        needs="chromium",
    ),
    "formulas": Lane(
        "Each formula that claims something is what the code beside it computes.",
        SITE,
        ("scripts.claims.formulas.check",),
        tools="autograd numpy",
    ),
    "snippets": Lane(
        "The functions behind the pages, every line and branch: theorems, and bad input of every kind; and against"
        " methods that share no code with them, on random problems of all scales.",
        ("snippets", "tests/snippets", *SHARED, "docs/stylesheets", *ENGINE),
        (f"{PYTEST}snippets{COVERAGE}",),
        tools="pytest numpy matplotlib scipy sympy",
    ),
    "supply": Lane(
        "Everything that is installed or published is pinned by version and hash, its licence known.",
        (*SITE, *TOLD, "tests/snippets", "tests/versions"),
        ("scripts.vendor.bill",),
        tools="cyclonedx-python-lib",
    ),
    "matrix": Lane(
        "The pages print the same with the site's NumPy and Matplotlib on every supported Python, "
        "and what one takes along does with the oldest and the newest.",
        (*SITE, *SHARED, "tests/snippets", "tests/versions", "tests/downloads", "scripts/proofs/versions.py"),
        ("scripts.proofs.versions pinned taken",),
        needs="runtime",
        weekly=True,
    ),
    "growth": Lane(
        "The tests hold with one more lesson and one more lab.",
        (*SITE, "tests", ".pytest.ini"),
        (f"{PYTEST}engine/test_suite.py",),
        needs="node runtime",
        weekly=True,
    ),
    "zensical": Lane(
        "The lessons could move today to the successor of the program that builds them.",
        (*SITE, *SHARED, "tests/site", "tests/snippets", "tests/node", "scripts/proofs/zensical_build.py"),
        (f"SITE_BUILDER=zensical {PYTEST}site",),
        needs="node runtime",
        tools="zensical",
        weekly=True,
        may_fail=True,
    ),
    "speed": Lane(
        "A build costs little more than the code that it runs, and one of nothing new hardly more than its prose.",
        (*SITE, "tests/snippets", "scripts/proofs/speed.py"),
        ("scripts.proofs.speed",),
        weekly=True,
        alone=True,
    ),
    "lighthouse": Lane(
        "Lighthouse has nothing to say against a lesson: accessibility, best practices, search engines.",
        (*SITE, *TOLD, "tests/snippets", "tests/node", "scripts/proofs/reach.py"),
        ("scripts.proofs.reach --lighthouse",),
        needs="chromium node",
        weekly=True,
        alone=True,
    ),
}  # fmt: skip


def read(patterns: tuple[str, ...]) -> list[Path]:
    """The files that these patterns name."""
    found: set[Path] = set()
    for pattern in patterns:
        paths = [] if pattern[0] == "$" else ROOT.glob(pattern.lstrip("!"))
        files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*"))}
        found = found - files if pattern[0] == "!" else found | files
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def key(name: str) -> str:
    """A sum over all that can change what this lane finds."""
    lane = LANES[name]
    told = [os.environ.get(word[1:], "") for word in lane.reads if word[0] == "$"]
    found = hashlib.sha256(repr([sys.version, sys.platform, lane.runs, told]).encode())
    for path in read((*lane.reads, *PINS)):
        found.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def proof(name: str) -> dict | None:
    """What is known of a lane, if it is of the files as they are."""
    path = KEPT / name / "proof.json"
    if not path.is_file():
        return None
    kept = json.loads(path.read_text("utf-8"))
    return kept if kept["key"] == key(name) else None


def keep(name: str, found: dict) -> None:
    """Keep what a lane found. What a lane measured it leaves as `figures.html` beside it, for the page."""
    folder = KEPT / name
    folder.mkdir(parents=True, exist_ok=True)
    figures = folder / "figures.html"
    found = found | {"when": f"{datetime.now(UTC):%Y-%m-%d %H:%M}"}
    found["figures"] = figures.read_text("utf-8") if figures.is_file() else ""
    (folder / "proof.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), "utf-8")


def versions(packages: str) -> dict[str, str]:
    """The versions of these packages, as they are pinned."""
    text = "\n".join((ROOT / path).read_text("utf-8") for path in PINS)
    found = {
        name: re.search(rf"^{name}(?:\[.*\])?==(\S+)", text, re.M) for name in packages.split()
    }
    return {name: match[1] for name, match in found.items() if match}


# --- the page -------------------------------------------------------------------------------------


def fill(site: Path) -> None:
    """Put what is proved of these files on the page."""
    page = site / PAGE
    if not page.is_file():
        return
    proofs = {name: proof(name) for name in LANES}
    figures = [proofs[name].get("figures", "") for name in ("reach", "lighthouse") if proofs[name]]
    text = page.read_text("utf-8")
    for place, made in (("gates", table(proofs)), ("reach", "".join(figures))):
        if made:
            text = re.sub(
                rf'(?<=<div id="{place}">).*?(?=</div>)',
                lambda _, made=made: made,
                text,
                count=1,
                flags=re.S,
            )
    page.write_text(text, "utf-8", newline="\n")


def table(proofs: dict[str, dict | None]) -> str:
    """The state of every lane, as HTML."""
    parts = [
        f"<div><dt>{name.capitalize()}</dt><dd>{escape(LANES[name].proves)}</dd>{state(found)}</div>"
        for name, found in proofs.items()
    ]
    return f'<dl class="gates">{"".join(parts)}</dl>'


def state(found: dict | None) -> str:
    if not found:
        return "<dd><em>Not proved for this version.</em></dd>"
    tools = "".join(f", {name} {version}" for name, version in found["tools"].items())
    left = "".join(f"<br><em>{escape(line)}</em>" for line in found["left"])
    return (
        f"<dd><strong>{'Passed' if found['ok'] else 'FAILED'}:</strong> {escape(found['said'])}."
        f" <small>{found['when']} UTC{escape(tools)}</small>{left}</dd>"
    )
