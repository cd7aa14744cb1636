"""A slip of the pen in a number of a page's words is found: each number is changed, and must be missed."""

import random
import re
from collections.abc import Iterator

from kit import ROOT, Page, Site

from scripts.claims import prose
from scripts.text.document import Document

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
    """For each number the other sign, and one more and one less in its last digit: what was changed, and the page with that."""
    lines = source.split("\n")
    for number in prose.numbers(source):
        line = lines[number.line - 1]
        here = line.startswith(number.text, number.at)
        places = [found.start() for found in re.finditer(re.escape(number.text), line)]
        within = [place for place in places if line[:place].count('"') % 2]  # a string of code
        start = number.at if here else (within or places)[-1]
        last = start + re.match(r"[-−]?[\d.,]*\d", number.text).end() - 1
        rest = line[start:].removeprefix("-").removeprefix("−")
        slips = [line[:start] + "−" * (rest == line[start:]) + rest]
        for step in (1, 9):
            digit = (int(line[last]) + step) % 10
            slips.append(f"{line[:last]}{digit}{line[last + 1 :]}")
        for slip in slips:
            changed = [*lines[: number.line - 1], slip, *lines[number.line :]]
            at = slice(start, start + len(number.text) + 1)
            yield f"{line[at]} to {slip[at]}, line {number.line}", "\n".join(changed)


def outputs(page: Page) -> list[str]:
    """What each block of the page prints."""
    return [f"{listing.stdout}\n{listing.stderr}" for listing in page.listings]


def test_every_changed_digit_and_sign_in_the_words_of_a_page_is_found(site: Site, record_property):
    counted, survivors = {}, {}
    for page, source in sources(site):
        counted[page.url] = len(list(prose.numbers(source)))
        assert not list(prose.wrong(source, outputs(page)))
        for slip, changed in slips(source):
            if not list(prose.wrong(changed, outputs(page))):
                survivors[slip] = page.url
    assert {page.url for page in site.lessons} < set(counted)
    assert sum(counted.values()) >= 10
    assert {slip.split(",")[0] for slip in survivors} <= set(HIDDEN), survivors
    said = f"{sum(counted.values())} numbers in the words of {len(counted)} pages that run code; "
    said += "of each a changed last digit or sign is found"
    record_property("proved", said + f", but for {len(survivors)}" * bool(survivors))


def test_a_number_from_nowhere_is_seldom_taken_for_a_printed_one(site: Site):
    draw, tried = random.Random(0), 0
    for page, source in sources(site):
        if page not in site.lessons:
            continue
        lines = source.split("\n")
        words = [
            piece.line
            for piece in Document(source).pieces
            if re.match(r"[A-Z].*\w", piece.text) and not piece.text.endswith("$")
        ]
        if len(words) <= 50:
            continue  # too few to say what share is found
        tried += 1
        shares = {}
        for form, most in (("{:.2f}", 1), ("{:.1f}", 10), ("{:.0f}", 1000), ("−{:.3f}", 10)):
            found = 0
            for _ in range(10):  # one draw alone would say more of itself than of the page
                changed = lines.copy()
                for at in words:
                    changed[at - 1] += f" It is {form.format(draw.uniform(most / 10, most))}."
                found += len(list(prose.wrong("\n".join(changed), outputs(page))))
            shares[form] = found / len(words) / 10
        assert sum(shares.values()) / len(shares) > 0.95, (page.url, shares)
        assert min(shares.values()) > 0.9, (page.url, shares)
    assert tried >= 2
