"""What is installed is what the lists say, by version and hash, and each line of them has its reason."""

import shutil
from pathlib import Path

import pytest
from kit import ROOT

from scripts import requirements

LISTS = ("scripts/requirements.in", "tests/requirements.in")
FILES = (
    "requirements.txt",
    "tests/requirements.txt",
    "tests/versions/oldest.txt",
    "tests/versions/newest.txt",
)
WORKFLOW = ".github/workflows/newest.yml"


@pytest.fixture
def copy(tmp_path) -> Path:
    for name in (*LISTS, *FILES, WORKFLOW):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_files_that_pip_reads_are_in_step_with_the_lists():
    assert requirements.problems() == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (LISTS[0], "mkdocs==1.6.1", "mkdocs==1.6.2", "mkdocs is 1.6.1"),
        (LISTS[0], "# builds the site", "# makes the site", "the list says"),
        (LISTS[0], "# builds the site; named because our hooks use its events", "", "write name==version"),
        (LISTS[0], "mkdocs==1.6.1 ", "mkdocs>=1.6 ", "requirements.in, line 3: write name==version"),
        (LISTS[0], "numpy==", "# numpy==", "numpy is not in the list"),
        (LISTS[1], "sympy==", "sympify==", "sympify is absent"),
        (FILES[0], "\nbabel==", "\nbabel>=", "is no version with its sums"),
        (FILES[0], "\nbabel==", "\n--index-url https://example.org\nbabel==", "is no version"),
        (FILES[1], "\nnumpy==2.", "\nnumpy==1.", "in requirements.txt"),
        (WORKFLOW, "08c6903cd8c0fde910a37f88322edcfb5dd907a8  # v5.0.0", "v5", "newest.yml: pin by commit"),
        (FILES[2], "\n", "\nleft-pad==1.0\n", "left-pad has no sum"),
    ],
)  # fmt: skip
def test_what_is_out_of_step_is_named(copy: Path, name: str, old: str, new: str, said: str):
    path = copy / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = requirements.problems(copy)
    assert any(said in line for line in found), found


def test_the_newest_leaves_what_is_held_and_keeps_the_reasons(copy: Path, monkeypatch):
    path = copy / LISTS[0]
    lines = requirements.read(path)
    free = "\n".join(f"{line['name']}==99.0" for line in lines.values())
    monkeypatch.setattr(requirements, "resolve", lambda *arguments: free)
    requirements.newest(path)
    after = requirements.read(path)
    assert after["mkdocs"]["version"] == "99.0"
    assert after["numpy"]["version"] == lines["numpy"]["version"], "numpy is held"
    assert [line["reason"] for line in after.values()] == [
        line["reason"] for line in lines.values()
    ]
