"""What is known of a page in the making, and what is wrong with it.

A build says all that is wrong at once, each fault with its line, and then stops. So whoever finds a fault

    page.note(message, line)     notes it and goes on, with something harmless in its place: what follows from
                                 the fault is none of its own
    page.fail(message, line)     notes it and gives up (PageError), where there is nothing to go on with
    with suppress(PageError):    stands around each of several pieces, so that the next is looked at, too

A line is counted in the Markdown, below the front matter; a line of the front matter is `line - page.offset`.
`page.lines_of(text)` are those where some text stands, if only the text is known. Nothing else has to be done: a page with
a fault is not kept between builds, and no site with one is published.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from pymdownx.superfences import SuperFencesException

from scripts.text.document import Document
from scripts.text.labels import masked

try:
    from mkdocs.exceptions import BuildError
except ImportError:  # another builder

    class BuildError(Exception):
        pass


ROOT = Path(__file__).parents[2]
SNIPPETS = ROOT / "snippets"
TESTS = ROOT / "tests/snippets"


class PageError(BuildError, SuperFencesException):
    """A piece of a page that nothing can be made of. Its fault is noted; superfences lets this class through."""


@dataclass(frozen=True, order=True)
class Fault:
    page: str
    line: int  # of its file; 0 if it has none
    message: str  # with the place before it


def report(found: set[Fault]) -> str:
    """What is wrong, in the order of pages and lines."""
    return "\n".join(fault.message for fault in sorted(found))


@dataclass
class Page:
    source: str = "page"  # its path, for messages
    written: str = ""  # its file's text, with the front matter
    offset: int = 0  # lines of front matter before the Markdown
    to_root: str = ""  # from the page's address to the site's root: "../../"
    fences: dict = field(default_factory=dict)  # those that are executed, under their lines
    blocks: list[int] = field(default_factory=list)  # the lines of those executed so far
    unit: str = "block"  # what an executed fence is called; of a lab it is a cell
    results: list = field(default_factory=list)  # of a lab's cells, from its kernel (run.Result)
    faults: set[Fault] = field(default_factory=set)  # of all pages of the build
    seen: dict[str, str] = field(default_factory=dict)  # snippets shown in full, and the id of each
    rows: list[str] = field(default_factory=list)  # of its tables
    ran: list = field(default_factory=list)  # its programs, with what came of them (run.Run)
    formulas: list[tuple[bool, str, int]] = field(default_factory=list)  # displayed?, TeX, line
    exercises: list[dict] = field(default_factory=list)  # their keys, anchors, titles and kinds
    noted: int = 0  # faults
    late: list[str] | None = (
        None  # HTML to put in after search has read the page; None: put it in at once
    )

    @property
    def programs(self) -> list:
        """What ran of its blocks, in their order, without those that failed."""
        return [one for one in self.ran if one.number and not one.result.error]

    def note(self, message: str, line: int | None = None, block: int | None = None) -> str:
        """Say what is wrong, and go on; the message with its place."""
        where, at = self.source, 0
        if line is not None:
            at = line + self.offset
            where += f", line {at}"
        if block is not None:
            where += f", {self.unit} {block}"
        self.faults.add(Fault(self.source, at, f"{where}: {message}"))
        self.noted += 1
        return f"{where}: {message}"

    def is_told(self, line: int | None) -> bool:
        """Whether something is known to be wrong with this line."""
        known = {fault.line for fault in self.faults if fault.page == self.source}
        return line is not None and line + self.offset in known

    def fail(self, message: str, line: int | None = None, block: int | None = None):
        """Say what is wrong, and give up."""
        raise PageError(self.note(message, line, block))

    def lines_of(self, text: str) -> list[int | None]:
        """The lines where `text` stands, outside of code; [None] if it is nowhere."""
        words = r"\s+(?:> *)*".join(map(re.escape, text.split()))
        stand = re.finditer(rf"(?<![\w\\/]){words}(?![\w(#/])", masked(self.written))
        above = (self.written.count("\n", 0, match.start()) for match in stand)
        return [line + 1 - self.offset for line in above] or [None]

    def line_of(self, pattern: str, text: str = "") -> int | None:
        """The line of the Markdown where `pattern` first stands in `text`, or in what is written."""
        return next(self.places(pattern, text or self.written), None)

    def places(self, pattern: str, text: str) -> Iterator[int]:
        """All such lines."""
        for match in re.finditer(pattern, text, re.MULTILINE):
            yield text.count("\n", 0, match.start()) + 1 - self.offset

    def line_of_row(self, row: str) -> int | None:
        """The line of a table's row that is read now, which equal ones may stand above; or of what is most like it."""
        self.rows.append(row)
        lines = {piece.line: piece.text.strip(" >") for piece in Document(self.written).pieces}
        like = (
            row
            if row in lines.values()
            else "".join(get_close_matches(row, lines.values(), 1, 0.3))
        )
        found = [line for line, text in lines.items() if text == like and text]
        return found[: self.rows.count(row)][-1] - self.offset if found else None

    def put(self, html: str, for_search: str = "", kind: str = "") -> str:
        """`html`, or a place for it that holds only what search should read."""
        if self.late is None:
            return html
        self.late.append(html)
        return f"<!--late {kind} {len(self.late) - 1}-->{for_search}<!--/late-->"
