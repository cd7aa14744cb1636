"""Holds the formulas of the pages against the code beside them: a wrong sign or a lost factor is not published.

    python -m scripts.claims.formulas.check [page …]     the formulas that are wrong; with --all every one, what it is bound
                                                         to, and how far it is from it

A formula claims something if it is displayed, or has a relation (a setting such as $x = 3$ or $0 < h < 1$ claims nothing), and
then each of its names has a meaning: by its labels (scripts/text/labels.py has their forms), as the function of that name in
the next block of the page or else the one before, or by what the formula itself defines. Both sides of each relation are
computed at random points, and so is the Python of its labels; with code or cases also at 0 and far out. An inequality is
tried near 0, at many sizes, and where it is nearest to an equality.
"""

import argparse
import ast
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.blocks import includes, labs
from scripts.claims.formulas import reader, tex
from scripts.claims.formulas.claims import POINTS, claims_of, compare
from scripts.claims.formulas.code import Code, code, snippet
from scripts.claims.formulas.names import Meaning
from scripts.claims.formulas.tex import Statement, TexError, Wrong
from scripts.text import labels, reading
from scripts.text.context import ROOT, BuildError, Page, PageError
from scripts.text.document import Document
from scripts.text.labels import Formula

PAGES = ("**/*.md", "labs/**/*.py")
UNBOUND = 0.2  # the share of a page's claims that may be unbound, beyond the first two


@dataclass
class Result:
    """What came of one formula."""

    page: str
    formula: Formula
    status: str = "given"  # or "code", "algebra", "unbound", "wrong"
    said: str = ""
    points: int = 0
    deviation: float = 0.0

    def __str__(self) -> str:
        tex = " ".join(self.formula.tex.split())
        if self.status == "wrong":
            return f"{self.page}, line {self.formula.line}: the formula {tex}\n    {self.said}"
        dollars = "$$" if self.formula.display else "$"
        found = f"; {self.points} points, off by {self.deviation:.0e}" if self.points else ""
        return f"{self.page}:{self.formula.line}: {dollars}{tex}{dollars}\n    {self.status}: {self.said}{found}"


# --- pages ------------------------------------------------------------------------------------------------------------


def check_page(path: Path) -> list[Result]:
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return check_text(reading.text(path), name)


def check_text(text: str, name: str) -> list[Result]:
    """Every formula of a page, held against the code of the blocks around it."""
    if name.endswith(".py"):
        text = labs.markdown(text, Page(source=name))
    programs = fences(text, name)
    wrong: list[str] = []
    found = labels.formulas(text, lambda said, at: wrong.append(f"{name}, line {at}: {said}"))
    if wrong:
        raise PageError("\n".join(wrong))
    results = [check(formula, beside(formula.line, programs), name) for formula in found]
    claims = [result for result in results if result.status != "given"]
    unbound = [result for result in claims if result.status == "unbound"]
    for result in unbound[max(2, int(UNBOUND * len(claims))) :]:
        result.status = "wrong"
        result.said = f"of {len(claims)} formulas of this page {len(unbound)} are unbound: bind this one, or others"
    return results


def beside(line: int, programs: list[tuple[int, str]]) -> Code:
    """The names of the block before a line, and above them those of the block after it."""
    names = {}
    for program in [text for at, text in programs if at < line][-1:]:
        names |= code(program).names
    for program in [text for at, text in programs if at > line][:1] or [""]:
        names |= code(program).names
    return Code({name: found for name, found in names.items() if found is not None})


def fences(text: str, name: str = "page") -> list[tuple[int, str]]:
    """Of each executed block its line and what it defines: its snippets, and the functions written on the page.

    The cells of a lab are one program: each has what those above it define.
    """
    found, above = [], ""
    for fence in Document(text).blocks:
        parts = [
            "\n".join(part.lines) if part.file else definitions("\n".join(part.lines))
            for part in includes.segments_of(fence, Page(source=name))
        ]
        program = above + "\n".join(part for part in parts if "matplotlib" not in part)
        above = f"{program}\n" * ("cell" in fence.options)
        found.append((fence.line, program))
    return found


def definitions(text: str) -> str:
    """The imports and functions of a piece of a program, without what it runs; a name that it gives a value is no function."""
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    try:
        tree = ast.parse(text)
    except SyntaxError:  # the build says so
        return ""
    lines = [ast.unparse(node) for node in tree.body if isinstance(node, kept)]
    for node in tree.body:
        for inner in ast.walk(node) if not isinstance(node, kept) else ():
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                lines.append(f"{inner.id} = None")
    return "\n".join(line for line in lines if "matplotlib" not in line)


# --- one formula ------------------------------------------------------------------------------------------------------


def check(formula: Formula, code: Code, page: str) -> Result:
    result = Result(page, formula)
    try:
        for label in formula.labels:
            if label.kind == "from":
                code = Code(code.names | snippet(label.parts["path"]))
        meaning = Meaning(code, formula.labels)
        if reasons := meaning.of("unbound"):
            result.status, result.said = "unbound", reasons[0].parts["reason"]
            return result
        if not (formula.display or formula.labels or tex.relates(formula.tex)):
            return result
        statements = statements_of(formula, meaning)
        if not formula.labels and all(map(is_setting, statements)):
            return result
        meaning.learn(statements)
        result.deviation = compare(meaning, claims_of(meaning, statements))
        result.points = POINTS
        result.status = "code" if meaning.used else "algebra"
        result.said = ", ".join(sorted(meaning.used))
    except Wrong as error:
        result.status, result.said = "wrong", str(error)
    except RecursionError:
        result.status, result.said = "wrong", "its names are defined by each other"
    return result


def statements_of(formula: Formula, meaning: Meaning) -> list[Statement]:
    defined = {tex.letter(name) for name in tex.DEFINED.findall(formula.tex)}
    known = {*meaning.values, *meaning.drawn, *meaning.function_names}
    try:
        return reader.read(formula.tex, meaning.function_names | (defined - known), known)
    except (TexError, IndexError, ValueError) as error:
        raise Wrong(f"cannot be read: {error}. If it claims nothing: % unbound: and why") from None


def is_setting(statement: Statement) -> bool:
    """Names and numbers alone: x = 3, w = b = 0, 0 < h < 1, i = 1, …, n, h → 0, or a name by itself."""
    names = [side for side in statement.sides if side.kind in ("name", "entry", "extreme")]
    known = ("name", "call", "entry", "extreme")
    numbers = [side for side in statement.sides if not any(node.kind in known for node in side)]
    is_whole = len(names) + len(numbers) == len(statement.sides) and bool(names)
    if statement.relations in ([], ["…"]):
        return is_whole
    return is_whole and bool(numbers) and ({*statement.relations} <= {"=", "≈"} or len(names) == 1)


# --- the command ------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", nargs="*", type=Path, help="without any, all pages of the site")
    parser.add_argument(
        "--all", action="store_true", help="say of each formula what it is bound to"
    )
    options = parser.parse_args()
    paths = [path.resolve() for path in options.pages] or sorted(
        path for pattern in PAGES for path in reading.found(ROOT / "docs", pattern)
    )
    claims, unread = [], 0
    for path in paths:
        try:
            claims += [result for result in check_page(path) if result.status != "given"]
        except BuildError as error:
            print(error, file=sys.stderr)
            unread += 1
    for result in claims:
        if result.status == "wrong" or options.all:
            print(result, file=sys.stderr if result.status == "wrong" else sys.stdout)
    print(share(claims))
    wrong = any(result.status == "wrong" for result in claims) or bool(unread)
    return int(wrong)


def share(claims: list[Result]) -> str:
    count = {
        status: sum(result.status == status for result in claims)
        for status in ("code", "algebra", "unbound")
    }
    said = f"{count['code']} of {len(claims)} formulas compared with code, {count['algebra']} with algebra alone"
    return f"{said}, {count['unbound']} with nothing"


if __name__ == "__main__":
    sys.exit(main())
