"""What of a listing is folded at first, so that the eye meets the line that matters: docstrings of several lines, and guards.

The text stays whole. On a screen a chip stands in the place of such lines, until one opens it; paper, a copy and a screen
reader have them as they are.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from scripts.html.templates import macros

DEFINES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass
class Fold:
    first: int  # its lines, counted from 1
    last: int
    says: str
    of: str  # the function


def folds(text: str) -> list[Fold]:
    return sorted(_found(ast.parse(text)), key=lambda fold: fold.first)


def of_lines(found: list[Fold], start: int, count: int) -> list[Fold]:
    """Those within the `count` lines after line `start`, counted from there."""
    return [
        replace(fold, first=fold.first - start, last=fold.last - start)
        for fold in found
        if start < fold.first and fold.last <= start + count
    ]


def _found(tree: ast.Module) -> Iterator[Fold]:
    for node in ast.walk(tree):
        if not isinstance(node, DEFINES):
            continue
        body = node.body
        if doc := ast.get_docstring(node, clean=True):
            first, *body = body
            if first.end_lineno > first.lineno:
                yield Fold(first.lineno, first.end_lineno, doc.split("\n")[0], node.name)
        if not isinstance(node, ast.ClassDef) and (found := guards(node, body)):
            yield Fold(found[0].lineno, found[-1].end_lineno, "checks its input", node.name)


def guards(function: ast.FunctionDef, body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements at its top that only refuse bad input, with those between that only serve them."""
    known = {arg.arg for arg in ast.walk(function.args) if isinstance(arg, ast.arg)}
    last = 0
    for at, statement in enumerate(body):
        if refuses(statement):
            used = {name.id for later in body[at + 1 :] for name in names(later)}
            made = {name.id for one in body[:at] for name in targets(one)}
            if (
                made & used <= known
            ):  # what it sets is a parameter in another form, or is not heard of again
                last = at + 1
        elif not isinstance(statement, ast.Assign) or isinstance(statement.value, ast.BinOp):
            break
    return body[:last]


def refuses(statement: ast.stmt) -> bool:
    """Whether it is `if …: raise …`, or a loop of these."""
    inner = statement.body + statement.orelse if isinstance(statement, ast.If | ast.For) else []
    return bool(inner) and all(isinstance(one, ast.Raise) or refuses(one) for one in inner)


def names(node: ast.AST) -> Iterator[ast.Name]:
    return (name for name in ast.walk(node) if isinstance(name, ast.Name))


def targets(node: ast.AST) -> Iterator[ast.Name]:
    return (name for name in names(node) if isinstance(name.ctx, ast.Store))


def marked(code: str, lines: list[str], found: list[Fold]) -> str:
    """`code`, the HTML of these lines, with the folds in it; of two empty lines in a row a screen shows one."""
    make, shown = macros("listing.html"), [line + "\n" for line in code.split("\n")]
    for at, (line, below) in enumerate(pairwise(lines)):
        if not line and not below:
            shown[at] = make.gap()
    for fold in found:
        first, last = fold.first - 1, fold.last - 1
        last += not any(lines[last + 1 : last + 2])  # the empty line below it, too
        indent = len(lines[first]) - len(lines[first].lstrip())
        shown[first] = shown[first][:indent] + make.fold(fold) + shown[first][indent:]
        shown[last] = shown[last].removesuffix("\n") + "</span>\n"
    return "".join(shown).removesuffix("\n")
