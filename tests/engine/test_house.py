"""The folders of scripts/ are the pipeline: each takes only from those before it."""

import ast

import pytest
from kit import ROOT

ORDER = ["text", "vendor", "blocks", "claims", "html", "downloads", "site"]
FILES = {path: path.relative_to(ROOT).as_posix() for path in (ROOT / "scripts").glob("*/*.py")}


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in ORDER], ids=FILES.get
)
def test_a_folder_imports_only_from_those_before_it(path):
    taken = {
        module.split(".")[1]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for module in [getattr(node, "module", None) or node.names[0].name]
        if module.startswith("scripts.")
    }
    own = ORDER.index(path.parent.name)
    assert taken <= {*ORDER[: own + 1]}


@pytest.mark.parametrize("name", ["hooks", "extension"])
def test_a_build_imports_no_proof(name):
    assert "scripts.proofs" not in (ROOT / f"scripts/{name}.py").read_text("utf-8")
