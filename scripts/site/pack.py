"""Makes a built site light to open; what it shows and does stays the same.

The style sheets of a page become one file, and so do its scripts: `extra_css` and `extra_javascript` in
mkdocs.yml name what every page needs at once. The rest a script fetches when it is wanted, by
`import("./name.js")`. Of our scripts comments and spaces are left out. Of the theme's style sheets and KaTeX's the rules
stay that may match something on the site, of KaTeX's fonts the letters that its formulas use. Search fetches its index
with the first letter that one types.

What is made has a sum of its content in its name, so a browser may keep it. Under `mkdocs serve`, and in a copy for
a folder, nothing is packed.
"""

import base64
import hashlib
import html
import io
import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from functools import partial
from itertools import zip_longest
from pathlib import Path

from scripts.site import policy, unused
from scripts.text.cache import key, store
from scripts.text.context import BuildError

ROOT = r'(?P<root>[^":]*?)'  # from the page to the site: "../../"
STYLE = re.compile(
    rf' *<link rel="stylesheet" href="{ROOT}(?P<file>(?:assets|stylesheets)/[^":]+)"'
    r'(?P<print> media="print")?>\n?'
)
SCRIPT = re.compile(
    rf' *<script src="{ROOT}(?P<file>javascripts/[^":]+)" type="module"></script>\n?'
)
ADDRESS = re.compile(r"""url\((?!["']?(?:data:|#))["']?([^)"']+)["']?\)""")
THEME = re.compile(r'<script(?= src="[^":]*assets/javascripts/bundle\.)')
STYLES, SCRIPTS = "assets/stylesheets", "javascripts"  # where the packed files lie
LANGUAGES = "assets/javascripts/lunr/"  # the search's
FONTS, WORKERS, SEARCH = "assets/katex/fonts", "assets/javascripts/workers", "search"


def pack(site: Path) -> None:
    """Pack the site in this folder."""
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    letters = sorted(set().union(*map(letters_of, pages.values())))
    renamed = dict(subset(font, letters) for font in sorted(site.glob(f"{FONTS}/*.woff2")))
    renamed |= later_search(site)
    for file in site.glob(f"{SCRIPTS}/**/*.js"):
        if file.name != policy.FRAME.name:  # whose sum stands in the pages
            close_up(file)
    names = re.compile("|".join(map(re.escape, renamed)) or "(?!)")
    rename = partial(names.sub, lambda match: renamed[match[0]])
    names = unused.Names(pages.values(), (path.read_text("utf-8") for path in later_files(site)))
    made: dict[tuple, str] = {}
    for path, page in pages.items():
        page = join(page, STYLE, made, lambda files: style(site, files, rename, names))
        page = join(page, SCRIPT, made, lambda files: script(site, files))
        page = THEME.sub(
            "<script defer", page
        )  # it stands at the page's end; now it does not block
        path.write_text(rename(page), "utf-8", newline="\n")
    for file in {site / name for files in made for name, _ in files}:
        file.unlink()
        file.with_name(f"{file.name}.map").unlink(missing_ok=True)


def drop_languages(site: Path) -> None:
    """Leave out what search in other languages needs: a megabyte, of a dozen authors. English needs none of it."""
    index = json.loads((site / SEARCH / "search_index.json").read_text("utf-8"))
    if index["config"]["lang"] == ["en"]:
        shutil.rmtree(site / LANGUAGES)


def join(page: str, element: re.Pattern, made: dict[tuple, str], make) -> str:
    """The page with one element for all that match; `make` writes what it names, once for all pages."""
    found = list(element.finditer(page))
    if not found:
        return page
    files = tuple((match["file"], match.groupdict().get("print")) for match in found)
    if files not in made:
        made[files] = make(files)
    first = found[0]
    one = first[0].replace(first["file"], made[files])
    return page[: first.start()] + one + element.sub("", page[first.end() :])


def later_files(site: Path) -> Iterator[Path]:
    """The scripts, and the style sheets that they fetch: what may name more than the pages do."""
    yield from (path for path in site.rglob("*.js") if LANGUAGES not in path.as_posix())
    for folder in ("javascripts", "assets/editor"):
        yield from site.glob(f"{folder}/**/*.css")


def style(site: Path, files: tuple, rename, names: unused.Names) -> str:
    """One style sheet of many; its address in the site."""
    sheets = []
    for name, is_print in files:
        css = re.sub(r"/\*.*?\*/", "", (site / name).read_text("utf-8"), flags=re.DOTALL)
        css = re.sub(r"\s*\n\s*", "\n", ADDRESS.sub(partial(moved, posixpath.dirname(name)), css))
        if name.startswith("assets/"):  # of our own sheets each rule is meant
            css = unused.without_idle_rules(css, names)
        sheets.append(f"@media print{{{css}}}" if is_print else css)
    css = unused.without_idle_properties("\n".join(sheets), names)
    return write(site, f"{STYLES}/site.css", rename(css).encode())


def moved(folder: str, match: re.Match) -> str:
    """An address in a style sheet of `folder`, as it is in the packed one."""
    return f"url({posixpath.relpath(posixpath.join(folder, match[1]), STYLES)})"


def script(site: Path, files: tuple) -> str:
    """One module of many, each in a scope of its own; its address in the site."""
    code = [f"{{\n{(site / name).read_text('utf-8')}}}\n" for name, _ in files]
    return write(site, f"{SCRIPTS}/site.js", "".join(code).encode())


def close_up(file: Path) -> None:
    """Leave comments and spaces out of a script; its words stay."""
    code = file.read_text("utf-8")
    made = store().get(key("script", code), lambda: closed_up(code, file.name))
    file.write_text(made, "utf-8", newline="\n")


def closed_up(code: str, name: str) -> str:
    import rjsmin  # here, as Pygments: most builds have all their scripts in the cache

    made = rjsmin.jsmin(code)
    for word, kept in zip_longest(words(code), words(made)):
        if word != kept:  # it knows no template within a template
            raise BuildError(
                f"docs/javascripts/…/{name}: without its spaces {word!r} would be {kept!r}. "
                "Write it without a template in a template (`…${`…`}…`)."
            )
    return made


def words(code: str) -> Iterator[str]:
    from pygments.lexers import JavascriptLexer
    from pygments.token import Comment, Whitespace

    tokens = JavascriptLexer().get_tokens(code)
    return (
        text for kind, text in tokens if text and kind not in Comment and kind not in Whitespace
    )


def write(site: Path, name: str, content: bytes) -> str:
    """Write a file under its name with a sum of its content; its address in the site."""
    stem, ending = posixpath.splitext(name)
    address = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.min{ending}"
    (site / address).write_bytes(content)
    return address


def letters_of(page: str) -> set[str]:
    """The letters of the formulas of a page, as KaTeX shows them."""
    letters: set[str] = set()
    for formula in page.split('<span class="katex-html"')[1:]:
        depth = 1
        for text, end, tag in re.findall(r">([^<]*)<(/?)(\w+)", formula):
            letters.update(html.unescape(text))
            depth += (tag == "span") * (-1 if end else 1)
            if not depth:
                break
    return letters


def subset(font: Path, letters: list[str]) -> tuple[str, str]:
    """Keep these letters of a font; its name, and its new one."""
    source = font.read_bytes()
    made = store().get(
        key("font", hashlib.sha256(source).hexdigest(), letters),
        lambda: base64.b64encode(with_letters(source, letters)).decode(),
    )
    address = write(font.parent, font.name, base64.b64decode(made))
    font.unlink()
    return font.name, address


def with_letters(source: bytes, letters: list[str]) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    # Without hints, which only screens with large pixels ask for, and which weigh more than the letters.
    subsetter = Subsetter(Options(hinting=False, layout_features=[], name_IDs=[0]))
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def later_search(site: Path) -> dict[str, str]:
    """Have search wait for the first letter; the worker's name, and its new one."""
    index, (worker,) = site / SEARCH / "search_index.json", site.glob(f"{WORKERS}/search.*.min.js")
    whole = json.loads(index.read_text("utf-8"))
    name = write(site, f"{SEARCH}/{index.name}", index.read_bytes())
    index.write_text(
        json.dumps(whole | {"docs": []}), "utf-8", newline="\n"
    )  # the theme asks for it at once
    where = {"worker": worker.name, "index": posixpath.relpath(name, WORKERS)}
    code = (Path(__file__).parent / "search-later.js").read_text("utf-8")
    later = write(site, f"{WORKERS}/later.js", code.replace("{}", json.dumps(where), 1).encode())
    return {worker.name: posixpath.basename(later)}
