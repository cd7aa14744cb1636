"""The list of every function and constant of snippets/, for the page "Use this code": made from the code itself."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.blocks.includes import test_of
from scripts.html.listing import code_page, coloured
from scripts.html.snippets import includers
from scripts.html.templates import macros
from scripts.text import reading
from scripts.text.context import SNIPPETS

PAGE = "use/index.md"
PLACE = "<!--functions-->"
# The order of the subjects is that of the lessons; others follow, figures last.
SUBJECTS = ("differentiation", "multivariable", "datasets", "optimization", "autodiff")

NO_BREAK = re.compile(r"\n(?![A-Z][a-z]+: )")  # but "Raises: …" begins a line


@dataclass
class Entry:
    """A public name of a snippet."""

    file: str  # below snippets/
    name: str
    line: int
    signature: str
    says: str  # the docstring of a function, the comment above a constant
    is_called: bool = False

    @property
    def module(self) -> str:
        return Path(self.file).stem

    @property
    def anchor(self) -> str:
        return f"{self.module}.{self.name}"


def entries(folder: Path = SNIPPETS) -> list[Entry]:
    """Every public function, class and constant, in the order of the list."""
    files = [path.relative_to(folder) for path in reading.found(folder, "**/*.py")]
    files = [path for path in files if path.name != "__init__.py"]
    files.sort(key=lambda path: (*place(path.parts[0]), path.as_posix()))
    return [entry for file in files for entry in entries_of(folder / file, file.as_posix())]


def place(subject: str) -> tuple[int, str]:
    known = SUBJECTS.index(subject) if subject in SUBJECTS else len(SUBJECTS)
    return known + (subject == "figures"), subject


def entries_of(path: Path, file: str) -> Iterator[Entry]:
    source = reading.text(path)
    comment = ""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not node.name.startswith("_"):
                says = ast.get_docstring(node) or ""
                yield Entry(
                    file, node.name, node.lineno, signature(node, source), says, is_called=True
                )
        elif isinstance(node, ast.Assign):  # constants in a row share the comment above the first
            comment = comment_above(source.split("\n"), node.lineno) or comment
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            for name in names:
                if not name.startswith("_"):
                    written = ast.get_source_segment(source, node)
                    yield Entry(file, name, node.lineno, written, comment)


def signature(node: ast.FunctionDef | ast.ClassDef, source: str) -> str:
    """The head of a definition, as it is written, on one line."""
    head = "\n".join(source.split("\n")[node.lineno - 1 : node.body[0].lineno - 1])
    head = " ".join(head.rstrip().removesuffix(":").split())
    return re.sub(r"^(?:def|class) |(?<=\() |,? (?=\))", "", head)


def comment_above(lines: list[str], number: int) -> str:
    found = []
    for line in reversed(lines[: number - 1]):
        if not line.startswith("#"):
            break
        found.insert(0, line.removeprefix("#").strip())
    return "\n".join(found)


def fill(markdown: str, docs: Path, lessons: dict) -> str:
    """The page's Markdown with the list in its place. `lessons` are the course's, by their paths."""
    if PLACE not in markdown:
        return markdown
    users = includers(docs)
    found = entries()
    times = Counter(entry.name for entry in found)
    parts, subject = [], ""
    for entry in found:
        if (now := entry.file.split("/")[0]) != subject:
            subject = now
            parts.append(f"### {subject.capitalize()} {{#{subject}}}")
        name = entry.name if times[entry.name] == 1 else entry.anchor
        title = name + entry.signature.removeprefix(entry.name) * entry.is_called
        using = [lessons[path] for path in lessons if path in users.get(entry.file, ())]
        heading = re.sub(r"([_*\[\]])", r"\\\1", title)
        label = f'data-toc-label="{name}"'
        parts += [
            f"#### {heading} {{#{entry.anchor} .api__name {label}}}",
            shown(entry, using),
        ]
    return markdown.replace(PLACE, "\n\n".join(parts))


def shown(entry: Entry, lessons: list) -> str:
    """What there is to say of a name, as HTML."""
    first, *more = entry.says.split("\n\n") if entry.is_called else [NO_BREAK.sub(" ", entry.says)]
    return macros("function.md.html").entry(
        entry,
        first,
        [NO_BREAK.sub(" ", part) for part in more],
        code="" if entry.is_called else coloured(entry.signature.split("\n")),
        page=f"../{code_page(entry.file)}",
        has_test=bool(test_of(entry.file)),
        lessons=lessons,
    )
