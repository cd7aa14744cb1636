"""What came of a block, held to what a reader may be shown."""

import ast
import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from decimal import Decimal

from scripts.blocks import figures, labs
from scripts.blocks.includes import Segment, place, text_of
from scripts.blocks.options import SAME, SHAPES, WIDGETS
from scripts.blocks.program import NOT_SHOWN
from scripts.blocks.run import Result, Run, limit, run_twice
from scripts.text.cache import key, store
from scripts.text.context import ROOT, Page, PageError
from scripts.text.reading import hidden

NOT_FINITE = re.compile(r"(?<![\w.])[-+]?(?:nan|inf|infinity)j?(?!\w)", re.IGNORECASE)
SCALAR = re.compile(r"\bnp\.(?:(?:u?int|float|complex)\d+\([^)]*\)|str_\(|True_|False_)")
WHOLE = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?!\w|[.,]?\d)")
# A number in what a program prints, where a space parts two.
PRINTED = re.compile(
    r"(?<![\w.])[-−]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"(?:e[-+]?[0-9]+)?(?![0-9]|\.[0-9])"
)
CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")


def paths(*names: str) -> str:
    """A pattern of these paths and what lies in them."""
    known = sorted({name.rstrip("/\\") for name in names} - {""}, key=len, reverse=True)
    return rf"(?<![\w./])(?:{'|'.join(map(re.escape, known))})(?![\w.-])"


LIBRARIES = re.compile(paths(*map(sysconfig.get_path, ("purelib", "platlib", "stdlib"))) + r"[\\/]")
HOME = os.path.expanduser("~")  # noqa: PTH111 (no error where nobody knows it)
MADE_HERE = (str(ROOT), HOME, tempfile.gettempdir(), sys.prefix)
OWN_PATH = re.compile(rf"(?:{paths(*MADE_HERE)}|{LIBRARIES.pattern})[^\s\"']*")


def executed(
    segments: list[Segment], line: int, number: int, options: dict[str, str], page: Page
) -> Run | None:
    """The block, run and held to what a reader may be shown; None if something is wrong with it."""
    text, seconds = text_of(segments), limit(options)
    widget = options.get("widget")
    wanted = (*WIDGETS.get(widget, ()), *filter(None, [SAME.get(widget)]))
    made: list[Result] = []

    def make() -> dict | None:
        made.append(run_twice(text, seconds, wanted, "differs" in options))
        return asdict(made[0]) if accept(made[0], options, segments, line, number, page) else None

    if "cell" in options:
        result = of_cell(int(options["cell"]), options, line, number, page)
        is_right = accept(result, options, segments, line, number, page)
    else:
        kept = store().get(key("block", text, seconds, options), make)
        is_right, result = bool(kept), made[0] if made else Result(**kept)
    files = [segment.file for segment in segments if segment.file]
    where = (page.source, line + page.offset, number)
    page.ran.append(Run(*where, seconds, wanted, result, options, files))
    return page.ran[-1] if is_right else None


def of_cell(cell: int, options: dict, line: int, number: int, page: Page) -> Result:
    """What a lab's kernel got from a cell, held to what holds for every block."""
    if not page.results:
        page.fail("cell=… is for labs; a lesson's blocks run without it", line, cell)
    if wrong := sorted({"timeout", "widget"} & options.keys()):
        page.fail(
            f"{' and '.join(wrong)}=… is for a lesson's blocks; the cells of a lab go without it",
            line,
            cell,
        )
    if any(result.error for result in page.results[: cell - 1]):
        raise PageError("a cell above has failed, and so this one was not run")
    return page.results[cell - 1]


def accept(
    result: Result, options: dict, segments: list[Segment], line: int, number: int, page: Page
) -> bool:
    """Whether the block may be shown; its figures are then clean."""
    is_right, drawn = check(result, options, segments, number, page), result.figures
    result.figures = []
    for svg in drawn if len(drawn) == 1 else ():  # of more none is shown
        with suppress(PageError):
            result.figures.append(clean_figure(svg, line, number, page))
    return is_right and len(result.figures) == len(drawn)


def clean_figure(svg: str, line: int, number: int, page: Page) -> str:
    try:
        return figures.clean(svg)
    except figures.FigureError as error:
        page.fail(f"in its figure, {error}", line, number)


def check(result: Result, options: dict, segments: list[Segment], number: int, page: Page) -> bool:
    """Note anything that a reader should not be shown; whether there was nothing."""
    noted = []

    def note(message: str, at: int | None = None) -> None:
        where, line = place(segments, at)
        noted.append(page.note(message + where, line, number))

    if result.error:
        said = f"\n{indent(result.stderr)}" if result.stderr.strip() else ""
        _, line = place(segments, None)
        if result.line or not page.is_told(line):  # by who asked what stands at its end
            note(result.error + said, result.line)
        return False
    taught = set(filter(None, options.get("warns", "").split(", ")))
    untaught = [each for each in result.warnings if each["category"] not in taught]
    if not ast.parse(text_of(segments)).body:
        note("there is no code in this fence: write some, or leave it out")
    if result.left and not untaught:
        note(f"its last line leaves a value or a figure, {NOT_SHOWN}", result.left)
    files = [(part.module, "\n".join(part.lines)) for part in segments if part.file]
    lines = {part.module: part.page_line for part in segments}
    with suppress(SyntaxError):  # of a part of a file
        for module, said in labs.twice(files, {}):
            cure = "the last one counts: include one of them, or give it another name"
            noted.append(page.note(f"{said}, and {cure}", lines[module], number))
    # A file of a library that warns is known without the folder.
    result.stderr = LIBRARIES.sub("", result.stderr)
    printed = result.stdout + result.stderr * (not untaught)  # which is told in their place
    words = re.sub(r"<[^>]*>", " ", " ".join(result.figures))
    if found := OWN_PATH.search(f"{printed}\n{words}"):
        note(
            f"it shows the path {found[0]}, which is of this machine alone; leave it out (of an exception, print what "
            "it says)"
        )
    for warning in untaught:
        note(
            f"a {warning['category']}, which the fence does not announce with "
            f"#| warns: {warning['category']}: {warning['message']}",
            warning["line"],
        )
    if missing := taught - {warning["category"] for warning in result.warnings}:
        note(
            f"the fence announces {', '.join(sorted(missing))}, but the block gave no such warning"
        )
    if result.stderr and not (taught or result.warnings):
        note(f"it wrote to stderr:\n{indent(result.stderr)}")
    if found := CONTROL.search(printed):
        note(
            f"it printed {found[0]!r}, which is for a terminal and which a page cannot show: "
            "print whole lines, without colours, and nothing over what was there before"
        )
    elif found := hidden(printed + words):
        note(f"it shows {found}, a character that nobody sees: leave it out")
    announced = options.get("prints", "").split()
    for found in NOT_FINITE.finditer(result.stdout):
        word = found[0].lower().strip("+-")[:3]
        if word not in announced:
            note(f"it printed {found[0]}, which the fence does not announce with #| prints: {word}")
    for message in of_numpy(result.stdout, result.text + "".join(r.text for r in page.results)):
        note(message)
    if result.figures and "alt" not in options:
        note(
            "its figure has no text alternative: add #| alt: and a sentence that says what is to be seen"
        )
    if "widget" in options and "alt" not in options:
        note(
            "a widget takes the place of a figure: draw one, and say with #| alt: what is to be seen"
        )
    missing = [name for name in WIDGETS.get(options.get("widget"), ()) if name not in result.values]
    for name in missing:
        note(
            f"the widget {options['widget']} reads the variable {name}, "
            "which the block does not set to a finite number or an array of them"
        )
    if not missing and (wrong := misread(options.get("widget"), result.values)):
        note(wrong)
    if "alt" in options and (left := len(result.figures)) != 1:
        cure = (
            "give each a fence of its own, or draw them side by side with plt.subplots"
            if left
            else "end the drawing with plt.show(), and without plt.close() before it"
        )
        note(f"the fence has #| alt: so the block must show one figure; it left {left}: {cure}")
    return not noted


def of_numpy(printed: str, code: str) -> Iterator[str]:
    """What another NumPy would print otherwise, such as the page's, in words."""
    if found := SCALAR.search(printed):
        yield f"it printed {found[0]}, which another NumPy writes otherwise: print its .tolist(), or give it a format"
    whole = (found[0] for found in WHOLE.finditer(printed))
    large = [each for each in whole if not -(2**31) <= float(each.replace(",", "")) < 2**31]
    found = [*large, *re.findall(r"\bint64\b", printed)]
    if found and "numpy" in code and "int64" not in code:
        yield (
            f"it printed {found[0]}, but in the page's Python whole numbers of NumPy have 32 bits: give them "
            "dtype=np.int64, or take floats"
        )


def printed_in(output: str) -> list[Decimal]:
    found = (match[0].replace("−", "-").replace(",", "") for match in PRINTED.finditer(output))
    return [Decimal(number) for number in found]


def shape(value: object) -> tuple[int, ...]:
    """The shape of a number, or of lists in lists of them."""
    return (len(value), *shape(value[0] if value else 0)) if isinstance(value, list) else ()


def misread(name: str | None, values: dict) -> str | None:
    """What is wrong with the variables that the widget `name` reads, or with what it takes for the block's, in words."""
    n = None  # how many, and of which variable
    for variable, wanted in WIDGETS.get(name, {}).items():
        found = shape(values[variable])
        fits = len(found) == len(wanted) and all(
            size > 0 if each == "n" else size == each
            for size, each in zip(found, wanted, strict=True)
        )
        if not fits:
            is_now = f"of the shape {found}" if found else "a number"
            return f"the widget {name} reads the variable {variable} as {SHAPES[wanted]}; it is {is_now}"
        if "n" in wanted:
            n = n or (found[0], variable)
            if found[0] != n[0]:
                return f"the widget {name} reads as many {variable} as {n[1]}; they are {found[0]} and {n[0]}"
    if name and not values.get(SAME[name], 1) < 1e-6:
        return f"the widget {name} draws what its script computes, and not this block: at its end {SAME[name]} should be 0"
    return None


def indent(text: str) -> str:
    return "\n".join("    " + line for line in text.rstrip().splitlines())
