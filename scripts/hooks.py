"""What MkDocs does at each step of our build. The steps stand in the order in which MkDocs takes them.

A build takes the place of `site/` only when everything is right (destination.py): a broken page never reaches the site, and
the last good one stays up, under `serve` too.
"""

import logging
import re
import subprocess
import sys
from pathlib import Path

from mkdocs.commands import build
from mkdocs.exceptions import Abort, BuildError, MkDocsException
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import DuplicateFilter

from scripts.blocks import includes, labs, run
from scripts.downloads import cells
from scripts.downloads import labs as labs_taken
from scripts.extension import prepared
from scripts.html import checks, formulas, reading_time, reference, snippets
from scripts.site import (
    addresses,
    destination,
    generated,
    offline,
    pack,
    pages,
    policy,
    published,
    quality,
)
from scripts.text import context, course, front_matter, reading
from scripts.text.cache import store
from scripts.text.context import SNIPPETS, TESTS
from scripts.vendor import bill, runtime, thirdparty

WORKER_SCRIPT = "javascripts/offline.js"
NOT_PUBLISHED = "The site was not published:"
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
    for handler in logger.handlers:
        handler.addFilter(not_reported)
    logger.addHandler(warnings)
    state["served"] = command == "serve"


def not_reported(record: logging.LogRecord) -> bool:
    """Whether the terminal shows it: the report says what MkDocs warns of, with its line."""
    return record.levelno != logging.WARNING or "destination" not in state


def on_config(config):
    warnings.messages.clear()
    state["faults"] = set()
    for known in build.log.filters:  # or it would say nothing twice under `serve`
        if isinstance(known, DuplicateFilter):
            known.msgs.clear()
    includes.forget()
    state.pop("around", None)
    reading.check(Path(config.docs_dir), SNIPPETS, TESTS)
    store()  # what cannot be kept is said now
    state["destination"] = destination.Destination(Path(config.site_dir))
    config.site_dir = str(state["destination"].begin())
    config.edit_uri = (
        config.edit_uri if config.repo_url else None
    )  # without a repository there is nothing to edit
    try:
        state["katex"] = thirdparty.fetch("katex")
        state["python"] = None if config.extra["offline"] else runtime.available()
    except thirdparty.FetchError as error:
        raise BuildError(str(error)) from None
    if state["python"]:
        config.extra["python"] = state["python"].described
    elif not config.extra["offline"] and not state["served"]:
        print(f"\n{runtime.ABSENT}\n", file=sys.stderr)  # not a warning, which would stop the build
    if (
        state["served"] or config.extra["offline"]
    ):  # no worker: an author wants the newest page, a folder cannot have one
        config.extra_javascript = [
            script for script in config.extra_javascript if str(script) != WORKER_SCRIPT
        ]
    return config


def on_serve(server, config, builder, **kwargs):
    """A failing rebuild says so in the terminal and leaves the last good site up; MkDocs itself would stop answering."""

    def guarded():
        try:
            builder()
            return
        except Abort:
            pass  # what is wrong has been said
        except MkDocsException as error:
            log.error(error.format_message())
        except (Exception, SystemExit):
            log.exception("The engine failed, at no fault of a page:")
        log.error("The site on the screen is the last good one.")

    server.builder = guarded
    # The site is up at once; when the files are there it is built anew, with them.
    if not state["python"] and not config.extra["offline"]:
        runtime.ARRIVED.mkdir(parents=True, exist_ok=True)
        server.watch(str(runtime.ARRIVED))
        state["fetching"] = subprocess.Popen([sys.executable, "-m", "scripts.vendor.runtime"])
    return server


def on_files(files, config):
    """Add the files that are made, not written: KaTeX's style and fonts, a page for every snippet, whose work this is."""
    docs = Path(config.docs_dir)
    for file in files:
        is_text = file.src_dir == config.docs_dir and file.src_uri.endswith(reading.TEXT)
        if reading.is_leftover(file.src_uri):
            file.inclusion = InclusionLevel.EXCLUDED
        elif is_text and not file.is_documentation_page():
            file.content_bytes = reading.text(docs / file.src_uri).encode()

    state["parts"] = bill.parts(state["katex"], state["python"])
    state["labs"] = labs.sources(docs)
    for target, content, edit in generated.generated(
        docs, state["katex"], state["python"], state["parts"], state["labs"]
    ):
        if files.get_file_from_path(target):
            raise BuildError(f"docs/{target} is made by the build: rename the file, or remove it")
        content = content if isinstance(content, bytes) else content.encode()  # on every system
        level = InclusionLevel.NOT_IN_NAV if edit else InclusionLevel.UNDEFINED
        file = File.generated(config, target, content=content, inclusion=level)
        file.edit_uri = edit or file.edit_uri
        files.append(file)
    addresses.check_places(files)
    return files


def on_nav(nav, config, files):
    state["files"] = files
    state["course"] = course.Course(nav)
    state["downloads"] = {}
    settings = config.plugins["mkdocs-jupyter"].config
    state["runs"] = labs.Runs(state["labs"], settings, keep=state["served"])
    return nav


def on_page_read_source(page, config):
    """A lab is read as Markdown."""
    name = page.file.src_uri
    if name not in state["labs"]:
        return None
    page.made.unit = "cell"
    return labs.markdown(state["labs"][name], page.made)


def on_pre_page(page, config, files):
    if "around" not in state:
        state["around"] = pages.surroundings(config, files)
    page.made = context.Page(source=page.file.src_uri, faults=state["faults"], late=[])
    pages.keep(page, state["around"], warnings.messages)
    return page


def on_page_markdown(markdown, page, config, **kwargs):
    try:
        return read(markdown, page, config)
    except context.PageError:
        page.render, page.content = lambda config, files: None, ""
        return markdown


def read(markdown: str, page, config) -> str:
    """The Markdown that is rendered; what can be said of a page before that is said here."""
    name = page.file.src_uri
    is_lab = name in state["labs"]
    source = source_of(page)
    offset = source.count("\n") - markdown.count("\n") if source.endswith(markdown[-200:]) else 0
    made = page.made
    made.written, made.offset = source, offset
    made.to_root = "../" * page.url.count("/") if page.url != "./" else ""
    front_matter.check_source(source, made)
    checks.check_excerpt(markdown, made)
    lesson, lab = state["course"].lessons.get(name), state["course"].labs.get(name)
    track = state["course"].track_of(page)
    front_matter.check_front_matter(made, page.meta, state["course"], lesson, track, lab)
    if is_lab:
        made.results = state["runs"].results(name, made)
    if lesson:  # who searches an idea wants the lesson before a shorter page
        page.meta.setdefault("search", {"boost": 3})
    if page.file.src_uri == reference.PAGE:
        markdown = reference.fill(markdown, Path(config.docs_dir), state["course"].pages)
    return prepared(markdown, made)


def source_of(page) -> str:
    """A page's file as it is written, with its front matter."""
    if lab := state["labs"].get(page.file.src_uri):
        return labs.markdown(lab, page.made)
    path = page.file.abs_src_path
    return reading.text(Path(path)) if path else page.file.content_string


def on_page_content(html, page, **kwargs):
    if page.present_anchor_ids is None:  # it could not be rendered
        return html
    checks.check_content(html, page.made)
    if lesson := state["course"].lessons.get(page.file.src_uri):
        lesson.minutes = reading_time.reading_time(html)
        lesson.exercises = page.made.exercises
    if lab := state["course"].labs.get(page.file.src_uri):
        lab.minutes = reading_time.reading_time(html)
    return snippets.put_files(html, page.made)


@event_priority(100)  # before a plugin works with what is wrong
def on_env(env, config, files):
    addresses.check_links(files, {*config.theme.static_templates, bill.SBOM}, warnings.messages)
    addresses.check_addresses(
        state["faults"], (file for file in files if file.inclusion.is_included())
    )
    if state["faults"] or warnings.messages:
        for page in (file.page for file in files.documentation_pages()):
            page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
            whole(page.content, page)
        stop_if_faulty(files)
    env.globals["course"] = state["course"]  # for templates without a page, such as 404.html
    if config.site_url:
        env.globals["feed"] = published.feed(files)
    return env


def on_page_context(ctx, page, config, **kwargs):
    ctx["course"] = state["course"]
    ctx["reading_time"] = course  # its constants, for about.html
    ctx["lesson"] = state["course"].lessons.get(page.file.src_uri)
    ctx["lab"] = state["course"].labs.get(page.file.src_uri)
    ctx["track"] = ctx["lesson"].track if ctx["lesson"] else state["course"].track_of(page)
    if ctx["lesson"] or ctx["lab"]:
        take = cells.take if ctx["lesson"] else labs_taken.take
        ctx["take"] = take(ctx["lesson"] or ctx["lab"], config, state["files"])
        state["downloads"] |= {file.address: file.content for file in ctx["take"].files}
    ctx["linked_data"] = published.linked_data(page, ctx["lesson"], ctx["track"], config)
    sections = page.toc.items
    if (
        not sections or sections[0].level > 1
    ):  # the template writes the <h1>: the skip link leads to it
        page.toc.items = [AnchorLink(page.title, "title", 1)]
        page.toc.items[0].children = sections
    return ctx


def on_post_page(output, page, config, **kwargs):
    return finished(whole(output, page), config)


def whole(html: str, page) -> str:
    """Put in what search need not read (figures, listings, formulas), and look at the page as it will be."""
    html = formulas.set_formulas(html, page.made)
    html = re.sub(
        r"<!--late \w* (\d+)-->.*?<!--/late-->",
        lambda m: page.made.late[int(m[1])],
        html,
        flags=re.DOTALL,
    )
    checks.check_ids(html, page.made)
    return html


def on_post_template(output, template_name, config, **kwargs):
    if not template_name.endswith(".html"):
        return output
    return (
        "" if config.extra["offline"] else finished(output, config)
    )  # only a server answers with 404.html


def finished(html: str, config) -> str:
    """The last change to a page. `mkdocs serve` adds a script of its own afterwards, so there the page has no policy."""
    if config.extra["offline"]:
        html = offline.page(html, Path(config.docs_dir))
    return html if state["served"] else policy.add(html, from_folder=bool(config.extra["offline"]))


@event_priority(-100)  # after the plugins have written their files
def on_post_build(config, **kwargs):
    stop_if_faulty(state["files"])
    complete(state["destination"].new, config)
    store().tidy()
    made = state["destination"]
    made.publish()
    config.site_dir = str(made.site)


def stop_if_faulty(files) -> None:
    """Say all that is wrong, at once."""
    for message in warnings.messages:
        of_mkdocs(message, files)
    warnings.messages.clear()
    generated = {file.src_uri for file in files if file.generated_by}
    written = {fault for fault in state["faults"] if fault.page not in generated}
    if state["faults"]:  # what is wrong with a page that is made of others is theirs
        raise BuildError(f"{NOT_PUBLISHED}\n{context.report(written or state['faults'])}")


def of_mkdocs(message: str, files) -> None:
    """Note a fault that MkDocs has found, with its line."""
    if named := re.match(r"Doc file '([^']+)' contains an? .*?'([^']+)'", message):
        made = files.get_file_from_path(named[1]).page.made
        message = message.replace(f"Doc file '{named[1]}'", "it", 1)
    else:
        named = re.search(r"(reference|path) to '([^']+)' is included in the 'nav'", message)
        settings = context.ROOT / "mkdocs.yml"
        made = context.Page(
            source=settings.name, faults=state["faults"], written=reading.text(settings)
        )
    for line in made.lines_of(named[2]) if named else [None]:
        made.note(message, line)


def complete(site: Path, config) -> None:
    """Add what is made from the whole site."""
    (site / "sitemap.xml.gz").unlink(
        missing_ok=True
    )  # it holds the time of the build; nobody needs it
    if config.site_url and not state["served"]:
        for name, picture in published.cards(state["course"], config).items():
            path = site / f"assets/cards/{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)
    for address, made in state["downloads"].items():
        (site / address).write_text(made, "utf-8", newline="\n")
    if state["python"]:
        state["python"].write(site)
    pack.drop_languages(site)
    is_published = not (config.extra["offline"] or state["served"])
    if config.extra["offline"]:
        offline.search_index(site)
    if is_published:
        quality.fill(site)  # before the styles that no page needs are dropped
        pack.pack(site)
    (site / bill.SBOM).write_text(
        bill.sbom(state["parts"], site, config.site_name), "utf-8", newline="\n"
    )
    if is_published:
        python = state["python"].address if state["python"] else ""
        (site / "sw.js").write_text(offline.worker(site, python), "utf-8", newline="\n")


def on_build_error(error, **kwargs):
    if (warnings.messages or state["faults"]) and not str(error).startswith(NOT_PUBLISHED):
        log.error("\n".join([*warnings.messages, context.report(state["faults"])]))
    if "runs" in state:
        state["runs"].stop()
    give_up()
    if isinstance(error, OSError):  # the machine's fault, or that of who changed a file meanwhile
        log.debug("Where it happened:", exc_info=error)
        raise BuildError(
            f"The site was not published: {destination.reason(error)}. With -v the build says where it needed that."
        ) from None


def give_up() -> None:
    """Leave the last good site as it is, and nothing beside it."""
    if made := state.pop("destination", None):
        made.end()


def on_shutdown(**kwargs) -> None:
    give_up()
    if "fetching" in state:
        state["fetching"].terminate()
    run.stop_workers()
    logging.getLogger("mkdocs").removeHandler(warnings)
