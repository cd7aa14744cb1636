"""Holds the numbers in a page's words to what its blocks print, and computes numbers into the words.

Every number of two or more significant digits, in prose, formulas, captions, text alternatives, the texts of exercises,
the words that a figure's block draws and what a comment gives (# gives, prints, returns, =, ≈, →), must be one of these:

    printed        with its sign by the block above, or correctly rounded from what that prints: 0.0845 where 0.084524
                   is printed. A whole number is not taken for a rounded one
    given          a constant in the code of the block above or below, such as a start or a learning rate
    computed       {{slope:.3f}}, an expression and a format as in an f-string. It is evaluated at the end of the block
                   above; in an exercise, of its solution's block; in an alt or a caption, of the figure's own
    allowed        named in the front matter with a reason, as in given: {2027: the year in which support ends}

An alt or a caption is held to its own figure, an exercise to its own code as well as to the block above it, words above
the first block to that one, and the front matter to all: on a page that prints hundreds of numbers, one is near any.

Other code, in backticks too but for a number alone, names (float32), dates, versions and the section "Sources" are no
results. The text of a link that sets a widget may name what the link sets.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

import yaml

from scripts.blocks.includes import Segment, segments_of, text_of
from scripts.blocks.run import IN_WORDS, MARK
from scripts.claims.exercises import run
from scripts.claims.output import NOT_FINITE, printed_in
from scripts.text import labels
from scripts.text.context import Page, PageError
from scripts.text.document import FRONT_MATTER, Document, Fence
from scripts.text.reading import hidden

WORDS_OF_FRONT_MATTER = ("title", "description", "able", "needs")
TEXT_OPTIONS = ("alt", "caption", "differs")
IN_FIRST_LINE = re.compile(rf'\b(?:{"|".join(TEXT_OPTIONS)})="([^"]*)"')
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
CODE = r"(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=ticks)(?!`)"
CLAIMED = re.compile(
    r"#(?!\|)(?:.*?(?:\b(?:gives|prints|returns)\b|[→≈])|\s*=)(.*)"
)  # by a comment
NOT_DRAWN = re.compile(
    r"\{[^{}]*\}|,\w+=[\d.]+"
)  # in a text of code: the form of a number, a style
STATE_LINK = re.compile(r"\[([^\]]*)\]\(#[\w-]+:([^)]*)\)")
# What is written in a page besides words, formulas and pictures' texts; the order matters.
NO_WORDS = [
    re.compile(pattern, re.MULTILINE | re.DOTALL)
    for pattern in (
        r"^## Sources$.*?(?=^## |\Z)",
        r"<!--.*?-->",
        r"\{\{.*?\}\}",
        r"^- \w+ `[^`\n]+`[^:\n]*:",  # the head of an exercise's item
        CODE,
        r"<[a-zA-Z/][^>]*>",
        r"\]\([^)]*\)",
        r"https?://\S+",
        r"\{ *[#.][a-zA-Z][^}\n]*\}",
        rf"\b\d{{1,2}} (?:{MONTHS}) \d{{4}}\b|\b(?:{MONTHS}) \d{{4}}\b|\b\d{{4}}-\d\d-\d\d\b",
        r"(?<=\n\n) *\d+\. ",  # of a list
    )
]
LETTERS = re.compile(
    r"(?P<product>\\(?:cdot|times)(?= *10\^))|\\[dt]?frac[0-9]{2}|\\?[a-zA-Z]+"
)  # the first stay
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
NUMBER = re.compile(
    r"(?<![^\W_])(?<![^\W_]_)(?<!\.)(?P<sign>[-−](?:\\[,;:!]|[ {])*|–?)"
    r"(?P<mantissa>(?=10(?:\^|[⁻⁰¹²³⁴-⁹]))"  # a power alone: 10^{-7}
    r"|[0-9]{1,3}(?:(?:,|\{,\}|\\,|[  \u2009\u202f])[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
    r"|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?:[eE](?P<e>[-+−]?[0-9]+)"
    r"|(?: *(?:\\cdot|\\times|[×·]) *)?10(?:\^\{?(?P<power>[-−]?[0-9]+)\}?|(?P<raised>[⁻⁰¹²³⁴-⁹]+)))?"
    r"(?![0-9]|\.[0-9])(?P<percent>[   ]?\\?%)?"
)
COMPUTED = re.compile(r"\{\{(.+?)\}\}")
UNFIT = rf"(?i){NOT_FINITE.pattern}|\de[-+]?\d|-0\.?0*(?![\d.])|\d(?:\.?\d){{12}}|\bNone\b"


# --- found in the words -----------------------------------------------------------------------------


@dataclass
class Number:
    """A number in the words of a page."""

    line: int  # of the file
    at: int  # its place in that line
    text: str
    value: Decimal
    digits: int  # that are significant
    percent: bool = False

    def is_among(self, values: Iterable[Decimal]) -> bool:
        """Whether it is one of `values`, or correctly rounded from one."""
        last = self.value.as_tuple().exponent
        room = 0 if last == 0 and not self.percent else Decimal(1).scaleb(last) / 2
        scales = (1, 100) if self.percent else (1,)
        return any(abs(k * other - self.value) <= room for other in values for k in scales)


def numbers(source: str) -> Iterator[Number]:
    """The numbers in the words of a page, of two or more significant digits."""
    for first, written, text in texts(source):
        for match in NUMBER.finditer(text):
            found = read(match, written)
            if found.digits >= 2:
                found.line = first + text.count("\n", 0, match.start())
                found.at = match.start() - (text.rfind("\n", 0, match.start()) + 1)
                yield found


def read(match: re.Match, written: str) -> Number:
    mantissa = re.sub(r"[^0-9.]", "", match["mantissa"]) or "1"
    power = match["e"] or match["power"] or match["raised"] or "0"
    value = Decimal(mantissa).scaleb(int(power.translate(SUPERSCRIPTS)))
    before = written[: match.start()]
    if match["sign"][1:]:  # a minus with a blank after it may have one before it as well
        before = before.rstrip()
    if match["sign"] and not re.search(r"[\w)\]}]\Z", before):  # not a difference, nor a hyphen
        value = -value
    digits = mantissa.replace(".", "").lstrip("0")
    digits = len(digits if "." in mantissa else digits.rstrip("0"))
    return Number(0, 0, match[0].strip(), value, digits, bool(match["percent"]))


def texts(source: str) -> Iterator[tuple[int, str, str]]:
    """The line where a text begins, the text, and the same with spaces for all that is no word or number of it."""
    document = Document(labels.blanked(source))
    for fence in document.fences:
        top = 1 + len(fence.settings)
        kept = [keep(fence.raw[0], IN_FIRST_LINE), *(" " * len(raw) for raw in fence.raw[1:])]
        for below, (name, words) in enumerate(fence.settings, 1):
            kept[below] = (words if name in TEXT_OPTIONS else "").rjust(len(fence.raw[below]))
        if fence.number:
            kept[top:] = [keep(raw, CLAIMED) for raw in fence.raw[top:]]
        if fence.header in ("text", "console"):  # what somebody has typed as an output
            kept[1:-1] = fence.raw[1:-1]
        document.lines[fence.line - 1 : fence.line - 1 + len(kept)] = kept
    text = "\n".join(document.lines)
    if match := FRONT_MATTER.match(text):
        fields = re.compile(
            rf"^(?:{'|'.join(WORDS_OF_FRONT_MATTER)}):(.*\n(?:[ \t-].*\n)*)", re.MULTILINE
        )
        text = keep(match[0], fields) + text[match.end() :]
    text = STATE_LINK.sub(unless_set, text)
    for pattern in NO_WORDS:
        text = pattern.sub(unless_number, text)
    text = labels.FORMULA.sub(
        lambda formula: LETTERS.sub(lambda m: m["product"] or labels.blank(m), formula[0]), text
    )
    yield 1, source, text
    for fence in document.fences:  # what they say of a reader's code, or draw
        says = fence.part == "checks" or "alt" in fence.options
        code = ast.parse(fence.code if says else "")
        formats = [
            node.format_spec for node in ast.walk(code) if isinstance(node, ast.FormattedValue)
        ]
        apart = {id(part) for spec in formats if spec for part in ast.walk(spec)}
        for node in ast.walk(code):
            if type(getattr(node, "value", None)) is str and id(node) not in apart:
                words = NOT_DRAWN.sub(labels.blank, node.value)
                yield fence.line + node.lineno, words, words


def keep(text: str, pattern: re.Pattern) -> str:
    """`text` with spaces for all but the first group of each match."""
    out = labels.blank(text)
    for match in pattern.finditer(text):
        out = out[: match.start(1)] + match[1] + out[match.end(1) :]
    return out


def unless_number(match: re.Match) -> str:
    """A number alone is no code."""
    is_number = NUMBER.fullmatch(match[0].strip("`"))
    return match[0].replace("`", " ") if is_number else labels.blank(match)


def unless_set(match: re.Match) -> str:
    """The text of a link that sets a widget is no result where it says what the link sets."""
    named, state = set(printed_in(match[1])), set(printed_in(match[2]))
    return labels.blank(match) if named <= state else match[0]


# --- held to the code -------------------------------------------------------------------------------


def check(made: Page) -> None:
    """Note the numbers in the words of a page that runs code, if the block they belong to does not bear them out."""
    if not made.fences or len(made.programs) < len(made.fences):  # or what one prints is not known
        return
    outputs = [f"{ran.result.stdout}\n{ran.result.stderr}" for ran in made.programs]
    compute = ", or compute it into the text, as in {{slope:.2f}}" * (made.unit == "block")
    for number, printed in wrong(made.written, outputs, read_allowed(made).values()):
        made.note(
            f"the {made.unit} that these words belong to, as a rule the one above, neither prints nor is given "
            f"the number {said(number, printed)}. "
            f"Print it there, with its sign{compute}. A number that is no result "
            f"is named in the front matter, with the reason: given: {{{number.text}: why}}",
            number.line - made.offset,
        )


def said(number: Number, printed: list[Decimal]) -> str:
    near = min(printed, key=lambda other: abs(other - number.value), default=None)
    return number.text if near is None else f"{number.text} (the nearest that is printed is {near})"


def read_allowed(made: Page) -> dict[str, Decimal]:
    """The numbers that the front matter names with a reason."""
    front_matter = Document(made.written).front_matter
    given = (yaml.safe_load(front_matter or "") or {}).get("given")
    if given is None:
        return {}
    line = made.line_of("^given:")
    if not isinstance(given, dict) or not all(
        NUMBER.fullmatch(str(name)) and isinstance(why, str) for name, why in given.items()
    ):
        made.fail(
            "what its front matter says is given are numbers, each with a reason, "
            "as in given: {2027: a year}",
            line,
        )
    allowed = {str(name): read(NUMBER.fullmatch(str(name)), "").value for name in given}
    stand = {number.value for number in numbers(made.written)}
    for name, value in allowed.items():
        if value not in stand:
            made.note(
                f"its front matter says that {name} is given, which its words do not name", line
            )
    return allowed


def wrong(
    source: str, outputs: list[str], allowed: Iterable[Decimal] = ()
) -> Iterator[tuple[Number, list[Decimal]]]:
    """The numbers in the words of a page that are wrong, each with what is printed where it belongs.

    `outputs` is what its blocks print, one text for each.
    """
    document, allowed = Document(source), {*allowed}
    held = places(document)
    for number in numbers(source):
        place = next(held[at] for at in range(number.line, 0, -1) if at in held)
        prints = place.prints if number.line > document.offset else document.blocks
        given = {value for fence in (*prints, place.below) if fence for value in given_in(fence)}
        shown = [outputs[block.number - 1] for block in prints if block.number]
        printed = printed_in("\n".join(shown))
        if number.value not in given | allowed and not number.is_among(printed):
            yield number, printed


def given_in(fence: Fence) -> set[Decimal]:
    """The constants in a block's code: not what strings and comments say, nor how a figure is drawn."""
    if not fence.header.startswith("python"):
        return set()
    kept = [
        part for part in segments_of(fence, Page()) if not (part.file or "").startswith("figures/")
    ]
    found, negative = set(), set()
    for node in ast.walk(ast.parse(text_of(kept))):  # the sign comes before its number
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            negative.add(id(node.operand))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            found.add(Decimal(repr(node.value)) * (-1 if id(node) in negative else 1))
    return found


# --- computed into the words ------------------------------------------------------------------------


def computed(text: str, page: Page) -> str:
    """The text of a page with what stands in {{…}} worked out."""
    if "{{" not in text:
        return text
    document = Document(text)
    lines, words = document.lines, labels.masked(text).split("\n")  # without code and comments
    opened = {at for fence in document.fences for at in fence.head}
    stand: list[tuple[int, re.Match]] = []
    asked: dict[int, tuple[Fence, list]] = {}
    for at, place in places(document).items():
        line = (lines if at in opened else words)[at - 1]
        for match in COMPUTED.finditer(line):
            stand.append((at, match))
            with suppress(PageError):
                if page.unit == "cell":
                    page.fail(
                        f"{match[0]} is for lessons; in a lab a cell prints what the words need", at
                    )
                if re.search(r"(?:\\[a-zA-Z]+|[\^_}])$", line[: match.start()]):
                    page.fail(
                        f"{match[0]} would be a computed number, with no braces left for TeX. For these alone "
                        f"write {{{match[1]}}}; for both, write the braces with a space between: {{ {match[0]} }}",
                        at,
                    )
                check_code(match[1], at, page)
                if not (block := place.computes):
                    page.fail(f"{match[0]} has no block above it that would compute it", at)
                asked.setdefault(block.line, (block, []))[1].append((at, match[1]))
    found = {}  # what cannot be computed has been told; a 0 stands there
    for block, wanted in asked.values():
        with suppress(PageError):
            found |= evaluated(block, wanted, page)
    for at, match in reversed(stand):
        number = found.get((at, match[1]), "0")
        lines[at - 1] = lines[at - 1][: match.start()] + number + lines[at - 1][match.end() :]
    return "\n".join(lines)


@dataclass
class Place:
    """What code some words belong to."""

    own: list[Fence] | None  # of the exercise that they stand in, or the figure that they describe
    above: Fence | None
    below: Fence | None = None

    @property
    def computes(self) -> Fence | None:
        """The block that computes numbers into them."""
        if self.own is None:
            return self.above
        return next((fence for fence in reversed(self.own) if fence.number), None)

    @property
    def prints(self) -> list[Fence]:
        """The blocks whose results they may name."""
        found = [fence for fence in (*(self.own or []), self.above) if fence]
        return found or [self.below] * bool(self.below)


def places(document: Document) -> dict[int, Place]:
    """The place that each line is in, by its number; of a fence its first line."""
    found: dict[int, Place] = {}
    above, exercise = None, None
    waiting: list[Place] = []  # for the block below
    for piece in document.pieces:
        at, fence = piece.line, piece.fence
        if piece.begins:
            exercise = []
        found[at] = place = Place(exercise, above)
        if fence and fence.number:
            found |= {line: Place([fence], None) for line in fence.head}
        if fence and exercise is not None:
            exercise.append(fence)
        elif fence and fence.number:
            for other in waiting:
                other.below = fence
            above, waiting = fence, []
        elif exercise is None:
            waiting.append(place)
        if piece.mark and not piece.mark["word"]:
            exercise = None
    return found


def check_code(code: str, at: int, page: Page) -> None:
    try:
        (only,) = ast.parse(f"f'''{{{code}}}'''", mode="eval").body.values
        good = isinstance(only, ast.FormattedValue)
    except (SyntaxError, ValueError, AttributeError):
        good = False
    if not good:
        page.fail(
            f"{{{{{code}}}}} is no Python expression with a format, as in {{{{slope:.2f}}}}. "
            "If no number is meant, write the braces with a space between: { {",
            at,
        )


def evaluated(
    block: Fence, wanted: list[tuple[int, str]], page: Page
) -> dict[tuple[int, str], str]:
    """What the expressions are at the end of the block, as text. One that fails is left out."""
    segments = segments_of(block, page)
    own = sum(len(segment.lines) for segment in segments)
    for at, code in wanted:
        shown = f"print({MARK!r}, f'''{{{code}}}''', {MARK!r}, sep='', end='')"
        segments.append(Segment([shown], at))
    result = run(segments, page, block.options)
    if result.error:
        if not result.line:
            page.fail(result.error, block.line, block.number)
        if (failed := result.line - own - 1) < 0:
            return {}  # the block itself fails, and says so
        at, code = wanted[failed]
        page.note(f"{result.error}\n    {{{{{code}}}}}", at, block.number)
        others = [other for other in wanted if other != (at, code)]
        return evaluated(block, others, page) if others else {}
    answers = IN_WORDS.findall(result.stdout)[-len(wanted) :]
    for (at, code), answer in zip(wanted, answers, strict=True):
        if not answer.strip() or "\n" in answer or re.search(UNFIT, answer) or hidden(answer):
            page.note(f"{{{{{code}}}}} is {answer!r}, which is nothing to put into the text", at)
    return dict(zip(wanted, answers, strict=True))
