"""Zensical reads mkdocs.yml but no hooks: what is wrong with a lesson must stop its build too."""

import os
import re
import subprocess
import sys

import pytest
from kit import LESSON, NAV, Project, Site

pytestmark = pytest.mark.skipif(
    os.environ.get("SITE_BUILDER") != "zensical",
    reason="needs no proof for each build; `python scripts/check.py zensical` asks for it",
)

BREAKS = {
    "an exception": ('```python exec="on"\n1 / 0\n```', "line {2}, block 2: ZeroDivisionError"),
    "a misspelt language": ('```pyhton exec="on"\n```', "line {1}: the fence's language 'pyhton'"),
    "an indented fence": ('1. One\n\n        ```python exec="on"\n        1\n        ```', "fence"),
    "an unknown command in a formula": (
        "$\\fraq{1}{x}$.",
        "line {1}: the formula '\\fraq{{1}}{{x}}'",
    ),
    "a dead link": ("[there](nowhere.md)", "nowhere.md"),
    "a dead anchor": ("[there](#nowhere)", "#nowhere"),
}


@pytest.fixture
def own(project: Project) -> Project:
    """The project with a nav of its own: Zensical would add it to the one that it inherits."""
    whole = project.read("whole.yml")
    nav = re.search(r"^nav:\n(?:[ ].*\n)+", NAV, re.MULTILINE)[0]
    project.write("mkdocs.yml", re.sub(r"^nav:\n(?:[ ].*\n)+", nav, whole, flags=re.MULTILINE))
    return project


def build(project: Project) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "scripts.proofs.zensical_build", "zensical"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_lesson_is_the_same_under_both_builders(own: Project):
    done = build(own)
    assert done.returncode == 0, done.stdout
    (ours,) = own.built().lessons
    (theirs,) = Site(own.folder / "zensical").lessons
    hrefs = [[tag["href"] for tag in page.soup.select(".listing a")] for page in (ours, theirs)]
    assert hrefs[0] == hrefs[1]
    assert hrefs[0]
    for part in (".listing", ".output samp", ".katex", "article h1", "article h2", ".beside a"):
        assert [tag.get_text() for tag in theirs.soup.select(part)] == [
            tag.get_text() for tag in ours.soup.select(part)
        ], part
        assert ours.soup.select(part), part


@pytest.mark.parametrize(("text", "says"), BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_lesson_stops_the_build_and_says_why(own: Project, text: str, says: str):
    before = own.lesson(text)
    done = build(own)
    assert done.returncode == 1
    assert not (own.folder / "zensical").exists()
    assert says.format(before, before + 1, before + 2) in done.stdout
    assert LESSON in done.stdout
    assert "Traceback" not in done.stdout
