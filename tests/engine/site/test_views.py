"""How often a page was viewed is what GoAccess counted, of this site's pages and of readers alone."""

import json

import pytest
from kit import views_report
from mkdocs.exceptions import BuildError

from scripts.site.views import views


def said(folder, site_url: str = "", days=("28/Nov/2026", "28/Nov/2026"), **counts) -> dict:
    path = folder / "report.json"
    path.write_text(views_report(counts["of"], *days))
    return views(str(path), site_url)


def test_without_a_report_nothing_is_said():
    assert views("", None) == {}


def test_gets_of_a_page_are_counted_whatever_their_query_but_not_what_is_kept_for_later(tmp_path):
    of = [
        ("GET", "/a/", 1200),
        ("GET", "/a/?from=mail", 30),
        ("GET", "/a/index.html", 4),
        ("GET", "/a/?kept", 500),
        ("HEAD", "/a/", 60),
        ("GET", "/", 1),
    ]
    assert said(tmp_path, of=of) == {
        "a/": "1,234 views, 28 November 2026",
        "": "1 view, 28 November 2026",
    }


def test_only_pages_below_the_sites_address_are_counted(tmp_path):
    of = [("GET", "/course/a/", 2), ("GET", "/other/a/", 3), ("GET", "/coursework/", 4)]
    found = said(tmp_path, "https://example.org/course/", of=of)
    assert found == {"a/": "2 views, 28 November 2026"}


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (("01/Nov/2026", "28/Nov/2026"), "1–28 November 2026"),
        (("30/Oct/2026", "02/Nov/2026"), "30 October – 2 November 2026"),
        (("31/Dec/2025", "02/Jan/2026"), "31 December 2025 – 2 January 2026"),
    ],
)
def test_the_period_is_the_reports(tmp_path, days, period):
    assert said(tmp_path, days=days, of=[("GET", "/a/", 2)]) == {"a/": f"2 views, {period}"}


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", json.dumps({"general": {"start_date": "today"}})]
)
def test_what_is_no_report_stops_the_build_with_the_command_that_makes_one(tmp_path, text):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(
        BuildError, match=r"VIEWS=.*report\.json is no report of GoAccess.*goaccess access\.log"
    ):
        views(str(path), None)
