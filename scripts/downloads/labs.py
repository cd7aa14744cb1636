"""A lab as a notebook and as a program, which need nothing of this project."""

import ast
import re
from dataclasses import replace

from scripts.blocks.labs import DATA
from scripts.downloads import cells
from scripts.downloads import files as downloads
from scripts.text import reading
from scripts.text.context import ROOT

IMPORT_OF_PATH = "from pathlib import Path\n\n"  # which only the reading of data needs
IN_ORDER = "Its cells are one program, to be run in order."


def take(lab, config, files) -> downloads.Downloads:
    """The lab as a notebook and as a program, which need nothing of this project."""
    page = lab.page
    programs = page.made.programs
    pictures, above, needed = {}, [], {}
    parts = alone([ran.result.text for ran in programs])
    for ran, (needs, text) in zip(programs, parts, strict=True):
        above += [needs, text]
        if needs:
            needed[f"block-{ran.number}"] = downloads.Cell("code", needs.rstrip(), fold="snippets")
        if "alt" in ran.options:
            pictures[ran.number] = cells.picture_of(ran, "\n".join(above), page.made)
    programs = [
        replace(ran, result=replace(ran.result, text=text))
        for ran, (_, text) in zip(programs, parts, strict=True)
    ]

    def link(target: str) -> str:
        return cells.whole_address(target, page, config, files)

    made = [downloads.Cell("markdown", cells.head_of(lab, config, IN_ORDER), id="head")]
    for cell in cells.of_lesson(page.markdown, programs, pictures, link):
        if cell.kind == "code":
            cell.fold = ""  # the next cells go on with what a figure's cell defines
        made += [needed[cell.id], cell] if cell.id in needed else [cell]
    made.append(downloads.Cell("markdown", cells.foot_of(lab, config), id="foot"))
    return downloads.downloads(page.url, made, config.repo_url)


def alone(programs: list[str]) -> list[tuple[str, str]]:
    """For each cell the snippets that it is the first to import, with their data, and the cell without such imports."""
    made, seen = [], set()
    for program in programs:
        lines, needs = program.split("\n"), []
        imports = [node for node in ast.parse(program).body if isinstance(node, ast.ImportFrom)]
        for node in reversed(imports):
            if (node.module or "").startswith("snippets."):
                del lines[node.lineno - 1 : node.end_lineno]
                needs.insert(0, node.module)
        needs = [name for name in dict.fromkeys(needs) if name not in seen]
        seen.update(needs)
        parts = [source_of(name).strip("\n") for name in needs]
        names = ", ".join(name.rpartition(".")[2] for name in needs)
        head = f"# What the next cell uses: {names}\n" if needs else ""
        source = head + "\n\n\n".join(parts) + "\n" * bool(parts)
        text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(lines).strip("\n") + "\n")
        made.append((source, text))
    return made


def source_of(module: str) -> str:
    """A snippet, with the data that it reads written out."""
    path = ROOT / (module.replace(".", "/") + ".py")
    source = reading.text(path)
    if data := DATA.search(source):
        table = reading.text(path.with_name(data[1]))
        source = DATA.sub(lambda _: f'"""\\\n{table}"""', source).replace(IMPORT_OF_PATH, "")
    return source
