"""What search reads: the words and the code of the pages, not what a block printed or drew."""

import json
import re

import pytest
from kit import Page, Site


@pytest.fixture(scope="module")
def index(site: Site) -> list[dict]:
    return site.search_index


def words(index: list[dict], url: str = "") -> str:
    return "\n".join(
        entry["title"] + "\n" + entry["text"]
        for entry in index
        if entry["location"].startswith(url)
    )


def test_every_page_can_be_found_but_those_of_the_source_files_and_for_authors(
    site: Site, index: list[dict]
):
    found = {entry["location"].partition("#")[0] for entry in index}
    hidden = {url for url in site.pages if url.startswith("code/")}
    hidden |= {"404.html", "about/quality/", "about/figures/"}  # for authors
    assert hidden
    assert found == set(site.pages) - hidden


def test_no_output_of_a_block_is_searched(site: Site, index: list[dict]):
    lines = {line for page in site.pages.values() for line in page.outputs.splitlines()}
    lines = {line.strip() for line in lines if len(line.strip()) > 8 and re.search(r"\d", line)}
    code = "\n".join(listing.text for page in site.pages.values() for listing in page.listings)
    lines = {line for line in lines if line not in code}
    assert "analytical: 6" in lines
    assert len(lines) > 40
    text = words(index)
    assert not [line for line in lines if line in text]


def test_no_word_of_a_figure_is_searched(site: Site, index: list[dict]):
    for lesson in site.lessons:
        text = words(index, lesson.url)
        labels = [tag.get_text() for tag in lesson.soup.select("svg.plot text")]
        assert not labels or "\n".join(labels[:3]) not in text
        assert "Copy" not in text
        assert "Numbers of th" not in text
        page = Page("", lesson.html).soup.select_one("article")  # a copy, to take things out of
        for drawing in page.select("svg"):
            drawing.decompose()
        only_drawn = {label for label in labels if label not in page.get_text()}
        assert only_drawn, lesson.url
        assert not [
            label for label in only_drawn if re.search(rf"(?<!\w){re.escape(label)}(?!\w)", text)
        ]


def test_code_and_formulas_are_searched(site: Site, index: list[dict]):
    text = words(index, "tutorials/calculus-for-optimization/gradient-descent/")
    assert "def gradient_descent(grad, x0, lr, steps)" in text
    assert "\\nabla" in text
    for drawn in ('class="katex"', "katex-html", "<svg", "<!--late"):
        assert drawn not in json.dumps(index)
