"""The program that plants faults sees what tests miss, changes no file, and does nothing twice."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kit import LIMIT, ROOT

SOURCE = '''\
def area(width, height=2):
    """The area of a rectangle."""
    return width * height
'''
WEAK = """\
from snippets.shapes.area import area

def test_area():
    assert area(2, 2) == 4
"""
STRONG = WEAK + "    assert area(3, 5) == 15\n    assert area(4) == 8\n"
ENTRY = """\
[[equivalent]]
file = "shapes/*"
text = 'height=\\d'
reason = "nobody relies on it"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one module, whose tests are strong."""
    shutil.copytree(
        ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / ".pytest.ini", tmp_path)
    for path, text in {
        "snippets/__init__.py": "",
        "snippets/shapes/__init__.py": "",
        "snippets/shapes/area.py": SOURCE,
        "tests/snippets/shapes/test_area.py": STRONG,
        "tests/equivalent_mutants.toml": "",
    }.items():
        write(tmp_path, path, text)
    return tmp_path


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, "utf-8")


def mutate(folder: Path, *flags: str) -> tuple[int, str]:
    """The exit code, and all that is said."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.proofs.mutation", *flags],
        cwd=folder,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT,
    )
    return done.returncode, done.stdout


def files(folder: Path) -> dict[str, bytes]:
    found = [path for part in ("snippets", "tests") for path in (folder / part).rglob("*")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


def test_strong_tests_find_every_fault_and_no_file_is_changed(folder: Path):
    before = files(folder)
    code, said = mutate(folder)
    assert code == 0, said
    assert "8 mutants of 1 functions, 0 equivalent, 0 survivors" in said
    assert files(folder) == before


def test_a_fault_that_weak_tests_miss_is_shown_with_its_place(folder: Path):
    write(folder, "tests/snippets/shapes/test_area.py", WEAK)
    code, said = mutate(folder)
    assert code == 1
    assert "SURVIVED: snippets/shapes/area.py, line 3: * → + in\n    return width * height" in said
    assert "SURVIVED: snippets/shapes/area.py, line 1: 2 → 3 in" in said
    assert "* → - in" not in said  # 2 − 2 is not 4


def test_other_tests_that_import_the_module_may_find_it_too(folder: Path):
    write(folder, "tests/snippets/shapes/test_area.py", WEAK)
    write(
        folder,
        "tests/snippets/shapes/test_shapes.py",
        STRONG.replace("area import", "area  import"),
    )
    assert mutate(folder)[0] == 0


def test_the_list_excuses_a_fault_and_an_entry_must_fit_one(folder: Path):
    write(folder, "tests/snippets/shapes/test_area.py", WEAK)
    assert "4 survivors" in (said := mutate(folder)[1]), said
    write(folder, "tests/equivalent_mutants.toml", ENTRY)
    code, said = mutate(folder)
    assert "2 equivalent, 2 survivors" in said
    write(folder, "tests/snippets/shapes/test_area.py", STRONG.replace("area(4) == 8", "area(4)"))
    assert mutate(folder)[0] == 0
    write(folder, "tests/equivalent_mutants.toml", ENTRY.replace("height", "depth"))
    code, said = mutate(folder)
    assert code == 1
    assert "entry 1 (depth=\\d) matches no mutant any more: remove it" in said


def test_an_entry_that_names_what_it_becomes_excuses_nothing_else(folder: Path):
    write(folder, "tests/snippets/shapes/test_area.py", STRONG.replace("area(4) == 8", "area(4)"))
    write(folder, "tests/equivalent_mutants.toml", ENTRY + 'to = ["3"]\n')
    code, said = mutate(folder)
    assert code == 1
    assert "1 equivalent, 1 survivors" in said
    assert "line 1: 2 → 1 in" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ENTRY.replace("reason", "because"), "entry 1: "),
        (ENTRY.replace("\\d", "("), "entry 1: missing )"),
        (ENTRY[:-2], "equivalent_mutants.toml: "),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(folder: Path, text: str, says: str):
    write(folder, "tests/equivalent_mutants.toml", text)
    code, said = mutate(folder)
    assert code == 1
    assert says in said
    assert "Traceback" not in said


def test_what_was_proved_is_not_proved_again_until_the_module_or_its_tests_change(folder: Path):
    none, one = "0 of 1 modules are new or changed", "1 of 1 modules are new or changed"
    assert one in mutate(folder)[1]
    assert none in (said := mutate(folder)[1])
    assert "8 mutants of 1 functions, 0 equivalent, 0 survivors" in said
    write(folder, "tests/snippets/shapes/test_area.py", WEAK)
    assert one in (said := mutate(folder)[1])
    assert "SURVIVED" in said
    assert none in (said := mutate(folder)[1])
    assert "SURVIVED" in said  # a survivor that is remembered is still one
    write(folder, "tests/snippets/shapes/test_shapes.py", STRONG)
    assert one in mutate(folder)[1]
    write(folder, "snippets/shapes/area.py", SOURCE.replace("2", "2.0"))
    assert one in mutate(folder)[1]


def test_code_that_draws_is_left_out_and_that_is_said(folder: Path):
    write(folder, "snippets/figures/rectangle.py", SOURCE)
    write(folder, "tests/snippets/figures/test_rectangle.py", WEAK)
    code, said = mutate(folder)
    assert code == 0
    assert "1 of 1 modules" in said
    assert "NOT TRIED: faults in the code that draws (snippets/figures)" in said


def test_a_fault_that_never_ends_is_stopped_and_counted(folder: Path):
    loop = '''\
def count(n):
    """From n to 0, in steps of 1."""
    while n > 0:
        n -= 1
    return n
'''
    test = (
        "from snippets.shapes.count import count\n\ndef test_count():\n    assert count(4) == 0\n"
    )
    write(folder, "snippets/shapes/count.py", loop)
    write(folder, "tests/snippets/shapes/test_count.py", test)
    _, said = mutate(folder, "shapes/count")
    assert "took too long and count as found" in said


def test_a_module_without_tests_is_named(folder: Path):
    write(folder, "snippets/shapes/volume.py", SOURCE)
    code, said = mutate(folder)
    assert code == 1
    assert (
        "snippets/shapes/volume.py has no tests: write tests/snippets/shapes/test_volume.py" in said
    )


def test_tests_that_fail_without_a_fault_prove_nothing(folder: Path):
    write(folder, "tests/snippets/shapes/test_area.py", WEAK.replace("== 4", "== 5"))
    code, said = mutate(folder)
    assert code == 1
    assert "the tests of snippets/shapes/area.py fail as it is" in said


def test_a_module_that_is_not_there_is_refused_by_name(folder: Path):
    code, said = mutate(folder, "shapes/circle")
    assert code == 1
    assert "there is no module shapes/circle in snippets/" in said
