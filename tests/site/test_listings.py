"""Every listing, taken as published, runs without this project and prints what the page shows."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kit import ROOT, Listing, Site

from scripts.text import reading

FORK = Path(__file__).with_name("fork_listings.py")
STYLE = ROOT / "scripts/blocks/figures.mplstyle"


@pytest.fixture(scope="module")
def run_listings(site: Site) -> list[Listing]:
    """The listings that the build ran as programs of their own: not those of code/, nor the cells of labs (test_labs.py)."""
    found = [
        listing
        for url, page in site.pages.items()
        if not url.startswith(("code/", "labs/"))
        for listing in page.listings
    ]
    assert {page.url for page in site.lessons} <= {listing.page.url for listing in found}
    return found


@pytest.fixture(scope="module")
def results(run_listings: list[Listing]) -> list[tuple[Listing, dict]]:
    """Each listing with what it does in a Python that knows nothing of this project."""
    programs = json.dumps([listing.text for listing in run_listings])
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", FORK, STYLE],
        input=programs,
        env=os.environ | {"MPLBACKEND": "svg"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(zip(run_listings, json.loads(done.stdout), strict=True))


def test_every_listing_runs_and_prints_what_the_page_shows(results):
    wrong = [
        f"{listing}: {result}"
        for listing, result in results
        if (result["status"], result["stdout"], result["stderr"])
        != (0, listing.stdout, listing.stderr)
    ]
    assert not wrong


def test_every_listing_of_a_figure_draws_that_figure(results):
    drawn = 0
    for listing, result in results:
        shown = (
            [text.get_text() for text in listing.figure.select("text")] if listing.figure else []
        )
        assert result["figures"] == ([[*map(unescaped, shown)]] if listing.figure else []), str(
            listing
        )
        drawn += len(shown) > 0
    assert drawn >= 2


def unescaped(words: str) -> str:
    """As Matplotlib writes them into SVG."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_a_listing_imports_numpy_matplotlib_and_the_standard_library_alone(run_listings):
    allowed = {"numpy", "matplotlib", *sys.stdlib_module_names}
    for listing in run_listings:
        for node in ast.walk(ast.parse(listing.text)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= allowed, f"{listing} imports {names}"


def test_a_listing_holds_the_tested_source_of_each_snippet_that_it_names(run_listings, site: Site):
    named = 0
    for listing in run_listings:
        for source in listing.tag.select(".listing__sources > span"):
            links = [link["href"] for link in source.select("a")]
            assert len(links) == 2, (
                f"{listing} should link to the source and the test of {source.text}"
            )
            target, test = links
            assert test == f"{target}#test"
            name = re.search(r"code/(.+)/$", target)[1] + ".py"
            code = (ROOT / "snippets" / name).read_text("utf-8").strip("\n")
            whole = re.sub(r"\n *# --8<-- .*", "", code)
            imports = re.match(r"(?:(?:import|from) .*\n|\n)*", whole)[0]  # once, above all
            assert set(imports.split("\n")) <= set(listing.text.split("\n"))
            whole = whole.removeprefix(imports)
            regions = re.findall(r"# --8<-- \[start:.*\]\n(.*?)\n *# --8<-- \[end", code, re.DOTALL)
            assert any(part in listing.text for part in [whole, *regions]), f"{listing}: {name}"
            named += 1
    assert named >= len(run_listings)


def test_the_page_of_a_snippet_shows_its_file_and_its_test_as_they_are(site: Site):
    files = [
        path for path in reading.found(ROOT / "snippets", "**/*.py") if path.name != "__init__.py"
    ]
    for file in files:
        name = file.relative_to(ROOT / "snippets")
        test = ROOT / "tests/snippets" / name.parent / f"test_{name.name}"
        page = site.pages[f"code/{name.with_suffix('').as_posix()}/"]
        shown = [listing.text for listing in page.listings]
        assert shown == [file.read_text("utf-8"), test.read_text("utf-8")], str(name)
    assert len(files) == sum(url.startswith("code/") for url in site.pages)


def test_every_snippet_is_used_by_a_page(site: Site):
    pages = [page for url, page in site.pages.items() if url.startswith("code/")]
    assert pages
    assert [page.url for page in pages if not page.soup.select_one("#used")] == []
