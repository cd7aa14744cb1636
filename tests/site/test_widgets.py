"""The interactive figures as they are published: each around its static figure, with the block's numbers, and light."""

import gzip
import json
import re

import pytest
from kit import LESSONS, ROOT, Page, Site

from scripts.html.widgets import WIDGETS
from scripts.text import reading

SHARED = ("maths", "plot", "widget")


def widgets(page: Page) -> dict:
    return {tag.name: tag for tag in page.soup.select(".widget")}


def test_every_widget_has_a_module_stands_in_a_lesson_and_is_shown_to_authors(site: Site):
    modules = {path.stem for path in (ROOT / "docs/javascripts/widgets").glob("*.js")}
    assert modules == {*WIDGETS, *SHARED}
    in_lessons = [name for page in site.lessons for name in widgets(page)]
    assert set(in_lessons) == set(WIDGETS)
    assert list(widgets(site.pages["about/figures/"])) == list(WIDGETS)


def test_a_widget_holds_its_static_figure_and_the_numbers_that_its_block_computed(site: Site):
    for page in [*site.lessons, site.pages["about/figures/"]]:
        for name, tag in widgets(page).items():
            assert tag.parent.name == "figure", name
            assert len(tag.select("svg.plot[role=img]")) == 1, name
            assert tag.parent.select_one(".listing"), name
            folds = [summary.get_text() for summary in tag.parent.select("summary")]
            assert folds[0] == "Numbers of the static figure", name
            data = {key: json.loads(value) for key, value in tag.attrs.items() if "data-" in key}
            assert set(data) == {f"data-{variable.lower()}" for variable in WIDGETS[name]}
    descent = widgets(site.lessons[1])["descent-path"]
    assert json.loads(descent["data-y"]) == [2, 4, 5, 4, 5]
    assert json.loads(descent["data-x0"]) == [0.5, 1]


def test_the_gallery_shows_each_fence_as_its_lesson_has_it(site: Site):
    page = site.pages["about/figures/"]
    shown = [tag.get_text() for tag in page.soup.select("details.example code")]
    source = "\n".join(map(reading.text, reading.found(ROOT / "docs/tutorials", "**/*.md")))
    assert len(shown) == len(WIDGETS)
    assert not [text for text in shown if text.strip("\n") not in source]


def test_every_link_to_a_state_has_its_anchor_before_the_figure(site: Site):
    links = 0
    for page in site.lessons:
        for link in page.soup.select('a[href^="#"][href*=":"]'):
            if (name := link["href"][1:].split(":")[0]) in WIDGETS:
                anchor = page.soup.find(id=link["href"][1:])
                assert anchor.find_parent(id=name).find_next("figure").select_one(name)
                links += 1
    assert links >= 8


@pytest.mark.parametrize("url", LESSONS)
def test_the_widgets_of_a_lesson_weigh_less_than_15_kb_and_nothing_at_first(url, site: Site):
    page = site.pages[url]
    files = [f"javascripts/widgets/{name}.js" for name in [*SHARED, *widgets(page)]]
    assert sum(len(gzip.compress(site.files[name], 9)) for name in files) < 15_000
    assert not re.search(r'(src|href)="[^"]*javascripts/widgets/', page.html)
    assert (ROOT / "docs/javascripts/widgets.js").stat().st_size <= 1024
