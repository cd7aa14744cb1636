"""A form of the guide for authors, shown as one types it above what becomes of it.

    <!--source-->
    $f'(x) = 2x % = df(x)$
    <!--/source-->

What stands between the marks is an ordinary part of the page; its lines are shown besides, in place of the first mark.
"""

from html import escape

BEGINS, ENDS = "<!--source-->", "<!--/source-->"
SHOWN = '<div class="source" data-search-exclude><pre><code>{}</code></pre></div>'


def shown(lines: list[str], written: list[str]) -> list[str]:
    """The lines with a listing in place of each first mark; `written` are the same lines as they stand in the file."""
    out = list(lines)
    for begin in (at for at, line in enumerate(lines) if line == BEGINS):
        end = lines.index(ENDS, begin)
        text = escape("\n".join(written[begin + 1 : end]).strip("\n"))
        out[begin], out[end] = SHOWN.format(text.replace("\n", "&#10;")), ""  # on one line
    return out
