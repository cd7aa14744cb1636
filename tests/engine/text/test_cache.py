"""A rebuild runs nothing twice and never publishes a stale page."""

import shutil
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from kit import ALT, LESSON, ROOT, SECTION, Project, Site, drawing, fence

from scripts.blocks.includes import Segment
from scripts.blocks.run import Result
from scripts.claims import exercises
from scripts.site.pages import Around
from scripts.text import cache
from scripts.text.context import SNIPPETS, Page
from scripts.text.reading import found, text

SQUARE = "snippets/differentiation/square.py"


def published(project: Project) -> str:
    return Site(project.folder / "site").lessons[0].listings[0].stdout


def test_a_second_build_runs_no_block_and_publishes_the_same_bytes(
    project: Project, small_site: Site
):
    assert not project.to_run()
    assert Site(project.folder / "site").files == small_site.files


def test_a_build_with_the_cache_switched_off_runs_the_blocks_and_leaves_no_cache(project: Project):
    assert project.to_run(SITE_CACHE="off")
    (project.folder / ".cache" / "build.sqlite").unlink()
    project.built(SITE_CACHE="off")
    assert not (project.folder / ".cache" / "build.sqlite").exists()


def test_a_changed_snippet_changes_the_page_and_changed_back_it_is_remembered(project: Project):
    project.edit(SQUARE, "return x**2", "return x**3")
    assert project.to_run() == [1]
    project.built()
    assert published(project) == "the square of 3 is 27.0\n"
    project.edit(SQUARE, "return x**3", "return x**2")
    assert not project.to_run()
    assert published(project) == "the square of 3 is 9.0\n"


def test_a_page_depends_on_the_snippets_that_it_names_and_on_no_other():
    around = Around("all", {"square": "1", "bowl": "2"})
    assert around.of('--8<-- "differentiation/square.py"') == ["all", "1"]
    assert around.of("from snippets.multivariable.bowl import f") == ["all", "2"]
    assert around.of("squares and bowls") == ["all"]


def test_no_snippet_takes_from_another():
    assert [path for path in found(SNIPPETS, "**/*.py") if "snippets" in text(path)] == []


SAME = fence("print('the same', 1)")
CHANGED = [
    (fence("print(2)"), fence("print(2)", 'timeout="7"')),
    (fence("print(3)"), fence("print(3)", 'prints="nan"')),
    (fence("print('four')"), fence("print('Four')")),
    (fence("print(5)"), fence("# a comment\nprint(5)")),
    (fence(drawing(), ALT), fence(drawing(), ALT.replace("climbs", "rises"))),
]


def test_of_a_changed_page_the_changed_blocks_and_options_are_run_again(project: Project):
    project.lesson("\n\n".join([SAME, *(old for old, _ in CHANGED)]))
    project.built()
    project.lesson("\n\n".join(["Prose beside it.", SAME, *(new for _, new in CHANGED)]))
    assert project.to_run() == [3, 4, 5, 6, 7]


@pytest.fixture
def engine(monkeypatch, tmp_path: Path) -> Path:
    """The bytes of the engine that keys are made of, in a folder where they may be changed."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    monkeypatch.setattr(cache, "ROOT", tmp_path)
    monkeypatch.setattr(cache, "environment", cache.environment.__wrapped__)
    return tmp_path / "scripts"


@pytest.mark.parametrize("name", ["numpy", "matplotlib", "contourpy", "Pygments", "Markdown"])
def test_another_version_of_a_package_makes_another_key(name: str, engine, monkeypatch):
    before = cache.key("a block")
    monkeypatch.setattr(cache, "version", lambda asked: "99" if asked == name else version(asked))
    assert cache.key("a block") != before


def test_another_version_of_python_makes_another_key(engine, monkeypatch):
    before = cache.key("a block")
    monkeypatch.setattr(sys, "version", f"{sys.version} or newer")
    assert cache.key("a block") != before


@pytest.mark.parametrize(
    "file", ["blocks/run.py", "blocks/worker.py", "blocks/figures.mplstyle", "extension.py"]
)
def test_a_changed_engine_makes_another_key(file: str, engine: Path):
    before = cache.key("a block")
    (engine / file).write_text((engine / file).read_text("utf-8") + "\n# changed\n", "utf-8")
    assert cache.key("a block") != before


def test_with_another_key_all_is_run_again(project: Project):
    project.edit("scripts/extension.py", "import re\n", "import re  # changed\n")
    assert project.to_run()


TEST = "tests/snippets/differentiation/test_square.py"
# What changes together is shown at different places, so that none of it makes the others anew.
CHANGES = {
    "a snippet": [(SQUARE, "return x**2", "return x * x")],
    "a test of a snippet, titles and descriptions": [
        (TEST, "import", "# read this\nimport"),
        ("mkdocs.yml", "A Lesson", "Another Lesson"),
        (f"docs/{LESSON}", "A lesson.", "What it says."),
        (f"docs/{LESSON}", "[do it]", "[do it well]"),
        (f"docs/{SECTION}/index.md", "A track.", "The way."),
    ],
    "a lesson's length, and a template": [
        (f"docs/{LESSON}", "The power", "Long " * 999 + "power"),
        ("docs/templates/partials/course.html", "You need", "You want"),
    ],
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_rebuild_after_a_change_is_what_a_clean_build_is(
    changes, project: Project, small_site: Site
):
    for change in changes:
        project.edit(*change)
    rebuilt = project.built().files
    assert rebuilt != small_site.files
    clean = project.built(SITE_CACHE="off").files
    assert [name for name in clean if rebuilt[name] != clean[name]] == []


def test_a_test_that_is_removed_is_no_longer_linked(project: Project, small_site: Site):
    assert "/square/#test" in small_site.lessons[0].html
    (project.folder / TEST).unlink()
    assert "/square/#test" not in project.built().lessons[0].html


def values(folder: Path, value: str) -> list[str]:
    """What one build, and then the next, takes from the kept values of a folder, where they would make this one."""
    found = []
    for _ in range(2):
        kept = cache.Cache(folder)
        found += [kept.get(name, lambda: value) for name in ("a", "b")]
        kept.db.close()
    return found


@pytest.mark.parametrize(
    "damage",
    [b"", b"not a database", b"SQLite format 3\0" + bytes(9000)],
    ids=["empty", "text", "zeros"],
)
def test_a_damaged_cache_is_replaced(damage: bytes, tmp_path: Path):
    (tmp_path / "build.sqlite").write_bytes(damage)
    assert values(tmp_path, "9.0") == ["9.0"] * 4
    assert values(tmp_path, "8.0") == ["9.0"] * 4, "the cache works again"


ALTERED = {
    "altered": "UPDATE entries SET value = replace(value, '9.0', '7.0')",
    "no JSON": "UPDATE entries SET value = '{'",
    "nothing": "UPDATE entries SET value = NULL",
    "bytes": "UPDATE entries SET value = x'ff00ff'",
    "not UTF-8": "UPDATE entries SET value = CAST(x'ff00ff' AS TEXT)",
    "that of another": "UPDATE entries SET value = (SELECT max(value) FROM entries WHERE key = 'b') WHERE key = 'a'",
}


@pytest.mark.parametrize("change", ALTERED.values(), ids=ALTERED)
def test_a_kept_value_that_is_not_as_it_was_kept_is_made_again(change: str, tmp_path: Path):
    assert values(tmp_path, "9.0") == ["9.0"] * 4
    with sqlite3.connect(tmp_path / "build.sqlite") as kept:
        assert kept.execute(change).rowcount
    kept.close()
    assert values(tmp_path, "8.0")[0] == "8.0"


def test_a_cache_that_is_damaged_within_is_replaced(project: Project):
    file = project.folder / ".cache" / "build.sqlite"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    project.built()
    assert published(project) == "the square of 3 is 9.0\n"


@pytest.mark.parametrize(("error", "kept"), [("AssertionError: no", True), ("no end", False)])
def test_of_a_program_below_a_block_only_what_comes_again_is_kept(
    error, kept, monkeypatch, tmp_path
):
    kept_values = cache.Cache(tmp_path)
    monkeypatch.setattr(exercises, "store", lambda: kept_values)
    results = [Result("x\n", error=error), Result("x\n", stdout="well")]
    monkeypatch.setattr(exercises, "run_twice", lambda *asked: results.pop(0))
    found = [exercises.run([Segment(["x"], 1)], Page(), {}) for _ in range(2)]
    assert [result.error for result in found] == [error, error if kept else None]
