"""The pages of snippets/: each file as it stands, with its tests and the pages that use it."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.blocks.includes import imported, test_of
from scripts.html.listing import code_page, whole_file
from scripts.text import reading
from scripts.text.context import ROOT, SNIPPETS, Page


def snippet_pages(docs: Path) -> Iterator[tuple[str, str, str]]:
    """For every snippet its name, the path of its page in docs/, and the page."""
    users = includers(docs)
    for path in reading.found(SNIPPETS, "**/*.py"):
        name = path.relative_to(SNIPPETS).as_posix()
        if path.name != "__init__.py":
            yield (
                name,
                code_page(name).rstrip("/") + ".md",
                snippet_page(name, users.get(name, [])),
            )


def includers(docs: Path) -> dict[str, list[str]]:
    """For each snippet the pages that include it, and the labs that import it."""
    found: dict[str, list[str]] = {}
    for path in sorted([*reading.found(docs, "**/*.md"), *reading.found(docs, "labs/*.py")]):
        text = reading.text(path)
        lab = path.suffix == ".py"
        names = imported(text) if lab else re.findall(r'--8<-- "([^":]+)', text)
        for name in sorted(set(names)):
            found.setdefault(name, []).append(path.relative_to(docs).as_posix())
    return found


def snippet_page(name: str, users: list[str]) -> str:
    """The page with a snippet's source, its tests, and the pages that include it."""
    up = "../" * (1 + name.count("/"))
    parts = [
        f"---\ntitle: {Path(name).name}\ndescription: Source and tests of snippets/{name}\n"
        "hide: [navigation]\nsearch:\n  exclude: true\n---\n",
        f"# {Path(name).name}\n",
        f"This is `snippets/{name}`, as the pages show it, run it and offer it for copying.\n",
        "## Source {#source}\n",
        f"<!--file snippets/{name}-->\n",  # here `put_files` puts the listing
    ]
    if test := test_of(name):
        path = test.relative_to(ROOT).as_posix()
        parts += [
            "## Tests {#test}\n",
            f"`{path}` holds it to what it promises.\n",
            f"<!--file {path}-->\n",
        ]
    if users:
        parts += ["## Used on {#used}\n", *[f"- [{path}]({up}{path})" for path in users]]
    return "\n".join(parts)


def put_files(content: str, made: Page) -> str:
    """The content of a snippet's page with its listings."""
    if not made.source.startswith("code/"):
        return content
    return re.sub(r"<!--file (\S+)-->", lambda m: made.put(whole_file(ROOT / m[1])), content)
