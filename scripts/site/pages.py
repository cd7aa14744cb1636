"""Keeps the HTML of a page's Markdown between builds, so that a rebuild costs what has changed.

The key of a page holds its Markdown, every byte of the snippets that it names, the configuration, the addresses of all files
that it may link to, and what `cache.key` adds (versions, this folder). A page with a fault is not kept.
"""

import hashlib
import re
from collections.abc import Callable
from copy import copy
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from scripts.blocks.run import Run
from scripts.html import checks, formulas, glossary, templates
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import SNIPPETS, TESTS, PageError

LATE = re.compile(r"<!--late \w* (\d+)-->.*?<!--/late-->", re.DOTALL)
KEPT = ("exercises", "late")  # besides what ran: all that is asked of a page once it is rendered


@dataclass
class Around:
    """What a page's HTML can depend on outside of the page."""

    everywhere: str  # a sum of what any page can depend on
    snippets: dict[str, str]  # a sum of each snippet, under its name

    def of(self, text: str) -> list[str]:
        """What a page with this text depends on: no snippet matters that it does not name, for none takes from another."""
        words = set(re.findall(r"\w+", text))
        return [self.everywhere, *(self.snippets[name] for name in self.snippets if name in words)]


def surroundings(config, files) -> Around:
    seen = hashlib.sha256(Path(config.config_file_path).read_bytes())
    terms = Path(config.docs_dir, glossary.PAGE)  # a link to a term carries its sentence
    seen.update(terms.read_bytes() if terms.is_file() else b"")
    snippets = {}
    for path in reading.found(SNIPPETS, "**/*.py"):
        seen.update(f"{path.relative_to(SNIPPETS)}\0".encode())
        before = snippets.get(path.stem, "")  # of another folder, with the same name
        snippets[path.stem] = hashlib.sha256(before.encode() + path.read_bytes()).hexdigest()
    for path in reading.found(TESTS, "**/test_*.py"):  # a listing links to its tests, if it has any
        seen.update(f"{path.relative_to(TESTS)}\0".encode())
    for path in reading.found(templates.FOLDER, "*"):
        seen.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for file in files:
        seen.update(f"{file.src_uri} {file.url}\0".encode())
    return Around(seen.hexdigest(), snippets)


def keep(page: Page, around: Around, warnings: list[str]) -> None:
    """Let `page` render from what was kept, if that was made from the same, and let no other page stop where it fails."""
    render = partial(_checked, page, page.render)
    if type(page) is Page:  # the blog's pages have ways of their own
        render = partial(_render, page, around, warnings)
    page.render = partial(_unless_it_fails, page, render)


def whole(html: str, made) -> str:
    """Put in what search need not read (figures, listings, formulas), and look at the page as it will be."""
    html = formulas.set_formulas(html, made)
    html = LATE.sub(lambda place: made.late[int(place[1])], html)
    checks.check_ids(html, made)
    return html


def _unless_it_fails(page: Page, render: Callable, config, files) -> None:
    """Of a page that cannot be rendered nothing is known, least of all its anchors."""
    config = copy(config)
    config.mdx_configs = config.mdx_configs | {"scripts.extension": {"page": page.made}}
    try:
        render(config, files)
    except PageError:
        page.content, page.links_to_anchors, page.present_anchor_ids = "", None, None


def _checked(page: Page, render: Callable, config, files) -> None:
    render(config, files)
    checks.check_content(page.content, page.made)


def _render(page: Page, around: Around, warnings: list[str], config, files) -> None:
    rendered, made = False, page.made

    def make() -> dict | None:
        nonlocal rendered
        rendered, before = True, len(warnings)
        _checked(page, partial(Page.render, page), config, files)
        is_right = len(warnings) == before and not made.noted
        return _facts(page) if is_right else None

    about = (made.source, made.written, made.offset, made.to_root, made.unit, made.late)
    outside = around.of(page.markdown + made.written)
    known = (page.markdown, *about, [asdict(one) for one in made.results], *outside)
    facts = store().get(key("page", *known), make)
    if rendered:
        return
    page.content = facts["content"]
    page.toc = get_toc(facts["toc"])
    page._title_from_render = facts["title"]
    page.present_anchor_ids = set(facts["anchors"])
    page.links_to_anchors = {
        files.get_file_from_path(path): links for path, links in facts["links"]
    }
    made.ran = [Run.from_json(one) for one in facts["ran"]]
    for name in KEPT:
        setattr(made, name, facts[name])


def _facts(page: Page) -> dict:
    """All that rendering leaves on the page, as JSON can hold it."""
    return {
        "content": page.content,
        "toc": [_token(item) for item in page.toc],
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids),
        "links": [(file.src_uri, links) for file, links in (page.links_to_anchors or {}).items()],
        "ran": [asdict(one) for one in page.made.ran],
        **{name: getattr(page.made, name) for name in KEPT},
    }


def _token(item: AnchorLink) -> dict:
    children = [_token(child) for child in item.children]
    return {"level": item.level, "id": item.id, "name": item.title, "children": children}
