"""A Chromium, a server for the built site, and one visit to every page of it."""

import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from kit import LIMIT, Site
from playwright.sync_api import Browser, expect, sync_playwright

from scripts.check import find_chromium

WIDTHS = (360, 768, 1280)
MILLISECONDS = 1000 * LIMIT  # a busy machine is slow, not wrong
expect.set_options(timeout=MILLISECONDS)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# What sticks out of the window to the right, and is not in a box that scrolls.
OVERFLOWING = """async () => {
    const frame = () => new Promise(requestAnimationFrame)
    for (let n = 0; n < 3; n++) await frame() // the theme's scripts answer a new size a frame later
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width) return ["the page"]
    const scrolls = (box) =>
        getComputedStyle(box).overflowX !== "visible" && box.clientWidth < box.scrollWidth
    const inScroller = (element) => {
        for (let box = element.parentElement; box; box = box.parentElement)
            if (scrolls(box)) return true
        return false
    }
    return [...document.querySelectorAll("article *")]
        .filter((element) => element.checkVisibility())
        .filter((element) => !element.closest("svg *, .katex-mathml, .visually-hidden"))
        .filter((element) => element.getBoundingClientRect().right > width + 1)
        .filter((element) => !inScroller(element))
        .map((element) => element.outerHTML.slice(0, 80))
}"""


@pytest.fixture(scope="session")
def overflowing():
    """What of a page sticks out of its window."""
    return lambda page: page.evaluate(OVERFLOWING)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, *args):
        pass  # a page that was left does not wait for its answer; `Visit.failed` tells the rest


@pytest.fixture(scope="session")
def address(site: Site) -> str:
    """Where the built site is served."""
    with Server(("127.0.0.1", 0), partial(Quiet, directory=site.folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    with sync_playwright() as playwright:
        path = find_chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail(
                "there is no Chromium; `python scripts/check.py browser` finds or installs one"
            )
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        browser.new_context, browser.new_page = map(
            patient, (browser.new_context, browser.new_page)
        )
        yield browser
        browser.close()


def patient(make):
    """It makes a context or a page, in which everything may take its time."""

    def made(**how):
        one = make(**how)
        one.set_default_timeout(MILLISECONDS)
        return one

    return made


@dataclass
class Visit:
    """What was seen on one page, at each width."""

    url: str
    errors: list[str] = field(default_factory=list)  # on the console, or thrown by a script
    failed: list[str] = field(default_factory=list)  # requests without a good answer
    foreign: list[str] = field(default_factory=list)  # requests to another origin
    overflowing: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def visits(site: Site, address: str, chromium: Browser) -> list[Visit]:
    """Every page in a window of each width."""
    seen = []
    window = {"width": WIDTHS[0], "height": 800}
    with chromium.new_context(viewport=window, reduced_motion="reduce") as context:
        for url in site.pages:
            visit = Visit(url)
            page = context.new_page()
            watch(page, visit, address)
            page.goto(address + url)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                visit.overflowing += [f"{width}px: {what}" for what in page.evaluate(OVERFLOWING)]
            if not (url.startswith("code/") and any(one.url.startswith("code/") for one in seen)):
                use(page)  # of the pages of code/, which are all alike, the first is enough
            page.close()
            seen.append(visit)
    return seen


def use(page) -> None:
    """Do what a reader does on every page: search, change the colours, copy some code."""
    page.keyboard.press("Control+k")
    page.keyboard.type("gradient")
    page.locator(".md-search-result__item").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("label[for^=__palette]:visible").click()
    if page.locator("copy-code button:visible").count():
        page.locator("copy-code button:visible").first.click()
        page.get_by_role("status").filter(has_text="code").first.wait_for(state="attached")


def watch(page, visit: Visit, address: str) -> None:
    page.on(
        "console", lambda said: said.type in ("error", "warning") and visit.errors.append(said.text)
    )
    page.on("pageerror", lambda error: visit.errors.append(error.stack or error.message))
    page.on(
        "requestfailed", lambda request: visit.failed.append(f"{request.url}: {request.failure}")
    )
    page.on(
        "response",
        lambda answer: answer.ok or visit.failed.append(f"{answer.url}: {answer.status}"),
    )
    own = (address, "data:", "blob:")
    page.on(
        "request", lambda request: request.url.startswith(own) or visit.foreign.append(request.url)
    )
