"""What axe-core finds on a page."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Contrast depends on light or dark and not on the width, everything else on the width and not on
# light or dark: so each is looked at where it can differ. Formulas have the colour of their text.
COLOURS = {"runOnly": ["color-contrast"]}
STRUCTURE = {"runOnly": STANDARDS, "rules": {"color-contrast": {"enabled": False}}}
FOUND = """async (options) => {
    const where = options.rules ? document : {exclude: [".katex-html"]}
    const {violations} = await axe.run(where, {...options, resultTypes: ["violations"]})
    return violations.flatMap(({id, nodes}) =>
        nodes.map(({target, failureSummary}) => `${id} at ${target}: ${failureSummary}`))
}"""
# Read to the end: code that scrolls takes the focus once it has come into sight.
READ = """async () => {
    await document.fonts.ready
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
        scrollTo(0, y)
        for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame)
    }
    scrollTo(0, 0)
    await new Promise(requestAnimationFrame)
}"""


def problems(page: Page, *options: dict) -> list[str]:
    page.evaluate(READ)
    page.evaluate(AXE)
    return [
        f"{page.viewport_size['width']}px, {problem}"
        for each in options
        for problem in page.evaluate(FOUND, each)
    ]
