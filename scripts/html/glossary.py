"""The glossary's terms, and the links to them: on any page, [gradient] or [gradients][gradient].

A term is written down once, as a row of the table on the glossary's page: symbol, name with its
{#anchor}, name in code, a sentence in plain words, and the section that introduces it.
"""

import difflib
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor

from scripts.text import reading
from scripts.text.context import ROOT, Page
from scripts.text.labels import WORDS

PAGE = "glossary/index.md"
ROW = re.compile(
    r"\| *(?P<symbol>[^|]*?) *"
    r"\| *(?P<name>[^|{\s][^|{]*?) *\{ *#(?P<anchor>[\w-]+) *\} *"
    r"\| *(?P<code>[^|]*?) *"
    r"\| *(?P<sentence>[^|`$\[*\s][^|`$\[*]*?) *"
    r"\| *\[[^\]]+\]\([^)]+\) *\|"
)


@dataclass
class Term:
    symbol: str
    name: str
    anchor: str
    code: str
    sentence: str

    @property
    def preview(self) -> str:
        return self.sentence + f" In code: {self.code.replace('`', '')}." * bool(self.code)


def rows(text: str) -> list[tuple[int, str]]:
    """The rows of the table, below its head, with their lines."""
    found = [(at, row.rstrip()) for at, row in enumerate(text.split("\n"), 1) if row[:1] == "|"]
    return found[2:]


def ordered(lines: list[str]) -> list[str]:
    """The lines of its page with the rows in the order of their names, wherever an author has added one."""
    out = list(lines)
    at = [line - 1 for line, _ in rows("\n".join(lines))]
    for place, row in zip(at, sorted((lines[place] for place in at), key=name_of), strict=True):
        out[place] = row
    return out


def name_of(row: str) -> str:
    return "".join(row.split("|")[2:3]).partition("{")[0].strip().lower()


def terms() -> dict[str, Term]:
    """The terms by their names in small letters. One whose row is wrong has no anchor."""
    path = ROOT / "docs" / PAGE
    found = {}
    for _, row in rows(reading.text(path) if path.is_file() else ""):
        match = ROW.fullmatch(row)
        term = Term(**match.groupdict()) if match else Term("", name_of(row), "", "", "")
        found[term.name.lower()] = term
    return found


def check(made: Page) -> None:
    """Note the rows of the glossary that are none."""
    seen = set()
    for at, row in rows(made.written) if made.source == PAGE else ():
        name = name_of(row)
        if name in seen:
            made.note(f"the term {name!r} has a row already", at - made.offset)
        seen.add(name)
        if not ROW.fullmatch(row):
            made.note(
                "a row is | symbol | name {#anchor} | `code` | a sentence in plain words "
                f"| [section](page.md#section) |, unlike {row}",
                at - made.offset,
            )


class TermLinks(InlineProcessor):
    """Turns a term in brackets into a link whose title is the term's preview."""

    def __init__(self, md):
        super().__init__(r"(?<!!)\[([^\[\]]+)\](?:\[([^\[\]]+)\])?", md)
        self.terms = terms()

    def handleMatch(self, match, data):
        page = self.md.lessons_page
        name = " ".join((match[2] or match[1]).lower().split())
        term = self.terms.get(name)
        if not term and not WORDS.fullmatch(name):  # brackets of another kind: [0, 1]
            return None, None, None
        if not term:
            near = difflib.get_close_matches(name, self.terms, 1)
            hint = f"did you mean [{near[0]}]? A" if near else "a"
            for line in page.lines_of(match[0]):
                page.note(
                    f"{match[0]} is no term of docs/{PAGE}; {hint} plain bracket is written \\[{match[1]}\\]",
                    line,
                )
        if not (term and term.anchor):  # `check` has said why
            return match[1], match.start(), match.end()
        href = f"{self.to_glossary()}#{term.anchor}"
        link = Element("a", {"class": "term", "href": href, "title": term.preview})
        link.text = match[1]
        return link, match.start(), match.end()

    def to_glossary(self) -> str:
        """From the page's source file.

        MkDocs' own processor knows it best, for the blog shows a part of one page on another.
        """
        known = "relpath" in self.md.treeprocessors
        source = (
            self.md.treeprocessors["relpath"].file.src_uri if known else self.md.lessons_page.source
        )
        return "../" * source.count("/") + PAGE
