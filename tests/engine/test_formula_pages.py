"""The formulas of the pages are what the code beside them computes, and a slip of the pen in one is found."""

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from kit import LESSONS, ROOT
from test_formula_tables import slips

from scripts.claims.formulas import check as formula_check
from scripts.claims.formulas import claims
from scripts.claims.formulas.check import Result, check_page

BOUND = {"code", "algebra"}
HELD = [*LESSONS, "glossary/index/"]


def written(url: str) -> Path:
    return ROOT / "docs" / f"{url.rstrip('/')}.md"


@cache
def results(url: str) -> list[Result]:
    return check_page(written(url))


@pytest.mark.parametrize("url", HELD)
def test_every_formula_of_a_page_is_what_the_code_computes(url: str):
    claims = [result for result in results(url) if result.status != "given"]
    assert [str(result) for result in claims if result.status == "wrong"] == []
    bound = [result for result in claims if result.status in BOUND]
    assert len(bound) >= 0.9 * len(claims)
    assert all(result.deviation < 1e-10 or r"\lim" in result.formula.tex for result in bound)


@pytest.mark.parametrize("url", LESSONS)
def test_each_displayed_formula_with_an_equals_sign_is_bound_or_has_a_reason(url: str):
    shown = [
        result for result in results(url) if result.formula.display and "=" in result.formula.tex
    ]
    assert {result.status for result in shown} <= {*BOUND, "unbound"}


@pytest.mark.parametrize("url", HELD)
def test_a_slip_in_any_formula_is_found(url: str, monkeypatch):
    monkeypatch.setattr(claims, "POINTS", 10)
    path = written(url)
    blocks = formula_check.fences(path.read_text("utf-8"))
    bound = [result.formula for result in results(url) if result.status in BOUND]
    made = [replace(formula, tex=slip) for formula in bound for slip in slips(formula.tex)]
    assert made or not bound
    for wrong in made:
        code = formula_check.beside(wrong.line, blocks)
        assert formula_check.check(wrong, code, path.name).status == "wrong", wrong.tex


# --- the command ------------------------------------------------------------------------------------------------------


def command(*arguments) -> subprocess.CompletedProcess:
    program = [sys.executable, "-m", "scripts.claims.formulas.check", *map(str, arguments)]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True)


def page_with(text: str) -> Path:
    return next(path for path in map(written, LESSONS) if text in path.read_text("utf-8"))


def test_the_command_says_nothing_of_a_formula_that_is_right_unless_it_is_asked():
    done = command(page_with("mse_grad"))
    assert done.returncode == 0, done.stderr
    counts = r"\d+ of \d+ formulas compared with code, \d+ with algebra alone, \d+ with nothing\n"
    assert re.fullmatch(counts, done.stdout)


def test_the_command_lists_what_each_formula_is_bound_to():
    done = command(page_with("mse_grad"), "--all")
    assert done.returncode == 0, done.stderr
    assert re.search(
        r":\d+: \$\$.+\$\$\n    code: .*mse_grad.*; 20 points, off by \de-\d\d\n", done.stdout
    )


def test_the_command_fails_at_a_wrong_formula_and_names_its_line(tmp_path):
    text = page_with(r"n\, x^{n-1}").read_text("utf-8")
    line = text[: text.index(r"n\, x^{n-1}")].count("\n")  # that of its dollars
    page = tmp_path / "lesson.md"
    page.write_text(text.replace(r"n\, x^{n-1}", r"n\, x^{n+1}"), "utf-8")
    done = command(page)
    assert done.returncode == 1
    assert f"lesson.md, line {line}: the formula" in done.stderr
