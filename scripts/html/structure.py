"""How a lesson is made: ideas with a question each, and at its end what to keep, three exercises, and the sources.

A page whose front matter says `draft: true` need not be so yet, and says that it is a draft.
"""

import re

from scripts.text.context import Page
from scripts.text.document import Document

HEADING = re.compile(r"## +(.*?)(?: *\{[^{}]*\})? *#* *$")
LAST = {"What to keep": 0, "Exercises": 3, "Sources": 0}  # with how many exercises


def check(content: str, page: Page, meta: dict) -> None:
    """Note where a lesson, whose HTML is `content`, is not made so."""
    if meta.get("draft"):
        return
    before = page.noted
    sections: list[list] = []  # line, title, number of exercises
    for piece in Document(page.written).pieces:
        if match := HEADING.match(piece.text):
            sections.append([piece.line - page.offset, match[1], 0])
        elif piece.begins and sections:
            sections[-1][2] += 1
    last = [title for _, title, _ in sections[-3:]]
    if last != [*LAST]:
        page.note(
            f"a lesson ends with the sections {', '.join(LAST)}; this one with {', '.join(last)}",
            sections[-1][0] if sections else None,
        )
        return
    for line, title, number in sections:
        wanted = LAST.get(title)
        if wanted is None and not number:
            page.note(f"the section {title!r} has no question: ask one of its idea", line)
        elif wanted is not None and number != wanted:
            page.note(f"the section {title!r} has {wanted or 'no'} exercises, not {number}", line)
    if page.source in meta["related"] or not meta["related"]:
        page.note("a lesson names other lessons as related", page.line_of("^related *:"))
    if 'class="term"' not in content and page.noted == before:
        page.note("a lesson links the terms of the glossary that it uses, as in [gradient]")
