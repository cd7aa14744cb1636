"""scripts/check.py never passes what it has not seen, and goes on after a failure."""

import subprocess
import sys

import pytest

from scripts import check
from scripts.check import CheckError

APT = "/usr/bin/apt-get"


@pytest.fixture
def bare(monkeypatch) -> list[str]:
    """A machine without a Chromium, where each command fails; the commands that are tried."""
    tried = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(check.os, "geteuid", lambda: 0)
    monkeypatch.setattr(check.shutil, "which", lambda name: APT if name == "apt-get" else None)
    monkeypatch.setattr(
        check, "attempt", lambda *words, **how: tried.append(" ".join(map(str, words)))
    )
    return tried


def test_without_a_chromium_the_check_fails_after_trying_each_way_to_get_one(bare: list[str]):
    with pytest.raises(CheckError, match="there is no Chromium and none could be installed"):
        check.chromium()
    assert [line.removeprefix(str(check.PYTHON)).strip() for line in bare] == [
        "-m playwright install chromium",
        f"{APT} update",
        f"env DEBIAN_FRONTEND=noninteractive {APT} install -y chromium",
    ]


def test_a_chromium_that_is_named_but_does_not_start_is_an_error(bare: list[str], monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(CheckError, match="/nowhere/chromium, which does not start"):
        check.chromium()


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """The steps that `main` runs, none of which does anything but `lint`, which fails."""
    seen = []

    def fail() -> None:
        raise CheckError("a line is too long")

    monkeypatch.setattr(check, "environment", lambda: seen.append("environment"))
    monkeypatch.setattr(check, "lint", fail)
    monkeypatch.setattr(check, "runtime", lambda: seen.append("runtime"))
    monkeypatch.setattr(check, "build", lambda: seen.append("build"))
    monkeypatch.setattr(check, "tests", lambda groups: seen.append(f"tests {groups}"))
    monkeypatch.setattr(check.os, "environ", dict(check.os.environ))
    return seen


def test_a_failing_step_fails_the_check_and_the_later_steps_still_run(ran, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check.py", "lint", "build", "snippets"])
    assert check.main() == 1
    assert ran == ["environment", "runtime", "build", "tests ['snippets']", "build"]
    summary = capsys.readouterr().out.split("summary")[1]
    assert "FAILED lint" in summary
    assert "ok     build" in summary


def test_a_check_whose_steps_pass_succeeds(ran, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["check.py", "build", "engine"])
    assert check.main() == 0
    assert ran == ["environment", "runtime", "build", "tests ['engine']", "build"]


def test_an_unknown_step_is_refused_by_name(ran, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["check.py", "brows"])
    with pytest.raises(SystemExit) as refused:
        check.main()
    assert refused.value.code != 0
    assert "no step brows; there are lint, build" in capsys.readouterr().err
    assert ran == []


def test_a_command_that_fails_fails_its_step():
    with pytest.raises(CheckError, match=r"\(exit 3\)"):
        check.run(sys.executable, "-c", "raise SystemExit(3)")


def test_code_that_is_not_formatted_is_told_of_with_the_command_that_formats_it(
    tmp_path, monkeypatch
):
    badly = tmp_path / "badly.py"
    badly.write_text("x  =  1\n")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "PYTHON", sys.executable)
    with pytest.raises(CheckError) as failed:
        check.lint()
    mend = str(failed.value).split("mends it: ")[1]
    subprocess.run(mend.split(), cwd=tmp_path, check=True)
    assert badly.read_text() == "x = 1\n"
