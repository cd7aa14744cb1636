"""What MkDocs does at each step of our build. The steps stand in the order in which MkDocs takes them.

A build goes to a folder beside `site/` and takes its place only when everything is right: a broken page never reaches
the site, and the last good one stays up, under `serve` too.
"""

import html
import logging
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

from mkdocs.exceptions import Abort, BuildError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, InclusionLevel

from scripts import blocks, context, course, formulas, thirdparty
from scripts.context import ROOT, SNIPPETS, PageError

ID = re.compile(r"""<[a-zA-Z][^<>]*?\sid=["']([^"']*)["']""")
log = logging.getLogger("mkdocs.hooks.lessons")


class Warnings(logging.Handler):
    """Keeps what MkDocs and its plugins warn of: a dead link, a page that is missing from nav."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


warnings = Warnings()
state: dict = {}


def on_startup(command: str, **kwargs) -> None:
    logger = logging.getLogger("mkdocs")
    if logger.level > logging.WARNING:  # --quiet: the warnings must still be made, if not printed
        for handler in logger.handlers:
            handler.setLevel(logger.level)
        logger.setLevel(logging.WARNING)
    logger.addHandler(warnings)
    os.environ.setdefault("SOURCE_DATE_EPOCH", last_change())  # the date in the sitemap


def last_change() -> str:
    """When the last commit was made: the same sources are the same site on every day."""
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "315532800"  # no commit: 1980


def on_config(config):
    warnings.messages.clear()
    state["site"] = Path(config.site_dir)
    state["staging"] = state["site"].with_name(state["site"].name + ".new")
    config.site_dir = str(state["staging"])
    try:
        state["katex"] = thirdparty.fetch("katex")
    except thirdparty.FetchError as error:
        raise BuildError(str(error)) from None
    return config


def on_serve(server, builder, **kwargs):
    """A failing rebuild says so in the terminal and leaves the last good site up; MkDocs itself would stop answering."""

    def guarded():
        try:
            builder()
        except Abort:
            log.error("The site on the screen is the last good one.")

    server.builder = guarded
    return server


def on_files(files, config):
    """Add the files that are made, not written: KaTeX's style and fonts, and a page for every snippet."""
    folder = state["katex"]
    css = formulas.stylesheet(folder)
    files.append(File.generated(config, "assets/katex/katex.min.css", content=css))
    for path in [*sorted(folder.glob("fonts/*.woff2")), folder / "LICENSE"]:
        target = f"assets/katex/{path.relative_to(folder).as_posix()}"
        files.append(File.generated(config, target, abs_src_path=str(path)))
    for path in sorted(SNIPPETS.rglob("*.py")):
        name = path.relative_to(SNIPPETS).as_posix()
        if path.name != "__init__.py":
            target = blocks.code_page(name).rstrip("/") + ".md"
            hidden = InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, target, content=snippet_page(name, Path(config.docs_dir)), inclusion=hidden))
    return files


def snippet_page(name: str, docs: Path) -> str:
    """The page with a snippet's source, its tests, and the pages that include it."""
    users = [path for path in sorted(docs.rglob("*.md")) if f'--8<-- "{name}' in path.read_text("utf-8")]
    up = "../" * (1 + name.count("/"))
    parts = [
        f"---\ntitle: {Path(name).name}\ndescription: Source and tests of snippets/{name}\n"
        "hide: [navigation]\nsearch:\n  exclude: true\n---\n",
        f"# {Path(name).name}\n",
        f"This is `snippets/{name}`, as the pages show it, run it and offer it for copying.\n",
        "## Source {#source}\n",
        blocks.whole_file(SNIPPETS / name) + "\n",
    ]
    if test := blocks.test_of(name):
        parts += ["## Tests {#test}\n", f"`{test.relative_to(ROOT).as_posix()}` holds it to what it promises.\n"]
        parts.append(blocks.whole_file(test) + "\n")
    if users:
        links = [f"- [{path.relative_to(docs).as_posix()}]({up}{path.relative_to(docs).as_posix()})" for path in users]
        parts += ["## Used on {#used}\n", *links]
    return "\n".join(parts)


def on_nav(nav, config, **kwargs):
    state["course"] = course.Course(nav)
    return nav


def on_page_markdown(markdown, page, config, **kwargs):
    source = Path(page.file.abs_src_path).read_text("utf-8-sig") if page.file.abs_src_path else page.file.content_string
    offset = source.count("\n") - markdown.count("\n") if source.endswith(markdown[-200:]) else 0
    context.begin(
        source=page.file.src_uri,
        offset=offset,
        to_root="../" * page.url.count("/") if page.url != "./" else "",
        late=[],
    )
    lesson = state["course"].lessons.get(page.file.src_uri)
    track = state["course"].track_of(page)
    wanted = course.LESSON_FIELDS if lesson else course.TRACK_FIELDS if track else {}
    if missing := course.missing_fields(page.meta, wanted):
        context.page.fail(f"its front matter lacks {'; '.join(missing)}")
    if lesson:
        for path in page.meta["related"]:
            if path not in state["course"].lessons:
                known = ", ".join(state["course"].lessons)
                context.page.fail(f"its front matter names {path!r} as related, which is no lesson in nav ({known})")
    return markdown


def on_page_content(content, page, **kwargs):
    page.made = made = replace(context.page)  # the next page starts afresh
    text = words(content)
    for leftover, meaning in (("```", "a fence"), ("--8<--", "an include"), ("Traceback (most", "a traceback")):
        if leftover in text:
            at = text.index(leftover)
            made.fail(f"{meaning} was published as prose: {text[at : at + 80]!r}")
    if lesson := state["course"].lessons.get(page.file.src_uri):
        lesson.minutes = reading_time(content)
    return content


def reading_time(content: str) -> int:
    """Minutes for a page, without its folded parts."""
    content = re.sub(r"<details.*?</details>", " ", content, flags=re.DOTALL)
    prose = re.sub(r'<(div|span) class="arithmatex">.*?</\1>', lambda m: " x " * (m[1] == "span"), content, flags=re.DOTALL)
    return course.minutes(
        words=len(words(prose).split()),
        code_lines=sum(code.count("\n") + 1 for code in re.findall(r"<pre>(.*?)</pre>", content, re.DOTALL)),
        figures=content.count("<!--late figure "),
        formulas=content.count('<div class="arithmatex">'),
    )


def words(content: str) -> str:
    """The text of a page without its code."""
    content = re.sub(r"<pre.*?</pre>|<code.*?</code>|<!--.*?-->", " ", content, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", content))


def on_page_context(ctx, page, **kwargs):
    ctx["course"] = state["course"]
    ctx["reading_time"] = course  # its constants, for about.html
    ctx["lesson"] = state["course"].lessons.get(page.file.src_uri)
    ctx["track"] = ctx["lesson"].track if ctx["lesson"] else state["course"].track_of(page)
    return ctx


def on_env(env, config, files):
    env.globals["course"] = state["course"]  # for templates without a page, such as 404.html
    return env


def on_post_page(output, page, **kwargs):
    """Put in what search need not read (figures, listings, formulas), then look at the page as it will be."""
    output = re.sub(r"<!--late \w* (\d+)-->.*?<!--/late-->", lambda m: page.made.late[int(m[1])], output, flags=re.DOTALL)
    try:
        output = formulas.replace(output, blocks.store())
    except formulas.FormulaError as error:
        at = page.markdown.find(error.tex.split("\n")[0])
        line = page.markdown.count("\n", 0, at) + 1 if at >= 0 else None
        page.made.fail(f"the formula {error.tex!r}: {error}", line)
    if repeated := repeated_ids(output):
        raise PageError(f"{page.file.src_uri}: the id {', '.join(repeated)} stands on the page more than once")
    return output


def repeated_ids(page: str) -> list[str]:
    rough = re.findall(r""" id=["']([^"']*)["']""", page)
    if len(set(rough)) == len(rough):  # the usual case, at a tenth of the cost
        return []
    return [name for name, times in Counter(ID.findall(page)).items() if times > 1]


@event_priority(-100)  # after the plugins have written their files
def on_post_build(config, **kwargs):
    blocks.store().tidy()
    if warnings.messages:
        raise BuildError("\n".join(["The site was not published:", *warnings.messages]))
    replace_folder(state["site"], state["staging"])
    config.site_dir = str(state["site"])


def replace_folder(target: Path, staging: Path) -> None:
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    staging.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def on_build_error(error, **kwargs):
    shutil.rmtree(state["staging"], ignore_errors=True)


def on_shutdown(**kwargs) -> None:
    blocks.stop_workers()
    logging.getLogger("mkdocs").removeHandler(warnings)
