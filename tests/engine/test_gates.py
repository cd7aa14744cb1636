"""The page of the gates shows what was recorded of this very version, and nothing else."""

import pytest
from bs4 import BeautifulSoup

from scripts.site import gates


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site whose page of the gates is not filled, and a place for records of its own."""
    monkeypatch.setattr(gates, "RECORDS", tmp_path / "gates")
    page = tmp_path / "site" / gates.PAGE
    page.parent.mkdir(parents=True)
    page.write_text('<h1>Quality</h1><div id="gates">\n<p>Nothing.</p>\n</div><p>More.</p>')
    return tmp_path / "site"


def shown(site) -> dict[str, str]:
    """What the page says of each gate."""
    gates.fill(site, gates.RECORDS)
    page = BeautifulSoup((site / gates.PAGE).read_text(), "html.parser")
    assert [tag.name for tag in page.find_all(recursive=False)] == ["h1", "div", "p"]
    return {
        part.dt.get_text(): part.select("dd")[-1].get_text() for part in page.select("dl > div")
    }


def test_a_record_of_this_version_is_shown_with_its_day_and_its_tools(site):
    gates.record("formulas", "38 of 40 <formulas> compared", with_={"SymPy": "1.14.0"})
    said = shown(site)["Formulas"]
    assert said.startswith("Passed: 38 of 40 <formulas> compared. 20")
    assert said.endswith("UTC, SymPy 1.14.0")


def test_every_gate_has_its_line_and_says_when_it_was_not_run(site):
    said = shown(site)
    assert list(said) == [name.capitalize() for name in gates.GATES]
    assert set(said.values()) == {"Not run on this version."}


def test_a_failure_is_shown_as_one(site):
    gates.record("mutation", "3 survivors", ok=False)
    assert shown(site)["Mutation"].startswith("FAILED: 3 survivors. ")


def test_what_was_found_of_other_sources_is_not_shown(site, monkeypatch):
    gates.record("formulas", "38 of 40 formulas compared")
    monkeypatch.setattr(gates, "sources", lambda: "another sum")
    assert shown(site)["Formulas"] == "Not run on this version."


def test_a_changed_file_is_another_version(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    for name in ("mkdocs.yml", "requirements.txt", "docs/index.md"):
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(gates, "ROOT", tmp_path)
    before = gates.sources.__wrapped__()
    (tmp_path / "docs/index.md").write_text("as it is")
    assert gates.sources.__wrapped__() != before


def test_an_unknown_gate_is_refused_by_name(site):
    with pytest.raises(
        ValueError, match=r"there is no gate 'formula'; scripts/site/gates\.py knows formulas"
    ):
        gates.record("formula", "1 formula")
