"""The glossary's terms, and the links to them: on any page, [gradient] or [gradients][gradient].

A term is written down once, as a row of the table on the glossary's page: symbol, name with its
{#anchor}, name in code, a sentence in plain words, and the section that introduces it.
"""

import difflib
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor

from scripts import reading
from scripts.context import ROOT, PageError, page

PAGE = "glossary/index.md"
ROW = re.compile(
    r"\| *(?P<symbol>[^|]*?) *"
    r"\| *(?P<name>[^|{]+?) *\{ *#(?P<anchor>[\w-]+) *\} *"
    r"\| *(?P<code>[^|]*?) *"
    r"\| *(?P<sentence>[^|`$\[*]+?) *"
    r"\| *\[[^\]]+\]\([^)]+\) *\|"
)
WORDS = re.compile(r"[^\W\d_][\w’' -]*")


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


def terms() -> dict[str, Term]:
    """The terms by their names in small letters."""
    path = ROOT / "docs" / PAGE
    lines = reading.text(path).splitlines() if path.is_file() else []
    rows = [(number, line) for number, line in enumerate(lines, 1) if line.startswith("|")]
    found = {}
    for number, line in rows[2:]:  # below the head
        match = ROW.fullmatch(line.rstrip())
        if not match:
            raise PageError(
                f"{PAGE}, line {number}: a row is | symbol | name {{#anchor}} | `code` "
                f"| a sentence in plain words | [section](page.md#section) |, unlike {line}"
            )
        term = Term(**match.groupdict())
        found[term.name.lower()] = term
    return found


class TermLinks(InlineProcessor):
    """Turns a term in brackets into a link whose title is the term's preview."""

    def __init__(self, md):
        super().__init__(r"(?<!!)\[([^\[\]]+)\](?:\[([^\[\]]+)\])?", md)
        self.terms = terms()

    def handleMatch(self, match, data):
        name = " ".join((match[2] or match[1]).lower().split())
        term = self.terms.get(name)
        if not term and not WORDS.fullmatch(name):  # brackets of another kind: [0, 1]
            return None, None, None
        if not term:
            near = difflib.get_close_matches(name, self.terms, 1)
            hint = f"did you mean [{near[0]}]? " if near else ""
            page.fail(
                f"{match[0]} is no term of docs/{PAGE}; {hint}A plain bracket is written \\[",
                next((n for n, line in enumerate(self.md.written, 1) if match[0] in line), None),
            )
        href = f"{self.to_glossary()}#{term.anchor}"
        link = Element("a", {"class": "term", "href": href, "title": term.preview})
        link.text = match[1]
        return link, match.start(), match.end()

    def to_glossary(self) -> str:
        """From the page's source file.

        MkDocs' own processor knows it best, for the blog shows a part of one page on another.
        """
        known = "relpath" in self.md.treeprocessors
        source = self.md.treeprocessors["relpath"].file.src_uri if known else page.source
        return "../" * source.count("/") + PAGE
