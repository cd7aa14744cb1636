"""Every public function has its tests in one file, in sections: theorems, oracle, bad input. A figure obeys the laws of all."""

import ast
import re
from itertools import takewhile
from pathlib import Path

import pytest

import snippets

HERE = Path(__file__).parent
SECTIONS = {"theorems", "oracle", "bad input"}
MODULES = [path for path in Path(snippets.__path__[0]).rglob("*.py") if path.name != "__init__.py"]
modules = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)


def public(module: Path) -> dict[str, ast.AST]:
    """The functions of a module by their names, and tables of functions, such as the curves."""
    found = {}
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found[node.name] = node
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            found[node.targets[0].id] = node
    return found


def used(test: Path) -> dict[str, set[str]]:
    """Which names each section of a file of tests uses."""
    text, found = test.read_text("utf-8"), {}
    starts = {
        number: title[1]
        for number, line in enumerate(text.splitlines(), 1)
        if (title := re.fullmatch(r"# --- (.+?) -+", line))
    }
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            above = list(takewhile(lambda start: start < node.lineno, starts))  # noqa: B023
            found.setdefault(starts[above[-1]] if above else "", set()).add(node.id)
    return found


@modules
def test_every_function_has_its_theorems_its_oracle_and_its_bad_input(module):
    test = HERE / module.parent.name / f"test_{module.name}"
    assert test.is_file(), f"write {test.relative_to(HERE.parent.parent)}"
    sections = used(test)
    for name in public(module):
        wanted = {"laws", "bad input"} if module.parent.name == "figures" else SECTIONS
        missing = wanted - {title for title, names in sections.items() if name in names}
        assert not missing, f"{test.name}: nothing of {name} under {', '.join(sorted(missing))}"


@modules
def test_a_docstring_says_the_shapes_and_what_is_raised(module):
    for name, node in public(module).items():
        if isinstance(node, ast.FunctionDef):
            words, source = ast.get_docstring(node), ast.unparse(node)
            assert words, f"{name} says nothing of itself"
            if "raise ValueError" in source:
                assert "Raises: ValueError" in words, f"{name} does not say what it raises"
                assert "shape" in words or "h must be" in source, f"{name} does not say its shapes"
