"""Holds an exercise to its own code: the right answer is never typed, the block of the solution computes it.

Answers, slips and choices are evaluated at the end of that block's program. Code to complete is run, too: the solution must
pass the checks, and the start must not.
"""

import ast
import builtins
import math
import re
import symtable
from dataclasses import asdict

from scripts.blocks.includes import Segment, place, segments_of, text_of
from scripts.blocks.run import Result, Run, limit, run_twice
from scripts.text.cache import key, store
from scripts.text.context import Page
from scripts.text.document import Fence
from scripts.text.exercises import ROOM, Exercise, Item

BLANK = re.compile(r"^( *)(?!#).*\.\.\..*$", re.MULTILINE)  # of a start, what is to be completed

COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
DIGITS = re.compile(  # that an answer is asked to have
    rf"\b(?:to|with|[Gg]ive) ({'|'.join(COUNTS)}|[1-6]) (?:decimal|(significant|digit|figure))"
)


def run(
    segments: list[Segment], page: Page, options: dict[str, str], wanted: tuple[str, ...] = ()
) -> Result:
    """What comes of a program made of a block, whose `options` hold for it, and lines below it."""
    text, seconds, made = text_of(segments), limit(options), []

    def make() -> dict | None:
        made.append(run_twice(text, seconds, wanted, "differs" in options))
        fails_a_check = (made[0].error or "AssertionError").startswith("AssertionError")
        return asdict(made[0]) if fails_a_check else None  # another error may not come again

    kept = store().get(key("exercise", text, wanted, seconds, "differs" in options), make)
    result = made[0] if made else Result(**kept)
    line = (segments[0].page_line if segments else 0) + page.offset
    page.ran.append(Run(page.source, line, None, seconds, wanted, result))
    return result


def compute(exercise: Exercise, page: Page) -> bool:
    """Run the solution: the items get their values, and code to complete is tried. Whether all is right."""
    block, line, before = exercise.block, exercise.line, page.noted
    names = {f"_item_{at}": item for at, item in enumerate(exercise.items)}
    options = block.options if block else {}
    while True:
        segments, own = program_of(exercise, names, page)
        wanted = (*names, *(f"{name}_open" for name in names))
        result = run(segments, page, options, wanted)
        if not result.error:
            break
        if 0 < (result.line or 0) <= own:
            return False  # the block says so where it stands
        where, at = place(segments, result.line)
        said = "the solution does not pass the checks: " if exercise.parts else ""
        if not result.line:
            at = block.line if block else line
        page.note(f"{said}{result.error}{where}", at, block and block.number)
        failed = [name for name, item in names.items() if item.line == at]
        if not failed or names.keys() <= {*failed}:
            return False
        names.pop(failed[0])  # what else fails?
    if exercise.parts:
        try_start(exercise.parts["start"], exercise.parts["checks"], page)
        try_numbers(exercise.parts["start"], exercise.parts["checks"], page)
        if "misses" in exercise.parts:
            try_misses(exercise.parts, page)
        return page.noted == before
    for name, item in names.items():
        found = result.values.get(name)
        is_open = result.values.get(f"{name}_open", [])
        item.values = found if isinstance(found, list) else [found]
        wrong = not all(isinstance(value, float) for value in item.values)
        if any(is_open):
            wrong = wrong or item.word != "slip" or all(is_open)
            item.values = [
                None if left else value for value, left in zip(item.values, is_open, strict=True)
            ]
        if wrong:
            shows = Segment([f"raise ValueError(repr({item.code}))"], item.line)
            error = run([*segments, shows], page, options).error.removeprefix("ValueError: ")
            error = error.replace("Ellipsis", "...")
            page.note(
                f"the {item.word} {item.code} is {error:.80}, which is no number to answer with",
                item.line,
            )
    if page.noted == before:
        check_values(exercise, page)
    return page.noted == before


def program_of(exercise: Exercise, names: dict[str, Item], page: Page) -> tuple[list[Segment], int]:
    """The solution's block with what is asked of it below, and how many lines the block has."""
    segments = segments_of(exercise.block, page) if exercise.block else []
    own = sum(len(segment.lines) for segment in segments)
    if exercise.parts:
        segments += segments_of(exercise.parts["checks"], page)
    for name, item in names.items():
        lines = [f"{name} = ({item.code})"]
        if "..." in item.code:  # a slip that leaves a number open
            lines.append(f"{name} = {name} if isinstance({name}, tuple) else ({name},)")
            lines.append(f"{name}_open = [number is ... for number in {name}]")
            lines.append(f"{name} = [0 if number is ... else number for number in {name}]")
        segments.append(Segment(lines, item.line))
    return segments, own


def try_start(start: Fence, checks: Fence, page: Page) -> None:
    """Note checks that tell the reader nothing, and at a start that does not run and fail one of them."""
    held = segments_of(checks, page)
    for node in ast.walk(ast.parse(text_of(held))):
        if isinstance(node, ast.Assert) and not node.msg:
            where, at = place(held, node.lineno)
            page.note(
                "a check says what is wrong, or the reader is told only AssertionError: "
                f'assert …, "what is wrong"{where}',
                at,
            )
    segments = [*segments_of(start, page), *held]
    result = run(segments, page, {})
    if not result.error:
        page.fail(
            "these checks pass before anything is completed: the start must fail them", checks.line
        )
    if not result.error.startswith("AssertionError"):
        where, at = place(segments, result.line)
        page.fail(
            "the start must run and fail a check's assertion; it ends with "
            f"{result.error.splitlines()[-1]}{where}",
            at if result.line else start.line,
        )
    if unbound := names_without_meaning(text_of(segments)):
        page.fail(
            f"the checks ask for {', '.join(unbound)}, which neither the start nor they define",
            checks.line,
        )


def try_numbers(start: Fence, checks: Fence, page: Page) -> None:
    """Note checks that a number of theirs passes in the place of ..."""
    text, held = (text_of(segments_of(part, page)) for part in (start, checks))
    tries = [
        (number, BLANK.sub(lambda line, n=number: line[0].replace("...", n), text) + held)
        for number in sorted({*re.findall(r"-?\b\d+(?:\.\d+)?\b", held)})
    ]
    lines = ["from contextlib import suppress", "passing = []", f"for number, code in {tries}:"]
    lines += ["    with suppress(Exception):", "        exec(code, {})"]
    lines += ["        passing.append(float(number))"]
    passing = run([Segment(lines, checks.line)], page, {}, ("passing",)).values.get("passing")
    if passing:
        page.note(f"{passing[0]:g} in place of ... passes: check another value too", checks.line)


def try_misses(parts: dict[str, Fence], page: Page) -> None:
    """Note the near misses that pass the checks, or that these say something else of."""
    start, held = (segments_of(parts[name], page) for name in ("start", "checks"))
    if not BLANK.search(text_of(start)):
        page.fail(
            "the start has no line with ..., whose place a miss could take", parts["start"].line
        )
    for at, miss in enumerate(parts["misses"].code.split("\n"), parts["misses"].line + 1):
        code, _, says = miss.partition("  # ")
        if not code.strip():
            continue
        text = BLANK.sub(lambda match, code=code: match[1] + code, text_of(start), count=1)
        error = run([Segment(text.split("\n"), at), *held], page, {}).error or "nothing"
        if not says or not (error.startswith("AssertionError") and says in error):
            page.note(
                "a miss ends with a comment, two blanks and # before it, and fails a check that says so: "
                f"of {code} they say {error}",
                at,
            )


def names_without_meaning(text: str) -> list[str]:
    """Names that a program reads and nowhere defines. The solution may define them, but a reader need not."""
    found, tables = [], [symtable.symtable(text, "checks", "exec")]
    bound = {
        symbol.get_name()
        for symbol in tables[0].get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    }
    for table in tables:
        tables += table.get_children()
        for symbol in table.get_symbols():
            name = symbol.get_name()
            is_bound = name in bound or hasattr(builtins, name)
            if symbol.is_global() or table is tables[0]:
                found += [name] * (symbol.is_referenced() and not is_bound)
    return sorted(set(found) - {"__name__", "__file__"})


def check_values(exercise: Exercise, page: Page) -> None:
    """Note an answer of several numbers, a slip that cannot be told apart, and choices of which not one is right."""
    before = page.noted
    answers, choices, slips = map(exercise.of, ("answer", "choice", "slip"))
    for item in choices:
        if item.values not in ([0.0], [1.0]):
            page.note(
                f"the choice {item.code} is {shown(item.values)}, neither true nor false", item.line
            )
    if page.noted > before:
        return
    right = [item for item in choices if item.values == [1.0]]
    if choices and len(right) != 1:
        page.note(
            f"of the choices of {exercise.title!r} {len(right)} are right, not one: "
            + ", ".join(f"{item.code} is {bool(item.values[0])}" for item in choices),
            exercise.line,
        )
    for item in answers:
        if len(item.values) != 1:
            page.note(
                f"the answer {item.code} is {len(item.values)} numbers; write a line for each",
                item.line,
            )
            continue
        value, asked = item.values[0], ROOM.fullmatch(item.room)
        room = room_of(value, asked)
        digits = DIGITS.findall(item.text) or DIGITS.findall(" ".join(exercise.question))
        count, of_all = digits[0] if len(digits) == 1 else (16, "digits")
        count = int(COUNTS.get(count, count))
        rounded = float(f"{value:.{count - 1}e}" if of_all else f"{value:.{count}f}")
        if value == 0 and "%" in item.room:
            page.note(
                f"the answer {item.code} is 0, of which there is no per cent: say within 0.01",
                item.line,
            )
        elif not 0 < float(asked["by"] or 1) < math.inf:
            page.note(f"nobody can answer {item.code} {item.room}: say within 0.01", item.line)
        elif value and room >= abs(value):
            page.note(
                f"{item.room} of {value:g} takes 0 for right as well: say within 1 %", item.line
            )
        elif not asked["by"] and abs(value - float(f"{value:.6g}")) > room:
            page.note(
                f"the answer {item.code} is {value!r}, which nobody writes exactly: say within 1 %",
                item.line,
            )
        elif abs(value - rounded) > room:
            page.note(f"{rounded:.9g}, as is asked, is not {item.room}: say more", item.line)
    for slip in slips:
        if len(slip.values) != len(answers):
            page.note(
                f"the slip {slip.code} is {len(slip.values)} numbers, the answer {len(answers)}",
                slip.line,
            )
    if page.noted > before:
        return
    right = [item.values[0] for item in answers]
    for at, slip in enumerate(slips):
        other = None
        if overlap(held(slip.values, answers), held(right, answers)):
            other, values = "the right answer", right
        for before in slips[:at]:
            if overlap(held(before.values, answers), exact(slip.values)):
                other, values = f"the slip {before.code}", before.values
        if other:
            page.note(
                f"the slip {slip.code} cannot be told from {other}, {shown(values)}", slip.line
            )


Held = list[tuple[float, float] | None]  # numbers, with how far from each one may be


def held(values: list[float | None], answers: list[Item]) -> Held:
    """What a reader's numbers are held against: each has the room of its answer, of itself where that is a share."""
    return [
        None if value is None else (value, room_of(value, ROOM.fullmatch(answer.room)))
        for value, answer in zip(values, answers, strict=True)
    ]


def room_of(value: float, room: re.Match) -> float:
    """How far from `value` is near enough; what a computer's rounding takes is no fault of the reader."""
    rounding = 1e-9
    if not room["by"]:
        return 0.0 if value.is_integer() else rounding * abs(value)
    by = float(room["by"])
    return (1 + rounding) * (by / 100 * abs(value) if room["percent"] else by)


def exact(values: list[float | None]) -> Held:
    return [None if value is None else (value, 0.0) for value in values]


def overlap(one: Held, other: Held) -> bool:
    """Whether there are numbers that both are taken for: those of `one` may be open."""
    return all(
        mine is None or (theirs is not None and abs(mine[0] - theirs[0]) <= mine[1] + theirs[1])
        for mine, theirs in zip(one, other, strict=True)
    )


def shown(values: list[float | None]) -> str:
    return ", ".join("..." if value is None else f"{value:g}" for value in values)
