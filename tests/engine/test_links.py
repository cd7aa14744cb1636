"""The weekly look at the links finds the dead ones, at home and elsewhere, and says where they stand."""

import functools
import socket
import subprocess
import sys
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from kit import LIMIT, ROOT

from scripts.proofs.links import Quiet

pytest.importorskip("linkcheck", reason="LinkChecker is in tests/requirements.txt")


def looked_at(site: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "scripts.proofs.links", str(site)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT)


@pytest.fixture
def elsewhere(tmp_path: Path):
    """The address of another server, which has one page."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "alive.html").write_text("<h1>Here</h1>")
    handler = functools.partial(Quiet, directory=tmp_path / "other")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def site(tmp_path: Path, elsewhere: str) -> Path:
    """A site of two pages, whose links are alive."""
    (tmp_path / "site" / "about").mkdir(parents=True)
    home = f'<a href="about/">About</a> <a href="{elsewhere}/alive.html">There</a>'
    (tmp_path / "site" / "index.html").write_text(home + ' <a href="mailto:a@b.example">Write</a>')
    (tmp_path / "site" / "about" / "index.html").write_text('<a href="../">Home</a>')
    return tmp_path / "site"


def test_a_site_whose_links_are_alive_is_fine(site: Path):
    done = looked_at(site)
    assert done.returncode == 0, done.stderr
    assert "links are alive" in done.stdout


def test_dead_links_are_told_with_their_pages(site: Path, elsewhere: str):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    page = site / "about" / "index.html"
    page.write_text(
        f'<a href="{elsewhere}/dead.html">1</a> <a href="{nobody}">2</a> <a href="../no/">3</a>'
    )
    done = looked_at(site)
    assert done.returncode == 1
    told = done.stdout
    assert f"- {elsewhere}/dead.html\n    - linked from `about/`\n    - 404" in told
    assert f"- {nobody}\n    - linked from `about/`\n    - ConnectionError" in told
    assert "/no/\n    - linked from `about/`\n    - 404" in told
    assert "alive.html" not in told
    assert "3 of " in told


def test_a_folder_without_a_site_is_said(tmp_path: Path):
    done = looked_at(tmp_path)
    assert done.returncode == 2
    assert "holds no built site" in done.stderr
