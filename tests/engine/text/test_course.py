"""The course as it will be, fourteen lessons in four tracks, follows from nav alone."""

import re
import shutil
from urllib.parse import urljoin

import pytest
from kit import Project, Site

# Track, and how many lessons it has. All are of one course but the last.
TRACKS = {"a-track": 2, "b-track": 3, "c-track": 3, "d-track": 6}


def lesson(track: str, number: int) -> str:
    return f"tutorials/{track}/lesson-{number}.md"


LESSONS = [lesson(track, n) for track, count in TRACKS.items() for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def course(template, tmp_path_factory) -> Site:
    """The built site of such a course."""
    folder = tmp_path_factory.mktemp("course") / "project"
    shutil.copytree(template, folder)
    project = Project(folder)
    for old in (folder / "docs/tutorials").glob("*/*.md"):
        old.unlink()
    nav = ["INHERIT: whole.yml", "nav:", "  - Home: index.md", "  - Tutorials:"]
    nav.append("      - tutorials/index.md")
    for track, count in TRACKS.items():
        nav += [f"      - The {track}:", f"          - tutorials/{track}/index.md"]
        name = "Last" if track == "d-track" else "First"
        head = f"---\ndescription: A track.\nsubject: A Subject\ncourse: The {name} Course\n---\n"
        project.write(f"docs/tutorials/{track}/index.md", head)
        for number in range(1, count + 1):
            path = lesson(track, number)
            nav.append(f"          - Lesson {number} of the {track}: {path}")
            other = LESSONS[LESSONS.index(path) - 1]
            head = f"description: Line {path}.\nable: [do]\nneeds: [this]\nrelated: [{other}]\ndraft: true\n"
            project.write(f"docs/{path}", f"---\n{head}---\n" + "Some words.\n" * number * 400)
    project.write("mkdocs.yml", "\n".join(nav) + "\n")
    return project.built("--strict")


def addresses(page, selector: str) -> list[str]:
    base = f"https://host/{page.url}"
    return [
        urljoin(base, tag["href"]).removeprefix("https://host/")
        for tag in page.soup.select(selector)
    ]


def address(path: str) -> str:
    return path.removesuffix(".md") + "/"


def test_every_lesson_knows_its_number_in_its_track(course: Site):
    for track, count in TRACKS.items():
        for number in range(1, count + 1):
            page = course.pages[address(lesson(track, number))]
            assert f">Lesson {number} of {count}<" in page.html
            assert page.soup.h1.get_text() == f"Lesson {number} of the {track}"
            assert page.soup.select_one("progress")["max"] == str(count)
            own = [address(lesson(track, n)) for n in range(1, count + 1)]
            assert addresses(page, ".lesson-foot .lessons a") == own


def test_the_lessons_of_all_tracks_are_one_chain(course: Site):
    at = address(LESSONS[0])
    seen = [at]
    while following := addresses(course.pages[at], ".beside a[rel=next]"):
        (after,) = following
        assert addresses(course.pages[after], ".beside a[rel=prev]") == [at]
        at = after
        seen.append(at)
    assert seen == [address(path) for path in LESSONS]


def test_a_later_lesson_takes_longer_and_a_track_takes_the_sum(course: Site):
    for track, count in TRACKS.items():
        page = course.pages[f"tutorials/{track}/"]
        minutes = [int(tag.get_text().split()[0]) for tag in page.soup.select(".lessons__minutes")]
        assert len(minutes) == count
        assert minutes == sorted({*minutes})
        assert re.search(rf">{sum(minutes)} min to read<", page.html)


def test_the_catalogue_lists_tracks_under_their_courses(course: Site):
    article = course.pages["tutorials/"].soup.select_one("article")
    headings = [tag.get_text().rstrip("#").strip() for tag in article.select("h2, h3, h4")]
    first, last = [f"The {track}" for track in TRACKS][:-1], ["The d-track"]
    assert headings == ["A Subject", "The First Course", *first, "The Last Course", *last]
    assert addresses(course.pages["tutorials/"], "article .lessons a") == [*map(address, LESSONS)]
