"""What the tests of the engine share: two projects that hold the pages of many tests, each built once for all of them.

A test that asks for `shown` or `faults` is parametrized with the text of its page. All pages of the tests that are run stand
in one project; `shown` is then the test's own as it is published, and `faults` what a build that must fail says of it.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import pytest
from filelock import FileLock
from kit import ADDED, LESSON, NAV, PAGES, SECTION, Page, Project, Site, copy_checkout

MODES = [("--no-strict", "-q"), ("--strict",)]
PLACES = {
    "lesson": f"{SECTION}/{{}}.md",
    "track": "tutorials/{}/index.md",
    "post": "blog/posts/{}.md",
    "lab": "labs/{}.py",
}
PLACE = re.compile(
    r"^(\S+\.(?:md|py|yml))(?:, line (\d+))?(?:, (?:block|cell) (\d+))?: ", re.MULTILINE
)


failed: set[str] = set()  # what this process could not make, by the name of its fixture
FAILED = "{} could not be made; the run's one error about it says why"


def once(tmp_path_factory, name: str, make, of: object = "") -> Path:
    """A folder filled by `make(folder)` once in a run of the tests, by whichever process, for the fixture `name`.

    `of`: what it is made of, where that is not the same in all runs.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    shared = Path(os.environ.get("PYTEST_SHARED", shared))  # scripts/check.py shares it among runs
    kind = f"{name}-{crc32(repr(of).encode()):08x}" if of else name
    folder, unfinished = shared / kind, shared / f"{kind}.{run}.unfinished"
    with FileLock(f"{folder}.lock"):
        if unfinished.exists():
            pytest.skip(FAILED.format(name))
        if not folder.exists():
            unfinished.mkdir()
            try:
                make(unfinished)
            except BaseException:
                failed.add(name)
                raise
            unfinished.rename(folder)
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    """The project that the others are copies of, with its site built once."""

    def make(folder: Path) -> None:
        copy_checkout(folder)
        for part in ("snippets", "tests/snippets"):  # one subject is enough, and quicker to build
            for path in (folder / part).iterdir():
                if path.is_dir() and path.name != "differentiation":
                    shutil.rmtree(path)
        for path in list(folder.glob("docs/**/*.md")):
            path.unlink()
        shutil.rmtree(folder / "docs" / "labs")
        (folder / "mkdocs.yml").rename(folder / "whole.yml")
        project = Project(folder)
        project.write("mkdocs.yml", NAV)
        for path, text in PAGES.items():
            project.write(f"docs/{path}", text)
        project.built()

    return once(tmp_path_factory, "template", make)


@pytest.fixture(scope="session")
def small_site(template: Path) -> Site:
    """The site of such a project, to look at."""
    return Site(template / "site")


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Project:
    """A project with a built site, for this test alone."""
    shutil.copytree(template, tmp_path / "project")
    return Project(tmp_path / "project")


def stopped(project: Project, *flags: str) -> str:
    """What a build says that must fail, and leave the site as it was."""
    before = Site(project.folder / "site").files
    done = project.build(*flags)
    assert done.returncode != 0, f"mkdocs build {' '.join(flags)} succeeds:\n{done.stdout}"
    assert Site(project.folder / "site").files == before, "the published site has changed"
    beside = {path.name for path in project.folder.glob("*site*")}
    assert beside == {"site"}, "a half-built site was left"
    assert "Traceback" not in done.stdout
    return done.stdout


def shows(*texts: str) -> pytest.MarkDecorator:
    """A lesson that ends in a text, for a test that asks for `shown`; of several texts one after the other."""
    ids = [str(number) for number in range(len(texts))]
    return pytest.mark.parametrize("shown", texts, ids=ids, indirect=True)


class Fault(NamedTuple):
    line: int  # in the file of the page; 0 if it has none
    block: int  # likewise
    says: str


@dataclass
class Break:
    """Something wrong at the end of a lesson, and what the message must say of it."""

    text: str
    says: str
    at: str  # a line of the text that holds this is the line that the message must name
    block: int = 0  # the number of the block that it must name
    times: int = 1  # at how many places it is wrong
    nth: int = 1  # of the lines that hold `at`, which one

    @property
    def line(self) -> int:
        lines = self.text.split("\n")
        return [n for n, text in enumerate(lines, 1) if self.at in text][self.nth - 1]

    def check(self, faults: list[Fault], above: int = ADDED - 1) -> None:
        """That this is said, and no more; `above` are the lines of the page above the text."""
        assert len(faults) == self.times, f"{self.times} to be said, and this is: {faults}"
        place = faults[0].line, faults[0].block
        assert place == (above + self.line, self.block), f"it is said at another place: {faults}"
        assert self.says in faults[0].says, f"{self.says!r} should be said, and this is: {faults}"


def breaks(rows: dict[str, Break], page: Callable = str) -> pytest.MarkDecorator:
    """Each of these, on its `page`, for a test that asks for `broken` and for `faults`, what is said of it."""
    values = [(broken, page(broken.text)) for broken in rows.values()]
    return pytest.mark.parametrize(("broken", "faults"), values, ids=rows, indirect=["faults"])


def written(request: pytest.FixtureRequest, fixture: str) -> dict[str, tuple[str, str]]:
    """Under each test that asks for `fixture`, the path and the text of its page; of equal texts there is one page."""
    found, paths = {}, {}
    for item in request.session.items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if (asked := params.get(fixture)) is not None:
            kind, text = ("lesson", lesson(asked)) if isinstance(asked, str) else asked
            path = paths.setdefault((kind, text), PLACES[kind].format(len(paths)))
            found[item.nodeid] = path, text
    return found


def lesson(addition: str) -> str:
    return f"{PAGES[LESSON]}\n{addition}\n"


def write_all(project: Project, pages: Iterable[tuple[str, str]]) -> None:
    """Have these pages and no others of their kinds in the project."""
    nav = {"lesson": "", "track": "", "lab": ""}
    for place in PLACES.values():
        for old in project.folder.glob("docs/" + place.format("[0-9]*")):
            old.unlink()
    for path, text in pages:
        project.write(f"docs/{path}", text)
        if path.startswith(SECTION):
            nav["lesson"] += f"          - The {Path(path).stem}: {path}\n"
        elif path.startswith("tutorials"):
            nav["track"] += f"      - The {Path(path).parent.name}:\n          - {path}\n"
        elif path.startswith("labs"):
            nav["lab"] += f"          - The {Path(path).stem}: {path}\n"
    labs = "      - Labs:\n" * bool(nav["lab"]) + nav["lab"]
    project.write("mkdocs.yml", NAV + nav["lesson"] + nav["track"] + labs)


def copied(template: Path, folder: Path) -> Project:
    return Project(shutil.copytree(template, folder / "project"))


@pytest.fixture(scope="session")
def reports(request, template, tmp_path_factory) -> list[dict[str, list[Fault]]]:
    """What is said in each mode of each page of the project whose pages are all broken."""

    def make(folder: Path) -> None:
        project = copied(template, folder)
        without_labs = [
            page for page in pages if page[0].endswith(".md")
        ]  # a kernel costs a second
        for flags, those in zip(MODES, (without_labs, pages), strict=True):
            write_all(project, those)
            said.append(stopped(project, *flags) if those else "")
        # What is wrong with a page as a whole is said once nothing else is wrong.
        write_all(project, [page for page in pages if page[0] not in faults_in(said[-1])])
        for number, flags in enumerate(MODES):
            said[number] += project.build(*flags).stdout
        (folder / "said.json").write_text(json.dumps(said), "utf-8")

    said, pages = [], sorted(set(written(request, "faults").values()))
    kept = once(tmp_path_factory, "reports", make, of=pages) / "said.json"
    return [faults_in(each) for each in json.loads(kept.read_text("utf-8"))]


def faults_in(said: str) -> dict[str, list[Fault]]:
    """The faults of each page, as a build has said them."""
    found: dict[str, list[Fault]] = {}
    _, *parts = PLACE.split(said)
    for page, line, block, says in zip(*(parts[n::4] for n in range(4)), strict=True):
        found.setdefault(page, []).append(Fault(int(line or 0), int(block or 0), says))
    return found


@pytest.fixture
def faults(request: pytest.FixtureRequest, reports) -> list[Fault]:
    """What a build says of the page that this test is parametrized with; in each mode the same."""
    path, _ = written(request, "faults")[request.node.nodeid]
    quiet, strict = (report.get(path, []) for report in reports)
    if path.endswith(".md"):
        places = [[fault[:2] for fault in said] for said in (quiet, strict)]
        assert places[0] == places[1], (
            f"in one mode this is said: {quiet}, in the other this: {strict}"
        )
    return strict


@pytest.fixture(scope="session")
def shown_site(request, template, tmp_path_factory) -> Site:
    """The site with the pages of all tests that ask for `shown`."""

    def make(folder: Path) -> None:
        project = copied(template, folder)
        write_all(project, pages)
        project.built("--strict")
        assert not project.to_run(), "a second build runs blocks again"

    pages = sorted(set(written(request, "shown").values()))
    return Site(once(tmp_path_factory, "shown_site", make, of=pages) / "project/site")


@pytest.fixture
def shown(request: pytest.FixtureRequest, shown_site: Site) -> Page:
    """The page that this test is parametrized with, as it is published."""
    path, _ = written(request, "shown")[request.node.nodeid]
    url = re.sub(r"/index$", "", path.rpartition(".")[0]) + "/"
    if "/posts/" in url:  # a post's address is made of its title
        (url,) = (other for other in shown_site.pages if re.fullmatch(r"blog/[^/]+/", other))
    return shown_site.pages[url]
