"""The site without a network: after one visit to a server, and from a folder."""

import posixpath
import re
import shutil
from pathlib import Path

import pytest
from kit import LIMIT, Site
from listing import SAME, Listing
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server import Quiet, served

from scripts.site import offline

# Whether the page looks as it should: its style, its figures and the letters of its formulas.
LOOKS = """async () => {
    await document.fonts.ready
    const wide = (plot) => plot.getBoundingClientRect().width > 200
    const figures = [...document.querySelectorAll(".figure")]
        .map((figure) => [...figure.querySelectorAll(".plot")].some(wide)) // static or interactive
    const letters = [...document.fonts].filter((font) => font.family.startsWith("KaTeX"))
    return {
        heading: document.querySelector("h1").textContent,
        size: getComputedStyle(document.querySelector("h1")).fontSize,
        back: getComputedStyle(document.body).backgroundColor,
        figures: figures.join(),
        letters: letters.some((font) => font.status === "loaded"),
        elements: !!customElements.get("copy-code"),
    }
}"""
KEPT = """async () => {
    const found = []
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push(request.url)
    return found.sort()
}"""


class Caching(Quiet):
    """As many hosts do, lets browsers keep every file for ten minutes without asking."""

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


@pytest.fixture
def copy(site: Site, tmp_path: Path) -> Path:
    """The built site, to be changed."""
    return shutil.copytree(site.folder, tmp_path / "site")


@pytest.fixture
def reader(copy: Path, chromium: Browser) -> BrowserContext:
    """A reader's browser, which has never been here; addresses are relative to the site's."""
    with served(copy, Caching) as address, chromium.new_context(base_url=address) as context:
        yield context


def visit(page: Page, url: str) -> None:
    """Open the page and wait until the browser has kept the site."""
    page.goto(url)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller?.state === 'activated'")


def find(page: Page, words: str) -> list[str]:
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.locator(".md-search-result__link").first.wait_for()
    links = page.locator(".md-search-result__link").evaluate_all("links => links.map(a => a.href)")
    page.keyboard.press("Escape")
    return links


def test_after_one_visit_the_site_is_read_without_a_network(reader, site: Site):
    first, second = site.lessons[:2]
    page = reader.new_page()
    page.goto(second.url)
    online = page.evaluate(LOOKS)
    visit(page, first.url)
    reader.set_offline(True)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.locator(f'a.beside__link[href*="{second.url.split("/")[-2]}"]').click()
    page.wait_for_url(f"**/{second.url}")
    assert page.evaluate(LOOKS) == online
    assert re.fullmatch("(true,?)+", online["figures"])
    assert online["letters"]
    assert any(second.url in link for link in find(page, "learning rate"))
    for url in site.pages:
        answer = page.evaluate("url => fetch(url).then((answer) => answer.text())", f"/{url}")
        assert answer == site.pages[url].html, url
    for unknown in ("no/such/page/", next(name for name in site.files if name.endswith(".ipynb"))):
        page.goto(unknown)
        expect(page.get_by_role("heading", name="There is no page here")).to_be_visible()
        page.locator(f'article a[href$="{first.url}"]').click()
        page.wait_for_url(f"**/{first.url}")
    assert not errors


def test_a_changed_page_is_shown_at_once_when_there_is_a_network(reader, site: Site, copy: Path):
    url = site.lessons[0].url
    page = reader.new_page()
    visit(page, url)
    reader.set_offline(True)
    page.reload()
    old = page.locator("h1").text_content()
    write(copy / url / "index.html", f"{old}</h1>", "A new title</h1>")
    page.reload()
    assert page.locator("h1").text_content() == old, "it came from somewhere else"
    reader.set_offline(False)
    page.goto("about/")
    page.goto(url)  # unlike a reload, this may take what the browser itself has kept
    assert page.locator("h1").text_content() == "A new title"


def test_a_new_version_is_kept_and_the_old_one_dropped(reader, site: Site, copy: Path):
    url, other = (lesson.url for lesson in site.lessons[:2])
    page = reader.new_page()
    visit(page, url)
    kept = page.evaluate(KEPT)
    write(copy / other / "index.html", "</h1>", ", revised</h1>")
    (copy / site.lessons[0].url / "index.html").touch()
    shutil.rmtree(copy / "news")
    (copy / "sw.js").write_text(offline.worker(copy), "utf-8")
    page.reload()
    until(page, lambda: len(page.evaluate(KEPT)) < len(kept))
    new = page.evaluate(KEPT)
    changed = {key.partition("?")[0].split("/", 3)[3] for key in set(kept) ^ set(new)}
    assert changed == {other, "news/"}
    assert len(new) == len(kept) - 1
    reader.set_offline(True)
    page.goto(other)
    assert page.locator("h1").text_content().endswith(", revised")


SPOIL = """async () => {
    const spoilt = []
    for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const { url } of await cache.keys()) {
            const text = /\\.js|\\/\\?/.test(url) && await (await cache.match(url)).text()
            const type = url.includes(".js") ? "text/javascript" : "text/html"
            if (text) spoilt.push(await cache.put(url, new Response("spoilt", { headers: { "content-type": type } })))
        }
    }
    return spoilt.length
}"""


def test_a_copy_that_something_changed_is_not_shown_and_is_fetched_anew(
    reader, site: Site, copy: Path
):
    url = site.lessons[0].url
    page = reader.new_page()
    visit(page, url)
    assert page.evaluate(SPOIL) > len(site.lessons)
    script = next(
        tag["src"] for tag in site.lessons[0].soup.select("script[src]") if ".min.js" in tag["src"]
    )
    served = "([url, root]) => fetch(new URL(url, root)).then((answer) => answer.text())"
    assert "spoilt" not in page.evaluate(served, [script, page.url])
    page.reload()
    assert page.locator("h1").text_content() == site.lessons[0].soup.h1.get_text()
    write(copy / "sw.js", '"use strict"', '"use strict" // a new version')
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    page.wait_for_function(
        """async () => { // it has fetched what was spoilt
            const texts = []
            for (const name of await caches.keys()) {
                const cache = await caches.open(name)
                for (const one of await cache.keys()) texts.push(await (await cache.match(one)).text())
            }
            return !texts.includes("spoilt")
        }"""
    )


def test_what_is_kept_is_small(site: Site):
    """The whole site comes to the reader's device, in the background, after the first page."""
    names = re.findall(r'^"(.*?)": "[\w+/]{43}="', site.files["sw.js"].decode(), re.MULTILINE)
    files = {re.sub(r"(^|/)$", r"\1index.html", name) for name in names}
    assert files <= set(site.files)
    assert sum(len(site.files[name]) for name in files) < 4_000_000
    assert not [name for name in files if name.endswith((".map", ".ipynb")) or "/lunr/" in name]
    assert len(
        [name for name in files if "/tutorials/" in f"/{name}" and name.endswith(".py")]
    ) == len(site.lessons)


def write(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_every_link_in_a_folder_names_a_file(folder: Site):
    for url, page in folder.pages.items():
        links = [tag["href"].split("#")[0].split("?")[0] for tag in page.soup.select("a[href]")]
        for link in filter(None, links):
            if ":" not in link:
                name = posixpath.normpath(posixpath.join(url, link))
                assert name in folder.files, f"{url}: {link}"
        assert len(links) > 10, url


def test_pages_open_from_a_folder_without_an_error(folder: Site, chromium: Browser):
    urls = [url for url in folder.pages if not url.startswith("code/")]
    with chromium.new_context() as context:
        page = context.new_page()
        errors = []
        page.on("console", lambda said: said.type == "error" and errors.append(said.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        for url in [*urls, next(url for url in folder.pages if url not in urls)]:
            page.goto((folder.folder / url / "index.html").as_uri(), wait_until="load")
            assert not errors, url
            assert page.evaluate("getComputedStyle(document.body).margin") == "0px", url


def test_a_lesson_in_a_folder_has_its_figures_formulas_search_and_progress(
    folder: Site, chromium: Browser
):
    first, second = folder.lessons[:2]
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto((folder.folder / "index.html").as_uri())
        page.locator("a.start").click()
        page.wait_for_url(f"**/{first.url}index.html")
        looks = page.evaluate(LOOKS)
        assert re.fullmatch("(true,?)+", looks["figures"])
        assert looks["letters"]
        assert looks["elements"]
        assert page.locator(".widget--live").count() == len(first.soup.select(".widget")) > 0
        page.locator("lesson-done button").click()
        found = find(page, "learning rate")
        page.goto(next(link for link in found if second.url in link))
        assert page.locator("h1").text_content() == second.soup.h1.get_text()
        assert "1 of" in page.locator("track-progress").first.text_content()


def test_python_is_kept_if_the_reader_agrees_runs_without_a_network_and_goes_with_its_site(
    reader, site: Site, copy: Path
):
    page = reader.new_page()
    visit(page, site.lessons[0].url)
    page.reload()
    second = Listing(page)
    second.run()
    keep = second.box.get_by_role("button", name="Keep Python for offline use")
    keep.wait_for()
    assert not python_kept(page), "it was kept without being asked"
    keep.click()
    second.text("Python is kept").first.wait_for()
    assert [url for url in python_kept(page) if "matplotlib" in url]
    reader.set_offline(True)
    page.reload()
    assert second.run().endswith(SAME)
    figure = Listing(page, "block-1")
    figure.run()
    expect(figure.figures).to_have_count(1)
    reader.set_offline(False)  # a new version of the site has another Python: the old one goes
    (copy / "sw.js").write_text(offline.worker(copy, "assets/python/other/"), "utf-8")
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    until(page, lambda: not python_kept(page))


def python_kept(page: Page) -> list[str]:
    return [url for url in page.evaluate(KEPT) if "/assets/python/" in url]


def until(page: Page, holds) -> None:
    """Wait for what comes in the background."""
    for _ in range(10 * LIMIT):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it does not come")
