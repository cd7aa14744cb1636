"""Each goal of a first visit can be missed, and is then named; the figures stand in a table."""

import pytest
from bs4 import BeautifulSoup

from scripts.proofs import reach

HOME = "http://127.0.0.1:1/"
SIZES = {
    "page": 40_000,
    "styles": 30_000,
    "scripts of the theme": 36_000,
    "scripts of our own": 6_000,
}
GOOD = {"sizes": SIZES, "requests": 9, "shift": 0.0, "home": HOME}
GOOD |= {"blocking": [f"{HOME}assets/stylesheets/site.0123abcd.min.css"]}


def test_the_figures_stand_in_a_table_with_their_goals():
    found = {"Lesson <1>": reach.figures(**GOOD), "Two": reach.figures(**GOOD)}
    assert reach.missed(found) == []
    page = BeautifulSoup(reach.table(found, "7 files."), "html.parser")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tr")]
    assert rows[0] == ["Figure", "Goal", "Lesson <1>", "Two"]
    assert ["First view, all together", "≤ 150 kB", "112.0 kB", "112.0 kB"] in rows
    assert ["of these, scripts of our own", "≤ 15 kB", "6.0 kB", "6.0 kB"] in rows
    assert page.p.get_text() == "7 files."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sizes": {"page": 150_001}}, "First view, all together: 150.0 kB, the goal is ≤ 150 kB"),
        (
            {"sizes": {"scripts of our own": 15_001}},
            "of these, scripts of our own: 15.0 kB, the goal is ≤ 15 kB",
        ),
        ({"shift": 0.001}, "Layout shift: 0.001, the goal is 0"),
        (
            {"blocking": [*GOOD["blocking"], f"{HOME}javascripts/a.js"]},
            "Style sheets that must come first: javascripts/a.js, the goal is 1",
        ),
    ],
)
def test_a_missed_goal_is_named(change: dict, said: str):
    assert reach.missed({"One": reach.figures(**GOOD | change)}) == [f"MISSED: One: {said}"]
