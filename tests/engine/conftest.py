"""What the tests of the engine share."""

from zlib import crc32

import pytest
from kit import Project, Site

MODES = [("--no-strict", "-q"), ("--strict",)]


@pytest.fixture
def stops(project: Project, request: pytest.FixtureRequest):
    """A function that builds, and checks that nothing is published; the messages.

    It builds in each mode. Of a table each row takes one of them, in turn, where MkDocs does not judge for itself.
    """
    name = request.node.name
    by_mkdocs = "[" not in name or any(word in name for word in ("link", "anchor", "nav"))
    modes = MODES if by_mkdocs else [MODES[crc32(name.encode()) % 2]]

    def check() -> list[str]:
        before = Site(project.folder / "site").files
        said = []
        for flags in modes:
            done = project.build(*flags)
            assert done.returncode != 0, f"mkdocs build {' '.join(flags)} succeeds:\n{done.stdout}"
            assert Site(project.folder / "site").files == before, "the published site has changed"
            beside = {
                path.name
                for path in project.folder.iterdir()
                if path.name.startswith(("site", ".site"))
            }
            assert beside == {"site"}, "a half-built site was left"
            assert "Traceback" not in done.stdout
            said.append(done.stdout)
        return said

    return check
