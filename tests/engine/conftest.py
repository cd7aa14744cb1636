"""What the tests of the engine share."""

import pytest
from kit import Project, Site

MODES = [("--no-strict", "-q"), ("--strict",)]


@pytest.fixture
def stops(project: Project):
    """A function that builds in each mode and checks that nothing is published; the messages."""

    def check() -> list[str]:
        before = Site(project.folder / "site").files
        said = []
        for flags in MODES:
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
