"""Runs listings as a reader's Python would, but quickly: each in a fork of one that is ready.

Started by test_listings.py with `python -I`; it shares no code with the engine. It reads a JSON
list of programs, and writes for each what it prints, how it ends, and the words of its figures.
"""

import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

style = sys.argv[1]
plt.style.use(style)  # how many ticks an axis has depends on it
plt.show = lambda: None
assert np
for name in ("snippets", "scripts", "tests"):
    try:
        __import__(name)
    except ImportError:
        continue
    sys.exit(f"{name} can be imported; the listings must run without it")


def words_of_figures() -> list[list[str]]:
    found = []
    for number in plt.get_fignums():
        svg = io.StringIO()
        plt.figure(number).savefig(svg, format="svg")
        found.append(re.findall(r"<text[^>]*>([^<]*)</text>", svg.getvalue()))
    return found


def run(program: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "block.py").write_text(program, "utf-8")
        child = os.fork()
        if not child:
            os.chdir(folder)
            for number, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
            status = 1
            try:
                exec(compile(program, "block.py", "exec"), {"__name__": "__main__"})
                sys.stdout.flush()
                Path("figures").write_text(json.dumps(words_of_figures()), "utf-8")
                status = 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                if status:
                    import traceback

                    os.write(2, traceback.format_exc().encode())
                os._exit(status)
        _, status = os.waitpid(child, 0)
        figures = Path(folder, "figures")
        return {
            "status": os.waitstatus_to_exitcode(status),
            "stdout": Path(folder, "out").read_bytes().decode(),
            "stderr": Path(folder, "err").read_bytes().decode(),
            "figures": json.loads(figures.read_text("utf-8")) if figures.exists() else [],
        }


json.dump([run(program) for program in json.load(sys.stdin)], sys.stdout)
