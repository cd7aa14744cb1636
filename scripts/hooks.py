"""What MkDocs does at each step of our build. The steps stand in the order in which MkDocs takes them.

A build takes the place of `site/` only when everything is right (destination.py): a broken page never reaches the site, and
the last good one stays up, under `serve` too.
"""

import logging
import subprocess
import sys
from pathlib import Path

from mkdocs.exceptions import Abort, BuildError, MkDocsException
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import AnchorLink

from scripts.blocks import includes, labs, run
from scripts.downloads import cells
from scripts.extension import prepared
from scripts.html import checks, reading_time, reference, snippets, structure, templates
from scripts.site import addresses, generated, offline, pages, policy, publish, published
from scripts.site.destination import Destination, reason
from scripts.site.report import NOT_PUBLISHED, Report
from scripts.site.views import views
from scripts.text import course, front_matter, reading
from scripts.text.cache import store
from scripts.text.context import SNIPPETS, TESTS, Page, PageError
from scripts.vendor import bill, runtime, thirdparty

WORKER_SCRIPT = "javascripts/offline.js"
PLUGINS = ("material/search", "material/blog", "mkdocs-jupyter", "markdown-exec")
EXTENSIONS = (
    *("admonition", "attr_list", "footnotes", "md_in_html", "tables", "toc"),
    *("pymdownx.arithmatex", "pymdownx.details", "pymdownx.superfences", "scripts.extension"),
)
log = logging.getLogger("mkdocs.hooks.lessons")


class Build:
    """What one step leaves for the next; `on_config` begins it anew."""

    is_served = False
    destination: Destination | None = None
    fetching: subprocess.Popen | None = None  # what brings the Python for the page

    def __init__(self):
        self.report = Report()


build = Build()


def on_startup(command: str, **kwargs) -> None:
    build.is_served = command == "serve"
    build.report.listen(logging.getLogger("mkdocs"))


def on_config(config):
    build.report.begin()
    includes.forget()
    templates.macros.cache_clear()
    build.around, build.downloads = None, {}
    if not config.use_directory_urls:
        raise BuildError("mkdocs.yml: a page is a folder here; take out use_directory_urls: false")
    for kind, needed, there in (
        ("plugin", PLUGINS, config.plugins),
        ("Markdown extension", EXTENSIONS, config.markdown_extensions),
    ):
        if missing := [name for name in needed if name not in there]:
            raise BuildError(f"mkdocs.yml: the pages need the {kind} {', '.join(missing)}")
    reading.check(Path(config.docs_dir), SNIPPETS, TESTS)
    store()  # what cannot be kept is said now
    build.destination = Destination(Path(config.site_dir))
    config.site_dir = str(build.destination.begin())
    build.report.is_open = True
    build.views = views(config.extra["views"], config.site_url)
    if not config.repo_url:
        config.edit_uri = None  # without a repository there is nothing to edit
    build.is_offline = bool(config.extra["offline"])
    build.is_published = not (build.is_offline or build.is_served)
    try:
        build.katex = thirdparty.fetch("katex")
        build.python = None if build.is_offline else runtime.available()
    except thirdparty.FetchError as error:
        raise BuildError(str(error)) from None
    if build.python:
        config.extra["python"] = build.python.described
    elif build.is_published:
        print(f"\n{runtime.ABSENT}\n", file=sys.stderr)  # not a warning, which would stop the build
    if not build.is_published:  # an author wants the newest page, a folder cannot keep any
        scripts = config.extra_javascript
        config.extra_javascript = [path for path in scripts if str(path) != WORKER_SCRIPT]
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
    if not build.python and not build.is_offline:
        runtime.ARRIVED.mkdir(parents=True, exist_ok=True)
        server.watch(str(runtime.ARRIVED))
        build.fetching = subprocess.Popen([sys.executable, "-m", "scripts.vendor.runtime"])
    return server


def on_files(files, config):
    """Add the files that are made, not written: KaTeX's style and fonts, a page for every snippet, whose work this is."""
    docs = Path(config.docs_dir)
    reading.check_kinds(files, docs)
    for file in files:
        is_text = file.src_dir == config.docs_dir and file.src_uri.endswith(reading.TEXT)
        if reading.is_leftover(file.src_uri):
            file.inclusion = InclusionLevel.EXCLUDED
        elif is_text and not file.is_documentation_page():
            file.content_bytes = reading.text(docs / file.src_uri).encode()

    build.parts = bill.parts(build.katex, build.python)
    build.labs = labs.sources(docs)
    for target, content, edit in generated.generated(
        docs, build.katex, build.python, build.parts, build.labs
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
    build.files, build.course = files, course.Course(nav)
    return nav


def on_pre_page(page, config, files):
    build.around = build.around or pages.surroundings(config, files)
    page.made = Page(source=page.file.src_uri, faults=build.report.faults, late=[])
    page.notebook = page.render  # of a lab: mkdocs-jupyter's, which runs it (labs.py)
    pages.keep(page, build.around, build.report.warned)
    return page


def on_page_read_source(page, config):
    """A lab is read as Markdown."""
    made = page.made
    if source := build.labs.get(made.source):
        made.unit = "cell"
        made.written = labs.markdown(source, made)
    return made.written or None


def on_page_markdown(markdown, page, config, files):
    try:
        return read(markdown, page, config, files)
    except PageError:
        page.render, page.content = lambda config, files: None, ""
        return markdown


def read(markdown: str, page, config, files) -> str:
    """The Markdown that is rendered; what can be said of a page before that is said here."""
    made, name, path = page.made, page.file.src_uri, page.file.abs_src_path
    source = made.written or (reading.text(Path(path)) if path else page.file.content_string)
    made.written = source
    if source.endswith(markdown[-200:]):
        made.offset = source.count("\n") - markdown.count("\n")
    made.to_root = "../" * page.url.count("/") if page.url != "./" else ""
    front_matter.check_source(source, made)
    checks.check_excerpt(markdown, made)
    lesson, lab = build.course.lessons.get(name), build.course.labs.get(name)
    track = build.course.track_of(page)
    title = (track or page).title
    front_matter.check_front_matter(made, page.meta, title, build.course, lesson, track, lab)
    if name in build.labs:
        made.results = labs.results(page, config, files)
    if lesson:  # who searches an idea wants the lesson before a shorter page
        page.meta.setdefault("search", {"boost": 3})
    if page.file.src_uri == reference.PAGE:
        markdown = reference.fill(markdown, Path(config.docs_dir), build.course.pages)
    return prepared(markdown, made)


def on_page_content(html, page, **kwargs):
    if page.present_anchor_ids is None:  # it could not be rendered
        return html
    if unit := build.course.pages.get(page.file.src_uri):
        unit.reading, unit.doing = reading_time.reading_time(html, len(page.made.results))
        unit.exercises = page.made.exercises
        if unit in build.course.lessons.values():
            structure.check(html, page.made, page.meta)
    return snippets.put_files(html, page.made)


@event_priority(100)  # before a plugin works with what is wrong
def on_env(env, config, files):
    report = build.report
    addresses.check_links(files, {*config.theme.static_templates, bill.SBOM}, report.warned)
    addresses.check_addresses(
        report.faults, (file for file in files if file.inclusion.is_included())
    )
    if report:
        for page in (file.page for file in files.documentation_pages()):
            page.validate_anchor_links(files=files, log_level=config.validation.links.anchors)
            pages.whole(page.content, page.made)
        report.stop_if_faulty(files)
    env.trim_blocks = env.lstrip_blocks = True  # a template's own lines are nothing to send
    env.globals["course"] = build.course  # for templates without a page, such as 404.html
    if config.site_url:
        env.globals["feed"] = published.feed(files)
    return env


def on_page_context(ctx, page, config, **kwargs):
    lesson = build.course.lessons.get(page.file.src_uri)
    lab = build.course.labs.get(page.file.src_uri)
    track = lesson.track if lesson else build.course.track_of(page)
    if lesson or lab:
        ctx["take"] = cells.take(lesson or lab, config, build.files)
        build.downloads |= {file.address: file.content for file in ctx["take"].files}
    ctx["views"] = build.views.get(page.url)
    ctx |= {"course": build.course, "lesson": lesson, "lab": lab, "track": track}
    ctx["reading_time"] = reading_time  # its constants, for about.html
    ctx["linked_data"] = published.linked_data(page, lesson, track, config)
    sections = page.toc.items
    if not sections or sections[0].level > 1:  # the template writes the <h1>, for the skip link
        page.toc.items = [AnchorLink(page.title, "title", 1)]
        page.toc.items[0].children = sections
    return ctx


def on_post_page(output, page, config, **kwargs):
    return finished(pages.whole(output, page.made), config)


def on_post_template(output, template_name, config, **kwargs):
    if not template_name.endswith(".html"):
        return output
    return "" if build.is_offline else finished(output, config)  # only a server answers with 404


def finished(html: str, config) -> str:
    """The last change to a page. `mkdocs serve` adds a script of its own afterwards, so there the page has no policy."""
    if build.is_offline:
        html = offline.page(html, Path(config.docs_dir))
    return html if build.is_served else policy.add(html, from_folder=build.is_offline)


@event_priority(-100)  # after the plugins have written their files
def on_post_build(config, **kwargs):
    build.report.stop_if_faulty(build.files)
    publish.complete(build.destination.new, build, config)
    store().tidy()
    build.destination.publish()
    config.site_dir = str(build.destination.site)


def on_build_error(error, **kwargs):
    if build.report and not str(error).startswith(NOT_PUBLISHED):
        log.error(str(build.report))
    give_up()
    if isinstance(error, OSError):  # the machine's fault, or that of who changed a file meanwhile
        log.debug("Where it happened:", exc_info=error)
        raise BuildError(
            f"{NOT_PUBLISHED} {reason(error)}. With -v the build says where it needed that."
        ) from None


def give_up() -> None:
    """Leave the last good site as it is, and nothing beside it."""
    build.report.is_open = False
    if build.destination:
        build.destination.end()


def on_shutdown(**kwargs) -> None:
    give_up()
    if build.fetching:
        build.fetching.terminate()
    run.stop_workers()
    logging.getLogger("mkdocs").removeHandler(build.report)
