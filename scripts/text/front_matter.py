"""A page's front matter, and what it must say."""

import re
from datetime import date
from difflib import get_close_matches

import yaml

from scripts.text import course
from scripts.text.context import Page
from scripts.text.document import FRONT_MATTER
from scripts.text.labels import masked

CONFLICT = r"^(?:<{7}|\|{7}|>{7})(?: |$)"  # the marks that a merge leaves
BELOW = r"^ {0,3}-{3}[ \t]*\n *[\w-]+:(?:[ \t].*)?\n(?:.+\n)*?-{3}[ \t]*$"  # its first line and its last
HIDES = ("navigation", "toc", "footer")
FORMS = {
    "draft": (lambda value: isinstance(value, bool), "true or false, without quotes"),
    "hide": (
        lambda value: isinstance(value, list) and all(part in HIDES for part in value),
        f"a list of {', '.join(HIDES)}",
    ),
    "search": (
        lambda value: isinstance(value, dict) and {*value} <= {"boost", "exclude"},
        "names and values, as in {boost: 2} or {exclude: true}",
    ),
}
OURS = r"<!--/?late\b"  # what the build puts in the place of what comes late


def check_source(source: str, page: Page) -> None:
    """Stop at a merge that was left open, and at front matter that would be taken for prose, or prose for it."""

    def fail(message: str, line: int):
        page.fail(message, line - page.offset)

    if mark := re.search(CONFLICT, source, re.MULTILINE):
        line = source.count("\n", 0, mark.start()) + 1
        fail(f"a merge conflict is left open here: {mark[0].strip()}", line)
    if mark := re.search(OURS, source):
        line = source.count("\n", 0, mark.start()) + 1
        fail(f"the build has a mark of its own that begins so: {mark[0]}; write another", line)
    if below := re.search(BELOW, masked(source), re.MULTILINE):
        line = source.count("\n", 0, below.start()) + 1
        fail("above its front matter nothing stands, not even an empty line", line)
    match = FRONT_MATTER.match(source)
    if not match:
        if re.match(r"-{3}[ \t]*\n", source):
            fail("its front matter is never closed; it ends with a line ---", 1)
        if re.match(r" {0,3}[\w-]+:", source):
            word = source.split(":")[0].strip()
            fail(
                f"its first line would be taken for front matter; begin with other than {word}:", 1
            )
        return
    try:
        loader = yaml.SafeLoader(match[1])
        names = loader.get_single_node()
        loader.construct_document(names)
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
    page: Page,
    meta: dict,
    title: str,
    known: course.Course,
    lesson: object,
    track: object,
    lab: object,
) -> None:
    """Stop at a field that a page lacks or that is of the wrong kind, and at a related lesson that is none.

    `title` is what nav calls the page, if it does.
    """
    wanted = course.LESSON_FIELDS if lesson else course.TRACK_FIELDS if track else {}
    wanted = course.LAB_FIELDS if lab else wanted
    if missing := [
        f"{name} ({use})" for name, use in wanted.items() if meta.get(name) in (None, "")
    ]:
        page.note(f"its front matter lacks {'; '.join(missing)}")
    known_names = [*course.PAGE_FIELDS, *wanted, *course.OTHER_FIELDS]
    for name in meta:
        if name not in known_names:
            near = get_close_matches(str(name), known_names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ", which nothing reads"
            line = page.line_of(rf"^{re.escape(str(name))} *:")
            page.note(f"its front matter says {name!r}{hint}", line)
    for name, (fits, form) in FORMS.items():
        if name in meta and not fits(meta[name]):
            line = page.line_of(f"^{name} *:")
            page.fail(f"in its front matter {name} should be {form}", line)
    for name, use in (course.PAGE_FIELDS | wanted).items():
        if meta.get(name) not in (None, "") and (wrong := course.misfit(meta[name], use)):
            line = page.line_of(f"^{name} *:")
            page.fail(f"in its front matter {name} should be {use}; {wrong}", line)
    if meta.get("title", title) != title:
        page.note(
            f"its front matter says the title {meta['title']!r}, and nav {title!r}: leave one out",
            page.line_of("^title *:"),
        )
    day = getattr(meta.get("date"), "isoformat", str)()[:10]
    if day > date.today().isoformat():
        page.note(
            f"its date {day} is still to come, and it would be published today: write another, or draft: true",
            page.line_of("^date *:"),
        )
    for path in meta.get("related" if lesson else "lessons") or [] if lesson or lab else []:
        if path not in known.lessons:
            lessons = ", ".join(known.lessons)
            what = "related" if lesson else "its lesson"
            page.note(
                f"its front matter names {path!r} as {what}, which is no lesson in nav ({lessons})"
            )
