"""What an author runs while writing a page: it formats, and says what is wrong with the page and its code."""

import subprocess
import sys

from kit import SECTION, Project

SQUARE = "differentiation/square.py"
TEST = "tests/snippets/differentiation/test_square.py"


def prove(project: Project, page: str) -> tuple[int, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.proofs.page", page],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout.splitlines()


def test_a_page_is_formatted_built_and_tested(project: Project):
    project.edit(f"snippets/{SQUARE}", "return x**2", "return   x**2")
    status, said = prove(project, f"docs/{SECTION}/lesson.md")
    assert status == 0, said
    done = sorted(line.split()[1] for line in said if line.startswith(("ok ", "FAILED ")))
    assert done == ["build", "format", "formulas", "lint", "slips", "tests"]
    assert "return x**2" in project.read(f"snippets/{SQUARE}")
    project.edit(f"snippets/{SQUARE}", "return x**2", "return x**3")
    project.lesson('```python exec="on"\n1 / 0\n```')
    status, said = prove(project, "lesson")
    assert status == 1
    assert {line.split()[1] for line in said if line.startswith("FAILED ")} >= {"build", "tests"}
    assert any("block 2: ZeroDivisionError" in line for line in said)


def test_a_page_that_is_not_there_is_named(project: Project):
    assert prove(project, "nowhere") == (2, ["no page of docs/ has a path that ends in 'nowhere'"])
