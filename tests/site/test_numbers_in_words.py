"""A slip of the pen in a number of a page's words is found: each number is changed, and must be missed."""

import re
from collections.abc import Iterator

from kit import ROOT, Page, Site

from scripts import gates, prose

# What a changed digit cannot be told from, since the same page prints or is given it too.
HIDDEN: dict[str, str] = {}  # "12 to 13": why it stays


def sources(site: Site) -> Iterator[tuple[Page, str]]:
    """The pages that run code, with what their authors wrote."""
    for url, page in site.pages.items():
        name = url.rstrip("/")
        for path in (f"{name}.md", f"{url}index.md", f"blog/posts/{name.removeprefix('blog/')}.md"):
            if page.outputs and (ROOT / "docs" / path).is_file():
                yield page, (ROOT / "docs" / path).read_text("utf-8")


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


def test_every_changed_digit_in_the_words_of_a_page_is_found(site: Site):
    counted, survivors = {}, {}
    for page, source in sources(site):
        counted[page.url] = len(list(prose.numbers(source)))
        assert not list(prose.wrong(source, [page.outputs]))
        for slip, changed in slips(source):
            if not list(prose.wrong(changed, [page.outputs])):
                survivors[slip] = page.url
    assert {page.url for page in site.lessons} < set(counted)
    assert sum(counted.values()) >= 10
    assert {slip.split(",")[0] for slip in survivors} <= set(HIDDEN), survivors
    said = f"{sum(counted.values())} numbers in the words of {len(counted)} pages that run code; "
    said += "of each a changed last digit is found"
    gates.record("prose", said + f", but for {len(survivors)}" * bool(survivors))
