"""Interactive figures: a static figure that the page's script makes answer to the hand.

    ```python exec="on" widget="secant-to-tangent" alt="…"

The block's figure stands on the page as any other, inside a custom element of that name, which docs/javascripts/widgets/
holds. The element starts from the block's own variables, so that it shows what Python computed. A link to `#name:x=2,h=0.1`
shows that state of it; `#name` is how it starts.
"""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

# Each widget with the variables that it reads from its block: numbers, or lists or arrays of numbers.
WIDGETS = {
    "secant-to-tangent": ("x", "hs"),
    "gradient-field": ("points",),
    "neuron-circuit": ("x", "y", "w", "b"),
    "descent-path": ("X", "y", "x0"),
    "fitted-line": ("X", "y", "x0"),
}
GALLERY = "about/figures.md"
LINK = re.compile(r"\]\(#([\w-]+):([^)\s]+)\)")
FENCE = re.compile(r'^```python [^\n]*\bwidget="([\w-]+)".*?^```$', re.DOTALL | re.MULTILINE)


def element(name: str, values: dict, figure: str) -> str:
    """The custom element around its static figure, with what the block computed."""
    data = "".join(
        f' data-{key.lower()}="{html.escape(json.dumps(value))}"' for key, value in values.items()
    )
    return f'<{name} class="widget"{data}>{figure}</{name}>'


def anchors(name: str, lines: list[str]) -> str:
    """What links to the figure and to its states lead to; it stands in the Markdown, where links are checked."""
    states = [state for line in lines for linked, state in LINK.findall(line) if linked == name]
    spans = "".join(f'<span id="{name}:{html.escape(s)}"></span>' for s in dict.fromkeys(states))
    return f'<div class="widget-anchor" id="{name}">{spans}</div>'


def gallery(docs: Path) -> Iterator[tuple[str, str]]:
    """The page that shows authors every widget that a page uses, with its fence; nothing if there is none."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((docs / "tutorials").rglob("*.md")):
        for fence in FENCE.finditer(path.read_text("utf-8")):
            found.setdefault(fence[1], (path.relative_to(docs).as_posix(), fence[0]))
    if not found:
        return
    parts = [
        "---\ntitle: Interactive figures\ndescription: Every interactive figure of the lessons, with the fence that puts it on"
        " a page.\nsearch:\n  boost: 0.1\n---\n",
        "# Interactive figures\n",
        'For authors. The option `widget="…"` makes a block\'s figure answer to the hand: give it to a block that draws a',
        "figure and sets the variables that the widget starts from. Without JavaScript, and on paper, the figure of the block",
        "stands there. A link such as `[see it](#secant-to-tangent:x=2,h=0.1)` shows one state of it; dragging writes the",
        "state into the page's address. A widget stands once on a page.\n",
    ]
    for name in filter(found.get, WIDGETS):
        page, fence = found[name]
        reads = ", ".join(f"`{variable}`" for variable in WIDGETS[name])
        parts += [
            f"## {name.replace('-', ' ').capitalize()} {{#about-{name}}}\n",
            f"It reads {reads}. From [{page}](../{page}#{name}):\n",
            f"{fence}\n",
            '??? example "Its fence"\n',
            *[f"    {line}".rstrip() for line in ["````markdown", *fence.split("\n"), "````"]],
            "",
        ]
    yield GALLERY, "\n".join(parts)
