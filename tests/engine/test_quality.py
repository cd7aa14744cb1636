"""The page "Quality" shows what was proved of the files as they are, and nothing else."""

import re

import pytest
from bs4 import BeautifulSoup
from kit import ROOT

from scripts.site import quality
from scripts.site.quality import LANES, Lane

LANE = Lane("Widgets hold.", ["docs", "!docs/drafts", "$SITE_URL"], ["pytest tests/widgets"])
FOUND = {"ok": True, "said": "38 of 40 <widgets> hold", "left": [], "tools": {"SymPy": "1.14.0"}}


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site whose page is not filled, of a project with one lane, "widgets"."""
    for name in ("requirements.txt", "tests/requirements.txt", "docs/index.md", "docs/drafts/a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(quality, "ROOT", tmp_path)
    monkeypatch.setattr(quality, "KEPT", tmp_path / "proofs")
    monkeypatch.setattr(quality, "LANES", {"widgets": LANE, "reach": LANE, "lighthouse": LANE})
    page = tmp_path / "site" / quality.PAGE
    page.parent.mkdir(parents=True)
    page.write_text(
        '<h1>Quality</h1><div id="gates"><p>Nothing.</p></div><div id="reach"><b>No.</b></div>'
    )
    return tmp_path / "site"


def keep(name: str, **changed) -> None:
    quality.keep(name, FOUND | {"key": quality.key(name)} | changed)


def shown(site) -> str:
    """What the page says of the widgets."""
    quality.fill(site)
    page = BeautifulSoup((site / quality.PAGE).read_text(), "html.parser")
    assert [tag.name for tag in page.find_all(recursive=False)] == ["h1", "div", "div"]
    return page.select("dl > div:first-child dd")[-1].get_text()


def test_a_proof_of_these_files_is_shown_with_its_day_and_its_tools(site):
    keep("widgets")
    assert re.fullmatch(
        r"Passed: 38 of 40 <widgets> hold\. 20\d\d-\S+ \S+ UTC, SymPy 1\.14\.0", shown(site)
    )


def test_what_a_lane_left_out_is_shown(site):
    keep("widgets", left=["NOT TRIED: there is no Python 3.14"])
    assert shown(site).endswith("NOT TRIED: there is no Python 3.14")


def test_a_lane_that_was_not_run_says_so(site):
    assert shown(site) == "Not proved for this version."


def test_a_failure_is_shown_as_one(site):
    keep("widgets", ok=False)
    assert shown(site).startswith("FAILED: ")


@pytest.mark.parametrize("change", ["docs/index.md", "docs/new.css", "requirements.txt"])
def test_a_proof_of_other_files_is_none(site, change: str):
    keep("widgets")
    (site.parent / change).write_text("as it is")
    assert quality.proof("widgets") is None
    assert shown(site) == "Not proved for this version."


def test_a_setting_that_the_lane_reads_is_part_of_what_is_proved(site, monkeypatch):
    keep("widgets")
    monkeypatch.setenv("SITE_URL", "https://course.example/")
    assert quality.proof("widgets") is None


def test_what_a_lane_does_not_read_changes_nothing(site):
    keep("widgets")
    (site.parent / "docs/drafts/a.md").write_text("as it is")
    assert quality.proof("widgets")["said"] == FOUND["said"]


def test_the_figures_of_these_files_stand_in_their_place(site):
    for name in ("reach", "lighthouse"):
        (site.parent / "proofs" / name).mkdir(parents=True)
        (site.parent / "proofs" / name / "figures.html").write_text(f"<p>{name}</p>")
        keep(name)
    assert "38 of 40" not in shown(site)
    place = BeautifulSoup((site / quality.PAGE).read_text(), "html.parser").select_one("#reach")
    assert place.get_text() == "reachlighthouse"


def test_every_lane_names_files_that_are_there():
    for name, lane in LANES.items():
        for pattern in lane.reads:
            assert pattern[0] == "$" or [*ROOT.glob(pattern.lstrip("!"))], f"{name}: {pattern}"
