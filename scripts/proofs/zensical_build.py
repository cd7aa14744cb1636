"""Builds the site with Zensical, which the makers of MkDocs' theme want to be its successor.

    python -m scripts.proofs.zensical_build [folder]      without a folder, in .cache/zensical/site

Zensical reads mkdocs.yml and runs the Markdown extensions; a lesson needs nothing more. It runs no
hooks. What hooks.py adds for MkDocs is therefore written down first, in a copy of docs/ that
Zensical then builds: KaTeX's files, the pages of the snippets, and the course, as data for the
templates. Every page is rendered once before, to time it and to say what is wrong with it, and
where.

What only the hooks give, and this site lacks: the Content-Security-Policy, the service worker and
the copy without a server, feed, robots.txt, Open Graph and JSON-LD, and a search index without the
figures and outputs; the lessons as notebooks and programs; and the labs, whose pages mkdocs-jupyter
makes: of a link to one, the words stay.
"""

import argparse
import json
import os
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page

from scripts.blocks import run
from scripts.extension import prepared
from scripts.html import checks, formulas, reading_time, reference
from scripts.site import generated
from scripts.text import command, context, course, front_matter, reading
from scripts.text.context import ROOT, BuildError, PageError
from scripts.text.document import Document
from scripts.vendor import bill, thirdparty

WORK = ROOT / ".cache" / "zensical"
DOCS = WORK / "docs"
CONFIG = WORK / "mkdocs.yml"
# Other files ask for these, so they stay, empty: one needs more than Zensical's templates can do,
# the other a service worker.
EMPTIED = ("templates/partials/published.html", "javascripts/offline.js")
DROPPED = ("templates/feed.xml", "templates/robots.txt")  # it would publish them as they are
# Put at the top of the template that all others extend; under MkDocs, the hooks say this.
KNOWN = """\
{% set course = config.extra.course %}
{% set reading_time = config.extra.reading_time %}
{% set lesson = config.extra.lessons[page.url] if page else none %}
{% set lab = none %}
{% set track = config.extra.tracks[page.url] if page else none %}
{% set skip_to = "__skip" %}
"""
COLOURS_AND_FRAMES = re.compile(r"\x1b\[[\d;]*m|^Traceback .*\n(?:  .*\n)+", re.MULTILINE)
LABS = re.compile(r"^ *- Labs:\n(?: +- .*labs/.*\n)+", re.MULTILINE)  # of nav
TO_A_LAB = re.compile(r"\[([^\]]*)\]\((?:\.\./)*labs/[^)]*\)")  # a link
EXTENDS = '{% extends "base.html" %}\n'


class ZensicalError(Exception):
    """The site could not be built; the message says why."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where the site is put")
    target = parser.parse_args().folder
    try:
        site = build()
        if target:
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(site, target)
    except (BuildError, ZensicalError, thirdparty.FetchError) as error:
        print(f"Zensical: {error}", file=sys.stderr)
        return 1
    finally:
        run.stop_workers()
    print(f"Zensical: built {target or site}")
    return 0


def build() -> Path:
    """Build the site; its folder."""
    katex = thirdparty.fetch("katex")
    parts = bill.parts(katex)
    prepare(katex, parts)
    write_config({})
    write_config(for_templates(read_course()))
    run.stop_workers()
    zensical = (sys.executable, "-m", "zensical", "build", "--clean", "--strict", "-f", CONFIG)
    done = command.run(*zensical)
    if done.returncode:
        said = COLOURS_AND_FRAMES.sub("", done.stdout).strip()
        raise ZensicalError(f"its build failed:\n{said}")
    site = WORK / "site"
    (site / bill.SBOM).write_text(bill.sbom(parts, site, "site"), "utf-8")
    return site


def prepare(katex: Path, parts: list[bill.Part]) -> None:
    """The copy of docs/, with what is made."""
    shutil.rmtree(WORK, ignore_errors=True)
    reading.check(ROOT / "docs", ROOT / "snippets")
    shutil.copytree(ROOT / "docs", DOCS, ignore=reading.leftovers)
    shutil.rmtree(DOCS / "labs", ignore_errors=True)
    for path in reading.found(DOCS, "**/*.md"):
        path.write_text(TO_A_LAB.sub(r"\1", reading.text(path)), "utf-8")
    for target, made, _ in generated.generated(DOCS, katex, None, parts, {}):
        write(target, made if isinstance(made, bytes) else made.encode())
    write("../whole.yml", LABS.sub("", (ROOT / "mkdocs.yml").read_text("utf-8")).encode())
    for name in EMPTIED:
        write(name, b"")
    for name in DROPPED:
        (DOCS / name).unlink(missing_ok=True)
    template = (DOCS / "templates" / "main.html").read_text("utf-8")
    if not template.startswith(EXTENDS):
        raise ZensicalError(
            f"templates/main.html does not begin with {EXTENDS.strip()}; it must be told the course"
        )
    write("templates/main.html", template.replace(EXTENDS, EXTENDS + KNOWN, 1).encode())


def write(target: str, made: bytes) -> None:
    path = DOCS / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)


def write_config(extra: dict) -> None:
    """The project's settings, with Material's look and `extra`, as Zensical understands them."""
    from zensical.config import parse_config

    settings = {"INHERIT": "whole.yml", "theme": {"variant": "classic"}, "extra": extra}
    for name, needed in (("site_url", "SITE_URL"), ("edit_uri", "REPO_URL")):
        if not os.environ.get(needed):
            settings[name] = None  # or Zensical makes addresses from nothing
    CONFIG.write_text(json.dumps(settings, default=str), "utf-8")  # JSON is YAML
    parse_config(str(CONFIG))


def read_course() -> course.Course:
    """The course, and every page looked at and timed, as the hooks do it."""
    from zensical.config import get_config
    from zensical.markdown.render import render

    faults: set[context.Fault] = set()
    config = load_config(
        str(WORK / "whole.yml"), docs_dir=str(DOCS), plugins=[], hooks=[], watch=[]
    )
    files = get_files(config)
    known = course.Course(get_navigation(files, config))
    pages = [file.page or Page(None, file, config) for file in files.documentation_pages()]
    for page in pages:
        page.read_source(config)
    for page in pages:
        name, written = page.file.src_uri, reading.text(DOCS / page.file.src_uri)
        made = context.Page(
            source=name,
            written=written,
            offset=Document(written).offset,
            to_root="../" * name.count("/"),
            late=[],
            faults=faults,
        )
        lesson, track = known.lessons.get(name), known.track_of(page)
        with suppress(PageError):
            front_matter.check_source(written, made)
            front_matter.check_front_matter(made, page.meta, known, lesson, track)
            get_config()["mdx_configs"]["scripts.extension"] = {"page": made}
            markdown = reference.fill(page.markdown, DOCS, known.lessons)
            html = render(prepared(markdown, made), name, page.file.url)["content"]
            checks.check_content(html, made)
            formulas.set_formulas(html, made)
        write(name, reference.fill(written, DOCS, known.lessons).encode())
        if lesson and not made.noted:
            lesson.reading, lesson.doing = reading_time.reading_time(html)
            lesson.exercises = made.exercises
    if faults:
        raise PageError(context.report(faults))
    return known


def for_templates(known: course.Course) -> dict:
    """The course as data: the template engine reads no Python objects."""
    tracks = [plain(track) for track in known.tracks]
    return {
        "course": {
            "tracks": tracks,
            "catalogue": plain(known.catalogue),
            "lessons": plain(known.lessons),
        },
        "lessons": {lesson.page.url: plain(lesson) for lesson in known.lessons.values()},
        "tracks": {
            page.url: plain(track)
            for track in known.tracks
            for page in [track.page, *(lesson.page for lesson in track.lessons)]
        },
        "reading_time": {
            name: value
            for name, value in vars(reading_time).items()
            if name.isupper() and isinstance(value, (int, float, dict))
        },
    }


def plain(thing, left_out=("course", "section", "track")):
    """`thing` in dicts and lists. Of a lesson's neighbours, their neighbours are left out."""
    if isinstance(thing, dict):
        return {key: plain(value, left_out) for key, value in thing.items()}
    if isinstance(thing, list):
        return [plain(value, left_out) for value in thing]
    if isinstance(thing, Page):
        return {"title": thing.title, "url": thing.url, "meta": thing.meta}
    if isinstance(thing, (course.Lesson, course.Track)):
        names = [name for name in dir(thing) if name[0] != "_" and name not in left_out]
        beside = ("previous", "next", "related")
        return {
            name: plain(getattr(thing, name), (*left_out, *(beside if name in beside else ())))
            for name in names
        }
    return thing


if __name__ == "__main__":
    sys.exit(main())
