"""Files as editors and systems leave them, and a site's folder in every state: nothing is lost, and the cure is said."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kit import ADDED, LESSON, LIMIT, PAGES, ROOT, SECTION, SETTINGS, Project, Site
from mkdocs.exceptions import BuildError
from shared import stopped

from scripts.site.destination import Destination
from scripts.text import reading

SQUARE = "snippets/differentiation/square.py"
DOCS = f"docs/{SECTION}"


def put(folder: Path, path: str, content: bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


# A file that cannot be read: where it stands, what it holds or as a link leads to, and what the message must say of it.
LATIN, TURNED = f"{PAGES[LESSON]}\nGrün.\n", f"{PAGES[LESSON]}\nA word\u202eb.\n".encode()
NAME = os.fsdecode(b"docs/\xff.png")
UNREADABLE = [
    ("docs/old.md", "moved.md", "docs/old.md is a link to moved.md, which is not there: remove"),
    ("snippets/a.py", "b.py", "snippets/a.py is a link to b.py"),
    ("docs/a.md", "a.md", "docs/a.md is a link to a.md, which is not there"),
    ("docs/again", "..", "docs/again is a link to a folder that it lies in: remove the link"),
    (
        "docs/a.md",
        LATIN.encode("latin-1"),
        f"docs/a.md, line {ADDED}, is not UTF-8: save the file as",
    ),
    ("a.md", PAGES[LESSON].encode("utf-16"), "a.md, line 1, is not UTF-8"),
    ("a.md", b"---\ntitle: a\0b\n---\n", "a.md, line 2, holds a NUL"),
    ("a.md", TURNED, f"a.md, line {ADDED}, holds U+202E, a character that nobody sees"),
    ("a.py", "#\n# a\u2060b\n".encode(), "a.py, line 2, holds U+2060"),
    ("a.py", b"#\n# \xfc\n", "a.py, line 2, is not UTF-8"),
    ("a.js", b"// \xfc", "a.js, line 1, is not UTF-8"),
    (NAME, b"", "docs/\\udcff.png is not UTF-8: rename it"),
    ("pipe", None, "pipe is neither a file nor a folder: remove it"),
]


@pytest.mark.parametrize(("path", "content", "says"), UNREADABLE)
def test_what_cannot_be_read_is_named_and_not_waited_for(path, content, says, tmp_path: Path):
    (tmp_path / path).parent.mkdir(exist_ok=True)
    if content is None:
        os.mkfifo(tmp_path / path)
    elif isinstance(content, str):
        (tmp_path / path).symlink_to(content)
    else:
        put(tmp_path, path, content)
    (problem,) = reading.problems(tmp_path)
    assert says in problem


def test_every_file_that_cannot_be_read_stops_the_build(project: Project):
    wrong = ["docs/a.css", "docs/b.md", SQUARE, "tests/snippets/differentiation/test_square.py"]
    for name in wrong:
        put(project.folder, name, b"# \xff")
    said = stopped(project, "-q")
    assert [name for name in wrong if f"{name}, line 1, is not UTF-8" not in said] == []


# Files that no build can use where they are, and what the message must say of them.
PLACES = [
    (
        "docs/assets/a.png docs/assets/A.png",
        "docs/assets/A.png and docs/assets/a.png would be one file, assets/a.png, where capital",
    ),
    (f"{DOCS}/lesson/index.md", f"docs/{LESSON} and {DOCS}/lesson/index.md would be one file"),
    (
        "docs/code/differentiation/square.md",
        "docs/code/differentiation/square.md is made by the build: rename",
    ),
    (
        "docs/notes.TXT docs/labs/data.npz",
        "docs/notes.TXT would be published, and is no page nor of a kind that pages have",
    ),
    (
        "site/.git/HEAD",
        "site holds what no build has put there, and a build would remove it: .git/HEAD. Move it",
    ),
    (
        "site/a.txt site/b.txt site/c.txt site/d.txt",
        "a.txt, b.txt, c.txt and 1 more. Move it elsewhere, or name another folder with -d",
    ),
]


@pytest.mark.parametrize(("paths", "says"), PLACES)
def test_a_file_where_no_build_can_use_it_stops_it_with_the_cure(paths, says, project: Project):
    for path in paths.split():
        put(project.folder, path, b"# Mine\n")
    assert says in stopped(project, "-q")


LEFT = (".#{0}", "{0}~", "#{0}#", "{0}.orig", "{0}.rej", "{0}.bak", ".{0}.swp", "{0}.tmp")
SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")


def test_what_editors_and_systems_leave_is_no_page_and_no_error(project: Project, small_site: Site):
    before = small_site.files
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
        put(project.folder, f"site/{left}", b"\xff")
    assert project.built("--strict").files == before


def test_line_ends_and_byte_order_marks_change_no_byte_of_the_site(
    project: Project, small_site: Site
):
    before = small_site.files
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


def test_a_system_with_other_line_ends_writes_the_same_site(project: Project, small_site: Site):
    before = small_site.files
    after = project.built(before=WINDOWS, SITE_CACHE="off").files
    assert [name for name in before if before[name] != after.get(name)] == []


def test_a_path_with_blanks_umlauts_and_brackets_builds_the_same_site(
    project: Project, small_site: Site
):
    before = small_site.files
    moved = project.folder.with_name("a b ü [x] {y} (z) #1 %41 'q' $HOME & ;")
    project.folder.rename(moved)
    assert Project(moved).built(SITE_CACHE="off").files == before


# --- the folder of the site -----------------------------------------------------------------------


def test_a_link_stays_and_what_it_leads_to_is_replaced_and_nothing_beside_it(project: Project):
    beside = ("site.new", "site.old")
    for name in beside:
        project.write(name, "mine")
    project.lesson("All is new.")
    (project.folder / "site").rename(project.folder / "elsewhere")
    (project.folder / "site").symlink_to("elsewhere")
    assert "All is new." in project.built().lessons[0].html
    assert (project.folder / "site").is_symlink()
    assert "All is new." in Site(project.folder / "elsewhere").lessons[0].html
    assert {project.read(name) for name in beside} == {"mine"}


def test_a_folder_that_is_new_or_empty_is_filled(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/below"):
        made = Destination(tmp_path / name)
        put(made.begin(), "word", b"new")
        made.publish()
        assert (tmp_path / name / "word").read_text() == "new"


def test_a_folder_of_somebody_is_refused_before_the_build(project: Project):
    put(project.folder, "mine/index.html", b"mine")
    done = project.build(
        "-q", "-d", "mine", before="from scripts import extension\nextension.run_block = None"
    )
    assert done.returncode != 0
    assert "mine holds what no build has put there" in done.stdout
    assert Site(project.folder / "mine").files == {"index.html": b"mine"}


@pytest.mark.parametrize("name", ["snippets/out", "docs", "tests/../scripts/site"])
def test_a_folder_of_the_project_is_no_folder_for_the_site(name: str):
    with pytest.raises(BuildError, match="lies among what the site is made of"):
        Destination(ROOT / name).begin()


# Python that runs before the build, in its process, and what the build then says.
REFUSALS = {
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
from scripts.site.destination import Destination
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


# A build that puts a file of one word into the site, with some Python before it is published.
BUILD = """
from pathlib import Path
from scripts.site.destination import Destination
made = Destination(Path("site"))
new = made.begin()
new.mkdir()
(new / "word").write_text("{word}")
{before}
made.publish()
"""
RENAMES = """
import errno, os, signal
whole = Path.rename
def rename(path, to):
    if path.name == "{name}":
        {happens}
    return whole(path, to)
Path.rename = rename
"""


def publishes(folder: Path, word: str, before: str = "") -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", BUILD.format(word=word, before=before)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["site", "new", "old"])
def test_a_build_that_was_killed_as_it_published_is_recovered_from(name: str, tmp_path: Path):
    publishes(tmp_path, "old")
    killed = RENAMES.format(name=name, happens="os.kill(os.getpid(), signal.SIGKILL)")
    assert publishes(tmp_path, "new", killed).returncode < 0
    assert publishes(tmp_path, "broken", "made.end(); raise SystemExit(1)").returncode == 1
    assert (tmp_path / "site/word").read_text() == ("new" if name == "old" else "old")
    assert not (tmp_path / ".site.build").exists()
    assert publishes(tmp_path, "well").returncode == 0
    assert (tmp_path / "site/word").read_text() == "well"


@pytest.mark.parametrize("name", ["site", "new"])
def test_a_folder_that_cannot_be_renamed_is_as_it_was(name: str, tmp_path: Path):
    publishes(tmp_path, "old")
    busy = RENAMES.format(name=name, happens="raise OSError(errno.EBUSY, 'Busy', str(path))")
    done = publishes(tmp_path, "new", busy)
    assert f"{tmp_path}/site cannot be replaced, and is as it was: " in done.stderr
    assert (tmp_path / "site/word").read_text() == "old"


def test_a_mount_point_is_refused(tmp_path: Path, monkeypatch):
    (tmp_path / "site").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path).name == "site")
    with pytest.raises(BuildError, match="site is a mount point, which cannot be replaced as a"):
        Destination(tmp_path / "site").begin()


def test_a_place_where_nothing_can_be_made_is_refused(tmp_path: Path, monkeypatch):
    def mkdir(path: Path, **how):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", mkdir)
    said = r"\.site\.build: Permission denied\. A build needs a folder \.site\.build beside it"
    with pytest.raises(BuildError, match=said):
        Destination(tmp_path / "site").begin()


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
