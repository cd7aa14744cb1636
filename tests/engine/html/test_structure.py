"""A lesson is made as all lessons are, or the build names the line."""

import re

import pytest
from kit import LESSON, PAGES, changed
from shared import Fault

from scripts.html import glossary, structure
from scripts.text.context import Page

QUESTION = "/// exercise | A question\nWhat is it?\n///\n"
RIGHT = f"""\
---
related: [other.md]
---

## An idea

{QUESTION}
## What to keep

- It.

## Exercises

{QUESTION * 3}
## Sources

- A book.
"""
TERM = '<a class="term">gradient</a>'
WRONG = {
    "an idea without a question": (
        f"## An idea\n\n{QUESTION}",
        "## An idea\n",
        "'An idea' has no question",
        "## An idea",
    ),
    "two exercises": (QUESTION * 3, QUESTION * 2, "has 3 exercises, not 2", "## Exercises"),
    "a question of what to keep": ("- It.", QUESTION, "has no exercises, not 1", "## What"),
    "another order": (
        "## Sources",
        "## Further reading",
        "ends with the sections What to keep, Exercises, Sources; this one with What to keep, Exer",
        "## Further",
    ),
    "no other lesson": ("[other.md]", "[own.md]", "names other lessons as related", "related"),
    "no lesson": ("[other.md]", "[]", "names other lessons as related", "related"),
}


def said(text: str, content: str = TERM) -> list[tuple[int, str]]:
    """What is said of a lesson, and of which line."""
    page = Page(source="own.md", written=text, offset=3)
    related = re.findall(r"\w+\.md", text.split("---")[1])
    structure.check(content, page, {"related": related, "draft": "draft: true" in text})
    return [(fault.line, fault.message) for fault in page.faults]


@pytest.mark.parametrize(("old", "new", "says", "at"), WRONG.values(), ids=WRONG)
def test_what_a_lesson_lacks_is_said_unless_it_is_a_draft(old, new, says, at):
    text = changed(RIGHT, old, new)
    ((line, message),) = said(text)
    assert text.split("\n")[line - 1].startswith(at)
    assert says in message
    assert not said(RIGHT)
    assert not said(changed(text, "---\nrelated", "---\ndraft: true\nrelated"))


def test_a_lesson_links_a_term():
    ((_, message),) = said(RIGHT, "")
    assert "links the terms of the glossary" in message


@pytest.mark.parametrize(
    "faults", [("lesson", changed(PAGES[LESSON], "draft: true\n", ""))], indirect=True
)
def test_the_build_says_it(faults: list[Fault]):
    (fault,) = faults
    assert fault.says.startswith("a lesson ends with the sections")
    assert fault.line == PAGES[LESSON].split("## A section")[0].count("\n")


def test_the_rows_of_the_glossary_are_put_in_order():
    head = ["| Symbol | Term |", "|---|---|"]
    rows = ["| | batch {#a} |", "| $H$ | Hessian {#b} |", "| | a loss {#c} |"]
    lines = ["Terms", "", *head, *rows, "", "After."]
    in_order = [rows[2], rows[0], rows[1]]
    assert glossary.ordered(lines) == ["Terms", "", *head, *in_order, "", "After."]
