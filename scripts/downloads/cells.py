"""The Markdown of a lesson or a lab as cells of prose and code, which read well without this site.

Formulas stay as they are written. What only this site knows becomes what every notebook knows: an exercise is a question
with a folded solution, a term and a link lead to the published site or are plain words, an admonition is a quotation.
Words about a figure that answers to the hand are left out, as they are on paper.
"""

import ast
import posixpath
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from textwrap import dedent

from scripts.blocks.includes import segments_of, text_of
from scripts.blocks.labs import DATA
from scripts.blocks.run import Run, workers
from scripts.downloads.files import Cell, Download, Downloads, downloads, picture, stream
from scripts.downloads.joined import prints_as_shown
from scripts.html import glossary
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import ROOT, SNIPPETS, Page
from scripts.text.document import ITEM, KINDS, Document, Fence, Piece

IMPORT = re.compile(r"^from snippets\.([\w.]+) import (?:\([^)]*\)|.*)\n", re.MULTILINE)
IMPORT_OF_PATH = "from pathlib import Path\n\n"  # which only the reading of data needs
IN_ORDER = "Its cells are one program, to be run in order."
COMPLETE = "Each piece of code is complete, and runs without the others."
# From an address in the Markdown to a whole one, or "" if there is none.
Link = Callable[[str], str]

# What no rule below may touch: code, formulas.
KEPT = re.compile(
    r"^[ >]*(?P<marks>`{3,}|~{3,}).*?^[ >]*(?P=marks)[ \t]*$"
    r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|(?<!\\)\$\$.+?\$\$|(?<![\\$])\$(?=\S)[^$]*?\S\$|(?<!\\)\$\S\$",
    re.DOTALL | re.MULTILINE,
)
MARK = re.compile("\0(\\d+)\0")
PUSH = re.compile(r"(?:^(?!\s*$).+\n)+\{:? *\.push *\} *$", re.MULTILINE)
ATTRIBUTES = re.compile(r"^\{:? *[.#][^}\n]*\} *\n?|(?<=\S) *\{:? *[.#][^}\n]*\}", re.MULTILINE)
WRAPPER = re.compile(r"</?(?:span|div)\b[^>]*>|<!--.*?-->", re.DOTALL)
DEFINED = re.compile(r"^\[([^\]^]+)\]: +(\S+).*\n?", re.MULTILINE)
LINK = re.compile(r'(!?)\[([^\[\]]*)\]\(([^)\s]+)(?: +"[^"]*")?\)')
BRACKETS = re.compile(r"(?<![!\\\]])\[([^\[\]^]+)\](?:\[([^\[\]]+)\])?(?!\()")
FOOTNOTE = re.compile(r"\[\^([^\]]+)\](:?)")
HEADING = re.compile(r"#+ +(.*?)(?: *\{[^{}]*\})? *$")
ASKED = re.compile(ITEM.pattern.rstrip("$") + r"(?P<more>(?:\n+  +\S.*)*)\n?", re.MULTILINE)
BOX = re.compile(
    r'^(?P<sign>!!!|\?\?\?\+?) +(?P<word>\w+)[^"\n]*(?:"(?P<title>[^"]*)")?[ \t]*\n(?P<body>(?:(?: {4}.*)?\n)*)',
    re.MULTILINE,
)


# Added to the block of a figure, to have it as the picture that a notebook's preview shows.
SAVE = """
import base64, builtins, io
import matplotlib.pyplot as _plt
from PIL import Image
_whole, _small = io.BytesIO(), io.BytesIO()
_figure = _plt.show.figures[-1][0] if _plt.show.figures else _plt.gcf()
_figure.savefig(_whole, format="png", dpi=80, transparent=False, facecolor="white")
Image.open(_whole).convert("RGB").quantize(64).save(_small, "png", optimize=True)
builtins.print("\\n\x1e" + base64.b64encode(_small.getvalue()).decode())
"""
PICTURE = re.compile("^\x1e(.*)$", re.MULTILINE)  # what that prints


def take(unit, config, files) -> Downloads:
    """What one can take from a lesson or a lab, which needs nothing of this project."""
    page, made = unit.page, unit.page.made
    is_lab, programs, whole, needs = made.unit == "cell", made.programs, {}, {}

    def link(target: str) -> str:
        return whole_address(target, page, config, files)

    if is_lab:
        programs, whole, needs = alone(programs)
    wholes = list(whole.values()) or list(accumulate(ran.result.text for ran in programs))
    is_right = prints_as_shown(programs, wholes, made)
    pictures = {
        ran.number: picture_of(ran, whole.get(ran.number, ran.result.text), made)
        for ran in programs
        if is_right and "alt" in ran.options
    }
    cells = of_page(page.markdown, programs, pictures, link)
    for cell in [*cells] if is_lab else ():
        if cell.id in needs:
            cells.insert(cells.index(cell), Cell("code", needs[cell.id], fold="snippets"))
        if cell.kind == "code":
            cell.fold = ""  # the next cells go on with what a figure's cell defines
    head = Cell("markdown", head_of(unit, config, IN_ORDER if is_lab else COMPLETE), id="head")
    foot = Cell("markdown", foot_of(unit, config), id="foot")
    taken = downloads(page.url, [head, *cells, foot], config.repo_url)
    stem = taken.program.address.removesuffix(".py")
    for number, section in () if is_lab else sections(page.markdown):
        ran = programs[number - 1]
        origin = f"# Listing {number} of “{unit.title}”, {config.site_name}\n"
        origin += f"# {page.canonical_url}#block-{number}\n" if page.canonical_url else ""
        functions = [name for name in ran.files if not name.startswith("datasets/")]
        label = ", ".join(Path(name.split(":")[0]).stem for name in functions)
        content = f"{origin}# {licence()}\n\n{ran.result.text}"
        taken.listings.append(Download(f"{stem}-{number:02}.py", content, label, section))
    return taken


def alone(programs: list[Run]) -> tuple[list[Run], dict[int, str], dict[str, str]]:
    """The cells of a lab without imports of snippets; each with all above it; and the snippets that it is the first to need."""
    made, whole, needs, seen, above = [], {}, {}, set(), ""
    for ran in programs:
        new = [name for name in IMPORT.findall(ran.result.text) if name not in seen]
        seen.update(new)
        if new:
            names = ", ".join(name.rpartition(".")[2] for name in new)
            sources = "\n\n\n".join(source_of(name).strip("\n") for name in new)
            needs[f"block-{ran.number}"] = f"# What the next cell uses: {names}\n{sources}"
            above += f"{sources}\n\n"
        text = re.sub(r"\n{4,}", "\n\n\n", IMPORT.sub("", ran.result.text).strip("\n") + "\n")
        above += f"{text}\n"
        whole[ran.number] = above
        made.append(replace(ran, result=replace(ran.result, text=text)))
    return made, whole, needs


def source_of(module: str) -> str:
    """A snippet, with the data that it reads written out."""
    path = SNIPPETS / (module.replace(".", "/") + ".py")
    source = reading.text(path)
    if data := DATA.search(source):
        table = reading.text(path.with_name(data[1]))
        source = DATA.sub(lambda _: f'"""\\\n{table}"""', source).replace(IMPORT_OF_PATH, "")
    return source


def picture_of(ran: Run, text: str, made: Page) -> dict:
    """The figure of a block, as an output of its cell; `text` is the program that draws it."""

    def drawn() -> str | None:
        """As PNG, in base64."""
        result = workers["drawing"].run(text + SAVE, ran.timeout)
        if not result.error and (found := PICTURE.search(result.stdout)):
            return found[1]
        error = result.error or "what is added at its end prints nothing"
        said = f"its figure could not be drawn for the notebook: {error}"
        made.note(said, ran.line - made.offset, ran.number)
        return None

    return picture(store().get(key("picture", text, SAVE), drawn) or "", ran.options["alt"])


def whole_address(target: str, page, config, files) -> str:
    """Where a link of a page leads on the published site; "" if that has no address, or is no place in a notebook."""
    if re.match(r"\w+:", target):
        return target
    path, mark, anchor = target.partition("#")
    if not page.canonical_url or ":" in anchor:  # a state of a figure that answers to the hand
        return ""
    if path.startswith("/"):
        path = path[1:]
    elif path:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.file.src_uri), path))
    file = files.get_file_from_path(path) if path else page.file
    return posixpath.join(config.site_url, file.url if file else path) + mark + anchor


def head_of(unit, config, note: str) -> str:
    whence, address, meta = unit.whence, unit.page.canonical_url, unit.page.meta
    able, needs = ("\n".join(f"- {line}" for line in meta[name]) for name in ("able", "needs"))
    return (
        f"# {unit.title}\n\n{unit.description}\n\n**You will be able to**\n\n{able}\n\n**You need**\n\n{needs}\n\n"
        f"*From {config.site_name}: {f'[{whence}]({address})' if address else whence}. {note} "
        "It needs Python 3.11 or newer, NumPy, and Matplotlib for the figures.*"
    )


def foot_of(unit, config) -> str:
    address = unit.page.canonical_url
    return (
        f"---\n\n*{unit.title}*, from {config.site_name}{f', {address}' if address else ''}. Text and figures are under "
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), and the code is under the "
        f"[MIT licence](https://opensource.org/license/mit): {licence().partition(': ')[2]}."
    )


def licence() -> str:
    """Of code, with whose it is."""
    whose = re.search(r"^Copyright .*", reading.text(ROOT / "LICENSE"), re.MULTILINE)
    return f"MIT licence: {whose[0]}"


def sections(markdown: str) -> list[tuple[int, str]]:
    """The number of each block, with the heading above it."""
    found, heading = [], ""
    for piece in Document(markdown).pieces:
        if match := HEADING.match(piece.text):
            heading = match[1]
        elif piece.fence and piece.fence.number:
            found.append((piece.fence.number, heading))
    return found


def of_page(
    markdown: str, programs: list[Run], pictures: dict[int, dict], link: Link
) -> list[Cell]:
    """The cells of a page: of `programs`, its blocks as they ran, and of `pictures`, as outputs, by the block's number."""
    reader = _Reader(programs, pictures, Prose(markdown, link))
    for piece in Document(markdown).pieces:
        reader.read(piece)
    reader.flush()
    return reader.cells


class _Reader:
    def __init__(self, programs: list[Run], pictures: dict[int, dict], prose: "Prose"):
        self.programs, self.pictures, self.prose = programs, pictures, prose
        self.cells: list[Cell] = []
        self.lines: list[str] = []
        self.number = 0  # of the exercise
        self.kind = ""  # of the exercise that is open
        self.fold = ""  # of its solution
        self.told = False  # something of the solution stands there already
        self.after: list[str] = []  # what there is to say of its choices
        self.checks: Fence | None = None

    def read(self, piece: Piece) -> None:
        fence, mark = piece.fence, piece.mark
        if mark or (fence and fence.part):
            self.flush()
        if fence and fence.part == "start":
            self.cells.append(Cell("code", code_of(fence), open=True))
        elif fence and fence.part:
            self.checks = fence if fence.part == "checks" else self.checks
        elif fence and fence.number:
            self.block(fence.number)
        elif piece.begins:
            self.number += 1
            self.kind, self.after = mark["word"], []
            self.lines = [f"**{KINDS[self.kind][0]} {self.number}. {mark['title']}**", ""]
        elif mark and mark["word"] == "solution":
            if self.checks:
                self.cells.append(Cell("code", tried(self.checks), fold="Checks", open=True))
                self.checks = None
            self.fold, self.told = KINDS[self.kind][2], False
            self.lines = self.after
        elif mark:
            self.kind = self.fold = ""
        else:
            self.lines += fence.raw if fence else [piece.text]

    def block(self, number: int) -> None:
        self.flush()
        ran, fold = self.programs[number - 1], self.fold
        if fold and not self.told:  # the solution begins with code
            self.cells.append(Cell("markdown", f"**{fold}**"))
        cell = Cell("code", ran.result.text.rstrip("\n"), id=f"block-{number}", fold=fold)
        if not fold:  # a solution's output would be seen before one has thought: it is left to the reader's own run
            cell.outputs = [
                stream(said, name)
                for name in ("stdout", "stderr")
                if (said := getattr(ran.result, name))
            ]
            if number in self.pictures:
                cell.outputs.insert(0, self.pictures[number])
                cell.fold = "Code of this figure"
        self.cells.append(cell)
        self.told = True
        if caption := ran.options.get("caption"):
            self.lines += [f"*{caption}*", ""]

    def flush(self) -> None:
        text = "\n".join(self.lines)
        if self.kind and not self.fold:
            text = ASKED.sub(self.asked, text)
        self.lines, parts = [], self.prose(text)
        fold = f"{self.fold}, after its code" if self.fold and self.told else self.fold
        self.cells += [Cell("markdown", part, fold=fold) for part in parts]
        self.told = self.told or bool(parts)

    def asked(self, item: re.Match) -> str:
        """An answer or a choice as a line of a list; a slip is told only to who makes it."""
        if item["word"] == "slip":
            return ""
        if item["word"] == "answer":
            room = item["room"].replace(" %", "%").replace("%", " %")
            return f"- {item['text'] or 'Your answer'} ({room})\n"
        self.after.append(f"- *{item['text']}*" + re.sub(r"\n+ +", "\n  ", item["more"]))
        return f"- {item['text']}\n"


def code_of(fence: Fence) -> str:
    return text_of(segments_of(fence, Page())).strip("\n")  # what is wrong with it has been said


def tried(checks: Fence) -> str:
    """The checks of code to complete, as a cell that says how it went and does not stop those after it."""
    code = code_of(checks)
    inside = {  # of a string, where a margin would be part of it
        line
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, node.end_lineno + 1)
    }
    lines = enumerate(code.split("\n"), 1)
    return "\n".join(
        [
            "# Run this when the code above is complete: it says whether it does what it should.",
            "try:",
            *(f"    {text}" if text and at not in inside else text for at, text in lines),
            "except AssertionError as error:",
            '    print("Not yet:", error)',
            "else:",
            '    print("Right.")',
        ]
    )


class Prose:
    """Turns a stretch of a page's Markdown into Markdown that any notebook shows."""

    def __init__(self, page: str, link: Link):
        self.link = link
        self.defined = {name.lower(): target for name, target in DEFINED.findall(page)}
        self.terms = glossary.terms()

    def __call__(self, text: str) -> list[str]:
        """One part for each heading."""
        kept: list[str] = []

        def keep(match: re.Match) -> str:
            kept.append(match[0])
            return f"\0{len(kept) - 1}\0"

        text = KEPT.sub(keep, BOX.sub(boxed, text + "\n"))
        text = DEFINED.sub("", PUSH.sub("", text))
        text = WRAPPER.sub("", ATTRIBUTES.sub("", text))
        text = LINK.sub(self.linked, text)
        text = BRACKETS.sub(self.named, text)
        text = FOOTNOTE.sub(lambda match: f"<sup>{match[1]}</sup>", text)
        text = re.sub(r"\n{3,}", "\n\n", text)
        parts = re.split(r"^(?=#{1,6} )", text, flags=re.MULTILINE)
        parts = [MARK.sub(lambda match: kept[int(match[1])], part).strip() for part in parts]
        return list(filter(None, parts))

    def linked(self, match: re.Match) -> str:
        sign, words, target = match.groups()
        whole = self.link(target)
        if sign:
            return f"![{words}]({whole})" if whole else f"*{words}*"
        return f"[{words}]({whole})" if whole else words

    def named(self, match: re.Match) -> str:
        """A term of the glossary, or a link whose address stands elsewhere on the page."""
        name = " ".join((match[2] or match[1]).lower().split())
        if target := self.defined.get(name):
            whole = self.link(target)
        elif term := self.terms.get(name):
            whole = self.link(f"/{glossary.PAGE}#{term.anchor}")
        else:
            return match[0]
        return f"[{match[1]}]({whole})" if whole else match[1]


def boxed(match: re.Match) -> str:
    """An admonition as a quotation, and one that opens as a fold."""
    title = match["word"].capitalize() if match["title"] is None else match["title"]
    body = dedent(match["body"]).strip("\n")
    if match["sign"] != "!!!":
        return f"<details>\n<summary>{title}</summary>\n\n{body}\n\n</details>\n\n"
    quoted = [f"**{title}**", ""] * bool(title) + body.split("\n")
    return "\n".join(f"> {line}".rstrip() for line in quoted) + "\n\n"
