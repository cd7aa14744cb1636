"""What one takes from a lesson runs elsewhere, in an environment with NumPy and Matplotlib alone, and says the same."""

from pathlib import Path

import nbformat
import pytest
from elsewhere import run_notebook, run_program
from kit import LESSONS, Page, Site

pytestmark = pytest.mark.mkdocs("notebooks and programs are made by hooks")


def name(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def text(cell) -> str:
    return "".join(part.text for part in cell.outputs if part.output_type == "stream")


def pictures(cell) -> int:
    return sum(part.output_type == "display_data" for part in cell.outputs)


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request, site: Site) -> Page:
    return site.pages[request.param]


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


def test_a_kernel_prints_and_draws_what_the_page_shows(lesson: Page, site: Site, python: Path):
    path = site.folder / lesson.url / f"{name(lesson)}.ipynb"
    cells = {cell.id: cell for cell in run_notebook(path, python)}
    assert lesson.listings
    for listing in lesson.listings:
        cell = cells[listing.id]
        assert cell.source == listing.text.rstrip("\n"), str(listing)
        assert text(cell) == listing.stdout + listing.stderr, str(listing)
        assert pictures(cell) == bool(listing.figure), str(listing)


def test_a_notebook_is_valid_and_shows_the_outputs_of_the_page(lesson: Page, site: Site):
    path = site.folder / lesson.url / f"{name(lesson)}.ipynb"
    made = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(made)
    cells = {cell.id: cell for cell in made.cells}
    for listing in lesson.listings:
        in_solution = listing.tag.find_parent("details", class_="exercise__solution")
        stored = cells[listing.id]
        assert text(stored) == ("" if in_solution else listing.stdout), str(listing)
        assert pictures(stored) == bool(listing.figure and not in_solution), str(listing)
    assert path.stat().st_size < 250_000


def test_a_program_prints_what_the_page_shows_in_its_order(lesson: Page, site: Site, python: Path):
    done = run_program(site.folder / lesson.url / f"{name(lesson)}.py", python)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(listing.stdout for listing in lesson.listings)


def test_each_listing_as_a_file_prints_what_the_page_shows(lesson: Page, site: Site, python: Path):
    files = sorted((site.folder / lesson.url).glob(f"{name(lesson)}-*.py"))
    assert len(files) == len(lesson.listings)
    for file, listing in zip(files, lesson.listings, strict=True):
        assert file.read_text("utf-8").endswith(f"\n\n{listing.text}")
        done = run_program(file, python)
        assert (done.returncode, done.stdout, done.stderr) == (0, listing.stdout, listing.stderr)
