"""A lab's page is the lab: its cells, what a kernel got from them, and links both ways. It weighs what a lesson does."""

import json
import re
import subprocess
import sys

import jupytext
import pytest
from kit import LABS, ROOT, Page, Site

from scripts.blocks import labs

CHECKING = "labs/gradient-checking/"
PENGUINS = "labs/descent-on-penguins/"
SOURCES = labs.sources(ROOT / "docs")


@pytest.fixture(params=LABS)
def lab(request, site: Site) -> Page:
    return site.pages[request.param]


def source(lab: Page) -> str:
    return SOURCES[f"{lab.url.rstrip('/')}.py"]


def test_every_lab_is_published_and_listed(site: Site):
    assert [page.url for page in site.labs] == LABS
    assert sorted(LABS) == sorted(name[:-3] + "/" for name in SOURCES)
    links = [link["href"] for link in site.pages["labs/"].soup.select(".lessons__title")]
    assert [f"labs/{link}" for link in links] == LABS


def test_its_listings_are_its_cells_as_jupytext_reads_them(lab: Page):
    notebook = jupytext.reads(source(lab), fmt="py:percent")
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    cells = [re.sub(r"^(#\|.*\n)+", "", cell).lstrip("\n") for cell in cells]  # without its options
    assert [listing.text.rstrip("\n") for listing in lab.listings] == cells
    assert cells


def test_run_in_a_clone_it_prints_what_its_page_shows(lab: Page):
    module = f"docs.{lab.url.rstrip('/').replace('/', '.')}"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", module],
        cwd=ROOT,
        env={"MPLBACKEND": "Agg", "PATH": "", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(listing.stdout for listing in lab.listings)


def without_drawings(page: Page) -> str:
    return re.sub(r'<svg [^>]*class="plot".*?</svg>', "", page.html, flags=re.DOTALL)


def test_a_page_is_light_and_brings_nothing_of_jupyter(lab: Page, site: Site):
    drawn = without_drawings(lab)
    assert len(drawn) < max(len(without_drawings(lesson)) for lesson in site.lessons)
    for name in ("jp-", "jupyter-", "highlight-ipynb", "require.", "mathjax", "MathJax"):
        assert name not in re.sub(r"<meta[^>]*>", "", drawn), name


def test_it_has_the_head_of_a_lesson(lab: Page):
    crumbs = [item.get_text(strip=True) for item in lab.soup.select(".crumbs li")]
    title = lab.soup.select_one("article h1").get_text()
    assert crumbs == ["Tutorials", "Labs", title]
    facts = lab.soup.select_one(".lesson-head__facts").get_text(" ", strip=True)
    number = f"Lab {LABS.index(lab.url) + 1} of {len(LABS)}"
    assert re.fullmatch(rf"Labs {number} \d+ min to read · \d+ min to run and change", facts)
    assert len(lab.soup.select(".aims li")) >= 2
    assert lab.soup.select_one("#all-labs")


def test_labs_and_lessons_name_each_other(site: Site):
    named = {}  # by the front matter of each lab, the lessons that it puts to work
    for lab in site.labs:
        text = re.search(r"^# lessons:\n((?:#   - .*\n)+)", source(lab), re.MULTILINE)[1]
        named[lab.url] = [f"{path}/" for path in re.findall(r"- (\S+)\.md", text)]
        behind = lab.soup.select_one("#lessons-of-the-lab").find_next("ul").select("a")
        assert [link["href"] for link in behind] == [f"../../{url}" for url in named[lab.url]]
    for lesson in site.lessons:
        links = [link["href"] for link in lesson.soup.select(".lessons--labs a")]
        assert links == [f"../../../{lab}" for lab in LABS if lesson.url in named[lab]]


def test_the_bar_of_a_cell_links_to_the_snippets_that_it_imports(lab: Page, site: Site):
    linked = 0
    for listing in lab.listings:
        links = [link["href"] for link in listing.tag.select(".listing__sources a")]
        names = re.findall(r"^from snippets\.([\w.]+) import", listing.text, re.MULTILINE)
        wanted = [f"../../code/{name.replace('.', '/')}/" for name in names]
        assert links == [part for href in wanted for part in (href, f"{href}#test")]
        for name in names:
            page = site.pages[f"code/{name.replace('.', '/')}/"]
            assert f"../../../{lab.url}" in [
                link["href"] for link in page.soup.select("#used ~ ul a")
            ]
        linked += len(names)
    assert linked


def test_the_file_for_running_holds_what_the_lab_imports_and_reads_and_nothing_else(
    lab: Page, site: Site
):
    files = json.loads(site.files[f"{lab.url}run.json"])
    for name, text in files.items():
        assert text == (ROOT / name).read_text("utf-8"), name
    imported = set(re.findall(r"^from (snippets[\w.]+) import", source(lab), re.MULTILINE))
    modules = {name for name in files if not name.endswith("__init__.py")}
    data = {"snippets/datasets/penguins.csv"} if lab.url == PENGUINS else set()
    assert modules == {f"{name.replace('.', '/')}.py" for name in imported} | data


def test_search_finds_its_words_and_not_its_code(site: Site):
    entries = [entry for entry in site.search_index if entry["location"].startswith("labs/")]
    text = "\n".join(entry["title"] + "\n" + entry["text"] for entry in entries)
    for word in (
        "Gradient Checking in Practice",
        "Fault 3",
        "condition number",
        "confusion matrix",
    ):
        assert word in text
    for code in ("def from_memory", "import numpy", "plt.show", "entry 0:"):
        assert code not in text


# What mends each planted fault, by the name of the function that has it.
MENDED = {
    "from_memory": ("(A @ w - y) / len(y)\n\n\nfactor", "(A @ w - y) * 2 / len(y)\n\n\nfactor"),
    "in_two_parts": ("np.mean(label - p)", "np.mean(p - label)"),
    "from_a_table": ("A @ w - column\n    return", "A @ w - column[:, 0]\n    return"),
    "ridge_grad": ("return loss_grad(w, A, y)", "return loss_grad(w, A, y) + 2 * 0.01 * w"),
}


@pytest.mark.parametrize("name", MENDED)
def test_each_planted_fault_is_found_and_goes_when_it_is_mended(name: str):
    text = SOURCES[f"{CHECKING.rstrip('/')}.py"]
    old, new = MENDED[name]
    assert text.count(old) == 1
    assert "wrong" in said_of(name, text)
    mended = said_of(name, text.replace(old, new))
    assert "right" in mended
    assert "wrong" not in mended


def said_of(name: str, text: str) -> str:
    """What the last cell that checks `name` prints."""
    cells = labs.code_cells(text)
    last = max(number for number, cell in enumerate(cells) if re.search(rf", {name}, ", cell))
    program = "\n".join([*cells[:last], 'print("\\0")', cells[last]])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"MPLBACKEND": "Agg", "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.split("\0")[1]
