"""Reads an exercise that answers back: a question, what its answer is held against, and the worked solution.

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
run here too: the solution must pass the checks, and the start must not. A fence ```python exercise="misses" is not published:
each of its lines, in place of the start's line with ..., must fail a check, which says what follows its #.
"""

import ast
import difflib
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from markdown.extensions.toc import slugify, slugify_unicode

from scripts.text.context import Page, PageError
from scripts.text.document import ITEM, KINDS, MARK, Document, Fence, Piece

LIKE_ITEM = re.compile(r"^- (\w+) `[^`]+`")
# What a slip of the pen makes of an item or a mark. It would be published as prose, and a hint with it.
NEAR_ITEM = re.compile(r"\s*(?:[-+–—•]|\*(?!\w+\*)|\d+[.)])\s*(\w+)")
NO_BULLET = re.compile(r"\s*(?:answer|slip|choice)\s*`[^`]*`[^:`]*:")
NEAR_MARK = re.compile(r"\s*(?:///|//\s*(?:exercise|predict|solution)\b)")
ROOM = re.compile(r"exactly|within (?P<by>\d*\.?\d+(?:e-?\d+)?)(?P<percent> ?%)?")
ITEMS = ("answer", "slip", "choice")
HEADING_OR_FOLD = re.compile(r"\s*(?:#{1,6}\s|\?\?\?|<(?:details|h[1-6])\b)")
PLACED = re.compile(  # what says where a choice stands
    r"\bof (?:the|these) (?:(?:two|three|four|choices) )?(?:above|below)(?! \w)"
    r"|\bsame as the (?:first|second|third|last)\b|\b(?:first|second|third|last) (?:choice|option)\b"
    r"|\b(?:[Oo]ption|[Cc]hoice) (?:\d|[A-D]\b)"
)
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


class Reader:
    """Puts in the place of each exercise what `finish` makes of it and of its number; of one with a fault, its Markdown."""

    def __init__(self, page: Page, finish: Callable[[Exercise, int], list[str] | None]):
        self.page, self.finish = page, finish

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
            if part not in ("start", "checks", "misses"):
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
        page, before = self.page, self.page.noted
        now.key = f"{page.source.removeprefix('tutorials/').removesuffix('.md')}#{now.id}"
        with suppress(PageError):
            check(now, page)
            made = self.finish(now, len(page.exercises) + 1) if page.noted == before else None
            if made:
                known = {
                    name: getattr(now, name) for name in ("key", "id", "title", "kind", "line")
                }
                page.exercises.append(known | {"code": bool(now.parts)})
                return made
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
    if not any(line.strip() for line in exercise.question):
        note("has no question; it stands below the title")
    if exercise.parts and not {"start", "checks"} <= {*exercise.parts}:
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
        goes_on = "".join(item.more)[:1].islower()
        if goes_on or (item.text[-1:].isalnum() and len(item.text.split()) > 3):
            note("has a choice that does not end in its line, as it must", item.line)
    below = [line for item in exercise.items for line in item.more] + (exercise.solution or [])
    if found := next(filter(HEADING_OR_FOLD.match, below), None):
        note(f"has {found.strip()!r} where search should see nothing: write it in bold")
    said = " ".join([*(item.text for item in choices), *below])
    if choices and (found := PLACED.search(said)):
        note(f"says {found[0]!r}, but each reader has its choices in another order")
    for same in (answers, choices) if len(answers) != 1 else ():
        for text in {item.text for item in same if sum(item.text == one.text for one in same) > 1}:
            note(f"says {text!r} twice: nobody can tell the two apart")
    if re.search(MARKUP, exercise.title):
        note("has a title with markup; a title is plain words")
    for item in slips:
        if not item.text:
            note("has a slip without a hint after the colon", item.line)
    for at, item in enumerate(answers):
        if item.more:
            note("has an answer whose name does not end in its line", item.line)
        if item.code in [other.code for other in answers[:at]]:
            note(f"asks for {item.code} twice", item.line)
        if len(answers) > 1 and not item.text:
            note("asks for several numbers; each needs a name after the colon", item.line)
        if re.search(MARKUP, item.text):
            note("names a number with markup; a name is plain words, such as ∂L/∂w", item.line)
    if not exercise.block:
        note("needs an executed block in its solution: that is where the answer is computed")
