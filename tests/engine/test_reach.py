"""The page of the figures shows those of this very site, or says that there are none."""

import json

import pytest
from bs4 import BeautifulSoup

from scripts.proofs import reach
from scripts.proofs.reach import View, digest, fill, missed
from scripts.text.context import ROOT

GOOD = View(
    url="tutorials/a/b/",
    title="Lesson <1>",
    sizes={"page": 40_000, "styles": 30_000, "scripts": 42_000},
    theirs=36_000,
    ours=6_000,
    requests=9,
    blocking=["assets/stylesheets/site.0123abcd.min.css"],
    shift=0.0,
)
UNMEASURED = '<h1>Quality</h1><div id="reach">\n<p>Not measured.</p>\n</div><p>More.</p>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site/about/quality").mkdir(parents=True)
    (tmp_path / "site" / reach.PAGE).write_text(UNMEASURED)
    (tmp_path / "site/sw.js").write_text("a list")
    (tmp_path / "site/index.html").write_text("Home")
    return tmp_path / "site"


def keep(site, result):
    """Keep figures for the site as it is."""
    lesson = vars(GOOD) | {"scores": dict.fromkeys(reach.SCORES, 100), "blocked": 42.4}
    figures = {
        "site": digest(site),
        "when": "2026-11-23 01:02",
        "with": {"Lighthouse": "12.8.2"},
        "lessons": [lesson, lesson],
        "kept": {"files": 7, "bytes": 123_456},
    }
    result.write_text(json.dumps(figures))
    return result


@pytest.fixture
def result(site):
    """Where figures for the site as it is are kept."""
    return keep(site, site.parent / "reach.json")


def shown(site) -> BeautifulSoup:
    return BeautifulSoup((site / reach.PAGE).read_text(), "html.parser")


def test_the_figures_of_this_site_are_shown_with_their_goals(site, result):
    fill(site, result)
    page = shown(site)
    assert "Not measured" not in page.get_text()
    assert [tag.name for tag in page.find_all(recursive=False)] == ["h1", "div", "p"]
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tr")]
    assert rows[0] == ["Figure", "Goal", "Lesson <1>", "Lesson <1>"]
    assert ["First view, all together", "≤ 150 kB", "112.0 kB", "112.0 kB"] in rows
    assert ["of these, scripts of our own", "≤ 15 kB", "6.0 kB", "6.0 kB"] in rows
    assert "2026-11-23 01:02" in page.get_text()
    assert "Lighthouse 12.8.2" in page.get_text()


def test_the_figures_can_be_shown_again(site, result):
    """That they stand on the page does not make it another site."""
    fill(site, result)
    (site / "sw.js").write_text("another list")
    assert json.loads(result.read_text())["site"] == digest(site)


@pytest.mark.parametrize("change", ["another page", "no result"])
def test_the_figures_of_another_site_are_not_shown(site, result, change):
    if change == "another page":
        (site / "index.html").write_text("Home, changed")
    else:
        result.unlink()
    fill(site, result)
    assert (site / reach.PAGE).read_text() == UNMEASURED


def test_a_build_of_the_site_that_was_measured_shows_the_figures(project):
    project.write("docs/about/quality.md", (ROOT / "docs/about/quality.md").read_text("utf-8"))
    site = project.built().folder
    keep(site, project.folder / ".cache/reach.json")
    assert "2026-11-23 01:02" not in shown(site).get_text()
    assert "2026-11-23 01:02" in shown(project.built().folder).get_text()


def test_a_missed_goal_is_named():
    def changed(**fields) -> list[str]:
        return missed(View(**vars(GOOD) | fields))

    assert changed() == []
    assert changed(sizes={"page": 150_001}) == ["150001 bytes, more than 150 kB"]
    assert changed(ours=15_001) == ["15001 bytes of scripts of our own, more than 15 kB"]
    assert changed(shift=0.001) == ["a layout shift of 0.0010"]
    late = changed(blocking=[*GOOD.blocking, "javascripts/a.js"])
    assert late == ["nothing is shown before javascripts/a.js came"]
