"""The folder that a build fills: it has the last good site until the next one is whole.

A build goes to a hidden folder beside it, and takes its place by two renames. A build that was killed between them left
the old site there; the next build puts it back first. Only what a build has put there is ever replaced: a site carries
a list of its files.
"""

import os
import shutil
import sqlite3
from pathlib import Path

from scripts.text import reading
from scripts.text.context import ROOT, BuildError

SOURCES = ("docs", "snippets", "scripts", "tests", ".git", ".github")  # of the project
LIST = ".built"  # in a site: the names of its files


class Destination:
    def __init__(self, site: Path):
        self.site = site
        self.held = None

    def begin(self) -> Path:
        """Make sure that the site can be replaced, and keep other builds out; the folder to build in."""
        try:
            self.site = self.site.resolve()  # a link stays; what it leads to is replaced
            if any(self.site.is_relative_to(ROOT.resolve() / source) for source in SOURCES):
                raise BuildError(
                    f"{self.site} lies among what the site is made of; name another folder with -d, as site"
                )
            self.work = self.site.with_name(f".{self.site.name}.build")
            self.new, self.old = self.work / "new", self.work / "old"
            self.work.mkdir(parents=True, exist_ok=True)
            self.lock()
            if self.old.exists() and not self.site.exists():
                self.old.rename(self.site)
            for left in self.work.glob("*/"):
                shutil.rmtree(left)
            self.check()
        except (OSError, RuntimeError) as error:  # the second at links in a circle
            self.end()
            raise BuildError(
                f"{self.site} cannot be built: {reason(error)}. A build needs a folder .{self.site.name}.build beside it "
                "and the right to rename both: make that possible, or name another folder with -d"
            ) from None
        except BuildError:
            self.end()
            raise
        return self.new

    def lock(self) -> None:
        """Hold a lock that ends with this process, however that ends: SQLite's, which is the same on all systems."""
        file = self.work / "lock"
        held = sqlite3.connect(file, timeout=0, isolation_level=None)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            held.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise BuildError(
                    f"another build of {self.site} is under way; wait until it has ended"
                ) from None
            raise OSError(f"{file}: {error}") from None
        self.held = held

    def check(self) -> None:
        if not self.site.exists():
            return
        if not self.site.is_dir():
            raise BuildError(
                f"{self.site} is a file; a build needs a folder there. Remove it, or name another folder with -d"
            )
        if os.path.ismount(self.site):
            raise BuildError(
                f"{self.site} is a mount point, which cannot be replaced as a whole; build to a folder within it, "
                f"with -d {self.site / 'site'}"
            )
        if others := foreign(self.site):
            more = f" and {len(others) - 3} more" if len(others) > 3 else ""
            raise BuildError(
                f"{self.site} holds what no build has put there, and a build would remove it: "
                f"{', '.join(others[:3])}{more}. Move it elsewhere, or name another folder with -d"
            )

    def publish(self) -> None:
        """Put the new site in the place of the old one."""
        (self.new / LIST).write_text("\n".join(names(self.new)), "utf-8", newline="\n")
        try:
            if self.site.exists():
                self.site.rename(self.old)
            try:
                self.new.rename(self.site)
            except OSError:
                self.old.rename(self.site)
                raise
        except OSError as error:
            raise BuildError(
                f"{self.site} cannot be replaced, and is as it was: {reason(error)}. "
                "Let it be renamed, or name another folder with -d"
            ) from None
        if self.old.exists():
            self.old.rename(self.work / "rubbish")  # half removed, it must not be put back
        self.end()

    def end(self) -> None:
        """Remove what is not published, and let other builds in."""
        if not self.held:
            return
        shutil.rmtree(self.work, ignore_errors=True)
        self.held.close()
        if os.name == "nt":  # an open file cannot be removed there
            shutil.rmtree(self.work, ignore_errors=True)
        self.held = None


def names(folder: Path) -> list[str]:
    """All that lies in a folder and its folders, links too."""
    paths = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def foreign(folder: Path) -> list[str]:
    """What a folder holds besides a site as a build has left it."""
    listed = folder / LIST
    ours = {LIST, *(reading.text(listed).split("\n") if listed.is_file() else ())}
    return [name for name in names(folder) if name not in ours and not reading.of_system(name)]


def reason(error: Exception) -> str:
    """What the system says, with the file that it says it of."""
    said = getattr(error, "strerror", None) or str(error)
    file = getattr(error, "filename", None)
    return f"{file}: {said}" if file else said
