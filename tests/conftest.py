"""The built site and the projects to break, each made once for all tests."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kit import LABS, LESSONS, PUBLISHED, REPOSITORY, ROOT, Project, Site, views_report
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no process wait for what another builds."""
    for item in items:
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
        runtime.make()  # a build does not wait for it
        kept = os.environ.get("SITE_CACHE", "off")
        done = Project(ROOT).build("--strict", "-q", "--site-dir", target, SITE_CACHE=kept)
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "site", make) / "site")


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Site:
    """The same site, told where it is published; what was kept of another build is taken."""

    def make(folder: Path) -> None:
        flags = ("--strict", "-q", "--site-dir", str(folder / "site"))
        seen = [("GET", urlsplit(PUBLISHED + url).path, 1234) for url in (*LESSONS, *LABS)]
        report = folder / "report.json"
        report.write_text(views_report(seen, "01/Nov/2026", "28/Nov/2026"))
        told = {"SITE_URL": PUBLISHED, "REPO_URL": REPOSITORY, "VIEWS": str(report)}
        done = Project(ROOT).build(*flags, **told)
        if done.returncode:
            pytest.fail(f"the site does not build:\n{done.stdout}", pytrace=False)

    return Site(once(tmp_path_factory, "published", make) / "site")
