"""Files as editors and systems leave them, and a site's folder in every state: nothing is lost, and the cure is said."""

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from kit import LESSON, LIMIT, PAGES, SECTION, SETTINGS, Project, Site

SQUARE = "snippets/differentiation/square.py"
DOCS = f"docs/{SECTION}"


def link(path: str, to: str) -> Callable[[Project], None]:
    return lambda project: (project.folder / path).symlink_to(to)


def put(path: str, content: bytes) -> Callable[[Project], None]:
    def write(project: Project) -> None:
        file = project.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return write


@dataclass
class State:
    """Something in the project's folder that no build can use, and what the message must say of it."""

    made: Callable[[Project], None]
    says: str


LATIN = f"{PAGES[LESSON]}\nGrün.\n".encode("latin-1")
LINE = PAGES[LESSON].count("\n") + 2
STATES = {
    "a dead link for a page": State(
        link(f"{DOCS}/old.md", "moved.md"),
        f"{DOCS}/old.md is a link to moved.md, which is not there: remove the link",
    ),
    "a dead link for a picture": State(link("docs/a.png", "b.png"), "docs/a.png is a link to"),
    "a dead link for a snippet": State(link("snippets/a.py", "b.py"), "snippets/a.py is a link"),
    "a dead link for a test": State(
        link("tests/snippets/test_a.py", "b.py"), "tests/snippets/test_a.py is a link"
    ),
    "a link to itself": State(link("docs/a.md", "a.md"), "docs/a.md is a link to a.md, which"),
    "a folder within itself": State(
        link(f"{DOCS}/again", ".."),
        f"{DOCS}/again is a link to a folder that it lies in: remove the link",
    ),
    "a pipe": State(
        lambda project: os.mkfifo(project.folder / "docs/pipe"),
        "docs/pipe is neither a file nor a folder: remove it",
    ),
    "a name that is not UTF-8": State(
        lambda project: Path(os.fsdecode(bytes(project.folder / "docs") + b"/\xff.png")).touch(),
        "the name of docs/\\udcff.png is not UTF-8: rename it",
    ),
    "a page that is not UTF-8": State(
        put(f"docs/{LESSON}", LATIN), f"docs/{LESSON}, line {LINE}, is not UTF-8: save"
    ),
    "a page in UTF-16": State(
        put(f"docs/{LESSON}", PAGES[LESSON].encode("utf-16")), f"{LESSON}, line 1, is not UTF-8"
    ),
    "a page with a NUL": State(
        put(f"docs/{LESSON}", b"---\ntitle: a\0b\n---\n"), f"{LESSON}, line 2, holds a NUL"
    ),
    "a page with a character that nobody sees": State(
        put(f"docs/{LESSON}", f"{PAGES[LESSON]}\nA word\u202eb.\n".encode()),
        f"{LESSON}, line {LINE}, holds U+202E, a character that nobody sees",
    ),
    "a snippet with a character that nobody sees": State(
        put(SQUARE, "#\n# a\u2060b\n".encode()), f"{SQUARE}, line 2, holds U+2060"
    ),
    "a snippet that is not UTF-8": State(put(SQUARE, b"#\n# \xfc\n"), f"{SQUARE}, line 2, is not"),
    "a script that is not UTF-8": State(
        put("docs/javascripts/a.js", b"// \xfc"), "docs/javascripts/a.js, line 1, is not"
    ),
    "a test that is not UTF-8": State(
        put("tests/snippets/differentiation/test_square.py", b"# \xfc"),
        "test_square.py, line 1, is not",
    ),
    "files whose names differ in case": State(
        lambda project: [put(f"docs/assets/{name}.png", b"x")(project) for name in "aA"],
        "docs/assets/A.png and docs/assets/a.png would be one file, assets/a.png, where capital",
    ),
    "a page and a folder for one address": State(
        put(f"{DOCS}/lesson/index.md", b"# Another\n"),
        f"docs/{LESSON} and {DOCS}/lesson/index.md would be one file",
    ),
    "a page in the place of one that is made": State(
        put("docs/code/differentiation/square.md", b"# Mine\n"),
        "docs/code/differentiation/square.md is made by the build: rename",
    ),
    "a repository in the site": State(
        put("site/.git/HEAD", b"ref: refs/heads/pages\n"),
        "site holds what no build has put there, and a build would remove it: .git/HEAD. Move it",
    ),
    "a file of somebody in the site": State(
        lambda project: [put(f"site/{name}.txt", b"mine")(project) for name in "abcd"],
        "a.txt, b.txt, c.txt and 1 more. Move it elsewhere, or name another folder with -d",
    ),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
def test_a_file_that_no_build_can_use_stops_it_with_the_cure(state: State, project: Project, stops):
    state.made(project)
    for said in stops():
        assert state.says in said


def test_every_file_that_cannot_be_read_is_named_at_once(project: Project):
    for name in ("docs/a.css", "docs/b.md"):
        put(name, b"\xff")(project)
    said = project.build("-q").stdout
    assert "docs/a.css, line 1, is not UTF-8" in said
    assert "docs/b.md, line 1, is not UTF-8" in said


LEFT = (".#{0}", "{0}~", "#{0}#", "{0}.orig", "{0}.rej", "{0}.bak", ".{0}.swp", "{0}.tmp")
SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")


def test_what_editors_and_systems_leave_is_no_page_and_no_error(project: Project):
    before = project.built().files
    for name in (
        f"docs/{LESSON}",
        "docs/labs/lab.py",
        SQUARE,
        f"tests/snippets/{SQUARE}",
        "docs/a.png",
    ):
        file = project.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        for form in LEFT:
            file.with_name(form.format(file.name)).write_bytes(b"\xff\0 what was here before")
        for left in SYSTEMS:
            file.with_name(left).write_bytes(b"\xff\0")
        lock = file.with_name(f".#{file.name}")
        lock.unlink()
        lock.symlink_to("author@machine.4711:1764268800")
    for left in SYSTEMS:  # who looks at the site has them there as well
        put(f"site/{left}", b"\xff")(project)
    assert project.built("--strict").files == before


def test_line_ends_and_byte_order_marks_change_no_byte_of_the_site(project: Project):
    before = project.built(SITE_CACHE="off").files
    shutil.rmtree(project.folder / "site")
    for path in project.folder.rglob("*.*"):
        inside = path.relative_to(project.folder).parts
        if path.is_file() and inside[0] != ".cache" and path.suffix not in (".png", ".pyc"):
            text = path.read_bytes()
            assert b"\r" not in text
            mark = b"" if inside[0] == "scripts" or "templates" in inside else b"\xef\xbb\xbf"
            path.write_bytes(mark + text.replace(b"\n", b"\r\n"))
    after = project.built(SITE_CACHE="off").files
    assert [name for name in before if before[name] != after.get(name)] == []
    assert set(after) == set(before)


# Python that runs before the build, in its process: text is written with the line ends of another system.
WINDOWS = """
import builtins, io
whole = io.open
def opened(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *more):
    if newline is None and "b" not in mode and "r" not in mode:
        newline = "\\r\\n"
    return whole(file, mode, buffering, encoding, errors, newline, *more)
io.open = builtins.open = opened
"""


def test_a_system_with_other_line_ends_writes_the_same_site(project: Project):
    before = project.built(SITE_CACHE="off").files
    after = project.built(before=WINDOWS, SITE_CACHE="off").files
    assert [name for name in before if before[name] != after.get(name)] == []


def test_a_path_with_blanks_umlauts_and_brackets_builds_the_same_site(project: Project):
    before = project.built(SITE_CACHE="off").files
    moved = project.folder.with_name("a b ü [x] {y} (z) #1 %41 'q' $HOME & ;")
    project.folder.rename(moved)
    assert Project(moved).built(SITE_CACHE="off").files == before


# --- the folder of the site -----------------------------------------------------------------------


def test_a_link_stays_and_what_it_leads_to_is_replaced(project: Project):
    project.lesson("All is new.")
    (project.folder / "site").rename(project.folder / "elsewhere")
    (project.folder / "site").symlink_to("elsewhere")
    assert "All is new." in project.built().lessons[0].html
    assert (project.folder / "site").is_symlink()
    assert "All is new." in Site(project.folder / "elsewhere").lessons[0].html


def test_a_folder_that_is_new_or_empty_is_filled(project: Project):
    (project.folder / "empty").mkdir()
    before = Site(project.folder / "site").files
    for name in ("empty", "new/below"):
        project.built("-d", name)
        assert Site(project.folder / name).files == before


def test_a_folder_of_somebody_is_refused_before_the_build(project: Project):
    put("mine/index.html", b"mine")(project)
    done = project.build(
        "-q", "-d", "mine", before="from scripts import extension\nextension.run_block = None"
    )
    assert done.returncode != 0
    assert "mine holds what no build has put there" in done.stdout
    assert Site(project.folder / "mine").files == {"index.html": b"mine"}


# Python that runs before the build, in its process, and what the build then says.
REFUSALS = {
    "a mount point": (
        "import os\nos.path.ismount = lambda path: str(path).endswith('site')",
        "site is a mount point, which cannot be replaced as a whole; build to a folder within it",
    ),
    "a place where nothing can be made": (
        """
import os
from pathlib import Path
whole = Path.mkdir
def mkdir(path, *how, **more):
    if path.name == ".site.build":
        raise PermissionError(13, "Permission denied", str(path))
    whole(path, *how, **more)
Path.mkdir = mkdir""",
        ".site.build: Permission denied. A build needs a folder .site.build beside it",
    ),
    "a folder that cannot be renamed": (
        """
from pathlib import Path
whole = Path.rename
def rename(path, to):
    if path.name == "site":
        raise OSError(16, "Device or resource busy", str(path))
    return whole(path, to)
Path.rename = rename""",
        "site cannot be replaced, and is as it was: ",
    ),
    "a new site that cannot be renamed": (
        """
from pathlib import Path
whole = Path.rename
def rename(path, to):
    if path.name == "new":
        raise OSError(16, "Device or resource busy", str(path))
    return whole(path, to)
Path.rename = rename""",
        "site cannot be replaced, and is as it was: ",
    ),
    "a full disk": (
        """
import mkdocs.utils
def write_file(content, path):
    raise OSError(28, "No space left on device")
mkdocs.utils.write_file = write_file""",
        "The site was not published: No space left on device",
    ),
    "kept results in a folder": (
        """
import os
os.unlink(".cache/build.sqlite")
os.makedirs(".cache/build.sqlite/mine")""",
        ".cache/build.sqlite: Is a directory",
    ),
    "kept results that are read-only": (
        """
import sqlite3
whole = sqlite3.connect
def connect(path, *how, **more):
    if path.name == "build.sqlite":
        raise sqlite3.OperationalError("attempt to write a readonly database")
    return whole(path, *how, **more)
sqlite3.connect = connect""",
        ".cache/build.sqlite: attempt to write a readonly database",
    ),
    "a folder that cannot be read": (
        """
import os
whole = os.scandir
def scandir(path="."):
    if str(path).endswith("stylesheets"):
        raise PermissionError(13, "Permission denied", str(path))
    return whole(path)
os.scandir = scandir""",
        "docs/stylesheets cannot be read: Permission denied",
    ),
    "a file that is gone when it is read": (
        f"""
from scripts.text import reading
whole = reading.check
def check(*folders):
    whole(*folders)
    (folders[0] / "{LESSON}").unlink()
reading.check = check""",
        LESSON,
    ),
}


@pytest.mark.parametrize(("before", "says"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_the_system_refuses_is_said_in_a_sentence(before, says, project: Project):
    published = Site(project.folder / "site").files
    project.lesson("All is new.")
    done = project.build("-q", before=before)
    assert done.returncode != 0
    assert says in done.stdout
    assert "Traceback" not in done.stdout
    assert Site(project.folder / "site").files == published
    assert not (project.folder / ".site.build").exists()


@pytest.mark.parametrize("name", ["site", ".site.build"])
def test_a_file_in_the_way_is_named_and_kept(name: str, project: Project):
    shutil.rmtree(project.folder / "site")
    project.write(name, "mine")
    done = project.build("-q")
    assert done.returncode != 0
    assert f"{project.folder / name}" in done.stdout
    assert "name another folder with -d" in done.stdout
    assert "Traceback" not in done.stdout
    assert project.read(name) == "mine"


@pytest.mark.parametrize("name", ["site.new", "site.old"])
def test_files_of_somebody_beside_the_site_are_left_alone(name: str, project: Project):
    project.write(name, "mine")
    project.built()
    assert project.read(name) == "mine"


# Python that runs before a build and kills it {when} the first rename of the site.
KILLED = """
import os, signal
from pathlib import Path
whole = Path.rename
def rename(path, to):
    if path.name == "{name}":
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(path, to)
Path.rename = rename
"""


@pytest.mark.parametrize("name", ["site", "new", "old"])
def test_a_build_that_was_killed_as_it_published_is_recovered_from(name: str, project: Project):
    old = Site(project.folder / "site").files
    project.lesson("All is new.")
    new = project.build("-q", before=KILLED.format(name=name))
    assert new.returncode < 0
    project.lesson("It is 12.7 here.")
    assert project.build("-q").returncode == 1
    site = Site(project.folder / "site")
    assert site.files == old or ("All is new." in site.lessons[0].html and name == "old")
    assert not (project.folder / ".site.build").exists()
    project.lesson("All is well.")
    assert "All is well." in project.built().lessons[0].html


WAITS = """
import time
from pathlib import Path
from scripts.site import destination
whole = destination.Destination.publish
def publish(self):
    Path("reached").touch()
    while not Path("go").exists():
        time.sleep(0.05)
    whole(self)
destination.Destination.publish = publish
"""


def test_of_two_builds_at_once_the_second_says_so(project: Project):
    project.lesson("All is new.")
    first = subprocess.Popen(
        project.command("build", "-q", before=WAITS), cwd=project.folder, env=os.environ | SETTINGS
    )
    try:
        end = time.monotonic() + LIMIT
        while not (project.folder / "reached").exists():
            assert first.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        second = project.build("-q")
        assert second.returncode != 0
        assert "another build of " in second.stdout
        assert "is under way; wait until it has ended" in second.stdout
        assert "Traceback" not in second.stdout
        other = project.build("-q", "-d", "other")  # another folder is another matter
        assert other.returncode == 0, other.stdout
    finally:
        (project.folder / "go").touch()
        status = first.wait(120)
    assert status == 0
    assert "All is new." in Site(project.folder / "site").lessons[0].html
    project.built()


# --- kept values ----------------------------------------------------------------------------------

CHANGES = {
    "altered": "UPDATE entries SET value = replace(value, '9.0', '8.0')",
    "no JSON": "UPDATE entries SET value = '{'",
    "nothing": "UPDATE entries SET value = NULL",
    "bytes": "UPDATE entries SET value = x'ff00ff'",
    "not UTF-8": "UPDATE entries SET value = CAST(x'ff00ff' AS TEXT)",
    "that of another": "UPDATE entries SET value = (SELECT max(value) FROM entries)",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_kept_value_that_is_not_as_it_was_kept_is_made_again(change: str, project: Project):
    before = project.built().files
    with sqlite3.connect(project.folder / ".cache/build.sqlite") as kept:
        assert kept.execute(change).rowcount
    kept.close()
    assert project.built().files == before
