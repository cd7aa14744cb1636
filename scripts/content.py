"""What holds for a page whichever program builds the site: what is made, and what must be right.

`hooks.py` brings this to MkDocs, `zensical_build.py` to Zensical.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import yaml

from scripts import blocks, context, course, formulas, glossary, prose, reading
from scripts.context import ROOT, SNIPPETS, PageError

FRONT_MATTER = re.compile(r"---\n(.*?\n)(?:\.{3}|---)[ \t]*\n", re.DOTALL)
ID = re.compile(r"""<[a-zA-Z][^<>]*?\sid=["']([^"']*)["']""")


# --- made, not written ----------------------------------------------------------------------------


def katex_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What the pages need of KaTeX: its style sheet, fonts and licence, under their addresses."""
    yield "assets/katex/katex.min.css", formulas.stylesheet(folder).encode()
    for path in [*sorted(folder.glob("fonts/*.woff2")), folder / "LICENSE"]:
        yield f"assets/katex/{path.relative_to(folder).as_posix()}", path.read_bytes()


def run_files(editor: Path) -> Iterator[tuple[str, bytes]]:
    """What a listing needs to be edited and run: the editor, and what runs a block, here as in the page."""
    for path in sorted(path for path in editor.rglob("*") if path.is_file()):
        code = re.sub(rb"//# sourceMappingURL=.*", b"", path.read_bytes())
        name = path.relative_to(editor).as_posix().removeprefix("dist/")
        yield f"assets/editor/{name}", code
    for name in ("in_page.py", "program.py", "figures.py", "figures.mplstyle"):
        yield f"assets/run/{name}", reading.text(ROOT / "scripts" / name).encode()


def snippet_pages(docs: Path) -> Iterator[tuple[str, str, str]]:
    """For every snippet its name, the path of its page in docs/, and the page."""
    users = includers(docs)
    for path in reading.found(SNIPPETS, "**/*.py"):
        name = path.relative_to(SNIPPETS).as_posix()
        if path.name != "__init__.py":
            yield (
                name,
                blocks.code_page(name).rstrip("/") + ".md",
                snippet_page(name, users.get(name, [])),
            )


def data_files() -> Iterator[tuple[str, bytes]]:
    """What a copied snippet reads, for each the path in docs/ and the content."""
    for path in reading.found(SNIPPETS, "**/*.csv"):
        yield f"code/{path.relative_to(SNIPPETS).as_posix()}", reading.text(path).encode()


def includers(docs: Path) -> dict[str, list[str]]:
    """For each snippet the pages that include it, and the labs that import it."""
    found: dict[str, list[str]] = {}
    for path in sorted([*reading.found(docs, "**/*.md"), *reading.found(docs, "labs/*.py")]):
        text = reading.text(path)
        lab = path.suffix == ".py"
        names = blocks.imported(text) if lab else re.findall(r'--8<-- "([^":]+)', text)
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
    if test := blocks.test_of(name):
        path = test.relative_to(ROOT).as_posix()
        parts += [
            "## Tests {#test}\n",
            f"`{path}` holds it to what it promises.\n",
            f"<!--file {path}-->\n",
        ]
    if users:
        parts += ["## Used on {#used}\n", *[f"- [{path}]({up}{path})" for path in users]]
    return "\n".join(parts)


def put_files(content: str, made: context.Page) -> str:
    """The content of a snippet's page with its listings."""
    if not made.source.startswith("code/"):
        return content
    return re.sub(r"<!--file (\S+)-->", lambda m: made.put(blocks.whole_file(ROOT / m[1])), content)


def set_formulas(content: str, made: context.Page) -> str:
    """`content` with its formulas."""

    def note(tex: str, why: str) -> None:
        for line in made.lines_of(tex):
            made.note(f"the formula '{' '.join(tex.split())}': {why}", line)

    return formulas.replace(content, blocks.store(), note)


# --- what must be right ---------------------------------------------------------------------------


def check_yaml(source: str) -> None:
    """Stop at front matter that cannot be read; it would be taken for prose, and every field for missing."""
    source = source.replace("\r\n", "\n")
    if not source.startswith("---\n"):
        return
    match = FRONT_MATTER.match(source)
    if not match:
        context.page.fail("its front matter is never closed; it ends with a line ---", 1)
    try:
        known = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + mark.line if mark else 1
        problem = getattr(error, "problem", None) or error
        context.page.fail(
            f"its front matter is no YAML: {problem}; words with a colon stand in quotes",
            line - context.page.offset,
        )
    if not isinstance(known, dict):
        context.page.fail(
            "its front matter is not made of lines name: value", 2 - context.page.offset
        )


def check_front_matter(
    meta: dict, known: course.Course, lesson: object, track: object, lab: object = None
) -> None:
    """Stop at a field that a lesson, a track or a lab lacks, and at a related lesson that is none."""
    wanted = course.LESSON_FIELDS if lesson else course.TRACK_FIELDS if track else {}
    wanted = course.LAB_FIELDS if lab else wanted
    if missing := course.missing_fields(meta, wanted):
        context.page.note(f"its front matter lacks {'; '.join(missing)}")
    for path in meta.get("related" if lesson else "lessons") or [] if lesson or lab else []:
        if path not in known.lessons:
            lessons = ", ".join(known.lessons)
            what = "related" if lesson else "its lesson"
            context.page.note(
                f"its front matter names {path!r} as {what}, which is no lesson in nav ({lessons})"
            )


def check_content(content: str, made: context.Page) -> None:
    """Note code that came out as prose; `content` still has places for what comes late."""
    glossary.check(made)
    shown = {made.blocks[int(at)] for at in re.findall(r"<!--late \w* (\d+)-->", content)}
    for line in made.fences:
        if line not in shown:
            made.note("this fence is not shown; is it indented by four spaces or more?", line)
    text = words(content)
    for leftover, meaning in (
        (r"```.*", "a fence"),
        (r"--8<--.*", "an include"),
        (r"Traceback \(most.*", "a traceback"),
        (r"(?<!\S)///.*", "a line of an exercise"),
    ):
        for found in re.findall(leftover, text):
            for line in made.lines_of(found):
                made.note(f"{meaning} was published as prose: {found[:80]!r}", line)
    for exercise in made.exercises:
        if re.search(rf'<h[1-6][^>]* id="{re.escape(exercise["id"])}_\d+"', content):
            made.note(
                f"the exercise {exercise['title']!r} takes the anchor {exercise['id']} from the heading of that name; "
                "give it one of its own after its title: {#another}",
                exercise["line"],
            )
    if shown == {*made.fences}:
        with suppress(PageError):
            prose.check(made)


def check_ids(page: str, made: context.Page) -> None:
    """Note an id that two elements of the finished page have."""
    rough = re.findall(r""" id=["']([^"']*)["']""", page)
    if len(set(rough)) == len(rough):  # the usual case, at a tenth of the cost
        return
    for name, times in Counter(ID.findall(page)).items():
        if times > 1:
            forms = (f"{{#{name}", f'id="{name}"', f"id='{name}'")
            lines = [line for form in forms for line in made.lines_of(form) if line]
            made.note(f"the id {name} stands on the page more than once", max(lines, default=None))


# --- measured -------------------------------------------------------------------------------------


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
    return course.minutes(
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
    content = re.sub(r"<pre.*?</pre>|<code.*?</code>|<!--.*?-->", " ", content, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", content))
