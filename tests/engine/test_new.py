"""What `python -m scripts.new` makes builds and passes as it is."""

import subprocess
import sys

import pytest
from kit import LESSON, ROOT, SECTION, Project


def new(project: Project, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "scripts.new", *arguments],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


LAB = f"""\
# ---
# description: A lab that is there already, in one line.
# able: [add]
# needs: [numbers]
# lessons: [{LESSON}]
# ---

# %%
print(1 + 1)
"""


GLOSSARY = f"""\
# Glossary

| Symbol | Term | In code | What it is | Introduced in |
|---|---|---|---|---|
| | gradient {{#gradient}} | | The direction of steepest ascent. | [A section](../{LESSON}#a-section) |
"""


def test_a_new_lesson_a_lab_and_a_snippet_build_and_pass(project: Project):
    project.write("docs/labs/first.py", LAB)
    project.write("docs/glossary/index.md", GLOSSARY)
    project.edit(
        "mkdocs.yml",
        "nav:\n",
        "nav:\n  - Glossary: glossary/index.md\n  - Labs:\n      - First: labs/first.py\n",
    )
    for arguments in (
        ("lesson", "Newton's Step"),
        ("lesson", 'A "Quoted": \\ Title', "geometry/cube"),
        ("lab", "A Walk Downhill"),
        ("snippet", "geometry/volume"),
    ):
        done = new(project, *arguments)
        assert done.returncode == 0, done.stdout
    site = project.built("--strict")
    for url, title in (
        (f"{SECTION}/newtons-step/", "Newton's Step"),
        (f"{SECTION}/a-quoted-title/", 'A "Quoted": \\ Title'),
        ("labs/a-walk-downhill/", "A Walk Downhill"),
    ):
        assert site.pages[url].soup.h1.get_text() == title
    project.write(".ruff.toml", (ROOT / ".ruff.toml").read_text("utf-8"))
    made = [
        f"tests/snippets/{name}" for name in ("geometry", "optimization", "test_every_function.py")
    ]
    for program in (
        ("scripts.claims.formulas.check",),
        ("ruff", "check", "docs/labs/a-walk-downhill.py", "snippets", "tests/snippets"),
        ("ruff", "format", "--check", "snippets", "tests/snippets"),
        ("pytest", "--confcutdir=tests/snippets", "-p", "no:cacheprovider", *made),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *program],
            cwd=project.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("snippet", "differentiation/square"), "snippets/differentiation/square.py is there"),
        (("snippet", "Square"), "a snippet is named subject/name, in small letters"),
        (("lesson", "α"), "has no letter from a to z"),
        (("lesson", "More", "--track", "none"), "names no lesson of the track 'none'"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_made(
    arguments: tuple[str, ...], says: str, project: Project
):
    before = sorted(project.folder.rglob("*.*"))
    done = new(project, *arguments)
    assert done.returncode == 2
    assert says in done.stdout
    made = {path for path in project.folder.rglob("*.*") if "__pycache__" not in path.parts}
    assert made <= set(before)
