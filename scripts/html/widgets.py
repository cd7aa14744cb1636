"""Interactive figures: a static figure that the page's script makes answer to the hand.

    ```python exec="on"
    #| widget: secant-to-tangent
    #| alt: …

The block's figure stands on the page as any other, inside a custom element of that name, which docs/javascripts/widgets/
holds. The element starts from the block's own variables, so that it shows what Python computed. A link to `#name:x=2,h=0.1`
shows that state of it; `#name` is how it starts. A link to `#above:h=1e-9` sets numbers of the listing above it.
"""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scripts.blocks.includes import segments_of, text_of
from scripts.blocks.options import SHAPES, WIDGETS
from scripts.html.templates import macros
from scripts.text import reading
from scripts.text.context import ROOT, Page, PageError
from scripts.text.document import Document, Fence

GALLERY = "about/figures.md"
LINK = re.compile(r"\]\(#([\w-]+):([^)\s]+)\)")
ABOVE = re.compile(r"\]\(#above:([^)\s]+)\)")
NUMBER = r"-?\d*\.?\d+(e[+-]?\d+)?"
FIELDS = re.compile(r"this\.fields = \{(.*?)\n    \}", re.DOTALL)  # of a widget's script
# One with "of" is a word to choose, of those in maths.js, and not a number.
FIELD = re.compile(r"(\w+): \{ at: (.*?)(?=\w+: \{ at:|\Z)", re.DOTALL)
CONSTANT = re.compile(r"\b([A-Z]+) = (-?\d[\w.]*|\[[-\d., ]*\])")


def element(name: str, values: dict, figure: str) -> str:
    """The custom element around its static figure, with what the block computed."""
    data = [(key.lower(), json.dumps(values[key])) for key in WIDGETS[name]]
    return macros("listing.html").widget(name, data, figure)


def check_state(name: str, state: str, line: int, page: Page) -> None:
    """Stop at a link to a state that the widget's script would not take."""
    script, maths = (
        (ROOT / f"docs/javascripts/widgets/{file}.js").read_text("utf-8")
        for file in (name, "maths")
    )
    found = FIELDS.search(script)
    fields = dict(FIELD.findall(found[1])) if found else {}
    chosen = re.search(r"\bf=(\w+)", state) or re.search(r'at: "(\w+)"', script)
    for part in sorted(state.split(","), key=lambda part: not part.startswith("f=")):
        field, _, value = part.partition("=")
        if field not in fields:
            known = ", ".join(fields) or "nothing: its script has no this.fields = { … }"
            page.fail(
                f"the link #{name}:{state} sets {field!r}; the state of this figure is {known}",
                line,
            )
        is_number = re.fullmatch(NUMBER, value)
        if words := re.search(r" of: (\w+)", fields[field]):
            listed = re.search(rf"const {words[1]} = \{{(.*?)^\}}", maths, re.DOTALL | re.MULTILINE)
            known = re.findall(r"^  (\w+):", listed[1], re.MULTILINE)
            fits, kind = value in known, f"one of {', '.join(known)}"
        else:
            low, high = limits(fields[field], script, chosen and chosen[1])
            fits = is_number and low <= float(value) <= high
            kind = f"a number from {low:g} to {high:g}"
        if not fits:
            page.fail(f"the link #{name}:{state} sets {field} to {value!r}, not to {kind}", line)


def limits(field: str, script: str, chosen: str | None) -> tuple[float, float]:
    """The least and the greatest number that a field may be, where this function is chosen."""
    if " bounds:" in field:
        field = re.search(rf"\b{chosen}: \{{(.*?)\}}", script)[1]
    for shared in re.findall(r"\.{3}(\w+)", field):
        field += re.search(rf"\b{shared} = \{{(.*?)\}}", script)[1]
    known = {name: ast.literal_eval(value) for name, value in CONSTANT.findall(script)}
    low, high = (re.search(rf"\b{end}: ([^,}}\s]+)", field)[1] for end in ("min", "max"))
    return eval(low, {}, known), eval(high, {}, known)


def push(document: Document, page: Page) -> dict[int, list[str]]:
    """Let links to numbers lead to the next listing above that has these; the states linked to, by the line of its fence."""
    found: dict[int, list[str]] = {}
    above: list[Fence] = []
    outside = 0

    def lead(link: re.Match) -> str:
        state = dict(part.partition("=")[::2] for part in link[1].split(","))
        fits = (fence for fence in reversed(above) if state.keys() <= numbers_of(fence, page))
        fence = next(fits, None)
        wrong = [
            f"{name} to {value!r}"
            for name, value in state.items()
            if not re.fullmatch(NUMBER, value)
        ]
        if wrong:
            page.note(f"the link #above:{link[1]} sets {wrong[0]}, not to a number", piece.line)
        elif not fence:
            names = " and ".join(state)
            page.note(
                f"no listing above the link #above:{link[1]} sets {names} to a number", piece.line
            )
        else:
            found.setdefault(fence.line, []).append(link[1])
            return f"](#block-{fence.number}:{link[1]})"
        return "](#)"  # the link is told; that it leads nowhere is no news

    for piece in document.pieces:
        if piece.begins:
            outside = len(above)
        elif (
            piece.mark and not piece.mark["word"]
        ):  # no exercise's listing is meant from outside of it
            del above[outside:]
        if piece.fence and piece.fence.number:
            above.append(piece.fence)
        piece.text = ABOVE.sub(lead, piece.text)
    return found


def numbers_of(fence: Fence, page: Page) -> set[str]:
    with suppress(PageError, SyntaxError):  # told where the block is run
        return numbers(text_of(segments_of(fence, page)))
    return set()


def numbers(code: str) -> set[str]:
    """The names that a listing sets to a number; as docs/javascripts/run/numbers.js has them."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                several = isinstance(target, ast.Tuple) and hasattr(node.value, "elts")
                sides = (target.elts, node.value.elts) if several else ([target], [node.value])
                found += zip(*sides, strict=False)
        elif isinstance(node, ast.arguments):
            found += zip(node.args[::-1], node.defaults[::-1], strict=False)
            found += zip(node.kwonlyargs, node.kw_defaults, strict=True)
        elif isinstance(node, ast.keyword):
            found.append((node, node.value))
    signless = [(name, getattr(value, "operand", value)) for name, value in found]
    return {
        getattr(name, "id", getattr(name, "arg", None))
        for name, value in signless
        if isinstance(value, ast.Constant) and type(value.value) in (int, float)
    }


def spots(fence: Fence, states: list[str]) -> list[str]:
    """What links that push numbers of this listing lead to."""
    made = macros("listing.html").anchors(
        f"block-{fence.number}", list(dict.fromkeys(states)), False
    )
    return ["", fence.indent + made, ""] if states else []


def anchors(name: str, lines: list[str], page: Page) -> str:
    """What links to the figure and to its states lead to; it stands in the Markdown, where links are checked."""
    states = []
    for at, line in enumerate(lines, 1):
        for linked, state in LINK.findall(line):
            if linked == name:
                check_state(name, state, at, page)
                states.append(state)
    return macros("listing.html").anchors(name, list(dict.fromkeys(states)))


def gallery(docs: Path) -> Iterator[tuple[str, str]]:
    """The page that shows authors every widget that a page uses, with its fence; nothing if there is none."""
    found: dict[str, tuple[str, str]] = {}
    for path in reading.found(docs, "tutorials/**/*.md"):
        for fence in Document(reading.text(path)).blocks:
            if name := fence.options.get("widget"):
                source = path.relative_to(docs).as_posix(), "\n".join(fence.raw)
                found.setdefault(name, source)
    if not found:
        return
    parts = [
        "---\ntitle: Interactive figures\ndescription: Every interactive figure of the lessons, with the fence that puts it on"
        " a page.\nsearch:\n  exclude: true\n---\n",
        "# Interactive figures\n",
        "For authors. The option `#| widget: …` makes a block's figure answer to the hand: give it to a block that draws a",
        "figure and sets the variables that the widget starts from. Without JavaScript, and on paper, the figure of the block",
        "stands there. A link such as `[see it](#secant-to-tangent:x=2,h=0.1)` shows one state of it; dragging writes the",
        "state into the page's address. A widget stands once on a page.\n",
    ]
    for name in filter(found.get, WIDGETS):
        page, fence = found[name]
        reads = ", ".join(
            f"`{variable}` ({SHAPES[form]})" for variable, form in WIDGETS[name].items()
        )
        parts += [
            f"## {name.replace('-', ' ').capitalize()} {{#about-{name}}}\n",
            f"It reads {reads}. From [{page}](../{page}#{name}):\n",
            f"{fence}\n",
            '??? example "Its fence"\n',
            *[f"    {line}".rstrip() for line in ["````markdown", *fence.split("\n"), "````"]],
            "",
        ]
    yield GALLERY, "\n".join(parts)
