"""The tests themselves: all are found, each failure is told once, and a lesson more or a lab more is no failure."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from kit import ROOT, Project


def run_tests(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """pytest as one runs it by hand, in a folder; its `stdout` holds all that the terminal shows."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env=inherited,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_pytest_alone_finds_the_tests_of_every_file():
    done = run_tests(ROOT, "--collect-only")
    assert done.returncode == 0, done.stdout
    found = set(re.findall(r"^(tests/\S+\.py): \d+$", done.stdout, re.MULTILINE))
    files = (ROOT / "tests").rglob("test_*.py")
    assert found == {path.relative_to(ROOT).as_posix() for path in files}


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
