"""A lab: a program in cells (the percent format) that the build runs in a Jupyter kernel and shows like a lesson.

A lab is read here as Markdown, line for line, with a fence for each cell of code; all else is done as for a lesson. What a
cell printed and drew comes from the kernel in which mkdocs-jupyter runs it (kernel.py):

    # %% [markdown]
    # Prose, with $formulas$ and links.

    # %%
    #| alt: What is to be seen                       the options of a figure's block (options.py)
    from snippets.optimization.gradient_descent import gradient_descent

A lab imports from `snippets`. `needed` says what of it: for its kernel, for the page's own Python and for downloads.
"""

import ast
import re
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from scripts.blocks import includes
from scripts.blocks.run import Result
from scripts.text import reading
from scripts.text.cache import key, store
from scripts.text.context import ROOT, SNIPPETS, Page

OPTIONS = re.compile(r"\A(?:#\|.*\n)+")
MARK = re.compile(r"# %%(?P<prose> \[markdown\])?(?P<rest>.*)")
DATA = re.compile(r'Path\(__file__\)\.with_name\("([^"]+)"\)\.read_text\("utf-8"\)')
TOOLS = ("ipykernel", "ipython", "nbclient", "nbconvert", "mkdocs-jupyter")
OF_SNIPPETS = re.compile(r"(?:from |import (?:.*, )?)(snippets\b[\w.]*)")
BY_NAME = re.compile(r"from snippets\.\w+\.\w+ import \w+(, \w+)*")
OF_A_NOTEBOOK = {"display", "get_ipython", "In", "Out", "exit", "quit"}  # the kernel's own names


# --- read -----------------------------------------------------------------------------------------


def sources(docs: Path) -> dict[str, str]:
    """The labs, under their paths in docs/."""
    found = reading.found(docs, "labs/*.py")
    return {path.relative_to(docs).as_posix(): reading.text(path) for path in found}


def markdown(source: str, page: Page) -> str:
    """The lab as Markdown. Each line keeps its number, so a message names the line of the file."""
    out, inside, programs = [], False, []
    lines = [*source.rstrip("\n").split("\n"), ""]
    for number, text in enumerate(lines, 1):
        mark = MARK.fullmatch(text)
        if re.match(r"#\s*%%", text) and not (mark and not mark["rest"].strip()):
            page.note(
                f"a cell begins with # %% alone, or with # %% [markdown]; this one with {text}. "
                "A title is written as a heading in the prose, and an option below, as #| alt: words",
                number,
            )
        if mark and inside and out[-1]:
            page.note("a cell of code ends with an empty line", number - 1)
        if inside and (mark or number == len(lines)):
            out[-1 if mark else len(out) :] = ["```"]
        if mark and mark["prose"]:
            inside = False
            out.append("")
        elif mark:
            inside = True
            programs.append("\n" * number)  # each line keeps its number here too
            out.append(f'```python exec="on" cell="{len(programs)}"')
        elif inside:
            programs[-1] += text + "\n"
            out += [text] if number < len(lines) else []
        elif text and not re.match(r"#( |$)", text):
            page.note(f"a line of prose begins with '# '; this one is {text!r}", number)
        else:
            out.append(text[2:])
    check_names(programs, page)
    return "\n".join(out) + "\n"


def check_names(programs: list[str], page: Page) -> None:
    """Note what would mean something else once `alone` has written the imported files out."""
    where: dict[str, int] = {}  # which line imports a file
    bound: dict[str, str] = {}
    foreign: dict[str, tuple[int, int]] = {}  # names of notebooks alone: line and cell
    for number, program in enumerate(programs, 1):
        try:
            tree, own = ast.parse(program), names(program, "the lab's ")
        except SyntaxError as error:
            text = program.split("\n")[error.lineno - 1].strip()
            page.note(f"SyntaxError: {error.msg}\n    {text}", error.lineno, number)
            continue
        for node in ast.walk(tree):
            is_import = isinstance(node, ast.Import | ast.ImportFrom)
            if is_import and (taken := OF_SNIPPETS.match(ast.unparse(node))):
                lines = program.split("\n")[node.lineno - 1 : node.end_lineno]
                alone = lines[0].startswith("from") and ";" not in "".join(lines)
                if not (alone and BY_NAME.fullmatch(ast.unparse(node))):
                    page.note(
                        "a lab imports from snippets at the margin, on lines of its own, without as, and by name: "
                        f"from snippets.folder.file import function; this is {ast.unparse(node)}",
                        node.lineno,
                        number,
                    )
                where.setdefault(taken[1], node.lineno)
            elif isinstance(node, ast.Name) and node.id in OF_A_NOTEBOOK:
                foreign.setdefault(node.id, (node.lineno, number))
        bound |= own
    for name in foreign.keys() - bound.keys():
        page.note(
            f"{name} is of notebooks, and a lab is a program: print what it has to show, and end a drawing with "
            "plt.show()",
            *foreign[name],
        )
    paths = {file: ROOT / (file.replace(".", "/") + ".py") for file in where}
    if not all(path.is_file() for path in paths.values()):
        return  # the kernel says so, with the line
    for file, said in twice(((file, reading.text(path)) for file, path in paths.items()), bound):
        page.note(
            f"{said}. What one downloads has the imported files written out, so one would replace the other: give one "
            "of them another name",
            where[file],
        )


def twice(files: Iterable[tuple[str, str]], bound: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of each file, and its text, the names that mean something else already, in words. `bound`: what names mean."""
    for file, text in files:
        for name, what in names(text, f"{file}.").items():
            if (other := bound.setdefault(name, what)) != what:
                yield file, f"{name} is {what} here, and {other} besides"


def names(program: str, owner: str) -> dict[str, str]:
    """The names that a program binds outside of its functions, and what each is: "numpy", or with its owner."""
    found = {}
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            found |= {alias.asname or alias.name: start + alias.name for alias in node.names}
    here = symtable.symtable(program, "names", "exec").get_symbols()
    own = {each.get_name(): owner + each.get_name() for each in here if each.is_assigned()}
    imported = {each.get_name() for each in here if each.is_imported()}
    return {name: found.get(name, name) for name in imported} | own


def code_cells(source: str) -> list[str]:
    """The cells of code, without the empty lines around them."""
    _, *parts = re.split(r"^(# %%.*)\n", source + "\n", flags=re.MULTILINE)
    cells = zip(parts[::2], parts[1::2], strict=True)
    return [
        OPTIONS.sub("", text).strip("\n")
        for mark, text in cells
        if not MARK.fullmatch(mark)["prose"]
    ]


def needed(source: str) -> dict[str, str]:
    """What of `snippets` a lab needs: paths and texts, data files too."""
    found = {"snippets/__init__.py": ""}
    for name in includes.imported(source):
        path = SNIPPETS / name
        if not path.is_file():
            continue  # the kernel says so, with the line
        found[f"snippets/{Path(name).parent.as_posix()}/__init__.py"] = ""
        text = found[f"snippets/{name}"] = reading.text(path)
        for data in DATA.findall(text):
            where = path.with_name(data)
            found[where.relative_to(ROOT).as_posix()] = reading.text(where)
    return found


# --- run ------------------------------------------------------------------------------------------


def results(lab, config, files) -> list[Result]:
    """What came of each cell of a lab: from mkdocs-jupyter, or from the last run of the same."""
    source = reading.text(Path(lab.file.abs_src_path))
    codes, own = code_cells(source), needed(source)
    settings = dict(config.plugins["mkdocs-jupyter"].config)
    if not settings["execute"]:
        lab.made.fail("a lab is run: mkdocs-jupyter in mkdocs.yml needs execute: true")
    found = []

    def rendered() -> str:
        lab.notebook(config, files)  # mkdocs-jupyter's way to make the page
        return lab.content

    def make() -> list[dict] | None:
        from scripts.blocks import kernel  # here: it takes most of a second to import

        found.extend(kernel.run(codes, own, rendered))
        return None if any(one.error for one in found) else [asdict(one) for one in found]

    tools = [version(name) for name in TOOLS]
    try:
        kept = store().get(key("lab", codes, own, settings, tools), make)
    except Exception as error:
        lab.made.fail(f"its kernel failed: {type(error).__name__}: {error}")
    return found or [Result(**one) for one in kept]
