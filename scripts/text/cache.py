"""Remembers results between builds, under a key of everything that can change them.

The key of an entry holds the input (a block with its includes written out, a formula), the versions of all that turns it
into HTML, and this folder's own bytes: a changed input is another key, so a stale result cannot be found. The file is
`.cache/build.sqlite`; it can be deleted at any time. `SITE_CACHE=off` builds without it.
"""

import hashlib
import json
import os
import sqlite3
import sys
import sysconfig
import time
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".cache"
KEEP = (
    30 * 24 * 3600
)  # seconds an unused entry is kept: switching branches back and forth stays fast
PACKAGES = (
    *("numpy", "matplotlib", "contourpy", "Pygments", "quickjs-ng"),
    *("mkdocs", "Markdown", "markdown-exec", "pymdown-extensions", "Jinja2"),
)


@cache
def environment() -> str:
    """A sum of what changes results besides the input: Python, the packages and the files that a build imports."""
    engine = hashlib.sha256(repr((sys.version, sysconfig.get_platform())).encode())
    for name in PACKAGES:
        engine.update(f"{name} {version(name)}\0".encode())
    for path in sorted([ROOT / "scripts/extension.py", *(ROOT / "scripts").glob("*/**/*")]):
        if path.suffix in (".py", ".mplstyle", ".json", ".j2") and path.parent.name != "proofs":
            engine.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return engine.hexdigest()


def key(*parts: object) -> str:
    return hashlib.sha256(json.dumps([environment(), *parts], sort_keys=True).encode()).hexdigest()


def seal(key: str, text: str) -> str:
    """A sum that a value is kept with: one that was altered, or stands under another key, is made again."""
    return hashlib.sha256(f"{key} {text}".encode()).hexdigest()


class Cache:
    def __init__(self, folder: Path = FOLDER):
        self.used: list[str] = []
        self.db = None
        if os.environ.get("SITE_CACHE") == "off":
            return
        folder.mkdir(exist_ok=True)
        self.path = folder / "build.sqlite"
        try:
            self._open()
        except sqlite3.DatabaseError:
            self._start_again()

    def _open(self) -> None:
        self.db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT, used REAL) WITHOUT ROWID"
        )

    def _start_again(self) -> None:
        """A damaged file holds nothing that cannot be computed again."""
        if self.db:
            self.db.close()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            raise OSError(f"{self.path}: {error}") from None

    def _execute(self, command: str, values: tuple) -> list:
        try:
            return self.db.execute(command, values).fetchall()
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code != sqlite3.SQLITE_BUSY:  # which is another build's writing, and no damage
                self._start_again()
            return []

    def get(self, key: str, make):
        """The value under `key`, made by `make()` the first time: a JSON value; None and exceptions are not kept."""
        rows = self.db and self._execute("SELECT value FROM entries WHERE key = ?", (key,))
        kept, _, text = str(rows[0][0]).partition(" ") if rows else ("", "", "")
        if kept and kept == seal(key, text):
            self.used.append(key)
            return json.loads(text)
        value = make()
        if self.db and value is not None:
            text = json.dumps(value)
            self._execute(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)",
                (key, f"{seal(key, text)} {text}", time.time()),
            )
        return value

    def tidy(self) -> None:
        """At the end of a build: note what it used, forget what no build has used for long."""
        if not self.db:
            return
        now = time.time()
        try:
            self.db.execute("BEGIN")
            self.db.executemany(
                "UPDATE entries SET used = ? WHERE key = ?", [(now, key) for key in self.used]
            )
            self.db.execute("DELETE FROM entries WHERE used < ?", (now - KEEP,))
            self.db.execute("COMMIT")
        except sqlite3.DatabaseError:
            self._start_again()
        self.used.clear()


@cache
def store() -> Cache:
    return Cache()
