"""A first visit to a lesson costs little; `python scripts/check.py reach` has Lighthouse look at it too."""

import pytest
from kit import Site

from scripts.proofs import reach

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def server(site: Site):
    with reach.served(site.folder) as server:
        yield server


def test_the_lessons_are_those_of_the_site(site: Site):
    assert sorted(reach.lessons(site.folder)) == sorted(page.url for page in site.lessons)


def test_the_first_view_of_a_lesson_meets_every_goal(site: Site, server, chromium):
    for page in site.lessons:
        seen = reach.view(chromium, server, page.url)
        assert not reach.missed(seen), page.url
        assert seen.title in page.soup.h1.get_text()
        assert seen.sizes["page"] > 20_000, "it was not the lesson"
        assert seen.ours > 3_000
        assert seen.theirs > 30_000
        assert len(seen.blocking) == 1


def test_what_blocks_or_moves_a_page_is_noticed(site: Site, chromium, tmp_path):
    (tmp_path / "lesson").mkdir()
    (tmp_path / "slow.css").write_text("")
    (tmp_path / "lesson/index.html").write_text(
        '<title>Bad - Site</title><link rel="icon" href="data:,"><link rel="stylesheet" href="../slow.css"><p>Text</p>'
        "<script>new PerformanceObserver(() => document.body.prepend(Object.assign(document.createElement('h1'),"
        " { textContent: 'Late' }))).observe({ type: 'paint', buffered: true })</script>"
    )
    with reach.served(tmp_path) as server:
        seen = reach.view(chromium, server, "lesson/")
    assert seen.blocking == ["slow.css"]
    assert seen.shift > 0
    assert len(reach.missed(seen)) == 2
