"""What the Markdown extension and the MkDocs hooks know together of the page in the making.

Markdown extensions are not told which page they render. Under MkDocs the hooks fill this
in; under Zensical, which runs none, extension.py does, and puts in at once what they put in later.
"""

from dataclasses import dataclass, field
from pathlib import Path

from pymdownx.superfences import SuperFencesException

try:
    from mkdocs.exceptions import BuildError
except ImportError:  # another builder

    class BuildError(Exception):
        pass


ROOT = Path(__file__).parent.parent
SNIPPETS = ROOT / "snippets"
TESTS = ROOT / "tests"


class PageError(BuildError, SuperFencesException):
    """A page that must not be published. The build prints the message and stops; superfences lets this class through."""


@dataclass
class Page:
    """The page in the making."""

    source: str = "page"  # its path, for messages
    written: str = ""  # its file's text, with the front matter
    offset: int = 0  # lines of front matter before the Markdown
    to_root: str = ""  # from the page's address to the site's root: "../../"
    fences: int = 0  # of Python, on the whole page
    blocks: int = 0  # executed so far
    unit: str = "block"  # what an executed fence is called; of a lab it is a cell
    results: list[dict] = field(default_factory=list)  # of a lab's cells, from its kernel
    seen: set[str] = field(default_factory=set)  # snippets already shown in full
    programs: list[dict] = field(default_factory=list)  # the blocks: what ran, and what it printed
    exercises: list[dict] = field(default_factory=list)  # their keys, anchors, titles and kinds
    late: list[str] | None = (
        None  # HTML to put in after search has read the page; None: put it in at once
    )

    def fail(self, message: str, line: int | None = None, block: int | None = None):
        where = self.source
        if line is not None:
            where += f", line {line + self.offset}"
        if block is not None:
            where += f", {self.unit} {block}"
        raise PageError(f"{where}: {message}")

    def put(self, html: str, for_search: str = "", kind: str = "") -> str:
        """`html`, or a place for it that holds only what search should read."""
        if self.late is None:
            return html
        self.late.append(html)
        return f"<!--late {kind} {len(self.late) - 1}-->{for_search}<!--/late-->"


page = Page()


def begin(**known) -> Page:
    """Start a page."""
    page.__init__(**known)
    return page
