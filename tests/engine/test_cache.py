"""A rebuild runs nothing twice and never publishes a stale page."""

import pytest
from kit import LESSON, SECTION, Project

from scripts.blocks.includes import Segment
from scripts.blocks.run import Result
from scripts.claims import exercises
from scripts.text.cache import Cache
from scripts.text.context import Page

SQUARE = "snippets/differentiation/square.py"
NO_WORKER = "from scripts.blocks import run\nrun.Worker.begin = None"  # a block that must run fails
SHOWS_27 = "the square of 3 is 27.0\n"

# Python that runs before the build, in its process, and makes a package look newer.
NEWER = """
from scripts.text import cache
old = cache.version
cache.version = lambda name: "99.0" if name == {name!r} else old(name)
"""


def needs_to_run(project: Project, before: str = "", **environment: str) -> bool:
    """Whether a build of the project as it is has to run a block."""
    done = project.build("-q", before=f"{before}\n{NO_WORKER}", **environment)
    assert done.returncode == 0 or "the engine failed: TypeError" in done.stdout
    return done.returncode != 0


def published(project: Project) -> str:
    return project.built().lessons[0].listings[0].stdout


def test_a_second_build_runs_no_block_and_publishes_the_same_bytes(project: Project):
    first = project.built().files
    assert not needs_to_run(project)
    assert project.built().files == first


def test_a_build_with_the_cache_switched_off_runs_the_blocks_and_leaves_no_cache(project: Project):
    assert needs_to_run(project, SITE_CACHE="off")
    (project.folder / ".cache" / "build.sqlite").unlink()
    project.built(SITE_CACHE="off")
    assert not (project.folder / ".cache" / "build.sqlite").exists()


def test_a_changed_snippet_changes_the_page(project: Project):
    project.edit(SQUARE, "return x**2", "return x**3")
    assert needs_to_run(project)
    assert published(project) == SHOWS_27


def test_a_snippet_that_is_changed_back_is_remembered(project: Project):
    project.edit(SQUARE, "return x**2", "return x**3")
    project.built()
    project.edit(SQUARE, "return x**3", "return x**2")
    assert not needs_to_run(project)
    assert published(project) == "the square of 3 is 9.0\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('exec="on"', 'exec="on" timeout="7"'),
        ('exec="on"', 'exec="on" prints="nan"'),
        ("the square", "The square"),
        ('print("the', '\n# a comment\nprint("the'),
    ],
)
def test_a_changed_block_or_option_is_run_again(old: str, new: str, project: Project):
    project.edit(f"docs/{LESSON}", old, new)
    assert needs_to_run(project)


def test_a_changed_text_alternative_is_published(project: Project):
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])"
    for alt in ("A line that climbs from 1 to 2.", "A line that rises from 1 to 2."):
        project.lesson(f'```python exec="on" alt="{alt}"\n{figure}\n```')
        assert f'aria-label="{alt}"' in project.built().lessons[0].html


def test_prose_beside_a_block_does_not_run_it_again(project: Project):
    project.edit(f"docs/{LESSON}", "The power", "A hundred words before the power")
    assert not needs_to_run(project)


@pytest.mark.parametrize("name", ["numpy", "matplotlib", "contourpy", "Pygments", "Markdown"])
def test_another_version_of_a_package_runs_the_blocks_again(name: str, project: Project):
    assert needs_to_run(project, before=NEWER.format(name=name))


def test_another_version_of_python_runs_the_blocks_again(project: Project):
    assert needs_to_run(project, before="import sys\nsys.version += ' or newer'")


@pytest.mark.parametrize(
    "file", ["blocks/run.py", "blocks/worker.py", "blocks/figures.mplstyle", "extension.py"]
)
def test_a_changed_engine_runs_the_blocks_again(file: str, project: Project):
    project.write(f"scripts/{file}", project.read(f"scripts/{file}") + "\n# changed\n")
    assert needs_to_run(project)


TEST = "tests/snippets/differentiation/test_square.py"
CHANGES = {
    "a snippet": (SQUARE, "return x**2", "return x * x"),
    "a test of a snippet": (TEST, "import", "# read this\nimport"),
    "a lesson's title": ("mkdocs.yml", "A Lesson", "Another Lesson"),
    "a lesson's description": (f"docs/{LESSON}", "A lesson.", "What it says."),
    "a lesson's aim": (f"docs/{LESSON}", "[do it]", "[do it well]"),
    "a lesson's length": (f"docs/{LESSON}", "The power", "Long " * 999 + "power"),
    "a track's description": (f"docs/{SECTION}/index.md", "A track.", "The way."),
    "a template": ("docs/templates/partials/course.html", "You need", "You want"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_rebuild_after_a_change_is_what_a_clean_build_is(change, project: Project):
    before = project.built().files
    project.edit(*change)
    rebuilt = project.built().files
    assert rebuilt != before
    clean = project.built(SITE_CACHE="off").files
    assert [name for name in clean if rebuilt[name] != clean[name]] == []


def test_a_test_that_is_removed_is_no_longer_linked(project: Project):
    assert "/square/#test" in project.built().lessons[0].html
    (project.folder / TEST).unlink()
    assert "/square/#test" not in project.built().lessons[0].html


def test_a_changed_formula_is_set_again(project: Project):
    project.edit(f"docs/{LESSON}", "$x^2$", "$x^{n+5}$")
    page = project.built().lessons[0]
    assert "x^{n+5}" in page.soup.select_one(".katex annotation").get_text()


@pytest.mark.parametrize(
    "damage",
    [b"", b"not a database", b"SQLite format 3\0" + bytes(9000)],
    ids=["empty", "text", "zeros"],
)
def test_a_damaged_cache_is_replaced(damage: bytes, project: Project):
    cache = project.folder / ".cache" / "build.sqlite"
    cache.write_bytes(damage)
    assert published(project) == "the square of 3 is 9.0\n"
    assert not needs_to_run(project), "the cache works again"


def test_a_cache_that_is_damaged_within_is_replaced(project: Project):
    cache = project.folder / ".cache" / "build.sqlite"
    whole = cache.read_bytes()
    cache.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert published(project) == "the square of 3 is 9.0\n"


def test_a_failing_block_is_not_remembered(project: Project):
    project.lesson('```python exec="on"\n1 / 0\n```')
    for _ in range(2):
        assert "ZeroDivisionError" in project.build("-q").stdout


@pytest.mark.parametrize(("error", "kept"), [("AssertionError: no", True), ("no end", False)])
def test_of_a_program_below_a_block_only_what_comes_again_is_kept(
    error, kept, monkeypatch, tmp_path
):
    cache = Cache(tmp_path)
    monkeypatch.setattr(exercises, "store", lambda: cache)
    results = [Result("x\n", error=error), Result("x\n", stdout="well")]
    monkeypatch.setattr(exercises, "run_twice", lambda *asked: results.pop(0))
    found = [exercises.run([Segment(["x"], 1)], Page(), {}) for _ in range(2)]
    assert [result.error for result in found] == [error, error if kept else None]
