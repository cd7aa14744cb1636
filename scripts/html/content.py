"""What holds for a page whichever program builds the site: what is made, and what must be right.

`hooks.py` brings this to MkDocs, `zensical_build.py` to Zensical.
"""

import html
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import yaml

from scripts.blocks import blocks
from scripts.claims import exercises, prose
from scripts.html import formulas, glossary
from scripts.text import context, course, labels, reading
from scripts.text.context import ROOT, SNIPPETS, PageError

CONFLICT = r"^(?:<{7}|\|{7}|>{7})(?: |$)"  # the marks that a merge leaves
ID = re.compile(r"""<[a-zA-Z][^<>]*?\sid=["']?([^"'\s>]*)""")
# What Markdown leaves as it is written, where an author meant something by it.
RAW = {
    r"```|~~~": "a fence",
    r"--8<--": "an include",
    r"Traceback \(most": "a traceback",
    r"(?<!\S)///": "a line of an exercise",
    r"\\[a-zA-Z]+|\\[()\[\]{},;:!]|(?<=\w)(?:[\^_]\{|\^[-−\w\\])": "TeX, which stands in $…$,",
    r"\{\{[^{}]*(?:\}\})?|\}\}": "a pair of braces, which computes a number within one line,",
    r"\{[:#.] *[\w-]": "an attribute, which stands at the end of its line or right after its element,",
    r"\*\*": "a pair of stars, which have no blank within and others to close them,",
    r"\]\(|!\[|\[\^": "a link, a picture or a footnote",
    r"^ *(?:[-*+]|1[.)]) +": "a list, which has an empty line above it,",
    r"\| *:?-{2,}": "a table, which has an empty line above it and as many cells in its second row,",
    r"^ *(?:!!!|\?\?\?)": "an admonition",
    r"(?<!\S)={7}(?!\S)": "a mark of a merge conflict",
}
FLAT = r"^(?:[-*+]|\d+[.)]) (?!(?:answer|slip|choice) `).*\n {1,3}(?:[-*+]|\d+[.)]) "
VOID = [
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
]


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
        yield f"assets/run/{name}", reading.text(ROOT / "scripts/blocks" / name).encode()


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


def check_source(source: str) -> None:
    """Stop at a merge that was left open, and at front matter that would be taken for prose, or prose for it."""

    def fail(message: str, line: int):
        context.page.fail(message, line - context.page.offset)

    if mark := re.search(CONFLICT, source, re.MULTILINE):
        line = source.count("\n", 0, mark.start()) + 1
        fail(f"a merge conflict is left open here: {mark[0].strip()}", line)
    match = labels.FRONT_MATTER.match(source)
    if not match:
        if re.match(r"-{3}[ \t]*\n", source):
            fail("its front matter is never closed; it ends with a line ---", 1)
        if re.match(r"\s+-{3}[ \t]*\n", source):
            fail("above its front matter nothing stands, not even an empty line", 1)
        if re.match(r" {0,3}[\w-]+:", source):
            word = source.split(":")[0].strip()
            fail(
                f"its first line would be taken for front matter; begin with other than {word}:", 1
            )
        return
    try:
        names = yaml.compose(match[1], yaml.SafeLoader)
        yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError) as error:  # the second is of a date that is none
        mark = getattr(error, "problem_mark", None)
        line = 2 + mark.line if mark else 1
        problem = getattr(error, "problem", None) or error
        fail(f"its front matter is no YAML: {problem}; words with a colon stand in quotes", line)
    if not isinstance(names, yaml.MappingNode):
        fail("its front matter is not made of lines name: value", 2)
    seen = set()
    for name, _ in names.value:
        if name.value in seen:
            fail(f"its front matter says {name.value} twice", 2 + name.start_mark.line)
        seen.add(name.value)


def check_front_matter(
    meta: dict, known: course.Course, lesson: object, track: object, lab: object = None
) -> None:
    """Stop at a field that a page lacks or that is of the wrong kind, and at a related lesson that is none."""
    wanted = course.LESSON_FIELDS if lesson else course.TRACK_FIELDS if track else {}
    wanted = course.LAB_FIELDS if lab else wanted
    if missing := [
        f"{name} ({use})" for name, use in wanted.items() if meta.get(name) in (None, "")
    ]:
        context.page.note(f"its front matter lacks {'; '.join(missing)}")
    for name, use in (course.PAGE_FIELDS | wanted).items():
        if meta.get(name) not in (None, "") and (wrong := course.misfit(meta[name], use)):
            line = context.page.line_of(f"^{name} *:")
            context.page.fail(f"in its front matter {name} should be {use}; {wrong}", line)
    for path in meta.get("related" if lesson else "lessons") or [] if lesson or lab else []:
        if path not in known.lessons:
            lessons = ", ".join(known.lessons)
            what = "related" if lesson else "its lesson"
            context.page.note(
                f"its front matter names {path!r} as {what}, which is no lesson in nav ({lessons})"
            )


def check_addresses(files: Iterable) -> None:
    """Note a file that would take another's place in the site, or one outside of it."""
    taken: dict[str, str] = {}
    for file in files:
        made, target = context.Page(source=file.src_uri), file.dest_uri
        if posixpath.normpath(target) != target or target.startswith(("/", "..")):
            made.note(f"its address {target} leads out of its folder; is it the slug?")
        elif (other := taken.setdefault(target.casefold(), file.src_uri)) != file.src_uri:
            made.note(f"its address {target} is that of {other}; a post takes another by its slug")


def check_excerpt(markdown: str, made: context.Page) -> None:
    """Note what the list of posts cannot show: it has each post's beginning."""
    lines = markdown.split("\n")
    end = next((at for at, line in enumerate(lines, 1) if "<!-- more -->" in line), 0)
    for at, text, fence in exercises.pieces(lines):
        if at < end and (fence.number if fence else exercises.MARK.match(text)):
            what = "a block" if fence else "an exercise"
            made.note(
                f"{what} belongs below <!-- more -->; the list of posts has words and formulas", at
            )


def check_content(content: str, made: context.Page) -> None:
    """Note what came out as prose and was meant otherwise; `content` still has places for what comes late."""
    glossary.check(made)
    shown = {made.blocks[int(at)] for at in re.findall(r"<!--late \w* (\d+)-->", content)}
    for line in made.fences:
        if line not in shown:
            made.note("this fence is not shown; is it indented by four spaces or more?", line)
    check_formulas(content, made)
    bare, text = labels.words(made.written), words(formulas.FORMULA.sub("x", content))
    for pattern, meaning in RAW.items():
        above = None  # one fault is told once, on whichever lines it goes on
        for raw in re.finditer(pattern, text, re.MULTILINE):
            found = text[raw.start() :].strip().split("\n")[0][:80]
            line = made.line_of(re.escape(found), bare) or made.line_of(pattern, bare)
            goes_on = None not in (line, above) and line - above in (0, 1)
            if not goes_on and not made.is_told(line):
                made.note(f"{meaning} was published as prose: {found!r}", line)
            above = line
    for nameless in re.findall(r'<h[1-6] id="_\d+">(.*?)<', content):
        made.note(
            f"the heading {nameless!r} has no letter to make its anchor of; give it one: {{#name}}",
            made.line_of(rf"^#+ *{re.escape(html.unescape(nameless))}"),
        )
    if (flat := made.line_of(FLAT, bare)) and not made.is_told(flat + 1):
        made.note("a list within a list is indented by four spaces", flat + 1)
    if unclosed := made.line_of("<!--", bare):  # the closed ones are blank here
        made.note("a comment is never closed; it ends with -->", unclosed)
    with suppress(PageError):
        Balance(bare, made).close()
        Balance(content, made, is_source=False).close()
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


class Balance(HTMLParser):
    """Stops at an element that is not closed, and at an end without its beginning."""

    def __init__(self, text: str, made: context.Page, *, is_source: bool = True):
        super().__init__()
        self.made, self.is_source = made, is_source
        self.open: list[tuple[str, int]] = []
        self.feed(text)

    @property
    def line(self) -> int | None:
        return self.getpos()[0] - self.made.offset if self.is_source else None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in VOID and re.fullmatch(r"[a-z][a-z0-9-]*", tag):  # and no address in <…>
            self.open.append((tag, self.line))

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.end(f"</{tag}> closes nothing", self.line)
        self.open.pop()

    def end(self, otherwise: str, line: int | None) -> None:
        if self.open:
            tag, line = self.open[-1]
            otherwise = (
                f"<{tag}> is not closed where it was opened, in one paragraph or between two"
            )
        self.made.fail(otherwise, line or self.made.line_of(otherwise.split(">")[0] + r"\b"))

    def close(self) -> None:
        super().close()
        if self.open:
            self.end("", None)


def check_formulas(content: str, made: context.Page) -> None:
    """Note unless the formulas that are set are those that were read, and held against the code."""

    def names(found: Iterable[tuple[bool, str]]) -> Counter:
        return Counter((display, " ".join(tex.split())) for display, tex in found)

    read = names((display, tex) for display, tex, _ in made.formulas)
    is_set = names(formulas.found(content))
    for display, tex in read - is_set:
        line = next(at for *known, at in made.formulas if names([known]) == names([(display, tex)]))
        if made.is_told(line):
            continue
        made.note(
            f"the {'displayed ' * display}formula {tex} is not set here: "
            + (
                "it stands on lines of its own, which have nothing else, and in no table"
                if display
                else "it stands in words, not in HTML or across a table's bars"
            ),
            line,
        )
    told = {tex for _, tex in read - is_set}
    for _, tex in is_set - read:
        if tex not in told:
            made.note(
                f"the formula {tex} is set, but was not read: write it alone in its paragraph"
            )


def check_ids(page: str, made: context.Page) -> None:
    """Note an id that two elements of the finished page have, and a second headline."""
    bare = labels.words(made.written)
    if page.count("<h1") > 1:
        made.note(
            "the page has its headline twice; below it, sections begin with ##",
            made.line_of(r"^#(?!#)|^\S.*\n=+ *$", bare),
        )
    rough = re.findall(r""" id=["']?([^"'\s>]*)""", page)
    if len(set(rough)) == len(rough):  # the usual case, at a tenth of the cost
        return
    for name, times in Counter(ID.findall(page)).items():
        if times > 1:
            made.note(
                f"the id {name} stands on the page more than once; a heading or an exercise "
                "takes another after its words: {#another}",
                last_with(name, bare, made.offset),
            )


def last_with(name: str, text: str, offset: int) -> int | None:
    """The last line that gives something this id, or is a heading of that name."""
    given = re.compile(rf"""\{{ *#{re.escape(name)} *\}}|\bid=["']?{re.escape(name)}\b""")
    found = [
        at
        for at, line in enumerate(text.split("\n"), 1)
        if given.search(line)
        or (line.startswith("##") and exercises.anchor(line.strip("# ")) == name)
    ]
    return found[-1] - offset if found else None


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
    content = re.sub(
        r"<(pre|code|textarea|svg|style|script)\b.*?</\1>|<!--.*?-->", " ", content, flags=re.DOTALL
    )
    content = re.sub(r"<[a-zA-Z][^>]*>", "\x1f", content)  # a space, but not to the patterns of RAW
    return html.unescape(re.sub(r"<[^>]+>", " ", content))
