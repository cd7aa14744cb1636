"""The Markdown extension of the lessons: checks every fence's first line, has Python blocks run our way, links terms, and
takes the labels out of formulas.

A misspelt language or option would otherwise be published as prose, with a green build.
"""

import difflib
import re

from markdown import Extension
from markdown.blockprocessors import BlockProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown_exec import base_format, formatters

from scripts.blocks import run
from scripts.blocks.includes import Segment, read_segments, text_of
from scripts.blocks.options import OPTIONS, WIDGETS
from scripts.blocks.run import TIME_LIMIT, run_twice
from scripts.claims import exercises, prose
from scripts.claims.exercises import PART
from scripts.claims.output import accept
from scripts.html import exercise, formulas, glossary, snippets, source, widgets
from scripts.html.listing import show
from scripts.text import context, labels
from scripts.text.cache import key, store
from scripts.text.context import PageError, begin, page

FENCE = re.compile(r"^(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<header>.*?)[ \t]*$")
OPTION = re.compile(r'\s*([\w-]+)="([^"]*)"')
PLAIN = ("text", "bash", "console", "yaml", "markdown", "html", "bibtex")  # shown, not run


class Fences(Preprocessor):
    """Reads the fences before superfences does, and tells each executed one its line on the page."""

    def run(self, lines: list[str]) -> list[str]:
        told = next((known.page for known in self.md.preprocessors if hasattr(known, "page")), None)
        if told and page.late is None:  # no hook said which page it is; Zensical does
            written = "\n".join(lines)  # links are a source's
            begin(source=told.path, written=written, to_root="../" * told.path.count("/"))
        lines = labels.unlabelled("\n".join(lines), page.note).split("\n")  # where no hook has
        page.fences, page.blocks, page.programs = [], [], []
        page.seen.clear()
        lines = prose.computed(lines)  # likewise
        page.formulas = [
            (found.display, found.tex, found.line)
            for found in labels.formulas("\n".join(lines), lambda *_: None)
        ]
        written = page.written.split("\n")[page.offset :]
        lines = source.shown(lines, written)
        out, inside, opened = [], None, 0
        for number, text in enumerate(lines, 1):
            match = FENCE.match(text)
            if inside:
                closes = match and not match["header"] and match["marks"][0] == inside[0]
                if closes and len(match["marks"]) >= len(inside):
                    inside = None
            elif match:
                inside, opened = match["marks"], number
                header = self.checked(match["header"], number)
                if header.startswith("python") and "exec=" in header:
                    page.fences.append(number)
                    if name := dict(OPTION.findall(header)).get("widget"):
                        out += ["", match["indent"] + widgets.anchors(name, lines), ""]
                    header = f'{header} line="{number}"'
                text = match["indent"] + inside + header
            out.append(text)
        if inside:
            page.fail("this fence is never closed", opened)
        return out

    def checked(self, header: str, line: int) -> str:
        """A fence's first line; of one with a fault, another that shows nothing, and counts as a block if it was one."""
        try:
            self.check(header, line)
            return header
        except PageError:
            if PART.search(header):
                return header
            is_block = header.startswith("python") or "exec=" in header
            return 'python exec="on" faulty="on"' if is_block else "text"

    def check(self, header: str, line: int) -> None:
        language, _, rest = header.partition(" ")
        if language in PLAIN:
            if rest:
                page.fail(f"a ```{language} fence takes no options; this one has {rest!r}", line)
            return
        if language != "python":
            near = difflib.get_close_matches(language, ["python", *PLAIN], 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            page.fail(
                f"the fence's language {language!r} is none of python, {', '.join(PLAIN)}{hint}",
                line,
            )
        options = dict(OPTION.findall(rest))
        if left := OPTION.sub("", rest).strip():
            page.fail(f'in the fence\'s first line, {left!r} is not of the form name="value"', line)
        for name, value in options.items():
            if name not in OPTIONS:
                near = difflib.get_close_matches(name, OPTIONS, 1)
                hint = (
                    f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(OPTIONS)}"
                )
                page.fail(f"the fence has an unknown option {name!r}{hint}", line)
            pattern, wanted = OPTIONS[name]
            if not re.fullmatch(pattern, value):
                page.fail(f"the fence's option {name}={value!r} should be {wanted}", line)
        if ("exec" in options) == ("exercise" in options):
            page.fail('Python on a page is always run: write ```python exec="on"', line)


class Displayed(BlockProcessor):
    """A displayed formula on lines of its own within a paragraph, which arithmatex would leave as it is written."""

    FORM = re.compile(r"^[ \t]*(\$\$(?!\$)(?:\\.|[^\\$])+?\$\$)[ \t]*$", re.DOTALL | re.MULTILINE)

    def test(self, parent, block: str) -> bool:
        return bool(self.FORM.search(block))

    def run(self, parent, blocks: list[str]) -> None:
        before, formula, after = self.FORM.split(blocks.pop(0), maxsplit=1)
        blocks[:0] = [part.strip("\n") for part in (before, formula, after) if part.strip()]


class Finish(Postprocessor):
    """Puts in what a hook would put in later, where there is none."""

    def run(self, text: str) -> str:
        if page.late is not None:
            return text
        text = formulas.set_formulas(snippets.put_files(text, page), page)
        if page.noted:
            raise PageError(context.report())
        return text


def run_block(
    code: str, *, line: str = "0", returncode=None, session=None, id=None, **options: str
) -> str:
    """Run the block and return its HTML; called by markdown-exec."""
    page.blocks.append(int(line))
    number = len(page.blocks)
    if "faulty" in options:  # extension.py has said why
        return nothing(number)
    segments = read_segments(code, int(line) + 1, number)
    text = text_of(segments)
    timeout = float(options.get("timeout", TIME_LIMIT))
    wanted = tuple(WIDGETS.get(options.get("widget"), ()))
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
        run.ran.append(run.Run(*where, text, timeout, wanted, result, "differs" in options))
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


class Lessons(Extension):
    def extendMarkdown(self, md) -> None:
        formatters["python"] = format_block  # how markdown-exec runs Python
        md.treeprocessors["toc"].slugify = exercises.anchor
        md.preprocessors.register(Fences(md), "lesson-fences", 50)  # before superfences (25)
        md.preprocessors.register(exercise.Exercises(md), "lesson-exercises", 27)  # between them
        md.parser.blockprocessors.register(
            Displayed(md.parser), "displayed", 12
        )  # before prose (10)
        md.postprocessors.register(Finish(md), "lesson-finish", -10)  # after all others
        md.inlinePatterns.register(
            glossary.TermLinks(md), "terms", 128
        )  # after Markdown's own links (130)


def makeExtension(**options) -> Lessons:
    return Lessons(**options)
