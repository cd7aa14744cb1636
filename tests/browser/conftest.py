"""A Chromium, a server for the built site, and one visit to every page of it."""

from pathlib import Path

import pytest
from kit import LIMIT, ROOT, Project, Site
from listing import Listing
from playwright.sync_api import Browser, expect, sync_playwright
from reader import FIRST, opened
from server import served
from sweep import OVERFLOWING

from scripts.proofs.machine import find_chromium

MILLISECONDS = 1000 * LIMIT  # a busy machine is slow, not wrong
expect.set_options(timeout=MILLISECONDS)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share a browser and what they keep open in it: one process runs them."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def overflowing():
    """What of a page sticks out of its window."""
    return lambda page: page.evaluate(OVERFLOWING)


@pytest.fixture(scope="session")
def address(site: Site) -> str:
    """Where the built site is served."""
    with served(site.folder) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Browser:
    with sync_playwright() as playwright:
        path = find_chromium()
        if not path:
            pytest.fail(
                "there is no Chromium; `python scripts/check.py browser` finds or installs one"
            )
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        browser.new_context, browser.new_page = map(
            patient, (browser.new_context, browser.new_page)
        )
        yield browser
        browser.close()


def patient(make):
    """It makes a context or a page, in which everything may take its time."""

    def made(**how):
        one = make(**how)
        one.set_default_timeout(MILLISECONDS)
        return one

    return made


@pytest.fixture(scope="session")
def shown(chromium: Browser, address: str) -> Listing:
    """A listing whose page has Python ready, for all tests that put a text of their own in it."""
    with opened(chromium, address, reduced_motion="reduce") as page:
        page.goto(FIRST)
        yield Listing(page)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Site:
    """The site as it is copied to a stick."""
    target = tmp_path_factory.mktemp("folder") / "site"
    Project(ROOT).built("--strict", "--site-dir", str(target), OFFLINE="1")
    return Site(target)
