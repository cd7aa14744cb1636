"""How long a page takes to read."""

import html
import re

from scripts.text.course import minutes


def reading_time(content: str) -> int:
    """Minutes for a page, without its exercises and folded parts."""
    for apart in (r'<section [^>]*class="exercise".*?</section>', r"<details.*?</details>"):
        content = re.sub(apart, " ", content, flags=re.DOTALL)
    prose = re.sub(
        r'<(div|span) class="arithmatex">.*?</\1>',
        lambda m: " x " * (m[1] == "span"),
        content,
        flags=re.DOTALL,
    )
    return minutes(
        words=len(words(prose).split()),
        code_lines=sum(
            code.count("\n") + 1
            for code in re.findall(r"<pre(?: [^>]*)?>(.*?)</pre>", content, re.DOTALL)
        ),
        figures=content.count("<!--late figure "),
        formulas=content.count('<div class="arithmatex">'),
    )


def words(content: str) -> str:
    """The text of a page without its code."""
    content = re.sub(
        r"<(pre|code|textarea|svg|style|script)\b.*?</\1>|<!--.*?-->", " ", content, flags=re.DOTALL
    )
    content = re.sub(r"<[a-zA-Z][^>]*>", "\x1f", content)  # a space, but not to the patterns of RAW
    return html.unescape(re.sub(r"<[^>]+>", " ", content))
