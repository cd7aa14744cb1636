"""Begins a lesson, a lab or a snippet with all that belongs to it. What it makes builds and passes; then one writes.

    python -m scripts.new lesson "Newton's Step"                            the page, its line in nav, a snippet and its test
    python -m scripts.new lesson "Newton's Step" optimization/newton_step   the same, with a snippet of this name
    python -m scripts.new lab "A Walk Downhill"                             the same for a lab
    python -m scripts.new snippet optimization/newton_step                  the snippet and its test alone

A lesson is the last of its track: the last in nav, or that of --track.
"""

import argparse
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SUBJECT = "optimization"  # of the snippet that comes with a page, where none is named


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.new",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=["lesson", "lab", "snippet"])
    parser.add_argument("title", help='"A Title", or the subject/name of a snippet')
    parser.add_argument("snippet", nargs="?", help="subject/name")
    parser.add_argument("--track", help="folder in docs/tutorials/")
    asked = parser.parse_args()
    try:
        made = snippet(asked.title) if asked.kind == "snippet" else page(asked)
    except ValueError as error:
        parser.error(str(error))
    print("\n".join(str(path.relative_to(ROOT)) for path in made))
    return 0


def page(asked: argparse.Namespace) -> list[Path]:
    """Make a page, its line in nav, and the snippet that it includes."""
    title, track = asked.title, asked.track or "[^/]+"
    name = re.sub(r"[^a-z0-9]+", "-", title.lower().replace("'", "")).strip("-")
    if not name:
        raise ValueError(f"the title {title!r} has no letter from a to z to name a file after")
    settings = ROOT / "mkdocs.yml"
    nav = settings.read_text("utf-8")
    lessons = re.findall(rf"^ +- .*: (tutorials/{track}/(?!index)\S+)$", nav, re.MULTILINE)
    if not lessons:
        raise ValueError(
            f"mkdocs.yml names no lesson of the track {asked.track!r} to add one after"
        )
    if asked.kind == "lab":
        folder, template = Path("labs"), "lab.py"
    else:
        folder, template = Path(lessons[-1]).parent, "lesson.md"
    target = folder / (name + Path(template).suffix)
    lines = re.findall(rf"^( +- )(.*: {folder.as_posix()}/.*\n)", nav, re.MULTILINE)
    if not lines:
        raise ValueError("mkdocs.yml names no lab to add one after")
    last = lines[-1]
    named = asked.snippet or f"{SUBJECT}/{name.replace('-', '_')}"
    in_quotes = json.dumps(title, ensure_ascii=False)
    words = {"TITLE": in_quotes[1:-1], "RELATED": lessons[-1]} | parts(named)
    made = [*snippet(named), fill(template, ROOT / "docs" / target, words)]
    entry = title if re.fullmatch(r"[\w'’ ,.–-]+", title) else in_quotes
    nav = nav.replace("".join(last), f"{''.join(last)}{last[0]}{entry}: {target.as_posix()}\n")
    settings.write_text(nav, "utf-8", newline="\n")
    return [*made, settings]


def snippet(named: str) -> list[Path]:
    """Make a snippet and its test."""
    words = parts(named)
    source = ROOT / "snippets" / f"{named}.py"
    test = ROOT / "tests/snippets" / words["SUBJECT"] / f"test_{words['MODULE']}.py"
    made = [fill("snippet.py", source, words), fill("test_snippet.py", test, words)]
    source.with_name("__init__.py").touch()
    return made


def parts(named: str) -> dict[str, str]:
    if not re.fullmatch(r"[a-z]\w*/[a-z]\w*", named):
        raise ValueError(f"a snippet is named subject/name, in small letters; this is {named!r}")
    subject, module = named.split("/")
    return {"SUBJECT": subject, "MODULE": module, "NAME": module}


def fill(template: str, target: Path, words: dict[str, str]) -> Path:
    """Write a template with its words filled in; a file that is there stays."""
    if target.exists():
        raise ValueError(f"{target.relative_to(ROOT)} is there already: choose another name")
    text = (HERE / template).read_text("utf-8")
    text = re.sub(rf"\b({'|'.join(words)})\b", lambda match: words[match[0]], text)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", newline="\n")
    return target


if __name__ == "__main__":
    sys.exit(main())
