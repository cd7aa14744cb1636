"""The files that are ours to read, as editors, systems and version control leave them.

What an editor or a system keeps beside them (a lock, a copy, an index) is nobody's page and no error. All else can be
read, or the build says which file cannot, and what to do.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.text.context import ROOT, BuildError

OF_SYSTEM = re.compile(r"(^|/)(\.DS_Store|Thumbs\.db|desktop\.ini)$", re.IGNORECASE)
LEFTOVER = re.compile(
    r"(^|/)(\.[^/]+|#[^/]*#|[^/]*(~|\.(orig|rej|bak|save|swp|tmp|pyc))|__pycache__)(/|$)",
    re.IGNORECASE,
)
NOT_UTF8 = re.compile(r"[\ud800-\udfff]")  # in a name: what Python puts there for such bytes
JOINS = re.compile(r"(?<=[^\W\d_])\xad(?=[^\W\d_])|(?<=[^\0-\x7f])[\u200c\u200d](?=[^\0-\x7f])")
TEXT = (".css", ".csv", ".html", ".js", ".json", ".md", ".py", ".svg", ".txt", ".xml")

PUBLISHED = ".css .csv .gif .ico .jpeg .jpg .js .json .md .mp4 .pdf .png .svg .webp .woff2"


def is_leftover(name: str) -> bool:
    """Whether this path within a folder of ours is that of no source: `.#lesson.md`, `lesson.md~`, `.DS_Store`."""
    return bool(LEFTOVER.search(name) or of_system(name))


def leftovers(folder: str, names: list[str]) -> list[str]:
    """What `shutil.copytree` is to leave out."""
    return [name for name in names if is_leftover(name)]


def of_system(name: str) -> bool:
    """Whether a system puts it into any folder that somebody looks at."""
    return bool(OF_SYSTEM.search(name))


def found(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that match, in the order of their names."""
    paths = (path for path in folder.glob(pattern) if path.is_file())
    return sorted(path for path in paths if not is_leftover(path.relative_to(folder).as_posix()))


def text(path: Path) -> str:
    """A file's text: UTF-8, its lines ended in one way, whichever system wrote it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BuildError(f"{shown(path)} cannot be read: {error.strerror}") from None
    try:
        text = content.decode("utf-8-sig")
        at = text.find("\0")
        line, wrong = text.count("\n", 0, at), "holds a NUL, which no text does" if at >= 0 else ""
    except UnicodeDecodeError as error:
        line, wrong = content.count(b"\n", 0, error.start), "is not UTF-8"
    if wrong:
        raise BuildError(f"{shown(path)}, line {line + 1}, {wrong}: save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := hidden(text):
        line = next(at for at, line in enumerate(text.split("\n"), 1) if hidden(line) == found)
        raise BuildError(
            f"{shown(path)}, line {line}, holds {found}, a character that nobody sees: take it out"
        )
    return text


def hidden(text: str) -> str:
    """The first character that nobody sees, or that turns or hides what is beside it, by its name: U+202E.

    One that joins letters or pictures, and a soft hyphen within a word, are seen by what they do.
    """
    text = JOINS.sub("", text)
    found = {
        c
        for c in set(text)
        if not c.isprintable() and c not in "\n\t" and unicodedata.category(c) != "Zs"
    }
    first = min(found, key=text.index, default="")
    return first and f"U+{ord(first):04X}"


def check(*folders: Path) -> None:
    """Stop at every file that cannot be read, before any of them is; and at a folder, whose pages would be missing."""
    if wrong := [problem for folder in folders for problem in problems(folder)]:
        raise BuildError("\n".join(wrong))


def check_kinds(files: Iterable, docs: Path) -> None:
    """Stop at every file of docs/ that is no page and no part of one: whatever lies there is published."""
    wrong = (
        f"{shown(docs / file.src_uri)} would be published, and is no page nor of a kind that pages have ({PUBLISHED}): "
        "move it out of docs/"
        for file in files
        if file.src_dir == str(docs) and not file.inclusion.is_excluded()
        if not (file.is_documentation_page() or is_leftover(file.src_uri))
        if Path(file.src_uri).suffix.lower() not in PUBLISHED.split()
    )
    if wrong := "\n".join(wrong):
        raise BuildError(wrong)


def problems(folder: Path) -> Iterator[str]:
    unread: list[OSError] = []
    for where, folders, names in os.walk(folder, onerror=unread.append, followlinks=True):
        place = Path(where)
        folders[:] = sorted(name for name in folders if not is_leftover(name))
        above = {each.resolve() for each in (place, *place.parents)}
        for path in [place / name for name in folders]:
            if path.resolve() in above:
                folders.remove(path.name)
                yield f"{shown(path)} is a link to a folder that it lies in: remove the link"
        for path in (place / name for name in sorted(names) if not is_leftover(name)):
            if NOT_UTF8.search(str(path)):
                yield f"the name of {shown(path)} is not UTF-8: rename it"
            elif path.is_symlink() and not path.exists():
                yield (
                    f"{shown(path)} is a link to {path.readlink()}, which is not there: "
                    "remove the link, or bring back what it leads to"
                )
            elif not path.is_file():
                yield f"{shown(path)} is neither a file nor a folder: remove it"
            else:
                try:
                    text(path) if path.suffix in TEXT else path.open("rb").close()
                except BuildError as error:
                    yield str(error)
                except OSError as error:
                    yield f"{shown(path)} cannot be read: {error.strerror}"
    yield from (
        f"{shown(Path(error.filename))} cannot be read: {error.strerror}" for error in unread
    )


def shown(path: Path) -> str:
    """A path as a message names it: from the project's folder, if it lies there."""
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    return name.encode(errors="backslashreplace").decode()
