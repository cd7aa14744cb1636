"""A block as the page shows it: its listing with what it printed, or its figure with both folded below."""

import html
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from scripts.blocks import figures
from scripts.blocks.includes import Segment, imported, test_of, text_of
from scripts.blocks.run import Run
from scripts.html import folds, widgets
from scripts.html.templates import macros
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import Page

# Names, operators and the like have the colour of the code around them (docs/stylesheets/extra.css): most of all elements.
UNCOLOURED = re.compile(r'<span class="(?:n|o|ow|p|w|sa|si|kc|nv|vc|vg|vi|na)">([^<]*)</span>')


def show(run: Run, segments: list[Segment], page: Page) -> str:
    result, options = run.result, run.options
    is_cell, name, ident = "cell" in options, f"{page.unit} {run.number}", f"block-{run.number}"
    parts, fresh, line = [], [], 0
    found = folds.folds(text_of(segments))
    for segment, following in pairwise([*segments, None]):
        file, lines = segment.file, segment.lines
        seen = page.seen.get(file)
        while not seen and following and following.file in page.seen and not lines[-1]:
            following.lines.insert(0, lines.pop())  # the space before a fold is folded too
        part = {"seen": seen, "id": ""}
        if seen:
            filled = sum(map(bool, lines))
            part |= {"file": file.split("/")[-1]}
            part |= {"length": f"{filled} lines" if filled > 1 else "1 line"}
            text = "\n".join(lines)
            part |= dict(zip(("before", "after"), text.split(text.strip("\n")), strict=True))
        else:
            fresh += lines
            within = folds.of_lines(found, line, len(lines))
            if file and "alt" not in options:  # the code of a figure is folded
                page.seen[file] = part["id"] = f"{ident}-{len(parts) + 1}"
            part["code"] = folds.marked(coloured(lines), lines, within)
        line += len(lines)
        parts.append(part)
    files = imported(result.text) if is_cell else run.files
    sources = [source_of(file, page.to_root) for file in files]
    make = macros("listing.html")
    listed = make.code(name, parts, sources, "run.json" if is_cell else "")
    known = (ident, name, listed, result, options.get("differs", ""))
    if "alt" in options:
        numbers = f"{ident}-numbers" if result.stdout else ""
        svg = figures.publish(result.figures[0], ident, options["alt"], numbers)
        if "widget" in options:
            svg = widgets.element(options["widget"], result.values, svg)
        return page.put(make.figure(*known, svg, options), kind="figure")
    skipped = " data-search-exclude" if is_cell else ""  # it is counted, not searched
    for_search = html.escape("\n".join(fresh), quote=False)
    for_search = f"<pre{skipped}><code>{for_search}</code></pre>"
    return page.put(make.listing(*known), for_search, kind="listing")


def nothing(page: Page) -> str:
    """In the place of a block with a fault."""
    return page.put(f'<div id="block-{len(page.blocks)}"></div>', kind="listing")


def whole_file(path: Path) -> str:
    """A listing of a file as it stands, not run."""
    code = coloured(reading.text(path).rstrip("\n").split("\n"))
    return macros("listing.html").file(path.name, code)


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
    from pygments import highlight, lexers  # here: most builds have all their listings in the cache
    from pygments.formatters import HtmlFormatter

    made = highlight(text, lexers.PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")
    return UNCOLOURED.sub(r"\1", made)


def source_of(file: str, to_root: str) -> dict:
    file = file.split(":")[0]
    href = f"{to_root}{code_page(file)}"
    return {"href": href, "name": file.split("/")[-1], "has_test": bool(test_of(file))}


def code_page(file: str) -> str:
    """The site's address of the page with a snippet's source and tests."""
    return f"code/{file.removesuffix('.py')}/"
