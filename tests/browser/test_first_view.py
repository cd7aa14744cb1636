"""A first visit is measured as it is; `python scripts/check.py reach` holds every lesson to its goals."""

import pytest
from kit import LESSONS, Site

from scripts.proofs import reach


def test_the_lessons_are_those_of_the_site_and_a_visit_sees_all_of_one(site: Site, chromium):
    titles = reach.lessons(site.folder)
    assert list(titles) == [page.url for page in site.lessons]
    assert list(titles.values()) == [page.soup.h1.contents[0].strip() for page in site.lessons]
    with reach.served(site.folder) as server:
        seen = reach.visit(chromium, server, site.lessons[0].url)
    kilobytes = {label: float(value.split()[0]) for label, (_, value, _) in seen.items()}
    assert kilobytes["of these, page"] > 20, "it was not the lesson"
    assert kilobytes["of these, scripts of our own"] > 3
    assert kilobytes["of these, scripts of the theme"] > 30
    assert seen["Style sheets that must come first"] == ("1", "1", True)
    assert reach.offline(site.folder)[0] > len(site.pages)


def test_what_blocks_or_moves_a_page_is_noticed(chromium, tmp_path):
    (tmp_path / "lesson").mkdir()
    (tmp_path / "slow.css").write_text("")
    (tmp_path / "lesson/index.html").write_text(
        '<title>Bad - Site</title><link rel="icon" href="data:,"><link rel="stylesheet" href="../slow.css"><p>Text</p>'
        "<script>new PerformanceObserver(() => document.body.prepend(Object.assign(document.createElement('h1'),"
        " { textContent: 'Late' }))).observe({ type: 'paint', buffered: true })</script>"
    )
    with reach.served(tmp_path) as server:
        seen = reach.visit(chromium, server, "lesson/")
    wrong = reach.missed({"Bad": seen})
    assert wrong[0].startswith("MISSED: Bad: Layout shift: 0.")
    assert wrong[1:] == ["MISSED: Bad: Style sheets that must come first: slow.css, the goal is 1"]


FIGURE = ".lesson-head + .widget-anchor + figure .widget"
PLACES = (
    "(parts) => parts.map((part) => document.querySelector(part)?.getBoundingClientRect().toJSON())"
)


@pytest.mark.parametrize("url", LESSONS)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (768, 1024), (390, 740)])
def test_a_lesson_begins_with_its_mathematics(chromium, address, site: Site, url, width, height):
    with chromium.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(address + url)
        if url == site.lessons[0].url:
            page.locator(f"{FIGURE}.widget--live").wait_for()
        begins, figure = page.evaluate(PLACES, [".lesson-head ~ :is(p, figure)", FIGURE])
    assert begins["top"] < height * 2 / 3, "its head fills the first screen"
    if figure and width > 700:
        assert figure["top"] + figure["height"] * 2 / 3 <= height
