"""Reading without a network: a service worker for a published site, and a copy for a folder.

`OFFLINE=1 python -m mkdocs build` makes the copy. Its files lie where they always do. But a browser
that opens a file shows no folder as a page, loads no module and starts no worker. So the finished
pages are changed: links name the file, modules stand in the page, and search reads a script.
"""

import json
import re
from pathlib import Path

from mkdocs.exceptions import BuildError

from scripts.vendor.thirdparty import integrity

HERE = Path(__file__).parent
# No page shows these: the theme's source maps and other languages, what is for robots.
# Python is kept when a page asked for it and the reader agreed: it is three times as large as all else.
# Nor a lesson's notebook and listings to take along, a quarter of all: without a network there is the page, and its program.
NOT_KEPT = re.compile(
    r"\.map$|/lunr/|^assets/(cards|python)/|\.(xml|txt|ipynb)$|-\d\d\.py$|^legal/sbom\.json$|^sw\.js$|^\.built$"
)
SHARED = ("maths", "plot", "widget")  # what the interactive figures import
LINK = re.compile(r'(<a\s[^>]*?\bhref=")([^"#?:]+)(?=["#?])')
WIDGET = re.compile(r'<([\w-]+) class="widget"')
IMPORT = re.compile(r"^import .* from .*\n|^export (?=\w)", re.MULTILINE)
LATER = {  # scripts that widgets.js loads, by what of a page needs them
    ' class="exercise"': "exercises",
    "<my-progress": "my-progress",
    "<mistake-report": "mistake-report",
}
MODULE = re.compile(r'<script src="(?:\.\./)*([^":]+)" type="module"></script>')


def worker(site: Path, python: str = "") -> str:
    """The service worker for the files of `site`, and for the Python at this address."""
    files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not NOT_KEPT.search(name):
            address = re.sub(r"(^|/)index\.html$", r"\1", name)
            files[address] = integrity(path.read_bytes())
    listed = json.dumps(files, ensure_ascii=False, indent=0)
    code = (HERE / "sw.js").read_text("utf-8")
    return code.replace('""', json.dumps(python), 1).replace("{}", listed, 1)


def page(html: str, docs: Path) -> str:
    """A finished page as it opens from a folder."""
    html = html.replace("</head>", widgets(html, docs / "javascripts/widgets") + "</head>", 1)
    html = MODULE.sub(lambda match: modules(html, docs / match[1]), html)
    html = LINK.sub(lambda match: match[1] + file_of(match[2]), html)
    html = re.sub(
        r'<link rel="preload"[^>]*>', "", html
    )  # of fonts: a file may not be fetched that way
    return html.replace("</head>", inline(HERE / "search-without-server.js") + "</head>", 1)


def widgets(html: str, folder: Path) -> str:
    """The modules of the page's interactive figures as one, each figure's in a scope of its own."""
    if not (names := sorted(set(WIDGET.findall(html)))):
        return ""
    parts = [IMPORT.sub("", (folder / f"{name}.js").read_text("utf-8")) for name in SHARED]
    parts += [
        f"{{{IMPORT.sub('', (folder / f'{name}.js').read_text('utf-8'))}}}\n" for name in names
    ]
    return script("".join(parts), folder.name, ' type="module"')


def modules(html: str, path: Path) -> str:
    """A script as it stands in the page; before widgets.js those that it would load."""
    later = [name for sign, name in LATER.items() if sign in html and path.stem == "widgets"]
    paths = [*(path.with_name(f"{name}.js") for name in later), path]
    return "".join(inline(path, ' type="module"') for path in paths)


def file_of(link: str) -> str:
    """What a link to a page (`../about/`, `..`) is called as a file."""
    is_page = not link.startswith("/") and link.rsplit("/", 1)[-1] in ("", ".", "..")
    return f"{link.rstrip('/')}/index.html" if is_page else link


def inline(path: Path, attributes: str = "") -> str:
    return script(path.read_text("utf-8"), path.name, attributes)


def script(code: str, name: str, attributes: str) -> str:
    if re.search(r"^(import|export)\b(?!\()|</script", code, re.MULTILINE):
        raise BuildError(f"{name} has an import or export, so it cannot run inside a page")
    return f"<script{attributes}>{code}</script>"


def search_index(site: Path) -> None:
    """Beside the index that search fetches, one that it loads as a script."""
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    for entry in index["docs"]:
        path, mark, section = entry["location"].partition("#")
        entry["location"] = f"{path}index.html{mark}{section}"
    text = f"var __index = {json.dumps(index, separators=(',', ':'))}"
    (site / "search/search_index.js").write_text(text, "utf-8", newline="\n")
