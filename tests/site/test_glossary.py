"""The glossary: what it says of the lessons is true."""

import re
from functools import cache

from bs4 import Tag
from kit import Page, Site

TERM = "a.term"


def rows(site: Site) -> dict[str, Tag]:
    """The rows of the glossary by their anchors."""
    cells = site.pages["glossary/"].soup.select(".glossary tbody td[id]")
    return {cell["id"]: cell.parent for cell in cells}


def name(row: Tag) -> str:
    return row.select("td")[1].get_text(strip=True).lower()


@cache
def sections(html: str) -> dict[str, str]:
    """The words under each heading of a lesson, without code, outputs, figures and formulas."""
    body = Page("", html).soup.select_one("article")
    for other in body.select(
        ".lesson-head, .lesson-foot, .listing, .output, svg, .katex, .headerlink"
    ):
        other.decompose()
    found, anchor = {"": ""}, ""
    for tag in body.find_all(recursive=False):
        if re.fullmatch("h[1-6]", tag.name):
            anchor = tag["id"]
        found[anchor] = " ".join(f"{found.get(anchor, '')} {tag.get_text()}".lower().split())
    return found


def introduced(site: Site, row: Tag) -> tuple[Page, str]:
    """The lesson and the section that a row names."""
    path, _, anchor = row.select_one("td:last-child a")["href"].partition("#")
    return site.pages[path.removeprefix("../")], anchor


def test_each_term_stands_in_the_section_that_introduces_it(site: Site):
    for row in rows(site).values():
        page, anchor = introduced(site, row)
        assert name(row) in sections(page.html)[anchor], (
            f"{name(row)} is not in {page.url}#{anchor}"
        )


def test_no_earlier_lesson_uses_a_term(site: Site):
    order = re.findall(
        r'href="(?:\./)?([\w-]+/)"', site.pages["tutorials/calculus-for-optimization/"].html
    )
    lessons = sorted(site.lessons, key=lambda page: order.index(page.url.rsplit("/", 2)[1] + "/"))
    for row in rows(site).values():
        page, _ = introduced(site, row)
        for earlier in lessons[: lessons.index(page)]:
            for anchor, text in sections(earlier.html).items():
                used = re.search(rf"\b{re.escape(name(row))}", text)
                assert not used, f"{name(row)} is in {earlier.url}#{anchor}"


def test_every_term_that_a_page_links_is_in_the_glossary(site: Site):
    known = rows(site)
    assert len(known) >= 20
    for url, page in site.pages.items():
        for link in page.soup.select(TERM):
            path, _, anchor = link["href"].partition("#")
            assert path.endswith("glossary/"), url
            assert anchor in known, url
            assert link["title"].startswith(known[anchor].select("td")[3].get_text(strip=True)), url


def test_every_symbol_is_set(site: Site):
    symbols = [row.td for row in rows(site).values() if row.td.get_text(strip=True)]
    assert len(symbols) >= 15
    assert all(symbol.select_one(".katex math") for symbol in symbols)


def test_every_name_in_code_is_in_the_code_of_a_lesson(site: Site):
    code = "\n".join(listing.text for page in site.lessons for listing in page.listings)
    for row in rows(site).values():
        for tag in row.select("td:nth-child(3) code"):
            assert tag.get_text() in code, name(row)
