"""An aid for authors: what the common slips come to, in each exercise that asks for numbers.

    python -m scripts.claims.slips docs/tutorials/…/gradient-descent.md

The solution's own program, its snippets included, is run with one change at a time: a sign, a factor, a power, a mean for a
sum, one off. It is an error if a lost factor, power, sign or mean comes to the right answer, for then the question does not
ask for its thought; other numbers make it ask. What else comes to the same, and what no hint speaks of, is the author's to
weigh.
"""

import ast
import copy
import math
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.blocks.includes import text_of
from scripts.blocks.run import limit, stop_workers, workers
from scripts.claims.exercises import compute, exact, held, overlap, program_of, shown
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import Page
from scripts.text.document import FRONT_MATTER, Document
from scripts.text.exercises import Exercise, Reader

AS_MANY = 6  # slips without a hint that are said of an exercise
PASSES = "PASSES AS RIGHT"
TWINS = {"mean": "sum", "sum": "mean", "sin": "cos", "cos": "sin"}
HARMLESS = (
    "swapped",
    "the wrong way round",
    "one off",
    "plus for minus",
    "minus for plus",
)  # perhaps: a·b is b·a
SEEN = 1.1  # a factor that an answer hears of, where the expression counts


def changes(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What a slip makes of an expression, in words and as the expression in its place."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            yield "a minus is lost", inner
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield "minus for plus", ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield "plus for minus", ast.BinOp(left, ast.Add(), right)
            yield "the wrong way round", ast.BinOp(right, ast.Sub(), left)
        case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
            yield "a factor is lost", right
            yield "a factor is lost", left
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield "not divided", left
            yield "upside down", ast.BinOp(right, ast.Div(), left)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            yield "the power is lost", left
            yield "a degree too low", ast.BinOp(left, ast.Pow(), plus(right, -1))
            yield "times for power", ast.BinOp(left, ast.Mult(), right)
        case ast.Call(func=ast.Attribute(attr="sqrt"), args=[inner]):
            yield "the root is lost", inner
        case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in TWINS:
            yield f"{TWINS[name]} for {name}", _called(node, of, TWINS[name])
        case ast.Call(func=ast.Name(id="range"), args=[*before, last]):
            for by in (-1, 1):
                yield "one off", ast.Call(node.func, [*before, plus(last, by)], [])
        case ast.Tuple(elts=[one, two], ctx=ast.Load()):
            yield "swapped", ast.Tuple([two, one], ast.Load())


def plus(node: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(node, ast.Add(), ast.Constant(by))


def _called(node: ast.Call, of: ast.expr, name: str) -> ast.Call:
    return ast.Call(ast.Attribute(of, name, ast.Load()), node.args, node.keywords)


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where an expression stands that counts: not in what is printed, in what refuses input, nor in an item."""
    todo = [tree]
    while todo:
        node = todo.pop()
        for name, value in ast.iter_fields(node):
            for at, child in enumerate(value if isinstance(value, list) else [value]):
                is_left_out = isinstance(child, ast.Raise | ast.Import) or (
                    isinstance(child, ast.If) and isinstance(child.body[0], ast.Raise)
                )
                is_print = "print(" in ast.unparse(child) if isinstance(child, ast.Expr) else False
                if not isinstance(child, ast.AST) or is_left_out or is_print:
                    continue
                if isinstance(node, ast.Subscript) and name == "slice":
                    continue
                if isinstance(child, ast.expr):
                    yield node, name, at if isinstance(value, list) else None
                todo.append(child)


def line_of(place: tuple) -> int:
    parent, name, at = place
    node = getattr(parent, name) if at is None else getattr(parent, name)[at]
    return node.lineno


def replaced(tree: ast.Module, place: tuple, new: ast.expr) -> str:
    """The program with another expression in a place."""
    parent, name, at = place
    values = getattr(parent, name)
    old = values if at is None else values[at]
    new = copy.deepcopy(new)
    if at is None:
        setattr(parent, name, new)
    else:
        values[at] = new
    text = ast.unparse(ast.fix_missing_locations(tree))
    if at is None:
        setattr(parent, name, old)
    else:
        values[at] = old
    return text


def tried(exercise: Exercise, page: Page) -> list[tuple[str, list[float]]]:
    """Of each slip that the answers hear of what it is, and what they then are; the block's own first. Kept by the program."""
    answers = exercise.of("answer")
    names = {f"_item_{at}": item for at, item in enumerate(answers)}
    segments, _ = program_of(exercise, names, page)
    text, seconds = text_of(segments), limit(exercise.block.options if exercise.block else {})
    right = held([item.values[0] for item in answers], answers)
    lines = [
        not segment.file for segment in segments for _ in segment.lines
    ]  # written on the page?

    def come(program: str) -> list[float] | None:
        result = workers["plain"].run(program, seconds, tuple(names))
        values = [result.values.get(name) for name in names]
        good = not result.error and all(
            isinstance(value, float) and math.isfinite(value) for value in values
        )
        return values if good else None

    def make() -> list:
        found, tree = [], ast.parse(text)
        for place in sorted(places(tree), key=lambda place: not lines[line_of(place) - 1]):
            parent, name, at = place
            node = getattr(parent, name) if at is None else getattr(parent, name)[at]
            made = [*changes(node)]
            if not made:
                continue
            more = ast.BinOp(node, ast.Mult(), ast.Constant(SEEN))
            seen = come(replaced(tree, place, more))
            if seen and overlap(right, exact(seen)):
                continue  # the answers do not hear of it
            for words, new in made:
                values = come(replaced(tree, place, new))
                if values:
                    found.append((f"{words}: {ast.unparse(new)} for {ast.unparse(node)}", values))
        return found

    if "matplotlib" in text:
        return []
    return store().get(key("slips", text, seconds, [*names], right), make)


def of_the_answer(values: list[float]) -> Iterator[tuple[str, list[float]]]:
    """What the end of a calculation may lose."""
    yield "the sign of all", [-value for value in values]
    yield "twice", [2 * value for value in values]
    yield "half", [value / 2 for value in values]
    if all(values):
        yield "upside down", [1 / value for value in values]
    yield "squared", [value**2 for value in values]
    if len(values) > 1:
        yield "in the other order", values[::-1]
        for at in range(len(values)):
            yield (
                f"the sign of number {at + 1}",
                [-value if at == n else value for n, value in enumerate(values)],
            )


def judged(exercise: Exercise, page: Page) -> tuple[list[str], list[str], list[str]]:
    """Slips that come to the right answer; what may be none and does; and those that no hint speaks of."""
    answers, slips = exercise.of("answer"), exercise.of("slip")
    values = [item.values[0] for item in answers]
    right = held(values, answers)
    hinted = [held(slip.values, answers) for slip in slips]
    passing, silent = {}, {}
    for words, come in [*tried(exercise, page), *of_the_answer(values)]:
        if overlap(right, exact(come)):
            passing.setdefault(words, come)
        elif not any(overlap(hint, exact(come)) for hint in hinted):
            silent.setdefault(shown(come), []).append(words)
    same = [words for words in passing if words.startswith(HARMLESS)]
    unsaid = [f"{come} ({words[0]})" for come, words in silent.items()]
    return [words for words in passing if words not in same], same, unsaid


def of_page(text: str, source: str = "page") -> Iterator[str]:
    """A line for each thing to say of the page's exercises that ask for numbers."""
    page, found = Page(source=source, written=text), []

    def finish(exercise: Exercise, number: int) -> None:
        if exercise.of("answer") and compute(
            exercise, page
        ):  # if not, the build says what is wrong
            found.append(exercise)

    Reader(page, finish).read(Document(text))
    for exercise in found:
        passing, same, silent = judged(exercise, page)
        yield f"{exercise.title}: {shown([item.values[0] for item in exercise.of('answer')])}"
        yield from (f"  {PASSES}: {words}" for words in passing)
        yield from (f"  comes to the same: {words}" for words in same)
        yield from (f"  no hint: {words}" for words in silent[:AS_MANY])


def main(name: str) -> int:
    """Say it of a page; 1 if an exercise is answered by a slip."""
    text = FRONT_MATTER.sub("", reading.text(Path(name)), count=1)
    said = [*of_page(text, name)]
    stop_workers()
    print(*said, sep="\n")
    return int(any(PASSES in line for line in said))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
