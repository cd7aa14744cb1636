"""A block's text with its includes written out: what is shown, what runs, what is copied and what the tests import is the
same text.

    ```python exec="on"
    --8<-- "optimization/mse.py"             a file of snippets/, whole (or "file.py:region")
    print(mse(…))
    ```
"""

import os
import posixpath
import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from scripts.text import reading
from scripts.text.context import SNIPPETS, TESTS, Page, PageError
from scripts.text.document import Fence

INCLUDE = re.compile(r'^--8<-- "([^":]+)(?::([\w-]+))?"\s*$')
IMPORT = re.compile(r"^from snippets\.([\w.]+) import ", re.MULTILINE)
PLAIN_IMPORT = re.compile(r"(?:from [\w.]+ )?import [\w., *]+")
REGION = re.compile(r"^\s*# --8<-- \[(start|end):([\w-]+)\]\s*$")


@dataclass
class Segment:
    """A stretch of a block: lines written on the page, or a snippet."""

    lines: list[str]
    page_line: int  # the line on the page that brings it (counted in the Markdown)
    file: str | None = None  # of snippets/
    file_line: int = 1  # where in that file it starts
    page_lines: list[int] | None = None  # of each line, where they do not follow one another

    @property
    def module(self) -> str:
        return (self.file or "").split(":")[0].removesuffix(".py").replace("/", ".")


def segments_of(fence: Fence, page: Page) -> list[Segment]:
    """The fence's text as segments, includes written out."""
    segments: list[Segment] = []
    wrong, number = "", fence.number or None
    for at, text in enumerate(fence.code.split("\n"), fence.line + 1):
        if match := INCLUDE.match(text):
            try:
                segments.append(include(match[1], match[2], at, number, page))
            except PageError as error:
                wrong = str(error)
        elif text.lstrip(" #").startswith("--8<--"):
            wrong = page.note(
                f'an include is written --8<-- "folder/file.py", alone on its line; this one is {text!r}',
                at,
                number,
            )
        else:
            if not segments or segments[-1].file:
                segments.append(Segment([], at))
            segments[-1].lines.append(text)
    if wrong:
        raise PageError(wrong)
    segments = [trimmed for segment in segments if (trimmed := trim(segment)).lines]
    segments = imports_first(segments)
    if not segments:
        page.fail("there is no code in this fence: write some, or leave it out", fence.line, number)
    for segment, following in pairwise(segments):  # as a formatter would space them
        defines = any(
            line.startswith(("def ", "class ")) for line in segment.lines + following.lines[:1]
        )
        segment.lines += ["", ""] if defines else [""]
    return segments


def imports_first(segments: list[Segment]) -> list[Segment]:
    """Several files may begin with the same imports: these stand once, above all else."""
    found: dict[str, int] = {}
    rest = []
    for segment in segments:
        lines, at = segment.lines, 0
        while at < len(lines) and (not lines[at] or PLAIN_IMPORT.fullmatch(lines[at])):
            if lines[at]:
                found.setdefault(lines[at], segment.page_line + at * (not segment.file))
            at += 1
        first = segment.page_line + at * (not segment.file)
        rest.append(Segment(lines[at:], first, segment.file, segment.file_line + at))
    if not found or not any(segment.file for segment in segments):
        return segments
    lines = sorted(found, key=lambda line: (line.startswith("from"), line))
    top = Segment(lines, segments[0].page_line, page_lines=[found[line] for line in lines])
    return [top, *(segment for segment in rest if segment.lines)]


def imported(code: str) -> list[str]:
    """The snippets that a lab imports, in its order: "optimization/gradient_descent.py"."""
    return [name.replace(".", "/") + ".py" for name in dict.fromkeys(IMPORT.findall(code))]


def trim(segment: Segment) -> Segment:
    """The segment without blank lines at its ends."""
    filled = [i for i, line in enumerate(segment.lines) if line.strip()] or [0]
    first, lines = filled[0], segment.lines[filled[0] : filled[-1] + 1]
    page_line = segment.page_line if segment.file else segment.page_line + first
    return Segment(lines if any(lines) else [], page_line, segment.file, segment.file_line + first)


def include(file: str, region: str | None, at: int, number: int | None, page: Page) -> Segment:
    lines = snippet(file)
    if lines is None:
        page.fail(f"there is no snippets/{file} to include", at, number)
    start, end = 0, len(lines)
    if region:
        marks = [
            (i, mark[1], mark[2]) for i, line in enumerate(lines) if (mark := REGION.match(line))
        ]
        bounds = [(kind, i) for i, kind, name in marks if name == region]
        if [kind for kind, _ in bounds] != ["start", "end"]:
            page.fail(
                f"snippets/{file} has no region {region!r} with one start and, below it, one end",
                at,
                number,
            )
        start, end = bounds[0][1] + 1, bounds[1][1]
    kept = [line for line in lines[start:end] if "--8<--" not in line]
    if not any(line.strip() for line in kept):
        page.fail(
            f"there is nothing in {f'region {region!r} of ' * bool(region)}snippets/{file}",
            at,
            number,
        )
    return Segment(kept, at, file if not region else f"{file}:{region}", start + 1)


@cache  # for one build: see `forget`
def snippet(file: str) -> list[str] | None:
    path = SNIPPETS / file
    if file.startswith("/") or posixpath.normpath(file) != file:  # its name would be published
        return None
    if not path.resolve().is_relative_to(SNIPPETS.resolve()) or not path.is_file():
        return None
    return reading.text(path).rstrip("\n").split("\n")


@cache  # likewise
def test_of(file: str) -> Path | None:
    """The test of a snippet, if it has one."""
    folder, name = os.path.split(file)
    path = TESTS / folder / f"test_{name}"
    return path if path.is_file() else None


def forget() -> None:
    """Files may have changed since the last build of this process."""
    snippet.cache_clear()
    test_of.cache_clear()


def place(segments: list[Segment], at: int | None) -> tuple[str, int]:
    """Where line `at` of the block was written: words for the message, and the line on the page."""
    first = segments[0].page_line - 1 if segments else 0
    if at is None:
        return "", first
    seen = 0
    for segment in segments:
        if at <= seen + len(segment.lines):
            within = at - seen - 1
            text = segment.lines[within].strip()
            if segment.file:
                where = f"snippets/{segment.file.split(':')[0]}, line {segment.file_line + within}"
                return f"\n    {where}: {text}", segment.page_line
            lines = segment.page_lines
            return f"\n    {text}", lines[within] if lines else segment.page_line + within
        seen += len(segment.lines)
    return "", first


def text_of(segments: list[Segment]) -> str:
    return "\n".join("\n".join(segment.lines) for segment in segments) + "\n"
