"""A block as the page shows it: its listing with what it printed, or its figure with both folded below."""

import html
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from scripts.blocks import figures
from scripts.blocks.includes import Segment, imported, test_of
from scripts.blocks.run import Run
from scripts.html import widgets
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import Page

# Names, operators and the like have the colour of the code around them (docs/stylesheets/extra.css): most of all elements.
UNCOLOURED = re.compile(r'<span class="(?:n|o|ow|p|w|sa|si|kc|nv|vc|vg|vi|na)">([^<]*)</span>')


def show(run: Run, segments: list[Segment], page: Page) -> str:
    result, options, number = run.result, run.options, run.number
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
        panel("output output--warning", "Warning", result.stderr, name) if result.stderr else ""
    )
    if "alt" in options:
        numbers = f"{ident}-numbers" if result.stdout else ""
        svg = figures.publish(result.figures[0], ident, options["alt"], numbers)
        if "widget" in options:
            svg = widgets.element(options["widget"], result.values, svg)
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
                    panel("output", "Numbers", result.stdout, name, numbers, differs),
                )
                + folds
            )
        return page.put(
            f'<figure class="figure" id="{ident}">{caption}{svg}{folds}</figure>', kind="figure"
        )
    output = (
        panel("output", "Output", result.stdout, name, differs=differs) if result.stdout else ""
    )
    page.seen.update(segment.file for segment in segments if segment.file)
    whole = f'<div class="listing" id="{ident}">{listing}{output}{warning}</div>'
    for_search = html.escape("\n".join(fresh), quote=False)
    skipped = " data-search-exclude" if "cell" in options else ""  # it is counted, not searched
    return page.put(whole, f"<pre{skipped}><code>{for_search}</code></pre>", kind="listing")


def nothing(page: Page) -> str:
    """In the place of a block with a fault."""
    return page.put(f'<div id="block-{len(page.blocks)}"></div>', kind="listing")


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
