"""Measures what a lesson costs its reader, for the page "Quality"; 1 if a goal is missed.

    python -m scripts.proofs.reach                    weight and speed of a first visit to each lesson of site/
    python -m scripts.proofs.reach --lighthouse       what Lighthouse says of each

The site is served from this machine, compressed. Chromium opens each lesson like a reader who has never been here, on a
telephone: what it counts is the same on every run. Lighthouse's score for performance moves with the load of this machine;
it is told, and is no goal to fail by.
"""

import gzip
import json
import mimetypes
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from functools import cache, partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts.proofs.machine import find_chromium
from scripts.site.quality import KEPT
from scripts.text.cache import FOLDER, ROOT

LIGHTHOUSE = FOLDER / "node/node_modules/lighthouse"
RUNS = 3  # of Lighthouse; the median counts
LESSON = re.compile(r"tutorials/[^/]+/[^/]+/")
THEME = re.compile(r"assets/javascripts/(bundle|workers/search)\.")  # the theme's scripts
SHEET = re.compile(r"assets/stylesheets/site\.\w+\.min\.css")  # all style sheets, packed
TELEPHONE = {
    "viewport": {"width": 412, "height": 823},
    "device_scale_factor": 1.75,
    "is_mobile": True,
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SHIFT = """() => new Promise((done) => {
    let sum = 0
    const add = (list) => { for (const shift of list.getEntries()) sum += shift.value }
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true })
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 300))) // once it is painted
})"""
BLOCKING = """() => performance.getEntriesByType("resource")
    .filter((entry) => entry.renderBlockingStatus === "blocking").map((entry) => entry.name)"""
# A browser with tabs asks for the icon.
ICON = "() => fetch(document.querySelector('link[rel=icon]').href)"
KINDS = {".html": "page", ".css": "styles", ".woff2": "fonts", ".png": "pictures"}
SCORES = {
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "seo": "search engines",
    "performance": "performance",
}

# By its name, each figure's goal, its value, and whether the value meets the goal.
Figures = dict[str, tuple[str, str, bool]]


# --- the server -----------------------------------------------------------------------------------


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder compressed, as hosts do, and notes what each answer weighs."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        body, squeezed = packed(path) if found else (b"", False)
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        if squeezed:
            self.send_header("Content-Encoding", "gzip")
        head = sum(map(len, self._headers_buffer)) + len("\r\n")
        name = path.relative_to(self.directory).as_posix() if found else self.path
        self.server.answers.append((name, head + len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # a browser that left does not wait for its answer


@cache
def packed(path: Path) -> tuple[bytes, bool]:
    """The bytes of a file as they are sent, and whether they are compressed."""
    body, kind = path.read_bytes(), mimetypes.guess_type(path.name)[0] or ""
    is_text = re.search(r"^text/|javascript|json|xml", kind)
    return (gzip.compress(body, 6, mtime=0), True) if is_text else (body, False)


@contextmanager
def served(site: Path):
    """The server for a folder; `address` is where, `answers` what it gave: a file's name, and bytes."""
    packed.cache_clear()
    with Server(("127.0.0.1", 0), partial(Handler, directory=str(site.resolve()))) as server:
        server.answers, server.address = [], f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# --- measuring ------------------------------------------------------------------------------------


def lessons(site: Path) -> dict[str, str]:
    """The titles of the lessons by their addresses, in the order of nav."""
    (index,) = site.glob("search/search_index.*.min.json")
    docs = json.loads(index.read_text("utf-8"))["docs"]
    return {doc["location"]: doc["title"] for doc in docs if LESSON.fullmatch(doc["location"])}


def visit(browser, server: Server, url: str) -> Figures:
    """Open a lesson for the first time. Bytes are compressed, with the head of each answer."""
    with browser.new_context(service_workers="block", **TELEPHONE) as context:
        page = context.new_page()
        server.answers.clear()
        page.goto(server.address + url, wait_until="networkidle")
        shift, blocking = page.evaluate(SHIFT), page.evaluate(BLOCKING)
        page.evaluate(ICON)
        answers = list(server.answers)
    sizes: Counter[str] = Counter()
    for name, weight in answers:
        script = "scripts of the theme" if THEME.match(name) else "scripts of our own"
        kind = script if name.endswith(".js") else KINDS.get(Path(name).suffix, "other")
        sizes[kind] += weight
    return figures(dict(sizes), len(answers), blocking, shift, server.address)


def figures(
    sizes: dict[str, int], requests: int, blocking: list[str], shift: float, home: str
) -> Figures:
    """What a first view weighs, by kind, and what it waits for."""
    names = [address.removeprefix(home) for address in blocking]
    late = [name for name in names if not SHEET.fullmatch(name)]
    whole, ours = sum(sizes.values()), sizes.get("scripts of our own", 0)
    kinds = {
        f"of these, {kind}": sizes.get(kind, 0)
        for kind in (*KINDS.values(), "other", "scripts of the theme")
    }
    return {
        "Layout shift": ("0", f"{shift:.3g}", shift == 0),
        "First view, all together": ("≤ 150 kB", kilo(whole), whole <= 150_000),
        **{kind: ("", kilo(size), True) for kind, size in kinds.items()},
        "of these, scripts of our own": ("≤ 15 kB", kilo(ours), ours <= 15_000),
        "Requests": ("", str(requests), True),
        "Style sheets that must come first": ("1", ", ".join(late) or str(len(names)), not late),
    }


def kilo(size: float) -> str:
    return f"{size / 1000:.1f} kB"


def lighthouse(chromium: str, address: str) -> Figures:
    """What Lighthouse says: its scores, and for how long the page did not answer."""
    flags = ["--quiet", "--output=json", f"--chrome-flags=--headless=new {' '.join(FLAGS)}"]
    reports = []
    for _ in range(RUNS):
        done = subprocess.run(
            [shutil.which("node") or "node", LIGHTHOUSE / "cli/index.js", address, *flags],
            env=os.environ | {"CHROME_PATH": chromium},
            capture_output=True,
            text=True,
            timeout=180,
        )
        if done.returncode:
            sys.exit(f"Lighthouse failed on {address}:\n{done.stderr.strip()}")
        reports.append(json.loads(done.stdout))

    def middle(part: str, name: str, value: str) -> float:
        return statistics.median(report[part][name][value] for report in reports)

    scores = {name: round(100 * middle("categories", name, "score")) for name in SCORES}
    blocked = middle("audits", "total-blocking-time", "numericValue")
    shift = middle("audits", "cumulative-layout-shift", "numericValue")
    return {
        f"Lighthouse: {SCORES[name]}": ("100", str(score), score == 100 or name == "performance")
        for name, score in scores.items()
    } | {
        "Time in which the page does not answer": ("", f"{blocked:.0f} ms", True),
        "Layout shift, by Lighthouse": ("0", f"{shift:.3g}", shift == 0),
    }


def offline(site: Path) -> tuple[int, int]:
    """How many files, and how many bytes, the service worker fetches after the first view."""
    names = re.findall(
        r'^"(.*?)": "[\w+/]{43}="', (site / "sw.js").read_text("utf-8"), re.MULTILINE
    )
    files = [
        site / name / "index.html" if name[-1:] in ("", "/") else site / name for name in names
    ]
    return len(files), sum(len(packed(file)[0]) for file in files)


def table(found: dict[str, Figures], note: str) -> str:
    """The figures of the lessons as HTML, with what is said of them."""
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in found)
    first, *_ = found.values()
    lines = [
        f'<tr><th scope="row">{label}</th><td>{goal}</td>'
        + "".join(f"<td>{escape(each[label][1])}</td>" for each in found.values())
        for label, (goal, *_) in first.items()
    ]
    return (
        f'<table><thead><tr><th scope="col">Figure</th><th scope="col">Goal</th>{heads}</tr></thead>'
        f"<tbody>{'</tr>'.join(lines)}</tr></tbody></table><p>{note}</p>"
    )


def missed(found: dict[str, Figures]) -> list[str]:
    return [
        f"MISSED: {title}: {label}: {value}, the goal is {goal}"
        for title, figures in found.items()
        for label, (goal, value, met) in figures.items()
        if not met
    ]


def main(with_lighthouse: bool, site: Path = ROOT / "site") -> int:
    chromium = find_chromium()
    if (
        not chromium
        or not (site / "sw.js").is_file()
        or (with_lighthouse and not LIGHTHOUSE.is_dir())
    ):
        sys.exit(
            "this needs a built site, Chromium, Lighthouse: `python scripts/check.py reach lighthouse` brings them"
        )
    titles, found = lessons(site), {}
    with served(site) as server:
        if with_lighthouse:
            found = {
                title: lighthouse(chromium, server.address + url) for url, title in titles.items()
            }
            note = f"The median of {RUNS} runs of Lighthouse."
        else:
            from playwright.sync_api import sync_playwright

            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
                found = {title: visit(browser, server, url) for url, title in titles.items()}
                browser.close()
            files, size = offline(site)
            note = "After the first view the browser fetches the rest of the site, once and in the background, for "
            note += f"reading without a network: {files} files, {size / 1000:.0f} kB."
    page = KEPT / ("lighthouse" if with_lighthouse else "reach") / "figures.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(table(found, note), "utf-8")
    for title, each in found.items():
        print(
            title,
            *(f"  {label:40} {value:>9}  {goal}" for label, (goal, value, _) in each.items()),
            sep="\n",
        )
    wrong = missed(found)
    goals = sum(bool(goal) for goal, *_ in next(iter(found.values()), {}).values())
    print(*wrong, f"{goals} goals for each of {len(found)} lessons, {len(wrong)} missed", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--lighthouse" in sys.argv))
