"""The HTML of what pages hold besides their words: Jinja macros in docs/templates/blocks/.

The line breaks and indents of a template `….html` are its own and no part of the page; `….md.html` is Markdown, line for line.
"""

import html
import re
from functools import cache, partial

from jinja2 import Environment, FunctionLoader, StrictUndefined

from scripts.text import reading
from scripts.text.context import ROOT

FOLDER = ROOT / "docs/templates/blocks"


def source(name: str) -> str:
    text = reading.text(FOLDER / name)
    return text if name.endswith(".md.html") else re.sub(r"\n\s*", "", text)


@cache  # for one build: see on_config
def macros(name: str):
    """What a template defines, to be called from Python."""
    environment = (
        Environment(  # each macro says itself what is text: `|text`, and in attributes `|e`
            loader=FunctionLoader(source),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
    )
    text = partial(html.escape, quote=False)
    environment.filters |= {"e": html.escape, "text": text}
    environment.filters["lines"] = lambda said: text(said).replace("\n", "<br>\n")
    return environment.get_template(name).module
