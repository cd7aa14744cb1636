"""The course as the navigation tells it: tracks, their lessons, what comes before and after.

A section of `nav` whose first page lies at tutorials/<track>/index.md is a track; its other pages are the lessons, in
teaching order. A page labs/<lab>.py is a lab. Titles and numbers come from there, all else from the pages' front matter.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from scripts.text.context import BuildError

# Front matter that a page may have, and that one must have; what each is for.
PAGE_FIELDS = {"title": "one line", "description": "one line"}
UNIT_FIELDS = {
    "description": "one line, for the lists and search engines",
    "able": "a list: what the learner will be able to do",
    "needs": "a list: what the learner needs to know before",
}
LESSON_FIELDS = UNIT_FIELDS | {
    "related": "a list of other lesson pages (paths from docs/), possibly empty in a draft",
}
LAB_FIELDS = UNIT_FIELDS | {
    "lessons": "a list of the lesson pages (paths from docs/) whose ideas it puts to work",
}
# What else MkDocs, its theme and its blog read, and the numbers that a page is given.
OTHER_FIELDS = (
    *(
        "authors",
        "categories",
        "date",
        "draft",
        "given",
        "hide",
        "icon",
        "links",
        "pin",
        "readtime",
    ),
    *("search", "slug", "status", "tags", "template"),
)
TRACK_FIELDS = {
    "description": "one line, for the catalogue",
    "subject": "the subject that the track belongs to",
    "course": "the course that the track belongs to",
}

MARKUP = re.compile(
    r"[$`]|\*(?=\w)|\{\{|\]\(|\b(?:TODO|FIXME)\b"
)  # which lists and heads of pages do not set
LAB = re.compile(r"labs/[^/]+\.py")
UNIT = re.compile(r"(?:tutorials|labs)/(?!index\.md$)")  # a page there is one of the course


class Timed:
    """What takes minutes to read, and minutes to do."""

    tasks = "of exercises"

    @property
    def time(self) -> str:
        said = f"{self.reading} min to read"
        return f"{said} · {self.doing} min {self.tasks}" if self.doing else said

    @property
    def minutes(self) -> int:
        return self.reading + self.doing


@dataclass
class Unit(Timed):
    """What lists show with a number, a title, a line and its time."""

    page: object
    number: int
    reading: int = field(default=0, kw_only=True)
    doing: int = field(default=0, kw_only=True)

    @property
    def title(self) -> str:
        return self.page.title

    @property
    def description(self) -> str:
        return self.page.meta["description"]


@dataclass
class Lesson(Unit):
    track: "Track"
    exercises: list[dict] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Under which the reader's browser keeps that the lesson is done."""
        return self.page.file.src_uri.removeprefix("tutorials/").removesuffix(".md")

    @property
    def whence(self) -> str:
        return f"lesson {self.number} of {self.track.title}"

    @property
    def previous(self):
        return self.track.course.beside(self, -1)

    @property
    def next(self):
        return self.track.course.beside(self, +1)

    @property
    def related(self) -> list["Lesson"]:
        return [self.track.course.lessons[path] for path in self.page.meta["related"]]

    @property
    def labs(self) -> list["Lab"]:
        every = self.track.course.labs.values()
        return [lab for lab in every if self.page.file.src_uri in lab.page.meta["lessons"]]


@dataclass
class Lab(Unit):
    course: "Course"
    tasks = "to run and change"

    @property
    def whence(self) -> str:
        return f"lab {self.number}"

    @property
    def lessons(self) -> list[Lesson]:
        return [self.course.lessons[path] for path in self.page.meta["lessons"]]


@dataclass
class Track(Timed):
    course: "Course"
    section: object
    page: object
    lessons: list[Lesson] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.section.title

    @property
    def reading(self) -> int:
        return sum(lesson.reading for lesson in self.lessons)

    @property
    def doing(self) -> int:
        return sum(lesson.doing for lesson in self.lessons)


class Course:
    def __init__(self, nav):
        self.tracks: list[Track] = []
        self.labs: dict[str, Lab] = {}
        self._find(nav.items)
        self.lessons = {
            lesson.page.file.src_uri: lesson for track in self.tracks for lesson in track.lessons
        }
        self._check(nav.items)

    @property
    def pages(self) -> dict[str, Lesson | Lab]:
        """Lessons and labs, by their paths in docs/."""
        return self.lessons | self.labs

    def _find(self, items) -> None:
        for item in items:
            if not item.is_section:
                continue
            first = item.children[0] if item.children else None
            if first is not None and first.is_page and _is_track(first.file.src_uri):
                track = Track(self, item, first)
                pages = [child for child in item.children[1:] if child.is_page]
                track.lessons = [
                    Lesson(page, number, track) for number, page in enumerate(pages, 1)
                ]
                self.tracks.append(track)
            else:
                self._find(item.children)
                self._find_labs([page for page in item.children if page.is_page])

    def _check(self, items) -> None:
        """Stop at a page that no list of the course would show, and nothing would check."""
        known = {track.page.file.src_uri for track in self.tracks} | {*self.pages}
        listed = [lesson.page for track in self.tracks for lesson in track.lessons]
        listed += [track.page for track in self.tracks] + [lab.page for lab in self.labs.values()]
        for name in sorted({page.file.src_uri for page in listed}):
            if sum(page.file.src_uri == name for page in listed) > 1:
                raise BuildError(f"mkdocs.yml: nav names {name} more than once")
        for page in listed:
            if not page.file.inclusion.is_included():
                raise BuildError(
                    f"mkdocs.yml: nav names {page.file.src_uri}, which exclude_docs or draft_docs leaves out"
                )
        for item in items:
            if item.is_section:
                self._check(item.children)
            elif item.is_page and UNIT.match(item.file.src_uri) and item.file.src_uri not in known:
                raise BuildError(
                    f"{item.file.src_uri}: this page is neither a track, a lesson nor a lab: in nav a lesson stands right "
                    "below its track's first page, tutorials/<track>/index.md, and a lab is labs/<lab>.py, in a section"
                )
        for track in self.tracks:
            folder = track.page.file.src_uri.removesuffix("index.md")
            for lesson in track.lessons:
                path = lesson.page.file.src_uri
                if not re.fullmatch(rf"{re.escape(folder)}[^/]+\.md", path):
                    raise BuildError(
                        f"{path}: a lesson of {track.title!r} lies in docs/{folder} itself"
                    )

    def _find_labs(self, pages) -> None:
        for page in pages:
            if LAB.fullmatch(page.file.src_uri):
                self.labs[page.file.src_uri] = Lab(page, len(self.labs) + 1, self)

    def beside(self, lesson: Lesson, step: int) -> Lesson | None:
        every = list(self.lessons.values())
        at = every.index(lesson) + step
        return every[at] if 0 <= at < len(every) else None

    def track_of(self, page) -> Track | None:
        return next((track for track in self.tracks if track.page is page), None)

    @cached_property
    def catalogue(self) -> dict[str, dict[str, list[Track]]]:
        """subject › course › tracks, in the order of `nav`."""
        shelves: dict[str, dict[str, list[Track]]] = {}
        for track in self.tracks:
            meta = track.page.meta
            shelves.setdefault(meta["subject"], {}).setdefault(meta["course"], []).append(track)
        return shelves


def _is_track(path: str) -> bool:
    parts = path.split("/")
    return len(parts) == 3 and parts[0] == "tutorials" and parts[2] == "index.md"


def misfit(value: object, use: str) -> str | None:
    """What is wrong with a field that is for this use, in words."""
    is_list = use.startswith("a list")
    if is_list != isinstance(value, list):
        return f"it is {'no' if is_list else 'a'} list: {value!r}"
    if value == [] and "possibly empty" not in use:
        return "it is empty"
    for words in value if is_list else [value]:
        if not isinstance(words, str) or not words.strip():
            return f"{words!r} is no text: words with a colon, and numbers, stand in quotes"
        if marks := MARKUP.search(words):
            return f"{words!r} has {marks[0]!r} in it, and is shown as it is written"
        if is_list and value.count(words) > 1:
            return f"{words!r} stands there twice"
    return None
