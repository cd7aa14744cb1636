"""The built site, served, and each of the two browsers."""

from collections.abc import Iterator

import pytest
from driver import KINDS, Browser
from kit import Site
from server import served

from scripts.proofs.machine import find_engine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs what one browser does, and of one that is not there it is said once that it is not tried."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            name = item.callspec.params["browser"]
            item.add_marker(pytest.mark.xdist_group(name))
            if not find_engine(name):
                why = (
                    f"NOT TRIED: there is no {name}; `python scripts/check.py engines` installs it"
                )
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def address(site: Site) -> Iterator[str]:
    """Where the built site is served."""
    with served(site.folder) as address:
        yield address


@pytest.fixture(scope="session", params=KINDS)
def browser(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Browser]:
    browser = KINDS[request.param](tmp_path_factory.mktemp(request.param))
    try:
        browser.begin(find_engine(request.param))
        yield browser
    finally:
        browser.close()
