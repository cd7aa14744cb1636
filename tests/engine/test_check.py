"""scripts/check.py never passes what it has not seen, and goes on after a failure."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import check
from scripts.check import LANES, CheckError
from scripts.proofs import machine
from scripts.site import quality
from scripts.site.quality import Lane
from scripts.text import command


@pytest.fixture
def bare(monkeypatch) -> list[str]:
    """A machine without a browser, where each command fails; the commands that are tried."""
    tried = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "attempt", lambda *words: tried.append(" ".join(map(str, words))))
    return tried


def test_without_a_chromium_the_check_fails_after_trying_each_way_to_get_one(bare: list[str]):
    with pytest.raises(CheckError, match="there is no Chromium and none could be installed"):
        machine.chromium()
    apt = "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -y"
    assert [line for line in bare if machine.PLAYWRIGHTS_OWN not in line] == [
        f"{machine.PYTHON} -m playwright install chromium",
        f"{apt} update",
        f"{apt} install chromium",
    ]


def test_a_chromium_that_is_named_but_does_not_start_is_an_error(bare: list[str], monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(CheckError, match="/nowhere/chromium, which does not start"):
        machine.chromium()


def test_without_what_debian_has_the_check_goes_on_after_trying_to_get_them(bare: list[str]):
    machine.engines()
    apt = "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get -y"
    get = f"{apt} install --no-install-recommends"
    update = f"{apt} update"
    wanted = ["firefox-esr", "webkit2gtk-driver xvfb", "goaccess nginx-light"]
    assert bare == [line for packages in wanted for line in (update, f"{get} {packages}")]
    assert machine.VERSIONS["engines"] == {}


def test_a_lane_is_proved_anew_with_another_browser(lanes: Path, run, monkeypatch):
    words = replace(check.LANES["words"], needs=["engines"])
    monkeypatch.setitem(check.LANES, "words", words)
    monkeypatch.setattr(check, "NEEDS", {"engines": lambda: None})
    for version, proved in (("1", True), ("1", False), ("2", True)):
        monkeypatch.setitem(check.VERSIONS, "engines", {"Firefox": version})
        assert ("words" in run()[1]) is proved


@pytest.fixture
def lanes(tmp_path, monkeypatch) -> Path:
    """A folder of a project with four lanes, each a Python that reads `said` there; its steps do nothing."""
    for name in ("requirements.txt", "tests/requirements.txt", "said"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "a_lane.py").write_text(
        "import os, sys\nsaid = open('said').read()\nprint(said, sys.argv[1:], 'in 0.1s')\n"
        "open('ran', 'a').write(' '.join(sys.argv[1:]))\nsys.exit('wrong' in said and 'code' not in sys.argv)\n"
    )
    made = {
        "words": Lane("Words.", ["said"], ["a_lane words"]),
        "code": Lane("Code.", ["a_lane.py"], ["a_lane code"]),
        "speed": Lane("Speed.", ["said"], ["a_lane speed"], weekly=True, alone=True),
    }
    for module in (check, quality, command):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    for module in (check, quality):
        monkeypatch.setattr(module, "LANES", made)
    monkeypatch.setattr(quality, "KEPT", tmp_path / ".cache" / "proofs")
    monkeypatch.setattr(check, "PYTHON", sys.executable)
    monkeypatch.setattr(check, "environment", lambda: None)
    monkeypatch.setattr(check, "build", lambda: None)
    monkeypatch.setattr(check.os, "environ", dict(check.os.environ))
    return tmp_path


@pytest.fixture
def run(lanes: Path, monkeypatch, capsys):
    """Run the check; its exit code, what ran, and the lines of the table by their lanes."""

    def run(*words: str) -> tuple[int, set[str], dict[str, str]]:
        (lanes / "ran").unlink(missing_ok=True)
        monkeypatch.setattr(sys, "argv", ["check.py", *words])
        code = check.main()
        table = capsys.readouterr().out.split("── what is proved")[1].splitlines()
        ran = (lanes / "ran").read_text() if (lanes / "ran").exists() else ""
        names = {name for name in check.LANES if name in ran}
        return code, names, {line.split()[0]: line for line in table if line.strip()}

    return run


def test_what_is_proved_is_not_proved_again_until_what_it_reads_changes(lanes: Path, run):
    code, ran, table = run()
    assert (code, ran) == (0, {"words", "code"})
    assert "passed" in table["words"]
    assert table["words"].endswith("['words']")  # without the seconds
    assert "NOT PROVED        --all proves it" in table["speed"]
    code, ran, table = run()
    assert (code, ran) == (0, set())
    assert "kept" in table["words"]
    (lanes / "said").write_text("else")
    code, ran, table = run()
    assert (code, ran) == (0, {"words"})


def test_all_proves_everything_anew(lanes: Path, run):
    run()
    assert run("--all")[:2] == (0, {"words", "code", "speed"})
    assert "kept" in run()[2]["speed"]


def test_a_failing_lane_fails_the_check_and_the_others_still_run(lanes: Path, run):
    (lanes / "said").write_text("wrong")
    code, ran, table = run()
    assert (code, ran) == (1, {"words", "code"})
    assert "FAILED" in table["words"]
    assert table["FAILED:"] == "FAILED: words"
    assert run()[:2] == (1, {"words"})  # a failure is not kept
    assert run("--all")[2]["FAILED:"] == "FAILED: words, speed"


def test_a_lane_asked_for_by_its_name_runs_anew_and_alone(lanes: Path, run):
    run()
    assert run("words")[:2] == (0, {"words"})


def test_what_a_lane_leaves_and_what_it_proves_besides_stand_in_the_table(lanes: Path, run):
    (lanes / "said").write_text("PROVED: two figures\nNOT TRIED: the third\nsaid")
    _, _, table = run()
    assert "two figures; said ['words']" in table["words"]
    assert table["NOT"].strip() == "NOT TRIED: the third"


def test_what_is_changed_while_a_lane_runs_is_not_proved(lanes: Path, run):
    (lanes / "a_lane.py").write_text("open('a_lane.py', 'a').write('#')\nprint('done')\n")
    assert "files were changed meanwhile" in run("code")[2]["NOT"]
    assert quality.proof("code") is None


def test_a_step_that_fails_fails_the_check(lanes: Path, run, monkeypatch):
    monkeypatch.setattr(check, "build", lambda: machine.must(sys.executable, "-c", "exit(3)"))
    code, ran, table = run()
    assert (code, ran) == (1, {"words", "code"})
    assert table["FAILED:"] == "FAILED: build"


def test_an_unknown_lane_is_refused_by_name(run, capsys):
    with pytest.raises(SystemExit) as refused:
        run("brows")
    assert refused.value.code != 0
    assert "no lane brows; there are words, code" in capsys.readouterr().err


def test_code_that_is_not_formatted_fails_and_the_command_that_mends_it_does(tmp_path):
    badly = tmp_path / "badly.py"
    badly.write_text("x  =  1\n")
    lint = LANES["lint"]
    words = [[sys.executable, "-m", *command.split(), badly] for command in lint.runs]
    assert [subprocess.run(command).returncode for command in words] == [0, 1]
    mend = lint.mend.split(": ")[1].split()[1:]
    subprocess.run([sys.executable, *mend, badly], check=True)
    assert badly.read_text() == "x = 1\n"
