"""Runs what was taken along, where nothing of this project is: in a virtual environment with NumPy and Matplotlib alone.

python = environment(["numpy==2.4.3", "matplotlib==3.10.8"])
cells = run_notebook(path, python)           its cells, with the outputs of a real kernel
done = run_program(path, python)             a program, in an empty folder
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import nbformat
from filelock import FileLock
from kit import LIMIT

from scripts.text.cache import FOLDER
from scripts.text.context import ROOT

# Without the author's own settings; MPLBACKEND is not set, so that a program finds no screen and a notebook its own way.
SETTINGS = {"PYTHONNOUSERSITE": "1", "PYTHONWARNINGS": "error::SyntaxWarning"}
# In a process of its own, for the sockets to the kernel outlive a call.
EXECUTE = (sys.executable, "-c", "from nbclient.cli import main; main()")
KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "HOME")


def pins(*names: str) -> list[str]:
    """The lines of requirements.txt that pin these packages."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return [re.search(rf"^{name}==\S+", text, re.MULTILINE)[0] for name in names]


def environment(packages: list[str], base: str = sys.executable) -> Path:
    """The Python of a virtual environment of `base` with these packages and no others, kept in .cache/elsewhere/."""
    python = made("environment", packages, base)
    return python / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def kernel_packages(base: str = sys.executable) -> Path:
    """A folder with what a notebook's kernel needs besides, for this version of Python."""
    return made("kernel", [f"ipykernel=={version('ipykernel')}"], base)


def made(kind: str, packages: list[str], base: str) -> Path:
    asked = subprocess.run([base, "-VV"], capture_output=True, text=True, check=True).stdout
    wanted = hashlib.sha256(repr((kind, packages, asked, str(base))).encode()).hexdigest()[:12]
    folder = FOLDER / "elsewhere" / f"{kind}-{wanted}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / "installed").exists():
            pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"]
            if kind == "kernel":
                command(base, *pip, "--target", folder, *packages)
            else:
                command(base, "-m", "venv", "--clear", folder)
                python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
                command(python, *pip, *packages)
            (folder / "installed").touch()
    return folder


def command(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert done.returncode == 0, f"{words}: {done.stderr}"


def surroundings(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    settings = FOLDER / "elsewhere" / "matplotlib"
    settings.mkdir(parents=True, exist_ok=True)
    return kept | SETTINGS | {"MPLCONFIGDIR": str(settings), "LANG": "C.UTF-8"} | more


def run_program(path: Path, python: Path) -> subprocess.CompletedProcess:
    """Run a program in an empty folder, which it must leave empty."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, path], cwd=folder, env=surroundings(), capture_output=True, timeout=LIMIT
        )
        assert not [*Path(folder).iterdir()], f"{path.name} left files"
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def run_notebook(path: Path, python: Path) -> list:
    """The cells of a notebook, run in order by a kernel of `python`, in a folder where it must leave nothing."""
    kernel = kernel_packages(base_of(python))
    with tempfile.TemporaryDirectory() as folder:
        spec, work = Path(folder, "share", "kernels", "elsewhere"), Path(folder, "work")
        spec.mkdir(parents=True)
        work.mkdir()
        how = {
            "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "elsewhere",
            "language": "python",
            "env": {"PYTHONPATH": str(kernel), "IPYTHONDIR": str(Path(folder, "ipython"))},
        }
        (spec / "kernel.json").write_text(json.dumps(how), "utf-8")
        copy = shutil.copy(path, work)
        done = subprocess.run(
            [*EXECUTE, "--kernel_name=elsewhere", f"--timeout={LIMIT}", "--inplace", copy],
            env=surroundings(JUPYTER_PATH=str(Path(folder, "share"))),
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        assert done.returncode == 0, f"{path.name}: {done.stderr[-3000:]}"
        assert [*work.iterdir()] == [Path(copy)], f"{path.name} left files"
        return nbformat.read(copy, as_version=4).cells


def base_of(python: Path) -> str:
    """The Python that a virtual environment was made with."""
    said = "import sys; print(sys._base_executable)"
    return subprocess.run([python, "-c", said], capture_output=True, text=True).stdout.strip()
