"""The tests themselves: all are found, each failure is told once, and a lesson more or a lab more is no failure."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kit import LABS, LESSONS, ROOT, SECTION, Project

from scripts.text.cache import FOLDER


def run_tests(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """pytest as one runs it by hand, in a folder; its `stdout` holds all that the terminal shows."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    } | {"SITE_CACHE": "on"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env=inherited,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


MORE = {
    "lesson": "A Step of Newton",
    "lab": "A Bowl to Walk In",
}  # the first in the alphabet, the last in nav
ADDED = [f"{SECTION}/a-step-of-newton/", "labs/a-bowl-to-walk-in/"]
THREE = """\
def test_one(published): ...
def test_two(published): ...
def test_three(published): ...
"""


@pytest.mark.parametrize("flags", [[], ["-n", "2"]], ids=["alone", "side by side"])
def test_a_build_that_fails_is_told_once_and_the_run_fails(project: Project, flags: list[str]):
    project.write(".pytest.ini", (ROOT / ".pytest.ini").read_text("utf-8"))
    project.write("tests/test_three.py", THREE)
    project.lesson('```python exec="on"\n1 / 0\n```')
    done = run_tests(project.folder, "tests/test_three.py", *flags)
    assert done.returncode == 1, done.stdout
    assert done.stdout.count("block 2: ZeroDivisionError") == 1, done.stdout
    assert "2 skipped, 1 error" in done.stdout
    assert "published could not be made; the run's one error about it says why" in done.stdout


def test_no_test_has_a_limit_of_its_own():
    """kit.LIMIT is long enough for a machine ten times slower."""
    own = re.compile(r"timeout=\d|timeout\(\d{4}|monotonic\(\) \+ \d")
    for path in (ROOT / "tests").rglob("*.py"):
        if path != Path(__file__):
            assert not own.findall(path.read_text("utf-8")), path.name


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The checkout with one more lesson and one more lab, as an author begins them."""
    folder = tmp_path_factory.mktemp("more") / "copy"
    left_out = shutil.ignore_patterns(".*cache", ".git", ".venv", "site", "site.*", "__pycache__")
    inside = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        ROOT,
        folder,
        ignore=lambda at, names: (left_out if Path(at) == ROOT else inside)(at, names),
    )
    (folder / ".cache").symlink_to(FOLDER)
    for kind, title in MORE.items():
        subprocess.run([sys.executable, "-m", "scripts.new", kind, title], cwd=folder, check=True)
    return folder


def test_the_tests_of_the_site_pass_with_one_more_lesson_and_one_more_lab(copy: Path):
    done = run_tests(copy, "tests/site", "-n", "2", "--dist", "loadgroup", "-rfE", "--tb=no")
    assert done.returncode == 0, "\n".join(re.findall("^(?:FAILED|ERROR).*", done.stdout, re.M))


def test_pytest_alone_finds_all_tests_and_those_of_every_lesson_or_lab_are_of_the_added_too(
    copy: Path,
):
    done = run_tests(copy, "--collect-only")
    assert done.returncode == 0, done.stdout
    found = set(re.findall(r"^(tests/\S+?\.py)::", done.stdout, re.MULTILINE))
    assert found == {path.relative_to(copy).as_posix() for path in copy.glob("tests/**/test_*.py")}
    for urls in ([*LESSONS, ADDED[0]], [*LABS, ADDED[1]]):
        held = [re.findall(rf"^(.*)\[{url}\]$", done.stdout, re.MULTILINE) for url in urls]
        assert len(held[0]) >= 5
        assert held == [held[0]] * len(urls)


def test_no_test_takes_the_lessons_or_the_labs_by_their_numbers():
    numbers = re.compile(r"params=(\[\d|range)|\"number\", (\[\d|range)")
    for path in (ROOT / "tests").rglob("*.py"):
        if path != Path(__file__):
            assert not numbers.search(path.read_text("utf-8")), path.name
