"""The files of the site that are made, not written."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.blocks import labs
from scripts.html import formulas, snippets, widgets
from scripts.text import reading
from scripts.text.context import ROOT, SNIPPETS
from scripts.vendor import bill


def generated(
    docs: Path, katex: Path, python, parts: list, programs: dict[str, str]
) -> Iterator[tuple[str, str | bytes, str]]:
    """Each file's path in docs/, its content, and what one edits to change it, from docs/; "" if it is no page.

    `python`: the Python for the page, if there is one. `programs`: the labs.
    """
    for target, content in katex_files(katex):
        yield target, content, ""
    for target, content in run_files(python.editor) if python else ():
        yield target, content, ""
    for name, source in programs.items() if python else ():
        needed = json.dumps(labs.needed(source), ensure_ascii=False)
        yield f"{name.removesuffix('.py')}/run.json", needed, ""
    for target, content in data_files():
        yield target, content, ""
    for target, content in bill.pages(parts):
        yield target, content, "../scripts/vendor/bill.py"
    for target, content in widgets.gallery(docs):
        yield target, content, "../scripts/html/widgets.py"
    for name, target, content in snippets.snippet_pages(docs):
        yield target, content, f"../snippets/{name}"


def katex_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What the pages need of KaTeX: its style sheet, fonts and licence, under their addresses."""
    yield "assets/katex/katex.min.css", formulas.stylesheet(folder).encode()
    for path in [*sorted(folder.glob("fonts/*.woff2")), folder / "LICENSE"]:
        yield f"assets/katex/{path.relative_to(folder).as_posix()}", path.read_bytes()


def run_files(editor: Path) -> Iterator[tuple[str, bytes]]:
    """What a listing needs to be edited and run: the editor, and what runs a block, here as in the page."""
    for path in sorted(path for path in editor.rglob("*") if path.is_file()):
        code = re.sub(rb"//# sourceMappingURL=.*", b"", path.read_bytes())
        name = path.relative_to(editor).as_posix().removeprefix("dist/")
        yield f"assets/editor/{name}", code
    for name in ("in_page.py", "program.py", "figures.py", "figures.mplstyle"):
        yield f"assets/run/{name}", reading.text(ROOT / "scripts/blocks" / name).encode()


def data_files() -> Iterator[tuple[str, bytes]]:
    """What a copied snippet reads, for each the path in docs/ and the content."""
    for path in reading.found(SNIPPETS, "**/*.csv"):
        yield f"code/{path.relative_to(SNIPPETS).as_posix()}", reading.text(path).encode()
