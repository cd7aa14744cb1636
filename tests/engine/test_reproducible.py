"""The same sources make the same site, byte for byte, whoever builds it, where and when."""

import os
from pathlib import Path

from kit import PUBLISHED, REPOSITORY, Project, Site, copy_checkout, copy_python

# What two builders may differ in, besides the folder, the clock and the times of the files.
HERE = {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1", "HOME": "/nowhere", "COLUMNS": "40"}
THERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "LANG": "de_DE"}
TOLD = {"SITE_URL": PUBLISHED, "REPO_URL": REPOSITORY, "SITE_CACHE": "off"}

# Python that runs before the build, in its process: a clock that is {days} ahead, and a umask.
BEFORE = """
import datetime, os, time
import mkdocs.utils
class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(days={days})
mkdocs.utils.datetime = Clock
real = time.time
time.time = lambda: real() + {days} * 24 * 3600
os.umask({umask})
"""


def build(folder: Path, days: int, umask: int, environment: dict[str, str]) -> Site:
    """The site of this checkout, from a copy in `folder` whose files are `days` older."""
    folder.mkdir(parents=True)
    copy_checkout(folder)
    copy_python(folder / ".cache")
    for path in folder.rglob("*"):
        when = path.stat().st_mtime - days * 24 * 3600
        os.utime(path, (when, when))
    before = BEFORE.format(days=days, umask=umask)
    return Project(folder).built("--strict", before=before, **TOLD, **environment)


def difference(one: Site, other: Site, name: str) -> str:
    """Where a file differs first, with what stands around it."""
    first, second = one.files.get(name, b""), other.files.get(name, b"")
    pairs = enumerate(zip(first, second, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(first), len(second)))
    around = slice(max(same - 60, 0), same + 60)
    return f"{name}, byte {same} of {len(first)}:\n  {first[around]}\n  {second[around]}"


def test_two_builds_in_different_circumstances_are_the_same_bytes(tmp_path: Path, record_property):
    one = build(tmp_path / "a", 0, 0o022, HERE)
    other = build(tmp_path / "elsewhere" / "in a longer folder", 400, 0o077, THERE)
    names = sorted({*one.files, *other.files})
    differing = [name for name in names if one.files.get(name) != other.files.get(name)]
    said = f"{len(differing)} of {len(names)} files differ: {', '.join(differing[:9])}\n"
    assert not differing, said + difference(one, other, differing[0])
    assert {"feed.xml", "sitemap.xml", "assets/cards/site.png"} <= set(names)
    size = sum(map(len, one.files.values()))
    record_property("proved", f"{len(names)} files of {size / 1e6:.0f} MB, twice the same bytes")
