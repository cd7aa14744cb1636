"""An executed block: its code with the includes written out, run, and shown.

markdown-exec finds the fence and calls `format_block`. What is shown, what runs, what is copied and what the tests import is
the same text.

    ```python exec="on"                      a listing and what it prints
    --8<-- "optimization/mse.py"             a file of snippets/, whole (or "file.py:region")
    print(mse(…))
    ```

    ```python exec="on" alt="What is to be seen"      a figure; its code is folded below it, and so is what it prints:
                                                      the numbers that one reads off the figure, its longer description

With widget="…" besides, the figure is interactive (widgets.py).
"""

import html
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, zip_longest
from pathlib import Path

from markdown_exec import base_format, formatters
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from scripts.blocks import figures
from scripts.html import widgets
from scripts.text import reading
from scripts.text.cache import FOLDER, Cache, key
from scripts.text.context import ROOT, SNIPPETS, TESTS, Page, PageError, page

TIME_LIMIT = 20.0  # seconds for a block that sets no timeout="…": generous, a lesson's block takes milliseconds
INCLUDE = re.compile(r'^--8<-- "([^":]+)(?::([\w-]+))?"\s*$')
IMPORT = re.compile(r"^from snippets\.([\w.]+) import ", re.MULTILINE)
REGION = re.compile(r"^\s*# --8<-- \[(start|end):([\w-]+)\]\s*$")
NOT_FINITE = re.compile(r"(?<![\w.])[-+]?(?:nan|inf|infinity)(?!\w)", re.IGNORECASE)
CONTROL = re.compile(r"[^\n\t\x20-\x7e\xa0-\U0010ffff]")


def paths(*names: str) -> str:
    """A pattern of these paths and what lies in them."""
    known = sorted({name.rstrip("/\\") for name in names} - {""}, key=len, reverse=True)
    return rf"(?<![\w./])(?:{'|'.join(map(re.escape, known))})(?![\w.-])"


LIBRARIES = re.compile(paths(*map(sysconfig.get_path, ("purelib", "platlib", "stdlib"))) + r"[\\/]")
HOME = os.path.expanduser("~")  # noqa: PTH111 (no error where nobody knows it)
OWN_PATH = re.compile(paths(str(ROOT), HOME, tempfile.gettempdir(), sys.prefix) + r"[^\s\"']*")
# Names, operators and the like have the colour of the code around them (docs/stylesheets/extra.css): most of all elements.
UNCOLOURED = re.compile(r'<span class="(?:n|o|ow|p|w|sa|si|kc|nv|vc|vg|vi|na)">([^<]*)</span>')

# Options of an executed fence: what their value must look like, and how to say so.
PLAIN = r"(?!.*(?:\*\*|`|\]\(|\$))"  # text that nothing typesets
OPTIONS = {
    "exec": (r"on", 'exec="on"'),
    "alt": (
        PLAIN + r".{20,}",
        "a sentence of 20 characters or more that says what is to be seen, without Markdown or formulas",
    ),
    "caption": (
        PLAIN + r".+",
        "a sentence without Markdown or formulas, which would stay as they are written",
    ),
    "widget": ("|".join(widgets.WIDGETS), f"one of {', '.join(widgets.WIDGETS)}"),
    "warns": (
        r"\w+Warning(, \w+Warning)*",
        'the warnings that the block teaches, as in warns="RuntimeWarning"',
    ),
    "prints": (
        r"(nan|inf)( (nan|inf))*",
        'the non-finite numbers it prints on purpose: "nan", "inf" or "nan inf"',
    ),
    "differs": (
        PLAIN + r".{10,}",
        "a reason, in words, why last digits are shown that may be others elsewhere",
    ),
    "timeout": (r"\d+(\.\d+)?", "seconds"),
    "cell": (r"\d+", "the number of a lab's cell, which labs.py writes"),
    "exercise": (r"start|checks", '"start" or "checks": a part of an exercise (exercises.py)'),
}


@dataclass
class Segment:
    """A stretch of a block: lines written on the page, or a snippet."""

    lines: list[str]
    page_line: int  # the line on the page that brings it (counted in the Markdown)
    file: str | None = None  # of snippets/
    file_line: int = 1  # where in that file it starts


def read_segments(code: str, first_line: int, number: int) -> list[Segment]:
    """The block's text as segments, includes written out."""
    segments: list[Segment] = []
    wrong = ""
    for at, text in enumerate(code.split("\n"), first_line):
        if match := INCLUDE.match(text):
            try:
                segments.append(include(match[1], match[2], at, number))
            except PageError as error:
                wrong = str(error)
        elif text.lstrip().startswith("--8<--"):
            wrong = page.note(
                f'an include is written --8<-- "folder/file.py", alone on its line; this one is {text!r}',
                at,
                number,
            )
        else:
            if not segments or segments[-1].file:
                segments.append(Segment([], at))
            segments[-1].lines.append(text)
    if wrong:
        raise PageError(wrong)
    segments = [trimmed for segment in segments if (trimmed := trim(segment)).lines]
    for segment, following in pairwise(segments):  # as a formatter would space them
        defines = any(
            line.startswith(("def ", "class ")) for line in segment.lines + following.lines[:1]
        )
        segment.lines += ["", ""] if defines else [""]
    return segments


def imported(code: str) -> list[str]:
    """The snippets that a lab imports, in its order: "optimization/gradient_descent.py"."""
    return [name.replace(".", "/") + ".py" for name in dict.fromkeys(IMPORT.findall(code))]


def trim(segment: Segment) -> Segment:
    """The segment without blank lines at its ends."""
    filled = [i for i, line in enumerate(segment.lines) if line.strip()] or [0]
    first, lines = filled[0], segment.lines[filled[0] : filled[-1] + 1]
    page_line = segment.page_line if segment.file else segment.page_line + first
    return Segment(lines if any(lines) else [], page_line, segment.file, segment.file_line + first)


def include(file: str, region: str | None, at: int, number: int) -> Segment:
    lines = snippet(file)
    if lines is None:
        page.fail(f"there is no snippets/{file} to include", at, number)
    start, end = 0, len(lines)
    if region:
        marks = [
            (i, mark[1], mark[2]) for i, line in enumerate(lines) if (mark := REGION.match(line))
        ]
        bounds = {kind: i for i, kind, name in marks if name == region}
        if set(bounds) != {"start", "end"}:
            page.fail(
                f"snippets/{file} has no region {region!r} with a start and an end", at, number
            )
        start, end = bounds["start"] + 1, bounds["end"]
    kept = [line for line in lines[start:end] if "--8<--" not in line]
    return Segment(kept, at, file if not region else f"{file}:{region}", start + 1)


@cache  # for one build: see `begin_build`
def snippet(file: str) -> list[str] | None:
    path = SNIPPETS / file
    if not path.resolve().is_relative_to(SNIPPETS.resolve()) or not path.is_file():
        return None
    return reading.text(path).rstrip("\n").split("\n")


@cache  # likewise
def test_of(file: str) -> Path | None:
    """The test of a snippet, if it has one."""
    folder, name = os.path.split(file)
    path = TESTS / folder / f"test_{name}"
    return path if path.is_file() else None


def begin_build() -> None:
    """Forget what was read from files that may have changed since the last build of this process."""
    snippet.cache_clear()
    test_of.cache_clear()
    ran.clear()


class Worker:
    """The process that runs blocks (worker.py), started at the first block and kept."""

    def __init__(self, *flags: str, python: str = sys.executable, folder: Path = FOLDER):
        self.flags = flags
        self.python = python
        self.folder = folder  # for what Matplotlib keeps
        self.process = None

    def run(self, code: str, timeout: float, wanted: tuple[str, ...] = ()) -> dict:
        self.begin(code, timeout, wanted)
        return self.end()

    def begin(self, code: str, timeout: float, wanted: tuple[str, ...] = ()) -> None:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [
                    self.python,
                    "-P",
                    "-s",
                    "-X",
                    "utf8",
                    str(Path(__file__).with_name("worker.py")),
                    *self.flags,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=worker_environment(self.folder, again="--again" in self.flags),
                text=True,
                encoding="utf-8",
            )
        job = {"code": code, "timeout": timeout, "wanted": wanted}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def end(self) -> dict:
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(
                f"the process that runs the blocks ended with status {self.process.wait()}"
            )
        return json.loads(answer)

    def stop(self) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
            self.process = None


# Without what this processor can do besides: the last digits of exp, matrix products and sums are then others, as they may be
# in a reader's browser. A name that a processor or a library does not know counts for nothing.
PLAIN_ARITHMETIC = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR ASIMDHP ASIMDDP ASIMDFHM SVE",
    "OPENBLAS_CORETYPE": "Prescott" if platform.machine() in ("x86_64", "AMD64") else "ARMV8",
}


def worker_environment(folder: Path = FOLDER, again: bool = False) -> dict[str, str]:
    """Nothing of the author's own settings reaches a block, so that every machine builds the same site.

    `again`: for a second run, where a set has another order.
    """
    settings = folder / "matplotlib"
    settings.mkdir(parents=True, exist_ok=True)
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
        if name in os.environ
    }
    return (
        kept
        | {
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONHASHSEED": str(int(again)),
            **(PLAIN_ARITHMETIC if again else {}),
            "MPLBACKEND": "svg",
            "MPLCONFIGDIR": str(settings),
            "OPENBLAS_NUM_THREADS": "1",  # threads do not survive a fork, and waking them costs more than these small sums
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "80",
        }
    )


workers = {"drawing": Worker(), "plain": Worker("--plain")}
elsewhere = {"drawing": Worker("--again"), "plain": Worker("--plain", "--again")}
CURE = (
    "The next build, and a reader's own run, would show something else. Seed random numbers (rng = np.random.default_rng(0)), "
    "sort a set, and print no time, no address of an object and no folder."
)
DIGITS = (
    "These are last digits, and a reader's Python may compute others. Print fewer, or say why they are shown: "
    'differs="a reason", which the page gives'
)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
SVG_ID = re.compile(r"\b[a-zA-Z]{1,8}[0-9a-f]{10}\b")  # made of what it names, to the last digit


def run_twice(text: str, timeout: float, wanted: tuple[str, ...], differs: bool = False) -> dict:
    """What came of a program that no build has run; it is an error that it does not come again.

    The second run is at the same time, in another process and folder, on another day, with sets in another order and
    arithmetic that may round otherwise, and has what the Python of the page has. `differs`: last digits may differ.
    """
    kind = "drawing" if "matplotlib" in text else "plain"
    for worker in (workers[kind], elsewhere[kind]):
        worker.begin(text, timeout, wanted)
    result, again = workers[kind].end(), elsewhere[kind].end()
    if difference := different(result, again, differs):
        result["error"], result["line"] = difference, again["line"] or result["line"]
    return result


def different(result: dict, again: dict, differs: bool) -> str:
    """The first line that differs between two runs, in words."""
    if result["error"] and again["error"]:
        return ""
    if "the Python of the page has no " in (again["error"] or ""):
        return (
            f"what a reader sees must run in the page, too, and there it ends with {again['error']}"
        )
    for what, one in shows(result).items():
        other = shows(again)[what]
        if one == other:
            continue
        is_text = what.startswith("what it prints")
        is_near = near(one, other, 1e-4 if what == "its figure" else 1e-6)
        if is_near and (differs or not is_text):
            continue
        lines = zip_longest(one.split("\n"), other.split("\n"), fillvalue="")
        once, then = next((a, b) for a, b in lines if a != b)
        cure = DIGITS if is_near else CURE
        return f"{what} is not the same in a second run:\n    {once:.200}\n    {then:.200}\n{cure}"
    return ""


def near(one: str, other: str, tolerance: float) -> bool:
    """Whether two texts are the same but for the last digits of their numbers."""
    numbers = (NUMBER.findall(one), NUMBER.findall(other))
    pairs = ((float(a), float(b)) for a, b in zip(*numbers, strict=False))
    return NUMBER.split(one) == NUMBER.split(other) and all(
        abs(a - b) <= tolerance * max(1, abs(a), abs(b)) for a, b in pairs
    )


def shows(result: dict) -> dict[str, str]:
    """All that a page takes from a run, as text, under the name that a message gives it."""
    return {
        "how it ends": result["error"] or "without an error",
        "what it prints": result["stdout"],
        "what it prints to stderr": result["stderr"],
        "what it computes": "\n".join(
            f"{name} = {value}" for name, value in result["values"].items()
        ),
        "its figure": SVG_ID.sub("", "\n".join(result["figures"])),
    }


@dataclass
class Run:
    """A program of a page that was rendered, not kept; versions.py runs it again elsewhere."""

    source: str
    line: int
    number: int | None  # of the block on its page; an exercise's answers and checks have none
    text: str
    timeout: float
    wanted: tuple[str, ...]
    result: dict
    differs: bool = False  # in its last digits, elsewhere

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}" + (f", block {self.number}" * bool(self.number))


ran: list[Run] = []


def stop_workers() -> None:
    for worker in (*workers.values(), *elsewhere.values()):
        worker.stop()


@cache
def store() -> Cache:
    return Cache()


def run_block(
    code: str, *, line: str = "0", returncode=None, session=None, id=None, **options: str
) -> str:
    """Run the block and return its HTML; called by markdown-exec."""
    page.blocks.append(int(line))
    number = len(page.blocks)
    if "faulty" in options:  # extension.py has said why
        return nothing(number)
    segments = read_segments(code, int(line) + 1, number)
    text = "\n".join("\n".join(segment.lines) for segment in segments) + "\n"
    timeout = float(options.get("timeout", TIME_LIMIT))
    wanted = tuple(widgets.WIDGETS.get(options.get("widget"), ()))
    result: dict = {}

    def make() -> dict | None:
        result.update(run_twice(text, timeout, wanted, "differs" in options))
        return result if accept(result, options, segments, int(line), number) else None

    if "cell" in options:
        result = of_cell(int(options["cell"]), options, segments, int(line))
        is_right = accept(result, options, segments, int(line), number)
    else:
        kept = store().get(key("block", text, timeout, options), make)
        is_right, result = bool(kept), kept or result
        where = (page.source, int(line) + page.offset, number)
        ran.append(Run(*where, text, timeout, wanted, result, "differs" in options))
    if result["error"]:
        return nothing(number)
    page.programs.append(
        {
            "text": text,
            "stdout": result["stdout"],
            "stderr": result["stderr"],
            "timeout": timeout,
            "files": [segment.file for segment in segments if segment.file],
            "alt": options.get("alt", ""),
            "caption": options.get("caption", ""),
        }
    )
    return show(result, segments, options, number, page) if is_right else nothing(number)


def nothing(number: int) -> str:
    """In the place of a block with a fault."""
    return page.put(f'<div id="block-{number}"></div>', kind="listing")


def of_cell(number: int, options: dict, segments: list[Segment], line: int) -> dict:
    """What a lab's kernel got from a cell (labs.py), held to what holds for every block."""
    if not page.results:
        page.fail("cell=… is for labs; a lesson's blocks run without it", line, number)
    if wrong := sorted({"timeout", "widget"} & options.keys()):
        page.fail(
            f"{' and '.join(wrong)}=… is for a lesson's blocks; the cells of a lab go without it",
            line,
            number,
        )
    if any(result["error"] for result in page.results[: number - 1]):
        raise PageError("a cell above has failed, and so this one was not run")
    return dict(page.results[number - 1])


def accept(result: dict, options: dict, segments: list[Segment], line: int, number: int) -> bool:
    """Whether the block may be shown; its figures are then clean."""
    is_right, drawn = check(result, options, segments, number), result["figures"]
    result["figures"] = []
    for svg in drawn if len(drawn) == 1 else ():  # of more none is shown
        with suppress(PageError):
            result["figures"].append(clean_figure(svg, line, number))
    return is_right and len(result["figures"]) == len(drawn)


def clean_figure(svg: str, line: int, number: int) -> str:
    try:
        return figures.clean(svg)
    except figures.FigureError as error:
        page.fail(f"in its figure, {error}", line, number)


def check(result: dict, options: dict, segments: list[Segment], number: int) -> bool:
    """Note anything that a reader should not be shown; whether there was nothing."""
    noted = []

    def note(message: str, at: int | None = None) -> None:
        where, line = place(segments, at)
        noted.append(page.note(message + where, line, number))

    if result["error"]:
        said = f"\n{indent(result['stderr'])}" if result["stderr"].strip() else ""
        note(result["error"] + said, result["line"])
        return False
    for stream in ("stdout", "stderr"):  # a file of a library is known without the folder
        result[stream] = LIBRARIES.sub("", result[stream])
    words = re.sub(r"<[^>]*>", " ", " ".join(result["figures"]))
    if found := OWN_PATH.search("\n".join([result["stdout"], result["stderr"], words])):
        note(
            f"it shows the path {found[0]}, which is of this machine alone; leave it out (of an exception, print what "
            "it says)"
        )
    taught = set(filter(None, options.get("warns", "").split(", ")))
    for warning in result["warnings"]:
        if warning["category"] not in taught:
            note(
                f'a {warning["category"]}, which the fence does not announce with warns="{warning["category"]}": '
                f"{warning['message']}",
                warning["line"],
            )
    if missing := taught - {warning["category"] for warning in result["warnings"]}:
        note(
            f"the fence announces {', '.join(sorted(missing))}, but the block gave no such warning"
        )
    if result["stderr"] and not (taught or result["warnings"]):
        note(f"it wrote to stderr:\n{indent(result['stderr'])}")
    if found := CONTROL.search(result["stdout"] + result["stderr"]):
        note(
            f"it printed {found[0]!r}, which is for a terminal and which a page cannot show: "
            "print whole lines, without colours, and nothing over what was there before"
        )
    announced = options.get("prints", "").split()
    for found in NOT_FINITE.finditer(result["stdout"]):
        word = found[0].lower().strip("+-")[:3]
        if word not in announced:
            note(f'it printed {found[0]}, which the fence does not announce with prints="{word}"')
    if result["figures"] and "alt" not in options:
        note(
            'its figure has no text alternative: add alt="…", a sentence that says what is to be seen'
        )
    if "widget" in options and "alt" not in options:
        note('a widget takes the place of a figure: draw one, and add alt="…"')
    missing = [
        name
        for name in widgets.WIDGETS.get(options.get("widget"), ())
        if name not in result["values"]
    ]
    for name in missing:
        note(
            f"the widget {options['widget']} reads the variable {name}, "
            "which the block does not set to a finite number or an array of them"
        )
    if not missing and (misfit := widgets.misfit(options.get("widget"), result["values"])):
        note(misfit)
    if "alt" in options and (left := len(result["figures"])) != 1:
        cure = (
            "give each a fence of its own, or draw them side by side with plt.subplots"
            if left
            else "end the drawing with plt.show(), and without plt.close() before it"
        )
        note(f"the fence has alt=, so the block must show one figure; it left {left}: {cure}")
    return not noted


def place(segments: list[Segment], at: int | None) -> tuple[str, int]:
    """Where line `at` of the block was written: words for the message, and the line on the page."""
    first = segments[0].page_line - 1 if segments else 0
    if at is None:
        return "", first
    seen = 0
    for segment in segments:
        if at <= seen + len(segment.lines):
            within = at - seen - 1
            text = segment.lines[within].strip()
            if segment.file:
                where = f"snippets/{segment.file.split(':')[0]}, line {segment.file_line + within}"
                return f"\n    {where}: {text}", segment.page_line
            return f"\n    {text}", segment.page_line + within
        seen += len(segment.lines)
    return "", first


def indent(text: str) -> str:
    return "\n".join("    " + line for line in text.rstrip().splitlines())


# --- what the page shows -------------------------------------------------------------------------------------------


def show(result: dict, segments: list[Segment], options: dict, number: int, page: Page) -> str:
    shown, fresh, said = [], [], []
    for segment, following in pairwise([*segments, None]):
        folded = segment.file in page.seen
        while not folded and following and following.file in page.seen and not segment.lines[-1]:
            following.lines.insert(0, segment.lines.pop())  # the space before a fold is folded too
        listing = f'<pre><code class="language-python">{coloured(segment.lines)}\n</code></pre>'
        if folded:
            filled = sum(map(bool, segment.lines))
            count = f"{filled} lines" if filled > 1 else "1 line"
            name = segment.file.split("/")[-1]
            said_before = f"<summary><code>{name}</code>, as above ({count})</summary>"
            listing = f'<details class="listing__seen">{said_before}{listing}</details>'
        else:
            fresh += segment.lines
        shown.append(listing)
        if segment.file:
            said.append(source_links(segment.file, page.to_root))
    if "cell" in options:
        written = "\n".join(line for segment in segments for line in segment.lines)
        said = [source_links(file, page.to_root) for file in imported(written)]
    name = f"{page.unit} {number}"
    listing = (
        bar("".join(said), name, runs=True, needs="run.json" if "cell" in options else "")
        + f'<div class="highlight">{"".join(shown)}</div>'
    )
    ident, differs = f"block-{number}", options.get("differs", "")
    warning = (
        panel("output output--warning", "Warning", result["stderr"], name)
        if result["stderr"]
        else ""
    )
    if "alt" in options:
        numbers = f"{ident}-numbers" if result["stdout"] else ""
        svg = figures.publish(result["figures"][0], ident, options["alt"], numbers)
        if "widget" in options:
            svg = widgets.element(options["widget"], result["values"], svg)
        # The caption stands below the drawing; HTML wants it first or last in its figure.
        caption = (
            f"<figcaption>{html.escape(options['caption'])}</figcaption>"
            if "caption" in options
            else ""
        )
        folds = fold(  # a lab goes on with what a figure's cell defines
            "Code of this figure",
            f'<div class="listing">{listing}{warning}</div>',
            is_open="cell" in options,
        )
        if numbers:
            folds = (
                fold(  # they do not follow the hand
                    f"Numbers of {'the static' if 'widget' in options else 'this'} figure",
                    panel("output", "Numbers", result["stdout"], name, numbers, differs),
                )
                + folds
            )
        return page.put(
            f'<figure class="figure" id="{ident}">{caption}{svg}{folds}</figure>', kind="figure"
        )
    output = (
        panel("output", "Output", result["stdout"], name, differs=differs)
        if result["stdout"]
        else ""
    )
    page.seen.update(segment.file for segment in segments if segment.file)
    whole = f'<div class="listing" id="{ident}">{listing}{output}{warning}</div>'
    for_search = html.escape("\n".join(fresh), quote=False)
    skipped = " data-search-exclude" if "cell" in options else ""  # it is counted, not searched
    return page.put(whole, f"<pre{skipped}><code>{for_search}</code></pre>", kind="listing")


def fold(title: str, content: str, is_open: bool = False) -> str:
    """A part of a figure that opens when one asks for it."""
    return f'<details class="figure__fold"{" open" * is_open}><summary>{title}</summary>{content}</details>'


def bar(sources: str, name: str, runs: bool = False, needs: str = "") -> str:
    """The head of a listing; `name` is what its buttons copy and run, `needs` the files that a lab's cell imports."""
    needed = f' data-needs="{needs}"' if needs else ""
    run = f'<run-code data-name="{name}"{needed}></run-code>' if runs else ""
    language = f"Python · {name}" if needs else "Python"  # a message may name the cell
    return (
        f'<div class="listing__bar"><span class="listing__language">{language}</span>'
        f'<span class="listing__sources">{sources}</span>{run}<copy-code data-name="{name}"></copy-code></div>'
    )


def whole_file(path: Path) -> str:
    """A listing of a file as it stands, not run."""
    code = coloured(reading.text(path).rstrip("\n").split("\n"))
    listing = f'<div class="highlight"><pre><code>{code}\n</code></pre></div>'
    return f'<div class="listing">{bar(path.name, path.name)}{listing}</div>'


def coloured(lines: list[str]) -> str:
    text = "\n".join(lines)
    code = text.strip("\n")
    before, after = text.split(code) if code else (text, "")
    return before + colour(code) + after


@cache
def colour(text: str) -> str:
    """Highlighted once per build, however many blocks include it."""
    return store().get(key("colour", text), lambda: highlighted(text))


def highlighted(text: str) -> str:
    made = highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return UNCOLOURED.sub(r"\1", made)


def panel(
    classes: str, label: str, text: str, name: str, ident: str = "", differs: str = ""
) -> str:
    """What the block printed. Of a figure's block these are its numbers, and the figure points at them by `ident`.

    `differs`: why last digits are shown that may be others elsewhere.
    """
    named = f' id="{ident}"' if ident else ""
    said = f"On your machine the last digits may be others: {html.escape(differs)}"
    note = f'<p class="output__note">{said}</p>' if differs else ""
    return (
        f'<div class="{classes}" role="group" aria-label="{label} of {name}"{" data-differs" * bool(differs)}>'
        f'<span class="output__label" aria-hidden="true">{label}</span>'
        f"<pre><samp{named}>{html.escape(text, quote=False)}</samp></pre>{note}</div>"
    )


def source_links(file: str, to_root: str) -> str:
    file = file.split(":")[0]
    href, name = f"{to_root}{code_page(file)}", file.split("/")[-1]
    test = (
        f' <a href="{href}#test" title="Its tests" aria-label="test of {name}">test</a>'
        if test_of(file)
        else ""
    )
    return f'<span><a href="{href}" title="Its source file">{name}</a>{test}</span>'


def code_page(file: str) -> str:
    """The site's address of the page with a snippet's source and tests."""
    return f"code/{file.removesuffix('.py')}/"


def register() -> None:
    """Make markdown-exec run Python our way."""
    formatters["python"] = format_block


def format_block(*, code: str, md, extra: dict[str, str], **ignored) -> str:
    # The HTML is complete: markdown-exec has nothing to render, and so does not build a second Markdown for each block.
    try:
        return base_format(
            language="python", run=run_block, code=code, md=md, html=True, extra=extra
        )
    except PageError:
        return nothing(len(page.blocks))
    except Exception as error:  # superfences would publish the fence as prose
        number = len(page.blocks)
        page.note(f"the engine failed: {type(error).__name__}: {error}", int(extra["line"]), number)
        return nothing(number)
