"""The built site and the projects to break, each made once for all tests."""

import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock
from kit import NAV, PAGES, PUBLISHED, REPOSITORY, ROOT, Project, Site, copy_checkout

from scripts.site import gates
from scripts.vendor import runtime

os.environ.setdefault("MPLBACKEND", "Agg")  # no window opens, also where there is a screen
GATES = {"site": "pages"}  # by folder; others are gates of their name, or snippets
ZENSICAL = os.environ.get("SITE_BUILDER") == "zensical"  # `python scripts/check.py zensical`


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On Zensical's site, leave out what is true of MkDocs' alone."""
    for item in items if ZENSICAL else []:
        if mark := item.get_closest_marker("mkdocs"):
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="tell the page Quality what was tested")


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Record each gate's tests; scripts/check.py asks for it, since it runs whole folders."""
    if not config.getoption("record"):
        return
    counted: dict[str, Counter] = {}
    for outcome in ("passed", "skipped", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            parts = (GATES.get(part, part) for part in reversed(Path(report.nodeid).parts[:-1]))
            gate = next(part for part in parts if part in gates.GATES)
            counted.setdefault(gate, Counter())[outcome] += 1
    for gate, outcomes in counted.items():
        said = ", ".join(f"{number} tests {outcome}" for outcome, number in outcomes.items())
        ok = not (outcomes["failed"] or outcomes["error"])
        gates.record(gate, said, ok=ok, with_=versions())


def versions() -> dict[str, str]:
    names = ("pytest", "numpy", "matplotlib")
    return {"Python": platform.python_version()} | {name: version(name) for name in names}


failed: set[str] = set()  # what this process could not make, by the name of its fixture
FAILED = "{} could not be made; the run's one error about it says why"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The error is told by the first test that asked; pytest would tell it again for each of the others."""
    for name in failed.intersection(item.fixturenames):
        pytest.skip(FAILED.format(name))


def once(tmp_path_factory, name: str, make) -> Path:
    """A folder filled by `make(folder)` once in a run of the tests, by whichever process, for the fixture `name`."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, unfinished = shared / name, shared / f"{name}.unfinished"
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
def site(tmp_path_factory) -> Site:
    """The site of this checkout, built strictly and without the cache."""

    def make(folder: Path) -> None:
        target = str(folder / "site")
        if ZENSICAL:
            command = [sys.executable, "-m", "scripts.proofs.zensical_build", target]
            done = subprocess.run(
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        else:
            runtime.make()  # a build does not wait for it
            done = Project(ROOT).build("--strict", "-q", "--site-dir", target, SITE_CACHE="off")
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "site", make) / "site")


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Site:
    """The same site, told where it is published."""

    def make(folder: Path) -> None:
        flags = ("--strict", "-q", "--site-dir", str(folder / "site"))
        done = Project(ROOT).build(
            *flags, SITE_CACHE="off", SITE_URL=PUBLISHED, REPO_URL=REPOSITORY
        )
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "published", make) / "site")


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


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Project:
    """A project with a built site, for this test alone."""
    shutil.copytree(template, tmp_path / "project")
    return Project(tmp_path / "project")
