"""A lab taken along needs neither this project nor its data file: it runs alone, and says what the page says."""

from pathlib import Path

import nbformat
import pytest
from elsewhere import run_notebook, run_program
from kit import LABS, Page, Site

from scripts.blocks.includes import imported, snippet
from scripts.blocks.run import Result, Run
from scripts.downloads.cells import alone, source_of

pytestmark = pytest.mark.mkdocs("mkdocs-jupyter makes the pages of labs")


@pytest.fixture(params=LABS)
def lab(request, site: Site) -> Page:
    return site.pages[request.param]


@pytest.fixture
def name(lab: Page) -> str:
    return lab.url.split("/")[1]


@pytest.fixture
def folder(site: Site, lab: Page) -> Path:
    return site.folder / lab.url


def text(cell) -> str:
    return "".join(part.text for part in cell.outputs if part.output_type == "stream")


def pictures(cell) -> int:
    return sum(part.output_type == "display_data" for part in cell.outputs)


def test_a_program_prints_what_the_page_shows(lab: Page, folder: Path, name: str, python: Path):
    done = run_program(folder / f"{name}.py", python)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(listing.stdout for listing in lab.listings)


def test_a_kernel_prints_and_draws_what_the_page_shows(
    lab: Page, folder: Path, name: str, python: Path
):
    cells = {cell.id: cell for cell in run_notebook(folder / f"{name}.ipynb", python)}
    for listing in lab.listings:
        assert text(cells[listing.id]) == listing.stdout, str(listing)
        assert pictures(cells[listing.id]) == bool(listing.figure), str(listing)


def test_a_notebook_is_valid_and_shows_the_outputs_of_the_page(lab: Page, folder: Path, name: str):
    made = nbformat.read(folder / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)
    nbformat.validate(made)
    cells = {cell.id: cell for cell in made.cells}
    for listing in lab.listings:
        assert text(cells[listing.id]) == listing.stdout, str(listing)
        assert pictures(cells[listing.id]) == bool(listing.figure), str(listing)
        assert "snippets." not in cells[listing.id].source


def test_each_snippet_stands_in_it_once_and_its_menu_offers_both_files(
    lab: Page, folder: Path, name: str
):
    program = (folder / f"{name}.py").read_text("utf-8")
    for file in {file for listing in lab.listings for file in imported(listing.text)}:
        head = next(line for line in snippet(file) if line.startswith("def "))
        assert program.count(f"\n{head}\n") == 1, file
    links = [link["href"] for link in lab.soup.select(".take a[download]")]
    assert links == [f"{name}.ipynb", f"{name}.py"]


def test_what_a_cell_imports_goes_before_it_once():
    texts = [
        "from snippets.differentiation.square import f\n\n\ndef g(x):\n    return f(x)\n",
        "from snippets.differentiation.square import df\n\nprint(df(g(2)))\n",
    ]
    ran = [Run("lab.py", 1, at, 20.0, (), Result(text)) for at, text in enumerate(texts, 1)]
    programs, whole, needs = alone(ran)
    assert [*needs] == ["block-1"]
    assert needs["block-1"].startswith("# What the next cell uses: square\n")
    assert "def df(" in needs["block-1"]
    shown = [program.result.text for program in programs]
    assert shown == ["def g(x):\n    return f(x)\n", "print(df(g(2)))\n"]
    scope = {}
    exec(whole[1], scope)
    assert scope["g"](3) == 9


def test_the_data_stands_in_the_program():
    source = source_of("datasets.penguins")
    assert "__file__" not in source
    scope = {}
    exec(source, scope)
    (species,) = scope["penguins"]("species")
    assert len(species) == 344
