"""The built site and the projects to break, each made once for all tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit import PUBLISHED, REPOSITORY, ROOT, Project, Site
from shared import (  # noqa: F401 (fixtures)
    FAILED,
    failed,
    faults,
    once,
    project,
    reports,
    shown,
    shown_site,
    small_site,
    template,
)

from scripts.vendor import runtime

os.environ.setdefault("MPLBACKEND", "Agg")  # no window opens, also where there is a screen
ZENSICAL = os.environ.get("SITE_BUILDER") == "zensical"  # `python scripts/check.py zensical`


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On Zensical's site, leave out what is true of MkDocs' alone; let no process wait for what another builds."""
    for item in items:
        if ZENSICAL and (mark := item.get_closest_marker("mkdocs")):
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))
        for name in {"faults", "shown"}.intersection(item.fixturenames):
            item.add_marker(pytest.mark.xdist_group(name))


def pytest_terminal_summary(terminalreporter) -> None:
    """Say what tests have proved, in the words that they gave to `record_property("proved", …)`."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name.upper()}: {said}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The error is told by the first test that asked; pytest would tell it again for each of the others."""
    for name in failed.intersection(item.fixturenames):
        pytest.skip(FAILED.format(name))


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
            kept = os.environ.get("SITE_CACHE", "off")
            done = Project(ROOT).build("--strict", "-q", "--site-dir", target, SITE_CACHE=kept)
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "zensical" if ZENSICAL else "site", make) / "site")


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Site:
    """The same site, told where it is published; what was kept of another build is taken."""

    def make(folder: Path) -> None:
        flags = ("--strict", "-q", "--site-dir", str(folder / "site"))
        done = Project(ROOT).build(*flags, SITE_URL=PUBLISHED, REPO_URL=REPOSITORY)
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "published", make) / "site")
