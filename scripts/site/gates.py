"""What was proved of this version of the site, for the page "Quality".

Whoever proves something says so when it is done, and `.cache/gates/` keeps it:

    record("formulas", "38 of 40 formulas compared with code, at 20 points each", with_={"SymPy": "1.14.0"})

A record counts for the sources that it was made of, and for no others: change a file and the page says that the
gate was not run. `python scripts/check.py` runs all gates and builds the site anew, with what they said.
"""

import hashlib
import json
import re
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

from scripts.text.cache import FOLDER, ROOT

RECORDS = FOLDER / "gates"
PAGE = "about/quality/index.html"
PLACE = re.compile(r'(?<=<div id="gates">).*?(?=</div>)', re.DOTALL)
SOURCES = ("docs", "snippets", "scripts", "tests", "mkdocs.yml", "requirements.txt")

# Every gate, in the order of the page: its name, and what it proves.
GATES = {
    "formulas": "Each displayed derivative, gradient, update and rate is what the code beside it computes.",
    "prose": "Each number in the words around the code is printed by the block that they belong to, or computed into them.",
    "pages": "The built pages hold together: code, output, figures, exercises, links, identifiers, HTML.",
    "browser": "In a real Chromium: Run and Edit, figures by hand and keyboard, exercises, accessibility, print, offline.",
    "engine": "Each known way to break a page stops the build, and nothing is kept that has become untrue.",
    "snippets": "The functions behind the pages, every line and branch: theorems, and bad input of every kind; and against"
    " methods that share no code with them, on random problems of all scales.",
    "mutation": "Faults planted in the functions are found by their tests.",
    "downloads": "Notebooks, programs and labs, taken away and run alone, print what the pages print.",
    "versions": "The pages print the same with every supported Python, NumPy and Matplotlib.",
    "reproducible": "Two builds in different folders, time zones, locales and hash seeds are the same, byte for byte.",
    "supply": "Everything that is installed or published is pinned by version and hash, its licence known.",
}


@cache
def sources() -> str:
    """A sum over every file that the site is made of or proved with."""
    found = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(file.relative_to(ROOT).as_posix().encode() + b"\0")
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()[:12]


def record(gate: str, said: str, *, ok: bool = True, with_: dict[str, str] | None = None) -> None:
    """Keep what a gate found. `said`: what was checked and how many, in a few words; `with_`: versions."""
    if gate not in GATES:
        raise ValueError(
            f"there is no gate {gate!r}; scripts/site/gates.py knows {', '.join(GATES)}"
        )
    RECORDS.mkdir(parents=True, exist_ok=True)
    kept = {"said": said, "ok": ok, "with": with_ or {}, "sources": sources()}
    kept["when"] = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
    path = RECORDS / f"{gate}.json"
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False), "utf-8")


def fill(site: Path, records: Path = RECORDS) -> None:
    """Put the state of the gates on their page."""
    page = site / PAGE
    if page.is_file():
        filled = PLACE.sub(lambda _: listed(records), page.read_text("utf-8"), 1)
        page.write_text(filled, "utf-8", newline="\n")


def listed(records: Path) -> str:
    """The state of every gate, as HTML."""
    parts = [
        f"<div><dt>{gate.capitalize()}</dt><dd>{escape(proves)}</dd>{state(records / f'{gate}.json')}</div>"
        for gate, proves in GATES.items()
    ]
    return f'<dl class="gates">{"".join(parts)}</dl>'


def state(record: Path) -> str:
    kept = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    if kept.get("sources") != sources():
        return "<dd><em>Not run on this version.</em></dd>"
    tools = "".join(f", {name} {version}" for name, version in kept["with"].items())
    return (
        f"<dd><strong>{'Passed' if kept['ok'] else 'FAILED'}:</strong> {escape(kept['said'])}."
        f" <small>{kept['when']} UTC{escape(tools)}</small></dd>"
    )
