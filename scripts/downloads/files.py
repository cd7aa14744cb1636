"""A page to take along: as a notebook, as a program, and each listing as a file.

A page is a list of cells, prose and code in order (lessons: cells.py). `notebook` and `program` write them down; the same
cells are the same bytes on every build. Nothing of it is kept: the files are made with the page, of what the page shows.
"""

import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

BRANCH = "notebooks"  # of the repository; .github/workflows/site.yml puts the built notebooks there


@dataclass
class Cell:
    """A stretch of prose or of code."""

    kind: str  # "markdown" or "code"
    source: str
    outputs: list[dict] = field(default_factory=list)  # as nbformat has them
    id: str = ""
    fold: str = ""  # of prose: the line that opens it. Of code: any word hides the code until it is asked for
    open: bool = False  # code for the reader to complete: not run in a program


# --- the two forms ------------------------------------------------------------------------------------------------------


def notebook(cells: list[Cell]) -> str:
    """The cells as a Jupyter notebook (nbformat 4.5)."""
    made = {
        "cells": [_cell(cell, number) for number, cell in enumerate(cells, 1)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(cell: Cell, number: int) -> dict:
    source, metadata = cell.source, {}
    if cell.kind == "markdown" and cell.fold:
        source = f"<details>\n<summary>{cell.fold}</summary>\n\n{source}\n\n</details>"
    elif cell.fold:
        metadata = {"jupyter": {"source_hidden": True}}
    made = {"cell_type": cell.kind, "id": cell.id or f"cell-{number}", "metadata": metadata}
    made["source"] = source.splitlines(keepends=True)
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": cell.outputs}
    return made


def stream(text: str, name: str = "stdout") -> dict:
    """What a cell prints, as an output of it."""
    return {"output_type": "stream", "name": name, "text": text.splitlines(keepends=True)}


def picture(png: str, alt: str) -> dict:
    """A figure (PNG in base64) as an output; SVG would be smaller, but GitHub's preview breaks it."""
    data = {"image/png": png, "text/plain": [alt]}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def program(cells: list[Cell]) -> str:
    """The cells as one program, prose in comments, in the percent format that editors and Jupytext know."""
    parts = []
    for cell in cells:
        source = cell.source.rstrip("\n")
        if cell.kind == "code" and not cell.open:
            parts.append(f"# %%\n{source}\n")
            continue
        if cell.kind == "code":
            source = f"```python\n{source}\n```"
        elif cell.fold:
            source = f"**{cell.fold}**\n\n{source}"
        lines = ["# %% [markdown]", *(f"# {line}".rstrip() for line in source.split("\n"))]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


# --- what the menu offers ------------------------------------------------------------------------------------------------


@dataclass
class Download:
    """A file of a page."""

    address: str  # from the site's root
    content: str
    label: str = ""  # of a listing: the snippets in it
    section: str = ""  # the heading above it

    @property
    def name(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def size(self) -> str:
        return f"{max(1, round(len(self.content.encode()) / 1000))} kB"


@dataclass
class Downloads:
    """All that one can take from a page; the menu (templates/partials/take.html) shows it."""

    notebook: Download
    program: Download
    listings: list[Download] = field(default_factory=list)
    opens: dict[str, str] = field(default_factory=dict)  # where the notebook opens: name, address

    @property
    def files(self) -> list[Download]:
        return [self.notebook, self.program, *self.listings]


def downloads(url: str, cells: list[Cell], repository: str | None) -> Downloads:
    """The notebook and the program of the page at `url`, named after it, and where the notebook opens."""
    stem = url + url.rstrip("/").rpartition("/")[2]
    taken = Downloads(
        Download(f"{stem}.ipynb", notebook(cells)), Download(f"{stem}.py", program(cells))
    )
    taken.opens = opens(repository, taken.notebook.address)
    return taken


def opens(repository: str | None, path: str) -> dict[str, str]:
    """Where the notebook at this path of the branch of notebooks runs without an installation.

    Only of GitHub: Colab opens no other host, and it is GitHub's workflow that fills the branch.
    """
    where = urlsplit(repository or "")
    names = where.path.strip("/").removesuffix(".git").split("/")
    if where.hostname not in ("github.com", "www.github.com") or len(names) != 2:
        return {}
    owner, name = map(quote, names)
    return {
        "Colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/{BRANCH}/{quote(path)}",
        "Binder": f"https://mybinder.org/v2/gh/{owner}/{name}/{BRANCH}?labpath={quote(path, safe='')}",
    }
