"""Measures the Python that runs in the page, in a real Chromium: what is published against the files as shipped.

    python -m scripts.runtime_bench [--turns 3]

For a NumPy listing and for a figure, first with nothing kept by the browser (cold), then in a new page of the same
browser (warm): megabytes on the wire (.mjs, .json and .wasm compressed, as servers do), CPU seconds of the whole browser,
and seconds, until the output. Of each the smallest of some turns, since other programs only ever add.
"""

import argparse
import gzip
import json
import os
import tempfile
import threading
import time
from contextlib import ExitStack
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts import runtime
from scripts.check import find_chromium

NUMPY = "import numpy as np\nprint(np.linspace(0, 1, 3) ** 2)"
FIGURE = """
import io
import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(-2, 2, 100)
fig, ax = plt.subplots()
ax.plot(x, x**2, label="$x^2$")
ax.legend()
picture = io.StringIO()
fig.savefig(picture, format="svg")
print(len(picture.getvalue()) > 5000)
"""
TASKS = {
    "NumPy": (["numpy"], NUMPY, "[0.   0.25 1.  ]"),
    "figure": (["matplotlib"], FIGURE, "True"),
}
COMPRESSED = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
WORKER = """
addEventListener("message", async ({ data: { packages, code } }) => {
  const { loadPyodide } = await import("/python/pyodide.mjs")
  const said = []
  const python = await loadPyodide({ env: { MPLBACKEND: "svg" }, stdout: (line) => said.push(line) })
  await python.loadPackage(packages, { messageCallback() {} })
  python.runPython(code)
  postMessage(said.join("\\n"))
})
"""
REST = 3  # seconds for a browser to have started
RUN = """([packages, code]) => new Promise((resolve, reject) => {
  const worker = new Worker("/worker.js", { type: "module" })
  worker.onmessage = (event) => resolve(event.data)
  worker.onerror = (event) => reject(new Error(event.message))
  worker.postMessage({ packages, code })
})"""


@cache
def compressed(content: bytes) -> bytes:
    return gzip.compress(content, 6)


def on_the_wire(files: dict[str, bytes], packages: list[str]) -> int:
    """How many bytes of `files` a page loads for these packages."""
    listed = json.loads(files["pyodide-lock.json"])["packages"]
    wanted, names = list(packages), set()
    for package in wanted:
        wanted += listed[package]["depends"]
        names.add(listed[package]["file_name"])
    names |= {name for name in files if name.startswith(("pyodide", "python_stdlib"))}
    return sum(
        len(compressed(files[name]) if Path(name).suffix in COMPRESSED else files[name])
        for name in names
    )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        made = {"/": b"<!doctype html><title>Bench</title>", "/worker.js": WORKER.encode()}
        content = made.get(self.path) or self.server.files.get(self.path.removeprefix("/python/"))
        self.send_response(200 if content else 404)
        content = content or b""
        ending = Path(self.path).suffix
        if ending in COMPRESSED:
            content = compressed(content)
            self.send_header("Content-Encoding", "gzip")
        kind = "text/html" if self.path == "/" else "application/octet-stream"
        self.send_header("Content-Type", COMPRESSED.get(ending, kind))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=86400")
        self.end_headers()
        self.wfile.write(content)
        self.server.sent += len(content)

    def log_message(self, *args):
        pass


def cpu_of_browser() -> float:
    """CPU seconds so far of all processes of the Chromium that this process started."""
    parents, seconds = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = stat.read_text().rsplit(")", 1)
        except OSError:
            continue  # it has ended
        pid, fields = int(stat.parent.name), fields.split()
        parents[pid] = int(fields[1])
        if "chrom" in name:
            seconds[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def is_below(pid: int) -> bool:
        return pid in parents and (parents[pid] == os.getpid() or is_below(parents[pid]))

    return sum(seconds[pid] for pid in seconds if is_below(pid))


def measure(playwright, files: dict[str, bytes], task: str) -> list[tuple[float, float, float]]:
    """(megabytes, CPU seconds, seconds) until the output, cold and warm."""
    packages, code, wanted = TASKS[task]
    found = []
    with ExitStack() as work, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.files, server.sent = files, 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        profile = work.enter_context(tempfile.TemporaryDirectory())
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            base_url=f"http://127.0.0.1:{server.server_port}",
        )
        for _ in ("cold", "warm"):
            page = browser.new_page()
            page.goto("/")
            time.sleep(REST)
            server.sent, cpu, started = 0, cpu_of_browser(), time.monotonic()
            said = page.evaluate(RUN, [packages, code])
            found.append((server.sent / 1e6, cpu_of_browser() - cpu, time.monotonic() - started))
            assert said == wanted, said
            page.close()
        browser.close()
        server.shutdown()
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--turns", type=int, default=3)
    turns = arguments.parse_args().turns
    variants = {
        "published": runtime.make().files,
        "as shipped": runtime.available(slim=False).files,
    }
    rows: dict = {}
    with sync_playwright() as playwright:
        for _ in range(turns):
            for task in TASKS:
                for variant, files in variants.items():
                    for state, row in zip(
                        ("cold", "warm"), measure(playwright, files, task), strict=True
                    ):
                        rows.setdefault((task, state), {}).setdefault(variant, []).append(row)
    print(f"{'':14}{'MB on the wire':>24}{'CPU seconds':>24}{'seconds':>24}")
    for (task, state), found in rows.items():
        line = f"{task + ', ' + state:14}"
        for part in range(3):
            ours, theirs = (min(row[part] for row in found[variant]) for variant in variants)
            share = f"= {ours / theirs:.2f}" if theirs else ""
            line += f"{ours:8.1f} of {theirs:5.1f} {share:>7}"
        print(line)


if __name__ == "__main__":
    main()
