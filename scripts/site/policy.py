"""The Content-Security-Policy of every page.

It stands in a meta element, because a static host sends no headers of ours.

A page may use what the site itself publishes, and nothing else. The few scripts that the theme
writes into its pages are allowed one by one, each by the SHA-256 of its text in the finished page.
"""

import re
from pathlib import Path

from mkdocs.exceptions import BuildError

from scripts.vendor.thirdparty import integrity

POLICY = {
    "default-src": ["'none'"],
    # The sums of inline scripts join this one. WebAssembly is Python in the page (run/python.js).
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "style-src": ["'self'"],
    "style-src-attr": ["'unsafe-inline'"],  # KaTeX places the parts of a formula by attributes
    "img-src": ["'self'", "data:"],  # the icons in the theme's style sheet are data: images
    "font-src": ["'self'"],
    "connect-src": ["'self'"],  # the search fetches its index
    # The search; the service worker; Python, whose worker is a blob so that the policies of its frame hold in it.
    "worker-src": ["'self'", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],  # the search form of 404.html
}
FRAME = (
    Path(__file__).parents[2] / "docs/javascripts/run/frame.js"
)  # runs in the frame around Python, which has this policy too
INLINE = re.compile(r"<script((?:\s[^>]*)?)>(.*?)</script>", re.DOTALL)
START = '<meta charset="utf-8">'  # must come first; the policy holds for what comes after it


def add(page: str, from_folder: bool = False) -> str:
    """`page` with its policy."""
    scripts = [text for attributes, text in INLINE.findall(page) if is_code(attributes)]
    if 'name="python-runtime"' in page:
        scripts.append(FRAME.read_text("utf-8"))
    allowed = POLICY | {"script-src": POLICY["script-src"] + sorted(set(map(sum_of, scripts)))}
    content = "; ".join(" ".join([name, *sources]) for name, sources in allowed.items())
    if from_folder:  # browsers differ in what 'self' is for a page that was opened as a file
        content = content.replace("'self'", "'self' file:")
    if START not in page:
        raise BuildError(f"a page has no {START}, after which its policy must stand")
    policy = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return page.replace(START, f"{START}\n{policy}", 1)


def is_code(attributes: str) -> bool:
    """Whether a script element holds code: neither a file's, nor data such as application/json."""
    return not re.search(r'\ssrc=|\stype="?application/', attributes)


def sum_of(script: str) -> str:
    return f"'sha256-{integrity(script.encode())}'"
