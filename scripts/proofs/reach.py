"""Measures what a lesson costs its reader, and puts the figures on the page "Quality".

    python -m scripts.proofs.reach [folder]      measure a built site (site/), print the figures; 1 if a goal is missed

The site is served from this machine, compressed. Chromium opens each lesson like a reader who has never been
here, on a telephone: what it counts is the same on every run. Lighthouse then gives its scores. The one for
performance moves with the load of this machine; it is told, and is no goal to fail by.

The result lands in `.cache/reach.json`. A later build shows it if its pages are the measured ones:
`python scripts/check.py reach` does one after the other.
"""

import argparse
import gzip
import hashlib
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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache, partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scripts.site import destination
from scripts.text.cache import FOLDER, ROOT

RESULT = FOLDER / "reach.json"
LIGHTHOUSE = FOLDER / "node/node_modules/lighthouse"
RUNS = 3  # of Lighthouse; the median counts
PAGE = "about/quality/index.html"
PLACE = re.compile(r'(?<=<div id="reach">).*?(?=</div>)', re.DOTALL)
LESSONS = "tutorials/*/*/index.html"
THEME = re.compile(r"assets/javascripts/(bundle|workers/search)\.")  # the theme's scripts
SHEET = re.compile(
    r"assets/stylesheets/site\.\w+\.min\.css"
)  # the theme's style sheets, ours among them
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
ICON = (
    "() => fetch(document.querySelector('link[rel=icon]').href)"  # a browser with tabs asks for it
)
KINDS = {".html": "page", ".css": "styles", ".js": "scripts", ".woff2": "fonts", ".png": "pictures"}
SCORES = {
    "performance": "Performance",
    "accessibility": "Accessibility",
    "best-practices": "Best practices",
    "seo": "Search engines",
}


@dataclass
class View:
    """A lesson opened for the first time. Bytes are compressed, with the head of each answer."""

    url: str
    title: str
    sizes: dict[str, int]  # bytes by kind
    theirs: int  # bytes of the theme's scripts
    ours: int  # and of our own
    requests: int
    blocking: list[str]  # the files without which nothing is shown
    shift: float  # cumulative layout shift

    @property
    def size(self) -> int:
        return sum(self.sizes.values())


def missed(view: View) -> list[str]:
    """The goals that a lesson's first view misses, in words."""
    others = [name for name in view.blocking if not SHEET.fullmatch(name)]
    goals = {
        f"{view.size} bytes, more than 150 kB": view.size <= 150_000,
        f"{view.ours} bytes of scripts of our own, more than 15 kB": view.ours <= 15_000,
        f"a layout shift of {view.shift:.4f}": view.shift == 0,
        f"nothing is shown before {', '.join(others)} came": not others,
    }
    return [what for what, met in goals.items() if not met]


# --- the server -----------------------------------------------------------------------------------


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder compressed, as hosts do, and notes what each answer weighs."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.wfile = Scale(self.wfile)

    def do_GET(self):
        self.wfile.weight = 0
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
        self.end_headers()
        self.wfile.write(body)
        name = path.relative_to(self.directory).as_posix() if found else self.path
        self.server.answers.append((name, self.wfile.weight))

    def log_message(self, *args):
        pass


class Scale:
    """A file to write to that weighs what is written."""

    def __init__(self, file):
        self.file, self.weight = file, 0

    def write(self, data: bytes) -> int:
        self.weight += len(data)
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)


@cache
def packed(path: Path) -> tuple[bytes, bool]:
    """The bytes of a file as they are sent, and whether they are compressed."""
    body, kind = path.read_bytes(), mimetypes.guess_type(path.name)[0] or ""
    is_text = re.search(r"^text/|javascript|json|xml", kind)
    return (gzip.compress(body, 6, mtime=0), True) if is_text else (body, False)


class Server(ThreadingHTTPServer):
    answers: list[tuple[str, int]]

    def handle_error(self, *args):
        pass  # a browser that left does not wait for its answer


@contextmanager
def served(site: Path):
    """The server for a folder; `address` is where."""
    packed.cache_clear()
    with Server(("127.0.0.1", 0), partial(Handler, directory=str(site.resolve()))) as server:
        server.answers, server.address = [], f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


# --- measuring ------------------------------------------------------------------------------------


def lessons(site: Path) -> list[str]:
    """The addresses of the lessons, in the order in which their tracks list them."""
    found = [path.parent.relative_to(site).as_posix() + "/" for path in site.glob(LESSONS)]
    return sorted(found, key=lambda url: position(site, url))


def position(site: Path, url: str) -> int:
    track = (site / url).parent / "index.html"
    return track.read_text("utf-8").find(f"{url.split('/')[-2]}/")


def view(browser, server: Server, url: str) -> View:
    """Open a lesson, for the first time."""
    with browser.new_context(service_workers="block", **TELEPHONE) as context:
        page = context.new_page()
        server.answers.clear()
        page.goto(server.address + url, wait_until="networkidle")
        shift, blocking, title = page.evaluate(SHIFT), page.evaluate(BLOCKING), page.title()
        page.evaluate(ICON)
        answers = list(server.answers)
    sizes: Counter[str] = Counter()
    for name, weight in answers:
        sizes[KINDS.get(Path(name).suffix, "other")] += weight
    theirs = sum(weight for name, weight in answers if THEME.match(name))
    return View(
        url=url,
        title=title.rsplit(" - ", 1)[0],
        sizes=dict(sizes),
        theirs=theirs,
        ours=sizes["scripts"] - theirs,
        requests=len(answers),
        blocking=[address.removeprefix(server.address) for address in blocking],
        shift=shift,
    )


def lighthouse(chromium: str, address: str) -> dict:
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

    def middle(read) -> float:
        return statistics.median(map(read, reports))

    return {
        "scores": {
            name: round(100 * middle(lambda report, name=name: report["categories"][name]["score"]))
            for name in SCORES
        },
        "blocked": middle(lambda report: report["audits"]["total-blocking-time"]["numericValue"]),
        "shift": middle(lambda report: report["audits"]["cumulative-layout-shift"]["numericValue"]),
    }


def kept(site: Path) -> tuple[int, int]:
    """How many files, and how many bytes, the service worker fetches after the first view."""
    names = re.findall(r'^"(.*?)": "\w{12}"', (site / "sw.js").read_text("utf-8"), re.MULTILINE)
    files = [
        site / name / "index.html" if name.endswith("/") or not name else site / name
        for name in names
    ]
    return len(files), sum(len(packed(file)[0]) for file in files)


def measure(site: Path) -> dict:
    """Everything, as it is kept in RESULT."""
    from playwright.sync_api import sync_playwright

    from scripts.check import find_chromium

    chromium = find_chromium() or sys.exit(
        "there is no Chromium; `python scripts/check.py reach` finds one"
    )
    if not LIGHTHOUSE.is_dir():
        sys.exit("there is no Lighthouse; `python scripts/check.py reach` installs it")
    with served(site) as server:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            views = [view(browser, server, url) for url in lessons(site)]
            version = browser.version
            browser.close()
        found = []
        for seen in views:
            print(f"{seen.title}: Lighthouse, {RUNS} times", flush=True)
            found.append(asdict(seen) | lighthouse(chromium, server.address + seen.url))
    files, size = kept(site)
    package = json.loads((LIGHTHOUSE / "package.json").read_text("utf-8"))
    return {
        "site": digest(site),
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "with": {"Lighthouse": package["version"], "Chromium": version},
        "lessons": found,
        "missed": {seen.title: missed(seen) for seen in views},
        "kept": {"files": files, "bytes": size},
    }


def digest(site: Path) -> str:
    """A sum of the site without the page of the figures, and without what is written after it: the lists of files."""
    seen = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name = path.relative_to(site).as_posix()
        if name not in (PAGE, "sw.js", destination.LIST):
            seen.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return seen.hexdigest()[:16]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "site", help="the built site"
    )
    site = parser.parse_args().folder
    if not (site / "sw.js").is_file():
        parser.error(f"{site} holds no built site; `python -m mkdocs build` makes one")
    result = measure(site)
    wrong = [
        f"{lesson['title']}: {SCORES[name]} has {lesson['scores'][name]} of 100"
        for lesson in result["lessons"]
        for name in SCORES
        if name != "performance" and lesson["scores"][name] < 100
    ]
    wrong += [
        f"{title}: {what}" for title, missing in result.pop("missed").items() for what in missing
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False), "utf-8")
    for label, goal, *values in rows(result):
        print(f"{label:44}{goal:14}" + "".join(f"{value:>12}" for value in values))
    print("\n".join(["Missed:", *wrong] if wrong else ["Every goal is met."]))
    return 1 if wrong else 0


# --- the page -------------------------------------------------------------------------------------


def rows(result: dict) -> list[list[str]]:
    """The figures as a table: what, its goal, and the value of each lesson."""

    def row(label: str, goal: str, read) -> list[str]:
        return [label, goal, *[read(lesson) for lesson in result["lessons"]]]

    def kilo(size: float) -> str:
        return f"{size / 1000:.1f} kB"

    def score(name: str):
        return lambda lesson: str(lesson["scores"][name])

    def part(kind: str):
        return lambda lesson: kilo(lesson["sizes"].get(kind, 0))

    kinds = [kind for kind in (*KINDS.values(), "other") if kind != "scripts"]
    return [
        *[
            row(f"Lighthouse: {label.lower()}", "100", score(name))
            for name, label in SCORES.items()
        ],
        row(
            "Time in which the page does not answer",
            "",
            lambda lesson: f"{lesson['blocked']:.0f} ms",
        ),
        row("Layout shift", "0", lambda lesson: f"{lesson['shift']:.3g}"),
        row(
            "First view, all together",
            "≤ 150 kB",
            lambda lesson: kilo(sum(lesson["sizes"].values())),
        ),
        *[row(f"of these, {kind}", "", part(kind)) for kind in kinds],
        row("of these, scripts of the theme", "", lambda lesson: kilo(lesson["theirs"])),
        row("of these, scripts of our own", "≤ 15 kB", lambda lesson: kilo(lesson["ours"])),
        row("Requests", "", lambda lesson: str(lesson["requests"])),
        row("Style sheets that must come first", "1", lambda lesson: str(len(lesson["blocking"]))),
    ]


def fill(site: Path, result: Path = RESULT) -> None:
    """Put the figures on their page, if they are of this site."""
    page, now = site / PAGE, digest(site)
    if not page.is_file() or not result.is_file():
        return
    figures = json.loads(result.read_text("utf-8"))
    if figures["site"] == now:
        filled = PLACE.sub(lambda _: table(figures), page.read_text("utf-8"), 1)
        page.write_text(filled, "utf-8", newline="\n")


def table(result: dict) -> str:
    """The figures as HTML."""
    heads = "".join(
        f'<th scope="col">{escape(lesson["title"])}</th>' for lesson in result["lessons"]
    )
    lines = [
        f'<tr><th scope="row">{label}</th><td>{goal}</td>{"".join(f"<td>{value}</td>" for value in values)}</tr>'
        for label, goal, *values in rows(result)
    ]
    tools = ", ".join(f"{name} {version}" for name, version in result["with"].items())
    files, size = result["kept"]["files"], result["kept"]["bytes"] / 1000
    return (
        f"<p>Measured on {result['when']} UTC with {tools}; of Lighthouse's {RUNS} runs the median. "
        f"The pages have the sum <code>{result['site']}</code>.</p>"
        f'<table><thead><tr><th scope="col">Figure</th><th scope="col">Goal</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        "<p>After the first view the browser fetches the rest of the site, once and in the background, for "
        f"reading without a network: {files} files, {size:.0f} kB.</p>"
    )


if __name__ == "__main__":
    sys.exit(main())
