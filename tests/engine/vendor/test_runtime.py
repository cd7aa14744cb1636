"""The Python of the page is published as pinned, from what is there, and a build never waits for it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from kit import LIMIT, SETTINGS, Project, copy_python

from scripts.vendor import runtime, thirdparty
from scripts.vendor.thirdparty import FetchError


@pytest.fixture(scope="module")
def made() -> runtime.Publication:
    return runtime.make()


@pytest.fixture
def cache(made, tmp_path):
    """A copy of the kept files, to be changed."""
    return copy_python(tmp_path / "kept")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_what_is_made_is_smaller_and_what_is_as_shipped_is_complete(cache):
    slim, shipped = runtime.available(cache), runtime.available(cache, slim=False)
    assert slim.files.keys() == shipped.files.keys()
    assert slim.address != shipped.address
    size = {name: len(content) for name, content in slim.files.items()}
    assert sum(size.values()) < 0.9 * sum(map(len, shipped.files.values()))
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))["pyodide"]["files"]
    for name, digest in pins.items():
        assert thirdparty.sum_of(shipped.files[name]) == digest
    for package in json.loads(slim.files["pyodide-lock.json"])["packages"].values():
        assert package["sha256"] == thirdparty.sum_of(slim.files[package["file_name"]])


def test_the_pins_are_of_the_programs_that_make_the_archives():
    """Whoever makes them holds the bytes to the pins, so each machine makes the same."""
    how = "slim.py or MAKE was changed: run python -m scripts.vendor.runtime --pin"
    assert runtime.pinned("maker") == runtime.maker(), how


def test_archives_that_are_made_otherwise_are_refused(cache, monkeypatch):
    shutil.rmtree(runtime.slim_folder(cache))
    monkeypatch.setattr(runtime.shutil, "which", lambda name: sys.executable)
    monkeypatch.setattr(runtime.subprocess, "run", lambda *words, **how: completed(words[0]))
    with pytest.raises(FetchError, match="not the one in runtime"):
        runtime.make(cache)
    assert not runtime.slim_folder(cache).exists()


def completed(words: list[str]) -> subprocess.CompletedProcess:
    """Of a program that makes an archive as no other does."""
    Path(words[-2], "python_stdlib.zip").write_bytes(b"0")
    return subprocess.CompletedProcess(words, 0)


def test_without_node_the_files_are_published_as_shipped(cache, monkeypatch, capsys):
    shutil.rmtree(runtime.slim_folder(cache))
    monkeypatch.setattr(runtime.shutil, "which", lambda name: None)
    assert runtime.make(cache).address == runtime.available(cache, slim=False).address
    assert "there is no Node.js" in capsys.readouterr().out


def test_a_made_file_with_another_sum_is_refused(cache):
    damaged = runtime.slim_folder(cache) / "python_stdlib.zip"
    damaged.write_bytes(damaged.read_bytes() + b"0")
    with pytest.raises(
        FetchError, match=r"the SHA-256 of python_stdlib\.zip .* not the one in runtime\.json"
    ):
        runtime.available(cache)


def test_a_shipped_file_with_another_sum_is_not_published(cache):
    next(cache.glob("pyodide-3*/numpy*")).write_bytes(b"changed")
    assert runtime.available(cache) is None


def test_a_build_without_it_says_so_and_its_pages_too(project: Project):
    done = project.build("-q")
    assert done.returncode == 0, done.stdout
    assert "THE PAGES OF THIS BUILD CANNOT RUN CODE" in done.stdout
    assert "python-runtime" not in (project.folder / "site/index.html").read_text("utf-8")


def test_a_build_with_it_publishes_it_and_says_nothing(project: Project, cache):
    shutil.copytree(cache, project.folder / ".cache", dirs_exist_ok=True)
    site = project.built()
    address = runtime.available().address
    assert f'content="{address}"' in site.pages[""].html
    assert {name for name in site.files if name.startswith("assets/python/")} == {
        address + name for name in runtime.available().files
    }
    done = project.build("-q", OFFLINE="1")
    assert not done.stdout, "a copy for a folder cannot run it, and need not say so"
    assert not (project.folder / "site/assets/python").exists()


def test_a_damaged_file_stops_the_build(project: Project, cache):
    shutil.copytree(cache, project.folder / ".cache", dirs_exist_ok=True)
    (runtime.slim_folder(project.folder / ".cache") / "python_stdlib.zip").write_bytes(b"0")
    done = project.build("-q")
    assert done.returncode
    assert "the SHA-256 of python_stdlib.zip" in done.stdout


def test_when_nothing_can_be_fetched_the_program_says_so(project: Project):
    done = subprocess.run(
        [sys.executable, "-m", "scripts.vendor.runtime"],
        cwd=project.folder,
        env=os.environ | SETTINGS,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "pyodide 314.0.3 is needed and could not be fetched" in done.stdout


def test_serve_is_up_without_it_and_has_it_when_it_is_there(project: Project, cache, free_port):
    """The folder of kept files stands for a registry: what is fetched is put where `serve` finds it."""
    fetched = "from pathlib import Path; import shutil, time\n"
    fetched += "        while not Path('registry').exists(): time.sleep(0.1)\n"
    fetched += f"        [shutil.copytree(p, Path('.cache') / p.name) for p in Path({str(cache)!r}).iterdir()]; "
    project.edit(
        "scripts/vendor/runtime.py",
        "        made = make(",
        f"        {fetched}\n        made = make(",
    )
    terminal = project.folder / "terminal"
    url = f"http://127.0.0.1:{free_port}/"
    with terminal.open("w") as screen:
        server = subprocess.Popen(
            project.command("serve", "--dev-addr", f"127.0.0.1:{free_port}"),
            cwd=project.folder,
            env=os.environ | SETTINGS,
            stdout=screen,
            stderr=subprocess.STDOUT,
        )
    try:
        seen = []
        for _ in range(10 * LIMIT):
            with contextlib.suppress(OSError):
                seen.append("python-runtime" in urlopen(url, timeout=LIMIT).read().decode())
            if seen and seen[-1]:
                break
            if seen:
                (project.folder / "registry").touch()
            time.sleep(0.1)
        assert seen[0] is False, "the first build waited"
        assert seen[-1], terminal.read_text()
        page = urlopen(url).read().decode()
        address = page.split('name="python-runtime" content="')[1].split('"')[0]
        wasm = urlopen(url + address + "pyodide.asm.wasm")
        assert wasm.headers["Content-Type"] == "application/wasm"
    finally:
        server.terminate()
        server.wait()
