"""What a build costs, as ratios in one run (a machine's seconds vary, the ratios hardly do); 1 if one is too large.

    python -m scripts.proofs.speed            14 lessons of 8 blocks, 2 of them figures
    python -m scripts.proofs.speed 50

The floor is what nobody can save: the same blocks run, and their figures drawn, in one plain Python process.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.text.cache import FOLDER, ROOT

COLD, AGAIN = (
    1.6,
    1.2,
)  # a first build against the floor; a build of nothing new against one of prose alone
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
        "---\ndescription: A lesson of the benchmark.\nable: [measure]\nneeds: [time]\nrelated: []\ndraft: true\n---\n"
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
    for name in ("scripts", "snippets", "tests/snippets", "docs"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.md", "labs")
        )
    for path in FOLDER.glob("katex-*"):
        shutil.copytree(path, folder / ".cache" / path.name)
    shutil.copy(ROOT / "LICENSE", folder)
    shutil.copy(ROOT / "mkdocs.yml", folder / "whole.yml")
    pages = {
        "index.md": "# Home\n",
        "blog/index.md": "# Blog\n",
        "tutorials/index.md": "# Tutorials\n",
        "tutorials/track/index.md": "---\ndescription: A track.\nsubject: Subject\ncourse: Course\n---\n",
    }
    names = [f"tutorials/track/lesson-{number:03}.md" for number in range(lessons)]
    pages |= {name: lesson(number, code) for number, name in enumerate(names)}
    for name, text in pages.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    track = ["tutorials/track/index.md", *({f"Lesson {n}": name} for n, name in enumerate(names))]
    nav = [{"Home": "index.md"}, {"Tutorials": ["tutorials/index.md", {"Track": track}]}]
    (folder / "mkdocs.yml").write_text(json.dumps({"INHERIT": "whole.yml", "nav": nav}), "utf-8")
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


def main(lessons: int) -> int:
    build = [sys.executable, "-m", "mkdocs", "build", "-q"]
    with tempfile.TemporaryDirectory() as work:
        full = project(Path(work, "full"), lessons, code=True)
        prose = project(Path(work, "prose"), lessons, code=False)
        programs = Path(work, "programs")
        blocks_as_programs(full / "docs/tutorials/track", programs)
        floor = cpu([sys.executable, "-c", RUN_ALL, str(programs)], Path(work))
        cpu(build, prose)  # formulas into its cache, bytecode on the disk
        bare = cpu(build, prose)
        cold, again = cpu(build, full), cpu(build, full)
    print(
        f"{lessons} lessons: a first build costs {cold / floor:.2f} × its blocks (the goal is {COLD}), "
        f"one of nothing new {again / bare:.2f} × one of prose (the goal is {AGAIN}); {cold:.1f} and {again:.1f} s of computing"
    )
    return int(cold > COLD * floor or again > AGAIN * bare)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 14))
