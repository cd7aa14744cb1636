"""The folders of scripts/ are the pipeline: each takes only from those before it."""

import ast
import re
from pathlib import Path

import pytest
from kit import ROOT

from scripts.site.quality import LANES

ORDER = ["text", "vendor", "blocks", "claims", "html", "downloads", "site"]
SCRIPTS = ROOT / "scripts"
FILES = [
    path.relative_to(SCRIPTS) for folder in ORDER for path in SCRIPTS.glob(f"{folder}/**/*.py")
]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_folder_imports_only_from_those_before_it(path):
    taken = {
        module.split(".")[1]
        for node in ast.walk(ast.parse((SCRIPTS / path).read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in [getattr(node, "module", None) or node.names[0].name]
        if module.startswith("scripts.")
    }
    own = ORDER.index(path.parts[0])
    assert taken <= {*ORDER[: own + 1]}


@pytest.mark.parametrize("name", ["hooks", "extension"])
def test_a_build_imports_no_proof(name):
    assert "scripts.proofs" not in (SCRIPTS / f"{name}.py").read_text("utf-8")


def test_each_file_of_tests_has_a_name_of_its_own():
    """Or `pytest` alone, from the root, collects none."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) > 50
    assert sorted(set(names)) == sorted(names)


def test_no_test_of_the_engine_takes_a_page_of_the_course():
    """So who writes a page need not wait for them; the lane in lanes.toml does not read the pages."""
    taken = r"from kit import .*\b(?:LESSONS|LABS|URLS)\b|def test_[^)]*\b(?:site|published): Site"
    pages = re.compile(rf"{taken}|ROOT / .docs/(?:tutorials|labs|blog)")
    others = re.findall(r"--ignore \S*/(\S+)", LANES["engine"].runs[0])
    for path in (ROOT / "tests/engine").rglob("test_*.py"):
        if path.name not in others and path != Path(__file__):
            assert not pages.search(path.read_text("utf-8")), path.name
