"""The Markdown extension of the lessons, step by step: fences and exercises are read and checked, blocks run, numbers and
formulas held, terms linked.

The page that is rendered is an option, `page`, which a hook fills in; without one it is known only what its text says, and
what hooks put in later is put in at once. `Markdown.lessons_page` is the page that was rendered.
"""

import re
import sys

from markdown import Extension
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import attr_list, tables
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown_exec import base_format, formatters

from scripts.blocks import later, options  # noqa: F401 (later: before mkdocs-jupyter is loaded)
from scripts.blocks.includes import segments_of
from scripts.claims import prose
from scripts.claims.exercises import compute
from scripts.claims.output import executed
from scripts.html import exercise, formulas, glossary, snippets, source, widgets
from scripts.html.listing import nothing, show
from scripts.text import exercises, labels
from scripts.text.context import BuildError, Page, PageError, report
from scripts.text.document import Document, Fence


class Lessons(Extension):
    def __init__(self, page: Page | None = None):
        self.page = page

    def extendMarkdown(self, md) -> None:
        formatters["python"] = format_block  # how markdown-exec runs Python
        md.treeprocessors["toc"].slugify = exercises.anchor
        md.lessons_page = self.page
        reader = Reader(md, self.page)
        md.preprocessors.register(reader, "lessons", 27)  # before superfences (25)
        md.parser.blockprocessors["olist"].LAZY_OL = False  # a list may begin at 3
        md.parser.blockprocessors["table"].__class__ = Table
        md.treeprocessors["attr_list"].__class__ = Attributes
        displayed = Displayed(md.parser)
        md.parser.blockprocessors.register(displayed, "displayed", 12)  # before prose (10)
        md.postprocessors.register(Finish(md), "lesson-finish", -10)  # after all others
        # after Markdown's own links (130)
        md.inlinePatterns.register(glossary.TermLinks(md), "terms", 128)


def makeExtension(**options) -> Lessons:
    return Lessons(**options)


class Reader(Preprocessor):
    """Reads the page, checks its fences, and puts the forms of exercises in their place."""

    def __init__(self, md, page: Page | None):
        super().__init__(md)
        self.given = page

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        page = self.given
        is_hooked = any(name.endswith("hooks.py") for name in sys.modules)
        if "relpath" in self.md.treeprocessors and not is_hooked:  # MkDocs is at work
            raise BuildError("mkdocs.yml: the pages need hooks: [scripts/hooks.py]")
        if not page:
            # the beginning of a post, which the blog shows by itself
            page = self.md.lessons_page = Page(source="page", written=text)
            text = prepared(text, page)
        page.fences, page.blocks, page.ran, page.exercises = {}, [], [], []
        page.seen.clear()
        page.rows.clear()
        page.formulas = [
            (found.display, found.tex, found.line)
            for found in labels.formulas(text, lambda *_: None)
        ]
        written = page.written.split("\n")[page.offset :]
        document = Document("\n".join(source.shown(text.split("\n"), written)))
        if document.unclosed:
            page.fail("this fence is never closed", document.unclosed.line)
        pushed = widgets.push(document, page)
        for fence in document.fences:
            self.begin(fence, document, pushed.get(fence.line, []), page)

        def finish(asked: exercises.Exercise, number: int) -> list[str] | None:
            is_right = compute(asked, page)
            return (
                exercise.written(asked, number, page, self.md.htmlStash.store) if is_right else None
            )

        lines = exercises.Reader(page, finish).read(document)
        return glossary.ordered(lines) if page.source == glossary.PAGE else lines

    def begin(self, fence: Fence, document: Document, pushed: list[str], page: Page) -> None:
        """Check a fence, and tell markdown-exec its line."""
        header, above, is_right = fence.header, widgets.spots(fence, pushed), True
        try:
            options.check(fence, page)
        except PageError:
            is_right = False
            header = fence.header if fence.part else "text"
        if fence.number:
            page.fences[fence.line] = fence if is_right else None
            header = f'python exec="on" line="{fence.line}"'
            if name := fence.options.get("widget"):
                above += ["", fence.indent + widgets.anchors(name, document.lines, page), ""]
        fence.shown = [*above, fence.indent + fence.marks + header, *fence.raw[1:]]


def prepared(text: str, page: Page) -> str:
    """The Markdown without its labels, and with its computed numbers; whoever reads it, reads it so."""
    return prose.computed(labels.unlabelled(text, page.note), page)


def format_block(*, code: str, md, extra: dict[str, str], **ignored) -> str:
    """The HTML of a block, for markdown-exec: complete, so that it does not build a second Markdown for each."""
    page = md.lessons_page

    def run(code: str, *, line: str, **ignored) -> str:
        return run_block(int(line), page)

    try:
        return base_format(language="python", run=run, code=code, md=md, html=True, extra=extra)
    except PageError:
        pass
    except Exception as error:  # superfences would publish the fence as prose
        message = f"the engine failed: {type(error).__name__}: {error}"
        page.note(message, int(extra["line"]), len(page.blocks))
    return nothing(page)


def run_block(line: int, page: Page) -> str:
    """Run the block that stands at this line, and return its HTML."""
    page.blocks.append(line)
    fence = page.fences[line]
    if not fence or any(map(page.is_told, range(line, line + len(fence.raw)))):
        return nothing(page)  # a block with a fault shows nothing, and counts as one
    segments = segments_of(fence, page)
    run = executed(segments, line, fence.number, fence.options, page)
    return show(run, segments, page) if run else nothing(page)


class Table(tables.TableProcessor):
    """A table whose rows have as many cells as its head; Markdown would drop the others."""

    def _build_row(self, row: str, parent, align: list) -> None:
        super()._build_row(row, parent, align)
        page = self.parser.md.lessons_page
        line = page.line_of_row(row)
        if (cells := len(self._split_row(row))) != len(align):
            page.note(
                f"this row has {cells} cells, and the table's head {len(align)}; a bar within one is written \\|, "
                f"in a formula \\vert: {row}",
                line,
            )


class Attributes(attr_list.AttrListTreeprocessor):
    """What stands in braces after an element, where it is an attribute."""

    KNOWN = re.compile(
        r"[.]|id|class|title|lang|width|height|target|rel|download|loading|(?:data|aria)-[\w-]+"
    )

    def assign_attrs(self, elem, attrs_string: str, *, strict: bool = False) -> str:
        attrs, left = attr_list.get_attrs_and_remainder(attrs_string)
        if not (strict and left) and not all(self.KNOWN.fullmatch(name) for name, _ in attrs):
            page = self.md.lessons_page
            for line in page.lines_of(attrs_string + "}"):
                page.note(
                    f"{{{attrs_string}}} would be no words here but attributes; braces are written \\{{ and \\}}",
                    line,
                )
        return super().assign_attrs(elem, attrs_string, strict=strict)


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
        page = self.md.lessons_page
        if page.late is not None:
            return text
        text = formulas.set_formulas(snippets.put_files(text, page), page)
        if page.noted:
            raise PageError(report(page.faults))
        return text
