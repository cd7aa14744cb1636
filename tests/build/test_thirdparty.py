"""Other people's files are published only as pinned, from the first source that has them."""

import hashlib
import json
import zipfile

import pytest

from scripts import thirdparty
from scripts.thirdparty import FetchError, fetch

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
    for part in ("absent==1.0: ", "absent@1.0: ", "python -m scripts.thirdparty"):
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


def test_the_pinned_files_of_the_site_are_there_and_unchanged():
    pins = json.loads(thirdparty.PINS.read_text("utf-8"))
    for name, pin in pins.items():
        assert thirdparty.wrong_files(fetch(name), pin["files"]) == []
