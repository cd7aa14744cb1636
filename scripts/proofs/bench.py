"""Measures what a build costs, as ratios in one run (a machine's seconds vary, the ratios hardly do).

    python -m scripts.proofs.bench            50 lessons of 8 blocks, 2 of them figures
    python -m scripts.proofs.bench --lessons 14

The floor is what nobody can save: the same blocks run, and their figures drawn, in one plain Python process.
"""

import argparse
import gzip
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from scripts.text.cache import FOLDER, ROOT

PROSE = (
    "The gradient collects the partial derivatives in one vector. It points uphill, at a right angle to the contour "
    "through its point, and its length is the slope in that direction. A step against it lowers the loss, if the step "
    "is short enough for the slope to tell the truth where the step ends. "
)
FORMULA = "$$\nf'(x) = \\lim_{h \\to 0} \\frac{f(x + h) - f(x)}{h}\n$$\n"
FENCE = re.compile(
    r"^```python exec=\"on\"(?P<alt> alt=)?[^\n]*\n(?P<code>.*?)^```\n", re.MULTILINE | re.DOTALL
)
# The same block as a program, for the floor: figures are saved as the build must save them.
RUN_ALL = """
import io, re, sys
from pathlib import Path
import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt
plt.show = lambda: None
for path in sorted(Path(sys.argv[1]).glob("*.py")):
    exec(compile(path.read_text("utf-8"), path.name, "exec"), {"__name__": "__main__"})
    for number in plt.get_fignums():
        plt.figure(number).savefig(io.StringIO(), format="svg")
    plt.close("all")
"""


def course_blocks() -> tuple[list[str], list[str]]:
    """The listings and the figures of this course's own lessons."""
    listings, figures = [], []
    for path in sorted((ROOT / "docs/tutorials").glob("*/*.md")):
        for match in FENCE.finditer(path.read_text("utf-8")):
            (figures if match["alt"] else listings).append(match[0])
    return listings, figures


def lesson(number: int, code: bool) -> str:
    """A lesson of eight sections, each with 130 words, a formula and a block; two of the blocks are figures.

    The blocks are the course's own, in turn; a comment makes each the only one of its kind, so that no cache helps.
    """
    listings, figures = course_blocks()
    parts = [
        "---\ndescription: A lesson of the benchmark.\nable: [measure]\nneeds: [time]\nrelated: []\n---\n"
    ]
    for section in range(8):
        parts += [f"## Section {section}\n", PROSE * 2 + "\n", FORMULA]
        if code:
            kind, turn = (
                (figures, 2 * number + section // 5)
                if section in (2, 5)
                else (listings, 6 * number + section)
            )
            parts.append(kind[turn % len(kind)].replace("\n```", f"\n# {number}.{section}\n```"))
    return "\n".join(parts)


def project(folder: Path, lessons: int, code: bool) -> Path:
    """A copy of this project with `lessons` lessons in place of its own."""
    for name in ("scripts", "snippets", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        FOLDER,
        folder / ".cache",
        ignore=lambda at, names: [n for n in names if "katex" not in n and "katex" not in at],
    )
    for name in ("templates", "stylesheets", "javascripts"):
        shutil.copytree(ROOT / "docs" / name, folder / "docs" / name)
    track = folder / "docs/tutorials/track"
    track.mkdir(parents=True)
    (folder / "docs/index.md").write_text("# Home\n")
    (folder / "docs/tutorials/index.md").write_text("# Tutorials\n")
    (track / "index.md").write_text(
        "---\ndescription: A track.\nsubject: Subject\ncourse: Course\n---\n"
    )
    for number in range(lessons):
        (track / f"lesson-{number:03}.md").write_text(lesson(number, code))
    names = [
        f"        - Lesson {number}: tutorials/track/lesson-{number:03}.md"
        for number in range(lessons)
    ]
    nav = [
        "nav:",
        "  - Home: index.md",
        "  - Tutorials:",
        "      - tutorials/index.md",
        "      - Track:",
    ]
    nav += ["        - tutorials/track/index.md", *names]
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    config = re.sub(r"^nav:\n(?:[ ].*\n)+", "\n".join(nav) + "\n", config, flags=re.MULTILINE)
    config = re.sub(r"^not_in_nav:.*\n(?:[ ].*\n)+", "", config, flags=re.MULTILINE)
    config = re.sub(r"^  - blog:\n(?:    .*\n)+", "", config, flags=re.MULTILINE)
    (folder / "mkdocs.yml").write_text(config)
    return folder


def cpu(command: list[str], folder: Path) -> float:
    """CPU seconds of a command and all it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def blocks_as_programs(pages: Path, target: Path) -> None:
    """Every block of the pages as the file that a reader would have copied."""
    target.mkdir()
    for page in sorted(pages.glob("lesson-*.md")):
        for number, match in enumerate(FENCE.finditer(page.read_text("utf-8"))):
            text = re.sub(
                r'--8<-- "([^"]+)"',
                lambda found: (ROOT / "snippets" / found[1]).read_text("utf-8"),
                match["code"],
            )
            (target / f"{page.stem}-{number}.py").write_text(text, "utf-8")


def served_edit(folder: Path) -> float:
    """Seconds from saving an edited lesson until `mkdocs serve` shows it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"], cwd=folder, start_new_session=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/tutorials/track/lesson-001/"

    def wait_for(text: str) -> float:
        started = time.monotonic()
        while time.monotonic() - started < 120:
            try:
                if text in urllib.request.urlopen(url, timeout=30).read().decode():
                    return time.monotonic() - started
            except OSError:
                pass
            time.sleep(0.02)
        sys.exit("the edit did not appear within two minutes")

    try:
        wait_for("Section 7")
        page = folder / "docs/tutorials/track/lesson-001.md"
        times = []
        for turn in range(3):
            time.sleep(1)
            page.write_text(
                page.read_text("utf-8").replace(
                    "## Section 3", f"Edit number {turn}.\n\n## Section 3", 1
                )
            )
            times.append(wait_for(f"Edit number {turn}"))
        return sorted(times)[1]
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait()


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--lessons", type=int, default=50)
    lessons = arguments.parse_args().lessons
    build = [sys.executable, "-m", "mkdocs", "build", "-q"]
    with tempfile.TemporaryDirectory() as work:
        full = project(Path(work, "full"), lessons, code=True)
        prose = project(Path(work, "prose"), lessons, code=False)
        programs = Path(work, "programs")
        blocks_as_programs(full / "docs/tutorials/track", programs)
        floor = cpu([sys.executable, "-c", RUN_ALL, str(programs)], Path(work))
        cpu(build, prose)  # formulas into its cache, bytecode on the disk
        bare = cpu(build, prose)
        cold = cpu(build, full)
        again = cpu(build, full)
        page = full / "docs/tutorials/track/lesson-000.md"
        page.write_text(page.read_text("utf-8").replace("# 0.7", "# 0.7 edited", 1), "utf-8")
        edit = cpu(build, full)
        served = served_edit(full)
        html = [
            path.read_bytes()
            for path in (full / "site/tutorials/track").glob("lesson-*/index.html")
        ]
    print(f"{lessons} lessons of 8 blocks, 2 of them figures")
    print(f"cold build      {cold / floor:5.2f} × the floor ({cold:.1f} and {floor:.1f} CPU s)")
    print(f"no-op rebuild   {again / bare:5.2f} × prose only ({again:.1f} and {bare:.1f} CPU s)")
    print(f"one page edited {edit / bare:5.2f} × prose only ({edit:.1f} CPU s)")
    print(f"served edit     {served:5.2f} s from saving to the screen")
    raw, small = (
        sum(map(len, pages)) / len(html) / 1000 for pages in (html, map(gzip.compress, html))
    )
    print(f"HTML            {raw:5.0f} kB a lesson, {small:.0f} kB compressed")


if __name__ == "__main__":
    main()
