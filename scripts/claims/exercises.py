"""An exercise that answers back: a question, what its answer is held against, and the worked solution.

The right answer is never typed: the solution's block computes it. The lines with a dash are evaluated at the end of that
block's program: the answer, likely slips with their hints, or which of the choices is right.

    /// exercise | A slope by rule              or "predict": one guess, and then the solution shows itself
    What is the slope of $x^3$ at 2?            (an anchor of one's own may follow the title: {#slope})

    - answer `slope` within 0.5 %: Slope        or "within 0.01", or "exactly"; a line for each number asked for
    - slip `x**3`: That is the height of the curve, not its slope.

    /// solution
    By the power rule …                         and an executed block, which leaves `x` and `slope`
    ///

    - choice `slope > 0`: It climbs.            exactly one is true; what there is to say of it stands below it, indented
      As $x$ grows, so does $x^3$.

A slip is as many numbers as are asked for, with ... for one that may be anything: (dw, ...).
Code to complete is a fence ```python exercise="start", and what it must pass a fence ```python exercise="checks". Both are
run here too: the solution must pass the checks, and the start must not.
"""

import ast
import builtins
import difflib
import math
import re
import symtable
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from markdown.extensions.toc import slugify, slugify_unicode

from scripts.blocks.includes import Segment, place, segments_of, text_of
from scripts.blocks.run import TIME_LIMIT, Result, Run, limit, run_twice
from scripts.text.cache import key, store
from scripts.text.context import Page, PageError
from scripts.text.document import ITEM, KINDS, MARK, Document, Fence, Piece

LIKE_ITEM = re.compile(r"^- (\w+) `[^`]+`")
# What a slip of the pen makes of an item or a mark. It would be published as prose, and a hint with it.
NEAR_ITEM = re.compile(r"\s*(?:[-+–—•]|\*(?!\w+\*)|\d+[.)])\s*(\w+)")
NO_BULLET = re.compile(r"\s*(?:answer|slip|choice)\s*`[^`]*`[^:`]*:")
NEAR_MARK = re.compile(r"\s*(?:///|//\s*(?:exercise|predict|solution)\b)")
ROOM = re.compile(r"exactly|within (?P<by>\d*\.?\d+(?:e-?\d+)?)(?P<percent> ?%)?")
ITEMS = ("answer", "slip", "choice")
MARKUP = r"[$\\`\[<*]|&\w+;|\b_|_\b"  # which a title and a label do not set


@dataclass
class Item:
    """A line such as "- slip `2 * x`: …", with the indented lines below it."""

    line: int
    word: str
    code: str
    room: str
    text: str
    more: list[str] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)  # None: a slip leaves it open


@dataclass
class Exercise:
    line: int
    kind: str
    title: str
    id: str
    question: list[str] = field(default_factory=list)  # Markdown, as the solution is
    solution: list[str] | None = None
    items: list[Item] = field(default_factory=list)
    parts: dict[str, Fence] = field(default_factory=dict)
    block: Fence | None = None  # the last executed one of the solution
    is_faulty: bool = False
    key: str = ""  # under which the reader's browser keeps how it went

    @property
    def markdown(self) -> list[str]:
        """What is to be read of one with a fault; a link may still lead to it."""
        said = [line for item in self.items for line in ["", item.text, "", *item.more]]
        anchor = f'<div id="{self.id}"></div>' * bool(self.id)
        return ["", anchor, "", *self.question, *said, "", *(self.solution or []), ""]

    def of(self, word: str) -> list[Item]:
        return [item for item in self.items if item.word == word]


# --- read -------------------------------------------------------------------------------------------------------------


class Reader:
    """Puts in the place of each exercise of a page what `write` makes of it; of one with a fault, its Markdown."""

    def __init__(self, page: Page, write: Callable[[Exercise, int], list[str]]):
        self.page, self.write = page, write

    def read(self, document: Document) -> list[str]:
        self.out: list[str] = []
        self.now: Exercise | None = None
        self.item: Item | None = None  # while its lines go on
        self.gap = False  # an empty line came after it
        for piece in document.pieces:
            try:
                self.take(piece)
            except PageError:
                if self.now:
                    self.now.is_faulty = True
        if self.now:
            self.page.note("this exercise is never closed; it ends with a line ///", self.now.line)
            self.out += self.now.markdown
        return self.out

    def take(self, piece: Piece) -> None:
        at, text, fence, page = piece.line, piece.text, piece.fence, self.page
        now, above, self.item = self.now, self.item, None
        asks = now is not None and now.solution is None
        if fence and (part := fence.part):
            if not asks or part in now.parts:
                page.fail(
                    f'a fence with exercise="{part}" belongs once in the question of an exercise',
                    at,
                )
            if part not in ("start", "checks"):
                raise PageError("extension.py has told it")
            now.parts[part] = fence
        elif piece.mark:
            self.step(piece.mark, at)
        elif not fence and NEAR_MARK.match(text):
            error = page.note(
                "a line of an exercise with slashes begins at the margin, with three: /// exercise | A title, "
                f"/// solution, or /// alone; this one is {text.strip()!r}",
                at,
            )
            if now:
                now.is_faulty = True
            if meant := MARK.match("///" + text.strip().lstrip("/")):
                self.step(meant, at)
            elif not now:
                self.now = Exercise(at, "exercise", "", "")
            raise PageError(error)
        elif not fence and asks and LIKE_ITEM.match(text):
            self.item, self.gap = read_item(text, at, page), False
            now.items.append(self.item)
        elif not fence and now and (word := near_item(text)):
            page.fail(
                f"a line of an exercise is written - {word} `code`: words, at the margin and before its solution; "
                f"this one is {text.strip()!r}",
                at,
            )
        elif above and not fence and not text.strip():
            self.item, self.gap = above, True
            now.question.append(text)
        elif above and re.match(r"  +\S", text):
            self.item = above
            above.more += ["", text.strip()] if self.gap else [text.strip()]
            self.gap = False
        elif above and ((fence.raw[0] if fence else text)[0] == " " or not (self.gap or fence)):
            page.fail(
                f"this line stands below a {above.word}: words that go on with it are indented by two spaces or more, "
                "and what is not part of it comes after an empty line, at the margin",
                at,
            )
        else:
            into = self.out if now is None else now.question if asks else now.solution
            into += fence.shown if fence else [text]
            if fence and fence.number and now and not asks:
                now.block = fence

    def step(self, mark: re.Match, at: int) -> None:
        """What a line /// … does."""
        now, word, page = self.now, mark["word"], self.page
        near = difflib.get_close_matches(word, [*KINDS, "solution"], 1)
        if word in KINDS or (mark["title"] is not None and not now):
            if now:
                page.note(
                    f"the exercise of line {now.line + page.offset} is not closed before this one",
                    at,
                )
                self.out += now.markdown
            title = mark["title"] or ""
            self.now = Exercise(at, word, title, mark["id"] or anchor(title))
        if word not in (*KINDS, "solution", ""):
            if now and now.solution is None:
                now.solution = []
            hint = (
                f"did you mean {near[0]!r}?"
                if near
                else f"there are {', '.join(KINDS)} and solution"
            )
            page.fail(f"/// {word} is nothing that this site knows; {hint}", at)
        if word in KINDS:
            if not mark["title"]:
                page.fail(f"an exercise has a title: /// {word} | A few words", at)
            if re.search(r"\{.*\}$", mark["title"]):
                page.fail(
                    "an anchor is one word of letters, digits and hyphens, as in {#secant}; "
                    f"in {mark['title']!r} is none",
                    at,
                )
            if not (mark["id"] or anchor(mark["title"])):
                page.fail(
                    f"a title without a letter is followed by an anchor: {mark['title']} {{#name}}",
                    at,
                )
            for other in page.exercises:
                if other["id"] == self.now.id:
                    self.now.id = ""  # one of this name is enough
                    page.fail(
                        f"the exercise of line {other['line'] + page.offset} has the anchor {other['id']} already; "
                        f"give this one another: /// {word} | {mark['title']} {{#another}}",
                        at,
                    )
            return
        if not now:
            page.fail(f"/// {word}".rstrip() + " stands outside of an exercise", at)
        if word == "solution" and now.solution is None:
            now.solution = []
            return
        if not now.is_faulty and (word == "solution" or now.solution is None):
            page.note(
                "an exercise has one worked solution: /// solution, before its last line ///", at
            )
            now.is_faulty = True
        if word == "":
            self.now = None
            self.out += now.markdown if now.is_faulty else self.finished(now)

    def finished(self, now: Exercise) -> list[str]:
        """What there is to publish of an exercise."""
        page = self.page
        before = page.noted
        with suppress(PageError):
            check(now, page)
            if page.noted == before and compute(now, page) and page.noted == before:
                now.key = f"{page.source.removeprefix('tutorials/').removesuffix('.md')}#{now.id}"
                known = ("key", "id", "title", "kind", "line")
                page.exercises.append(
                    {name: getattr(now, name) for name in known} | {"code": bool(now.parts)}
                )
                return self.write(now, len(page.exercises))
        return now.markdown


def anchor(title: str, separator: str = "-") -> str:
    """The anchor of a title, as Markdown makes it; of one without Latin letters with its own, such as α."""
    return slugify(title, separator) or slugify_unicode(title, separator)


def near_item(text: str) -> str | None:
    """The word of the item that this line was meant to be."""
    if NO_BULLET.match(text):
        return re.search(r"\w+", text)[0]
    match = NEAR_ITEM.match(text)
    near = match and difflib.get_close_matches(match[1].lower(), ITEMS, 1, 0.8)
    return near[0] if near else None


def read_item(text: str, at: int, page: Page) -> Item:
    match = ITEM.match(text)
    word = LIKE_ITEM.match(text)[1]
    if word not in ITEMS:
        near = difflib.get_close_matches(word, ITEMS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(ITEMS)}"
        page.fail(f"an exercise has no {word!r}; {hint}", at)
    if not match:
        page.fail(f"a line of an exercise is written - {word} `code`: words, with a colon", at)
    item = Item(at, word, match["code"].strip(), match["room"], match["text"])
    try:
        code = ast.parse(item.code, mode="eval")
    except SyntaxError as error:
        page.fail(f"{item.code!r} is not a Python expression: {error.msg}", at)
    if word != "answer" and item.room:
        page.fail(
            f"between the code of a {word} and the colon stands nothing, not {item.room!r}", at
        )
    if word == "answer" and not ROOM.fullmatch(item.room):
        page.fail(
            "an answer says how near is near enough, before its colon: within 0.5 %, within 0.01, or exactly; "
            f"this one says {item.room!r}",
            at,
        )
    if word == "answer" and isinstance(code.body, ast.Compare | ast.BoolOp):
        page.fail(f"the answer {item.code} is true or false; that is asked by a choice", at)
    if word == "answer" and not any(isinstance(node, ast.Name) for node in ast.walk(code)):
        page.fail(
            f"the answer {item.code} is typed; name what the solution's block has computed", at
        )
    return item


def check(exercise: Exercise, page: Page) -> None:
    """Note what is missing or too much."""

    def note(message: str, line: int = exercise.line):
        page.note(f"the exercise {exercise.title!r} {message}", line)

    answers, choices, slips = map(exercise.of, ("answer", "choice", "slip"))
    asked = [bool(answers), bool(choices), bool(exercise.parts)]
    if sum(asked) != 1:
        return note(
            "asks for one thing: numbers (- answer), a choice (- choice), or code (a start and checks)"
        )
    if exercise.parts and set(exercise.parts) != {"start", "checks"}:
        note('needs both fences, exercise="start" and exercise="checks"')
    if exercise.parts and exercise.kind == "predict":
        note("is a prediction, which asks for numbers or a choice")
    if slips and not answers:
        note("has a slip, which only an answer in numbers can have", slips[0].line)
    if len(choices) == 1:
        note("has one choice; it needs two or more")
    for item in choices:
        if not item.text or not item.more:
            note("has a choice without an explanation in the indented lines below it", item.line)
        if not re.search(r"\w", re.sub(r"\$[^$]*\$", "", item.text)):
            note(
                "has a choice without a word: a screen reader may be mute on a formula alone",
                item.line,
            )
    for same in (answers, choices) if len(answers) != 1 else ():
        for text in {item.text for item in same if sum(item.text == one.text for one in same) > 1}:
            note(f"says {text!r} twice: nobody can tell the two apart")
    if re.search(MARKUP, exercise.title):
        note("has a title with markup; a title is plain words")
    for item in slips:
        if not item.text:
            note("has a slip without a hint after the colon", item.line)
    for item in answers:
        if len(answers) > 1 and not item.text:
            note("asks for several numbers; each needs a name after the colon", item.line)
        if re.search(MARKUP, item.text):
            note("names a number with markup; a name is plain words, such as ∂L/∂w", item.line)
    computed = [item for item in exercise.items if item.code not in ("True", "False")]
    if not exercise.block and (computed or exercise.parts):
        note("needs an executed block in its solution: that is where the answer is computed")


# --- compute ----------------------------------------------------------------------------------------------------------


def run(
    segments: list[Segment], page: Page, wanted: tuple[str, ...] = (), seconds: float = TIME_LIMIT
) -> Result:
    text = text_of(segments)

    def make() -> dict:
        return asdict(run_twice(text, seconds, wanted))

    result = Result(**store().get(key("exercise", text, wanted, seconds), make))
    line = (segments[0].page_line if segments else 0) + page.offset
    page.ran.append(Run(page.source, line, None, seconds, wanted, result))
    return result


def compute(exercise: Exercise, page: Page) -> bool:
    """Run the solution: the items get their values, and code to complete is tried. False if something failed."""
    block, line = exercise.block, exercise.line
    names = {f"_item_{at}": item for at, item in enumerate(exercise.items)}
    seconds = limit(block.options) if block else TIME_LIMIT
    while True:
        segments, own = program_of(exercise, names, page)
        wanted = (*names, *(f"{name}_open" for name in names))
        result = run(segments, page, wanted, seconds)
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
        return True
    are_right = len(names) == len(exercise.items)
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
            are_right = False
            shows = Segment([f"raise ValueError(repr({item.code}))"], item.line)
            error = run([*segments, shows], page).error.removeprefix("ValueError: ")
            error = error.replace("Ellipsis", "...")
            page.note(
                f"the {item.word} {item.code} is {error:.80}, which is no number to answer with",
                item.line,
            )
    if are_right:
        check_values(exercise, page)
    return are_right


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
    result = run(segments, page)
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
