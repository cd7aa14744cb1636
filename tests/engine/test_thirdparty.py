"""Other people's files are published only as pinned, from the first source that has them."""

import hashlib
import json
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.vendor import thirdparty
from scripts.vendor.thirdparty import FetchError, fetch

CONTENT = b"body { color: red }\n"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder of wheels instead of a registry; fetch(…) from it, given the pinned sums."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "style-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("style/css/style.css", CONTENT)
        archive.writestr("style-1.0.dist-info/METADATA", "Name: style\nVersion: 1.0\n")
        archive.writestr("style-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("style-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    good = {"pip": "style==1.0", "sha256": sha256(wheel.read_bytes()), "folders": ["style/css"]}

    def from_shelf(*sources: dict, file_sum: str = sha256(CONTENT)):
        pin = {"version": "1.0", "sources": sources, "files": {"style.css": file_sum}}
        pins = tmp_path / "pins.json"
        pins.write_text(json.dumps({"style": pin}))
        return fetch("style", tmp_path / "kept", pins)

    from_shelf.good = good
    from_shelf.target = tmp_path / "kept" / "style-1.0"
    return from_shelf


def test_a_file_with_the_pinned_sum_is_kept(shelf):
    assert shelf(shelf.good) == shelf.target
    assert {path.name for path in shelf.target.iterdir()} == {"style.css"}
    assert (shelf.target / "style.css").read_bytes() == CONTENT


def test_a_file_with_another_sum_is_refused_and_nothing_is_installed(shelf):
    with pytest.raises(FetchError, match=r"the SHA-256 of style\.css is not the one in pins\.json"):
        shelf(shelf.good, file_sum=sha256(b"something else"))
    assert not shelf.target.exists()


def test_a_package_with_another_sum_is_refused(shelf):
    with pytest.raises(FetchError, match=r"style 1\.0 is needed and could not be fetched"):
        shelf(shelf.good | {"sha256": sha256(b"something else")})
    assert not shelf.target.exists()


def test_a_source_that_is_missing_is_followed_by_the_next(shelf):
    assert shelf(shelf.good | {"pip": "absent==1.0"}, shelf.good) == shelf.target


def test_when_no_source_answers_the_message_names_each_and_says_what_to_do(shelf, monkeypatch):
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(FetchError) as failure:
        shelf(shelf.good | {"pip": "absent==1.0"}, {"npm": "absent@1.0", "folders": ["package"]})
    for part in ("absent==1.0: ", "absent@1.0: ", "python -m scripts.vendor.thirdparty"):
        assert part in str(failure.value)


def test_what_is_there_and_right_is_not_fetched_again(shelf, monkeypatch):
    shelf(shelf.good)
    monkeypatch.setattr(thirdparty, "SOURCES", {})
    assert shelf(shelf.good) == shelf.target


def test_what_is_there_but_was_changed_is_fetched_again(shelf):
    shelf(shelf.good)
    (shelf.target / "style.css").write_bytes(b"changed")
    shelf(shelf.good)
    assert (shelf.target / "style.css").read_bytes() == CONTENT


@pytest.fixture
def web(tmp_path):
    """A server of our own: fetch(…) from it, and what it was asked for."""
    published = tmp_path / "web"
    published.mkdir()
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        """Answers like a host that can go on where a download broke off; it breaks off itself in a short file."""

        def do_GET(self):
            asked.append((self.path, self.headers["Range"]))
            path = published / self.path[1:]
            if not path.exists():
                return self.send_error(404)
            start = int((self.headers["Range"] or "bytes=0-")[6:-1])
            content = path.read_bytes()[start:]
            self.send_response(206 if start else 200)
            short = published / f"{path.name}.short"
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if short.exists() else content)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def from_web(files: dict[str, bytes], *others: dict) -> Path:
            source = {"url": f"http://127.0.0.1:{server.server_port}/"}
            sums = {name: sha256(content) for name, content in files.items()}
            pin = {"version": "1.0", "sources": [source, *others], "files": sums}
            pins = tmp_path / "pins.json"
            pins.write_text(json.dumps({"web": pin}))
            return fetch("web", tmp_path / "kept", pins)

        from_web.published, from_web.asked, from_web.target = (
            published,
            asked,
            tmp_path / "kept/web-1.0",
        )
        yield from_web
        server.shutdown()


def test_an_address_gives_its_files_and_the_next_source_what_it_lacks(web, shelf):
    (web.published / "a.txt").write_bytes(b"a")
    folder = web({"a.txt": b"a", "style.css": CONTENT}, shelf.good)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "a.txt": b"a",
        "style.css": CONTENT,
    }
    web({"a.txt": b"a", "style.css": CONTENT})
    assert len(web.asked) == 2, "what was there was fetched again"


def test_a_download_that_broke_off_is_continued(web):
    (web.published / "big.bin").write_bytes(b"0123456789")
    (web.published / "small.bin").write_bytes(b"s")
    (web.published / "big.bin.short").touch()
    wanted = {"small.bin": b"s", "big.bin": b"0123456789"}
    with pytest.raises(
        FetchError, match=r"broke off; the next try goes on(.|\n)*missing: big\.bin"
    ):
        web(wanted)
    assert (web.target / "small.bin").exists(), "a whole file is kept"
    (web.published / "big.bin.short").unlink()
    web.asked.clear()
    assert (web(wanted) / "big.bin").read_bytes() == wanted["big.bin"]
    assert web.asked == [("/big.bin", "bytes=5-")]


def test_a_continued_file_with_another_sum_is_refused_and_begun_anew(web):
    (web.published / "a.bin").write_bytes(b"right")
    web.target.mkdir(parents=True)
    (web.target / "a.bin.part").write_bytes(b"wr")
    with pytest.raises(FetchError, match=r"the SHA-256 of a\.bin is not the one in pins\.json"):
        web({"a.bin": b"right"})
    assert (web({"a.bin": b"right"}) / "a.bin").read_bytes() == b"right"


def test_without_a_network_the_message_says_so(web):
    with pytest.raises(FetchError, match=r"could not be fetched(.|\n)*404"):
        web({"absent.txt": b"a"})


def test_the_pinned_files_of_the_site_are_there_and_unchanged():
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    for name, pin in pins.items():
        assert thirdparty.wrong_files(fetch(name), pin["files"]) == []
