"""What was proved of this very site: the lanes of `python scripts/check.py`, and what the page "Quality" says of them.

A lane (lanes.toml) names all that can change its result. A proof is kept in `.cache/proofs/` under a sum of these files,
and holds as long as the sum is the same: the check does not prove it again, and the page shows it. Change one of the
files, and both say that it is not proved.
"""

import hashlib
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".cache" / "proofs"
PAGE = "about/quality/index.html"
PINS = ("requirements.txt", "tests/requirements.txt")


@dataclass(frozen=True)
class Lane:
    """A proof; lanes.toml says what each field means."""

    proves: str
    reads: list[str]
    runs: list[str]
    needs: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    weekly: bool = False
    alone: bool = False
    mend: str = ""


LISTED = tomllib.loads(Path(__file__).with_name("lanes.toml").read_text("utf-8"))


def whole(words: list[str]) -> list[str]:
    """Patterns of files, each group of them written out."""
    groups = {
        f"@{name}": whole(group) for name, group in LISTED["groups"].items() if "@" + name in words
    }
    return [part for word in words for part in groups.get(word, [word])]


def lane(reads: list[str], runs: list[str], **listed) -> Lane:
    commands = [command.replace("{pytest}", LISTED["pytest"]) for command in runs]
    return Lane(reads=whole(reads), runs=commands, **listed)


LANES = {name: lane(**listed) for name, listed in LISTED["lanes"].items()}


def read(patterns: Iterable[str]) -> list[Path]:
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


def versions(packages: list[str]) -> dict[str, str]:
    """The versions of these packages, as they are pinned."""
    text = "\n".join((ROOT / path).read_text("utf-8") for path in PINS)
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==(\S+)", text, re.MULTILINE))
    return {name: pinned[name] for name in packages if name in pinned}


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
