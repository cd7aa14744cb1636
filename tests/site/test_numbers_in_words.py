"""A slip of the pen in a number of the lessons' words is found: each number is changed, and must be missed."""

import re
from collections.abc import Iterator

from kit import ROOT, Page, Site

from scripts import gates, prose

# What a changed digit cannot be told from, since the same page prints or is given it too.
HIDDEN: dict[str, str] = {}  # "12 to 13": why it stays


def source_of(page: Page) -> str:
    return (ROOT / "docs" / f"{page.url.rstrip('/')}.md").read_text("utf-8")


def slips(source: str) -> Iterator[tuple[str, str]]:
    """For each number, one more and one less in its last digit: what was changed, and the page with that."""
    lines = source.split("\n")
    for number in prose.numbers(source):
        line = lines[number.line - 1]
        here = line.startswith(number.text, number.at)
        start = number.at if here else line.rindex(number.text)  # in a string of a check
        last = start + re.match(r"[-−]?[\d.,]*\d", number.text).end() - 1
        for step in (1, 9):
            digit = (int(line[last]) + step) % 10
            slip = f"{line[:last]}{digit}{line[last + 1 :]}"
            changed = [*lines[: number.line - 1], slip, *lines[number.line :]]
            at = slice(start, start + len(number.text))
            yield f"{line[at]} to {slip[at]}, line {number.line}", "\n".join(changed)


def test_every_changed_digit_in_the_words_of_a_lesson_is_found(site: Site):
    counted, survivors = 0, {}
    for page in site.lessons:
        source = source_of(page)
        counted += len(list(prose.numbers(source)))
        assert not list(prose.wrong(source, [page.outputs]))
        for slip, changed in slips(source):
            if not list(prose.wrong(changed, [page.outputs])):
                survivors[slip] = page.url
    assert counted >= 10
    assert {slip.split(",")[0] for slip in survivors} <= set(HIDDEN), survivors
    said = f"{counted} numbers in the words of {len(site.lessons)} lessons; of each a changed last digit is found"
    gates.record("prose", said + f", but for {len(survivors)}" * bool(survivors))
