"""What one takes from a lesson or a lab runs elsewhere, with NumPy and Matplotlib alone, and says the same."""

from pathlib import Path

import nbformat
import pytest
from elsewhere import run_notebook, run_program
from kit import LABS, LESSONS, Page, Site

from scripts.blocks.includes import imported, snippet
from scripts.blocks.run import Result, Run
from scripts.downloads.cells import alone, source_of


@pytest.fixture(params=[*LESSONS, *LABS])
def page(request, site: Site) -> Page:
    return site.pages[request.param]


@pytest.fixture
def taken(page: Page, site: Site) -> Path:
    """The page's files, without their endings."""
    return site.folder / page.url / page.url.rstrip("/").rpartition("/")[2]


def text(cell) -> str:
    return "".join(part.text for part in cell.outputs if part.output_type == "stream")


def pictures(cell) -> int:
    return sum(part.output_type == "display_data" for part in cell.outputs)


def test_the_environment_holds_numpy_and_matplotlib_and_nothing_of_ours(python: Path, tmp_path):
    program = tmp_path / "try.py"
    program.write_text(
        "import numpy, matplotlib\n"
        "for name in ('snippets', 'scripts', 'scipy', 'IPython', 'mkdocs'):\n"
        "    try: __import__(name)\n"
        "    except ImportError: continue\n"
        "    raise SystemExit(f'{name} is here')\n"
    )
    assert run_program(program, python).returncode == 0


def test_a_kernel_prints_and_draws_what_the_page_shows(page: Page, taken: Path, python: Path):
    cells = {cell.id: cell for cell in run_notebook(taken.with_suffix(".ipynb"), python)}
    assert page.listings
    for listing in page.listings:
        cell = cells[listing.id]
        if page.url in LESSONS:
            assert cell.source == listing.text.rstrip("\n"), str(listing)
        assert text(cell) == listing.stdout + listing.stderr, str(listing)
        assert pictures(cell) == bool(listing.figure), str(listing)


def test_a_notebook_is_valid_and_shows_the_outputs_of_the_page(page: Page, taken: Path):
    path = taken.with_suffix(".ipynb")
    made = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(made)
    cells = {cell.id: cell for cell in made.cells}
    for listing in page.listings:
        in_solution = listing.tag.find_parent("details", class_="exercise__solution")
        stored = cells[listing.id]
        assert text(stored) == ("" if in_solution else listing.stdout), str(listing)
        assert pictures(stored) == bool(listing.figure and not in_solution), str(listing)
        assert "snippets." not in stored.source, str(listing)
    assert path.stat().st_size < 250_000


def test_a_program_prints_what_the_page_shows_in_its_order(page: Page, taken: Path, python: Path):
    done = run_program(taken.with_suffix(".py"), python)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(listing.stdout for listing in page.listings)


@pytest.mark.parametrize("page", LESSONS, indirect=True)
def test_each_listing_as_a_file_prints_what_the_page_shows(page: Page, taken: Path, python: Path):
    files = sorted(taken.parent.glob(f"{taken.name}-*.py"))
    assert len(files) == len(page.listings)
    for file, listing in zip(files, page.listings, strict=True):
        assert file.read_text("utf-8").endswith(f"\n\n{listing.text}")
        done = run_program(file, python)
        assert (done.returncode, done.stdout, done.stderr) == (0, listing.stdout, listing.stderr)


# --- a lab, which imports what it uses ----------------------------------------------------------------


@pytest.mark.parametrize("page", LABS, indirect=True)
def test_each_snippet_stands_in_it_once_and_its_menu_offers_both_files(page: Page, taken: Path):
    program = taken.with_suffix(".py").read_text("utf-8")
    for file in {file for listing in page.listings for file in imported(listing.text)}:
        head = next(line for line in snippet(file) if line.startswith("def "))
        assert program.count(f"\n{head}\n") == 1, file
    links = [link["href"] for link in page.soup.select(".take a[download]")]
    assert links == [f"{taken.name}.ipynb", f"{taken.name}.py"]


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
