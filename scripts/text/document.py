"""A page's text, read once: its front matter, and its pieces, each with its line.

A piece is a fence as a whole, or a line outside of fences. Every stage takes pages from here, so that all agree on what is
code, what belongs to an exercise, and which number a block has. A lab is one too, once labs.py has it as Markdown.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile
from textwrap import dedent

FRONT_MATTER = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)  # as MkDocs'
FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<header>.*?)[ \t]*$")
OPTION = re.compile(r'\s*([\w-]+)="([^"]*)"')
# An option on a line of its own at the top of a fence, as Quarto has it; more blanks go on with the one above.
SETTING = re.compile(r"^[ \t>]*#\|(?: (?P<name>[\w-]+):| (?P<goes_on> +))?(?P<words>.*)$")
MARK = re.compile(
    r"^///(?!/) *(?P<word>\w*) *(?:\| *(?P<title>.*?) *(?:\{ *#(?P<id>[\w-]+) *\})?)? *$"
)
ITEM = re.compile(r"^- (?P<word>\w+) `(?P<code>[^`]+)` *(?P<room>[^:]*?) *: *(?P<text>.*)$")
# Of each kind of exercise its name, what its button says, and what its solution is called.
KINDS = {
    "exercise": ("Exercise", "Check", "Solution"),
    "predict": ("Predict", "Commit my guess", "What happens"),
}


@dataclass
class Fence:
    """A fence, with its marks in `raw` and what stands between them in `code`."""

    line: int
    indent: str
    marks: str
    header: str
    raw: list[str]
    number: int = 0  # of the block, if it is executed
    shown: list[str] = field(default_factory=list)  # what is rendered in its place

    @cached_property
    def settings(self) -> list[tuple[str, str]]:
        """Of each line `#| name: words` the name and the words; no name, if the line is not of that form."""
        found: list[tuple[str, str]] = []
        for match in takewhile(bool, map(SETTING.match, self.raw[1:-1])):
            above = found[-1][0] if found and match["goes_on"] else ""
            found.append((match["name"] or above, match["words"]))
        return found

    @cached_property
    def options(self) -> dict[str, str]:
        found = dict(OPTION.findall(self.header))
        for name, words in self.settings:
            found[name] = f"{found.get(name, '')} {words.strip()}".strip()
        return found

    @property
    def head(self) -> range:
        """The lines above its code: its first, and those of its options."""
        return range(self.line, self.line + 1 + len(self.settings))

    @property
    def part(self) -> str | None:
        """Of an exercise: "start" or "checks"."""
        return self.options.get("exercise")

    @property
    def code(self) -> str:
        lines = self.raw[1:-1]
        lines[: len(self.settings)] = [""] * len(self.settings)  # so each line keeps its place
        if ">" in self.indent:
            lines = [re.sub(rf"^[ \t>]{{0,{len(self.indent)}}}", "", line) for line in lines]
        return dedent("\n".join(lines))  # in a list or a box, say


@dataclass
class Piece:
    line: int
    text: str = ""  # of a line
    fence: Fence | None = None
    mark: re.Match | None = None  # of a line that begins or ends an exercise or its solution

    @property
    def begins(self) -> bool:
        """Whether an exercise begins here."""
        return bool(self.mark and self.mark["word"] in KINDS)


class Document:
    def __init__(self, text: str):
        self.text, self.lines = text, text.split("\n")
        self.pieces: list[Piece] = []
        self.unclosed: Fence | None = None
        match = FRONT_MATTER.match(text)
        self.front_matter = match and match[1]
        self.offset = match[0].count("\n") if match else 0  # lines of front matter
        blocks = 0
        for at, line in enumerate(self.lines, 1):
            found = FENCE.match(line)
            if fence := self.unclosed:
                fence.raw.append(line)
                if found and not found["header"] and found["marks"].startswith(fence.marks):
                    self.pieces.append(Piece(fence.line, fence=fence))
                    self.unclosed = None
                    executed = fence.header.startswith("python") or "exec=" in fence.header
                    if executed and not fence.part:
                        blocks += 1
                        fence.number = blocks
            elif found:
                self.unclosed = Fence(at, **found.groupdict(), raw=[line])
            else:
                self.pieces.append(Piece(at, line, mark=MARK.match(line)))

    @property
    def fences(self) -> list[Fence]:
        return [piece.fence for piece in self.pieces if piece.fence]

    @property
    def blocks(self) -> list[Fence]:
        """The fences that are executed."""
        return [fence for fence in self.fences if fence.number]
