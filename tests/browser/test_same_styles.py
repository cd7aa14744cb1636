"""The style sheet that the site publishes shows each page as the whole one would."""

import pytest
from kit import ROOT, Project, Site
from playwright.sync_api import Browser, Page

LESSON = "tutorials/calculus-for-optimization/gradient-descent/"
PAGES = ["", "tutorials/", LESSON, "code/differentiation/square/", "404.html"]
NOTHING_LEFT_OUT = """\
from scripts.site import unused
unused.without_idle_rules = unused.without_idle_properties = lambda css, names: css
"""
ADD_WHOLE = """() => new Promise((resolve) => {
    const published = document.querySelector("link[rel=stylesheet]"), whole = published.cloneNode()
    whole.href = published.href.replace(/[^/]+$/, "whole.css")
    whole.onload = resolve
    published.after(whole)
})"""
# Of elements that have the same tags and classes from the root down, one is looked at.
DIFFERENT = """() => {
    const [published, whole] = [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.sheet)
    const kinds = new Map([[null, ""]]), elements = new Map()
    for (const element of document.querySelectorAll("*")) {
        const { parentElement, localName, classList, hidden } = element
        kinds.set(element, [kinds.get(parentElement), localName, ...classList, hidden].join(" "))
        elements.set(kinds.get(element), element)
    }
    const names = [...getComputedStyle(document.body)].filter((name) => !name.startsWith("--"))
    const looks = () => [...elements.values()].flatMap((element) =>
        [null, "::before", "::after"].map((part) => {
            const style = getComputedStyle(element, part)
            if (part && style.content === "none") return []
            return names.map((name) => `${name}: ${style.getPropertyValue(name)}`)
        }).flat().map((look) => `${kinds.get(element).slice(-80)} would have ${look}`))
    published.disabled = true
    const expected = looks()
    ;[published.disabled, whole.disabled] = [false, true]
    const found = new Set(looks())
    whole.disabled = false
    return [elements.size, expected.filter((look) => !found.has(look)).slice(0, 5)]
}"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> str:
    """The style sheet of the same site with all its rules."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    flags = ("--strict", "-q", "--site-dir", str(folder))
    done = Project(ROOT).build(*flags, before=NOTHING_LEFT_OUT)
    assert done.returncode == 0, done.stdout
    (sheet,) = folder.glob("assets/stylesheets/site.*.min.css")
    return sheet.read_text("utf-8")


def different(page: Page, scheme: str, media: str = "screen") -> list[str]:
    page.emulate_media(media=media, color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_function(
        "name => document.body.dataset.mdColorScheme === name",
        arg={"light": "default", "dark": "slate"}[scheme],
    )
    looked_at, found = page.evaluate(DIFFERENT)
    assert looked_at > 80
    return [f"{scheme}, {media}: {what}" for what in found]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("url", PAGES)
def test_each_element_looks_as_with_the_whole_style_sheet(
    url: str, width: int, site: Site, address: str, chromium: Browser, whole: str
):
    (sheet,) = site.folder.glob("assets/stylesheets/site.*.min.css")
    assert len(sheet.read_text("utf-8")) < 0.6 * len(whole)
    window = {"width": width, "height": 800}
    with chromium.new_context(viewport=window, service_workers="block") as context:
        page = context.new_page()
        page.route("**/whole.css", lambda route: route.fulfill(body=whole, content_type="text/css"))
        page.goto(address + url)
        page.wait_for_load_state("networkidle")  # a slow page is idle before it is loaded
        page.evaluate(ADD_WHOLE)
        page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        found = different(page, "light") + different(page, "dark")
        if width == 360:
            page.get_by_role("button", name="Menu").click()
            found += different(page, "dark")
            page.keyboard.press("Escape")
        page.keyboard.press("Control+k")
        page.keyboard.type("gradient")
        page.locator(".md-search-result__link").first.wait_for()
        found += different(page, "light") + different(page, "light", "print")
    assert not found
