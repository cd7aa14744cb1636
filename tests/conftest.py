"""The built site and the projects to break, each made once for all tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from kit import NAV, PAGES, PUBLISHED, REPOSITORY, ROOT, Project, Site, copy_checkout

from scripts.vendor import runtime

os.environ.setdefault("MPLBACKEND", "Agg")  # no window opens, also where there is a screen
ZENSICAL = os.environ.get("SITE_BUILDER") == "zensical"  # `python scripts/check.py zensical`


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On Zensical's site, leave out what is true of MkDocs' alone."""
    for item in items if ZENSICAL else []:
        if mark := item.get_closest_marker("mkdocs"):
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what tests have proved, in the words that they gave to `record_property("proved", …)`."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name.upper()}: {said}")


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
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    shared = Path(os.environ.get("PYTEST_SHARED", shared))  # scripts/check.py shares it among runs
    folder, unfinished = shared / name, shared / f"{name}.{run}.unfinished"
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

    return Site(once(tmp_path_factory, "zensical" if ZENSICAL else "site", make) / "site")


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
